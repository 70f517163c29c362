/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_script.h - an IMAP server that says what a test tells it to.
 *
 * It listens on the loopback in a thread of its own and serves one connection.
 * Logins succeed; then each line of the client is answered by the first unused
 * step whose `want` it contains, or else as a decent server would.
 */
#ifndef PW_TESTS_IMAP_SCRIPT_H
#define PW_TESTS_IMAP_SCRIPT_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SCRIPT_STEPS 12
#define HANG_UP      "\1" /* reply: close the connection */
#define SILENCE      "\2" /* reply: nothing, and go on listening */

struct script_step {
	const char *want;
	const char *before; /* said `times` times before reply; NULL: nothing */
	int times;
	const char *reply; /* "%" stands for the tag of the command */
};

struct script {
	struct script_step steps[SCRIPT_STEPS];
	bool used[SCRIPT_STEPS];
	int listener;
	pthread_t thread;
	char seen[8192]; /* what the client said after its login */
};

static const struct script_step script_defaults[] = {
	{ "SELECT", NULL, 0,
	  "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n* OK [UIDNEXT 10] fine\r\n"
	  "* OK [PERMANENTFLAGS (\\Seen \\*)] fine\r\n% OK [READ-WRITE] done\r\n" },
	{ " CAPABILITY", NULL, 0,
	  "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR IDLE UIDPLUS MOVE\r\n% OK "
	  "done\r\n" },
	{ "LOGOUT", NULL, 0, "* BYE bye\r\n% OK done\r\n" },
	{ "", NULL, 0, "% OK done\r\n" },
};

static bool script_write(int fd, const char *text, const char *tag)
{
	for (; *text; text++) {
		const char *bytes = *text == '%' ? tag : text;
		size_t len = *text == '%' ? strlen(tag) : strcspn(text, "%");

		if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
			return false;
		if (*text != '%')
			text += len - 1;
	}
	return true;
}

static const struct script_step *script_find(struct script *script, const char *line)
{
	size_t i;

	for (i = 0; i < SCRIPT_STEPS; i++)
		if (script->steps[i].want && !script->used[i] &&
		    strstr(line, script->steps[i].want)) {
			script->used[i] = true;
			return &script->steps[i];
		}
	for (i = 0; !strstr(line, script_defaults[i].want); i++)
		;
	return &script_defaults[i];
}

/* False when the connection is over. */
static bool script_answer(struct script *script, int fd, const char *line)
{
	const struct script_step *step = script_find(script, line);
	char tag[32];
	int i;

	snprintf(tag, sizeof tag, "%.*s", (int)strcspn(line, " \r\n"), line);
	for (i = 0; i < step->times; i++)
		if (!script_write(fd, step->before, tag))
			return false;
	if (strcmp(step->reply, HANG_UP) == 0)
		return false;
	return strcmp(step->reply, SILENCE) == 0 || script_write(fd, step->reply, tag);
}

static void *script_serve(void *self)
{
	static const char login[] = "AUTHENTICATE";
	struct script *script = self;
	int fd = accept(script->listener, NULL, NULL);
	FILE *lines = fd >= 0 ? fdopen(dup(fd), "r") : NULL;
	bool is_in = false;
	char line[8192];

	script_write(fd, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n", "");
	while (lines && fgets(line, sizeof line, lines)) {
		if (is_in)
			snprintf(script->seen + strlen(script->seen),
				 sizeof script->seen - strlen(script->seen), "%s", line);
		if (!is_in && !strstr(line, login)) {
			script_write(fd, "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n",
				     "");
			line[strcspn(line, " ")] = '\0';
			script_write(fd, "% OK done\r\n", line);
			continue;
		}
		if (!is_in) {
			is_in = true;
			line[strcspn(line, " ")] = '\0';
			script_write(fd, "% OK welcome\r\n", line);
			continue;
		}
		if (!script_answer(script, fd, line))
			break;
	}
	shutdown(fd, SHUT_RDWR);
	close(fd);
	if (lines)
		fclose(lines);
	return NULL;
}

/* Returns the port. */
static unsigned script_start(struct script *script)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof address;

	script->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (script->listener < 0 ||
	    bind(script->listener, (struct sockaddr *)&address, len) < 0 ||
	    listen(script->listener, 1) < 0 ||
	    getsockname(script->listener, (struct sockaddr *)&address, &len) < 0 ||
	    pthread_create(&script->thread, NULL, script_serve, script))
		abort();
	return ntohs(address.sin_port);
}

/* The client must have closed its side. */
static void script_stop(struct script *script)
{
	shutdown(script->listener, SHUT_RDWR);
	pthread_join(script->thread, NULL);
	close(script->listener);
}

#endif
