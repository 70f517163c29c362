/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe.c - IMAP and SMTP sessions by hand, for tests against real servers.
 *
 *     probe CONFIG MAILBOX      commands on standard input, a line each:
 *     open | select | fetch AFTER [DIR] | ack UID,UID... | wait MS | close
 *     send FROM TO,TO... FILE
 *
 * Every command answers with lines and at last "ok ..." or "error CODE: ...".
 * SIGUSR1 makes the abort fd readable, SIGUSR2 the wake fd.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/config/config.h"
#include "agent/imap/imap.h"
#include "agent/smtp/smtp.h"

static struct {
	struct pw_config *config;
	const struct pw_mailbox_config *mailbox;
	struct pw_imap *imap;
	struct pw_smtp *smtp;
	int abort_fd, wake_fd;
} probe;

static void on_signal(int signal)
{
	uint64_t one = 1;

	if (write(signal == SIGUSR1 ? probe.abort_fd : probe.wake_fd, &one, sizeof one) <
	    0)
		_exit(3);
}

static int do_open(char *arguments, struct pw_err *err)
{
	struct pw_imap_options options = { .abort_fd = probe.abort_fd,
					   .wake_fd = probe.wake_fd };
	const char *io_ms = getenv("PROBE_IO_MS"), *renew_ms = getenv("PROBE_RENEW_MS");
	struct pw_secret secret;
	int result;

	(void)arguments;
	options.io_ms = options.connect_ms = io_ms ? atol(io_ms) : 0;
	options.renew_ms = renew_ms ? atol(renew_ms) : 0;
	pw_imap_close(probe.imap);
	probe.imap = NULL;
	if (pw_secret_get(&secret, &probe.mailbox->login, probe.abort_fd, err) < 0)
		return -1;
	result = pw_imap_open(&probe.imap, probe.mailbox, &secret, &options, err);
	pw_secret_done(&secret);
	if (result == 0)
		printf("ok idle=%d move=%d\n", pw_imap_has_idle(probe.imap),
		       pw_imap_has_capability(probe.imap, "MOVE"));
	return result;
}

static int do_select(char *arguments, struct pw_err *err)
{
	struct pw_imap_folder folder;

	(void)arguments;
	if (pw_imap_select(probe.imap, &folder, err) < 0)
		return -1;
	printf("ok uidvalidity=%u uidnext=%u exists=%u keyword=%d readonly=%d\n",
	       folder.uidvalidity, folder.uidnext, folder.exists, folder.keeps_keyword,
	       folder.is_read_only);
	return 0;
}

static void keep(const char *directory, const struct pw_imap_message *message)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%u", directory, message->uid);
	file = fopen(path, "wb");
	if (!file || fwrite(message->raw, 1, message->raw_len, file) != message->raw_len)
		_exit(3);
	fclose(file);
}

static int do_fetch(char *arguments, struct pw_err *err)
{
	static const char *const states[] = { "whole", "large", "old", "refused" };
	struct pw_imap_message message;
	char directory[4096] = "";
	unsigned after = 0, n = 0;
	size_t bytes = 0;
	int got;

	sscanf(arguments, "%u %4095s", &after, directory);
	if (pw_imap_fetch_begin(probe.imap, after, INT64_MIN, err) < 0)
		return -1;
	while ((got = pw_imap_fetch_next(probe.imap, &message, err)) == 1) {
		if (!getenv("PROBE_QUIET"))
			printf("message uid=%u state=%s size=%llu received=%lld "
			       "raw=%zu\n",
			       message.uid, states[message.state],
			       (unsigned long long)message.size,
			       (long long)message.received_ms, message.raw_len);
		if (*directory && message.raw)
			keep(directory, &message);
		n++;
		bytes += message.raw_len;
		pw_imap_message_done(&message);
	}
	if (got == 0)
		printf("ok n=%u bytes=%zu\n", n, bytes);
	return got;
}

static int do_ack(char *arguments, struct pw_err *err)
{
	uint32_t uids[1000];
	size_t n = 0;
	char *word;

	for (word = strtok(arguments, ","); word && n < 1000; word = strtok(NULL, ","))
		uids[n++] = (uint32_t)strtoul(word, NULL, 10);
	if (pw_imap_ack(probe.imap, uids, n, err) < 0)
		return -1;
	puts("ok");
	return 0;
}

static int do_wait(char *arguments, struct pw_err *err)
{
	static const char *const names[] = { "news", "timeout", "woken" };
	enum pw_imap_news news;

	if (pw_imap_wait(probe.imap, atol(arguments), &news, err) < 0)
		return -1;
	printf("ok %s\n", names[news]);
	return 0;
}

static int do_close(char *arguments, struct pw_err *err)
{
	(void)arguments;
	(void)err;
	pw_imap_close(probe.imap);
	probe.imap = NULL;
	puts("ok");
	return 0;
}

static char *read_file(const char *path, size_t *ret_len)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc((size_t)64 << 20);

	if (!file || !text)
		_exit(3);
	*ret_len = fread(text, 1, (size_t)64 << 20, file);
	fclose(file);
	return text;
}

static int do_send(char *arguments, struct pw_err *err)
{
	static const char *const names[] = { "later", "accepted", "refused" };
	struct pw_smtp_options options = { .abort_fd = probe.abort_fd };
	struct pw_smtp_recipient to[20] = { 0 };
	char *from = strtok(arguments, " "), *list = strtok(NULL, " ");
	char *path = strtok(NULL, " ");
	struct pw_smtp_mail mail = { .from = from, .to = to };
	const char *io_ms = getenv("PROBE_IO_MS");
	char *text;
	size_t i;
	int result;

	options.io_ms = options.connect_ms = io_ms ? atol(io_ms) : 0;
	text = read_file(path, &mail.raw_len);
	mail.raw = text;
	for (list = strtok(list, ","); list && mail.n_to < 20; list = strtok(NULL, ","))
		to[mail.n_to++].address = list;
	if (!probe.smtp)
		probe.smtp = pw_smtp_new(&probe.config->smtp, &options);
	result = pw_smtp_send(probe.smtp, &mail, err);
	for (i = 0; i < mail.n_to; i++)
		printf("recipient %s %s %d %s\n", to[i].address, names[to[i].outcome],
		       to[i].status, to[i].text);
	free(text);
	if (result == 0)
		puts("ok");
	return result;
}

static const struct {
	const char *name;
	int (*run)(char *arguments, struct pw_err *err);
	bool needs_session;
} commands[] = {
	{ "open", do_open, false },  { "select", do_select, true },
	{ "fetch", do_fetch, true }, { "ack", do_ack, true },
	{ "wait", do_wait, true },   { "close", do_close, false },
	{ "send", do_send, false },
};

static void run_line(char *line)
{
	struct pw_err err = PW_ERR_INIT;
	size_t len, i;

	line[strcspn(line, "\n")] = '\0';
	len = strcspn(line, " ");
	for (i = 0; i < PW_ARRAY_LEN(commands); i++)
		if (strlen(commands[i].name) == len &&
		    strncmp(line, commands[i].name, len) == 0)
			break;
	if (i == PW_ARRAY_LEN(commands) || (commands[i].needs_session && !probe.imap))
		puts("error input: no such command, or no session");
	else if (commands[i].run(line[len] ? line + len + 1 : line + len, &err) < 0)
		printf("error %s: %s\n", pw_code_name(err.code), err.msg);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct pw_err err = PW_ERR_INIT;
	char line[65536];

	if (argc != 3)
		return 2;
	if (pw_config_load(&probe.config, argv[1], NULL, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return 2;
	}
	probe.mailbox = pw_config_mailbox(probe.config, argv[2]);
	if (!probe.mailbox)
		return 2;
	probe.abort_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	probe.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	while (fgets(line, sizeof line, stdin))
		run_line(line);
	pw_imap_close(probe.imap);
	pw_smtp_free(probe.smtp);
	pw_config_free(probe.config);
	return 0;
}
