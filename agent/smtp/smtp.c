/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/smtp/smtp.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"
#include "agent/smtp/dialogue.h"

#define CONNECT_MS  30000
#define IO_MS       (2 * 60000)
#define REUSE_MS    30000
#define DATA_FACTOR 5 /* RFC 5321 4.5.3.2.6: 10 minutes for the reply to the text */
#define QUIT_MS     1000
#define ADDRESS_MAX 320

struct pw_smtp {
	const struct pw_smtp_config *config;
	int abort_fd;
	int64_t connect_ms, io_ms, reuse_ms;
	struct pw_smtp_dialogue dialogue; /* stream NULL: not connected */
	int64_t used_ms;                  /* monotonic, of the last reply */
	/* what EHLO offered */
	bool has_utf8, has_8bit;
	uint64_t size_max; /* 0: not said */
};

static int64_t now_ms(void)
{
	return pw_monotonic_ms(&pw_clock_real);
}

struct pw_smtp *pw_smtp_new(const struct pw_smtp_config *config,
			    const struct pw_smtp_options *options)
{
	struct pw_smtp *smtp = pw_alloc(1, sizeof *smtp);

	smtp->config = config;
	smtp->abort_fd = options->abort_fd;
	smtp->connect_ms = options->connect_ms ? options->connect_ms : CONNECT_MS;
	smtp->io_ms = options->io_ms ? options->io_ms : IO_MS;
	smtp->reuse_ms = options->reuse_ms ? options->reuse_ms : REUSE_MS;
	return smtp;
}

static void disconnect(struct pw_smtp *smtp)
{
	pw_stream_close(smtp->dialogue.stream);
	smtp->dialogue.stream = NULL;
	smtp->dialogue.n_pending = 0;
}

void pw_smtp_free(struct pw_smtp *smtp)
{
	if (!smtp)
		return;
	disconnect(smtp);
	free(smtp);
}

void pw_smtp_quit(struct pw_smtp *smtp)
{
	struct pw_smtp_reply reply;
	struct pw_err ignored = PW_ERR_INIT;

	if (!smtp->dialogue.stream)
		return;
	if (pw_smtp_command(&smtp->dialogue, "QUIT", QUIT_MS, &reply, &ignored) < 0)
		ignored.code = PW_OK; /* it was a courtesy */
	disconnect(smtp);
}

/* What the server offers; what it offered before STARTTLS does not count. */
static void on_line(void *self, const char *line, size_t len)
{
	struct pw_smtp *smtp = self;
	char word[64];
	size_t n = len < sizeof word - 1 ? len : sizeof word - 1;

	memcpy(word, line, n);
	word[n] = '\0';
	if (pw_starts_with(word, "220")) {
		smtp->has_utf8 = smtp->has_8bit = false;
		smtp->size_max = 0;
	}
	if (!pw_starts_with(word, "250") || n < 5)
		return;
	if (pw_starts_with_i(word + 4, "SIZE "))
		smtp->size_max = strtoull(word + 9, NULL, 10);
	else if (pw_strieq(word + 4, "SMTPUTF8"))
		smtp->has_utf8 = true;
	else if (pw_strieq(word + 4, "8BITMIME"))
		smtp->has_8bit = true;
}

static int connect_anew(struct pw_smtp *smtp, struct pw_err *err)
{
	struct pw_secret secret = { 0 };
	struct pw_dial dial = {
		.protocol = "smtp",
		.server = &smtp->config->server,
		.login = &smtp->config->login,
		.secret = &secret,
		.abort_fd = smtp->abort_fd,
		.connect_ms = smtp->connect_ms,
		.io_ms = smtp->io_ms * DATA_FACTOR,
		.on_line = on_line,
		.self = smtp,
	};
	int result;

	if (pw_secret_get(&secret, &smtp->config->login, smtp->abort_fd, err) < 0)
		return -1;
	result = pw_stream_open(&smtp->dialogue.stream, &dial, err);
	pw_secret_done(&secret);
	smtp->used_ms = now_ms();
	if (result < 0 && err && err->code == PW_EAUTH)
		pw_secret_reject(dial.login);
	return result;
}

int pw_smtp_connect(struct pw_smtp *smtp, struct pw_err *err)
{
	if (smtp->dialogue.stream && now_ms() - smtp->used_ms > smtp->reuse_ms)
		disconnect(smtp);
	if (smtp->dialogue.stream)
		return 0;
	return connect_anew(smtp, err);
}

static int ask(struct pw_smtp *smtp, const char *command, struct pw_smtp_reply *ret,
	       struct pw_err *err)
{
	if (pw_smtp_command(&smtp->dialogue, command, smtp->io_ms, ret, err) < 0)
		return -1;
	smtp->used_ms = now_ms();
	return 0;
}

/* Nothing in it may end the command or the path early (RFC 5321 4.1.2). */
static bool is_sendable(const struct pw_smtp *smtp, const char *address)
{
	const char *at;

	if (strlen(address) > ADDRESS_MAX || !pw_utf8_valid(address, strlen(address)))
		return false;
	for (at = address; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c <= ' ' || c == 0x7F || c == '<' || c == '>' ||
		    (c >= 0x80 && !smtp->has_utf8))
			return false;
	}
	return true;
}

static void judge_recipient(struct pw_smtp_recipient *to,
			    const struct pw_smtp_reply *reply)
{
	to->outcome = pw_smtp_outcome_of(reply->status);
	to->status = reply->status;
	memcpy(to->text, reply->text, sizeof to->text);
}

/* One answer for every recipient that has none other than "accepted". */
static void judge_accepted(struct pw_smtp_mail *mail, const struct pw_smtp_reply *reply)
{
	size_t i;

	for (i = 0; i < mail->n_to; i++)
		if (mail->to[i].outcome == PW_SMTP_ACCEPTED)
			judge_recipient(&mail->to[i], reply);
}

static void judge_all(struct pw_smtp_mail *mail, const struct pw_smtp_reply *reply)
{
	size_t i;

	for (i = 0; i < mail->n_to; i++)
		judge_recipient(&mail->to[i], reply);
}

static bool has_8bit(const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)bytes[i] >= 0x80)
			return true;
	return false;
}

static bool needs_utf8(const struct pw_smtp_mail *mail)
{
	size_t i;

	for (i = 0; i < mail->n_to; i++)
		if (has_8bit(mail->to[i].address, strlen(mail->to[i].address)))
			return true;
	return has_8bit(mail->from, strlen(mail->from));
}

static int say_sender(struct pw_smtp *smtp, const struct pw_smtp_mail *mail,
		      struct pw_smtp_reply *ret, struct pw_err *err)
{
	char size[40] = "";
	PW_CLEANUP(pw_freep) char *command = NULL;

	if (!is_sendable(smtp, mail->from))
		return pw_err_set(err, PW_EINPUT,
				  "the sender's address cannot be used in SMTP");
	if (smtp->size_max)
		snprintf(size, sizeof size, " SIZE=%zu", mail->raw_len);
	command = pw_asprintf("MAIL FROM:<%s>%s%s%s", mail->from, size,
			      smtp->has_8bit && has_8bit(mail->raw, mail->raw_len)
				      ? " BODY=8BITMIME"
				      : "",
			      smtp->has_utf8 && needs_utf8(mail) ? " SMTPUTF8" : "");
	return ask(smtp, command, ret, err);
}

static int say_recipient(struct pw_smtp *smtp, struct pw_smtp_recipient *to,
			 struct pw_err *err)
{
	static const struct pw_smtp_reply unsendable = {
		500, "not an address that the server's SMTP can hold"
	};
	PW_CLEANUP(pw_freep) char *command = NULL;
	struct pw_smtp_reply reply;

	if (!*to->address || !is_sendable(smtp, to->address)) {
		judge_recipient(to, &unsendable);
		to->status = 0;
		return 0;
	}
	command = pw_asprintf("RCPT TO:<%s>", to->address);
	if (ask(smtp, command, &reply, err) < 0)
		return -1;
	judge_recipient(to, &reply);
	return 0;
}

static int say_text(struct pw_smtp *smtp, struct pw_smtp_mail *mail, struct pw_err *err)
{
	int64_t patience = smtp->io_ms * DATA_FACTOR;
	struct pw_smtp_reply reply;

	if (ask(smtp, "DATA", &reply, err) < 0)
		return -1;
	if (reply.status == 354) {
		if (pw_smtp_send_text(&smtp->dialogue, mail->raw, mail->raw_len, patience,
				      err) < 0 ||
		    pw_smtp_read_reply(&smtp->dialogue, patience, &reply, err) < 0)
			return -1;
	} else if (reply.status < 400) {
		return pw_err_set(err, PW_EPROTO, "%s answers DATA with %d",
				  pw_stream_name(smtp->dialogue.stream), reply.status);
	}
	smtp->used_ms = now_ms();
	judge_accepted(mail, &reply);
	return 0;
}

static bool is_closing(const struct pw_smtp_reply *reply)
{
	return reply->status == 421;
}

/* Leave the connection ready for the next mail, or drop it. */
static void clear_up(struct pw_smtp *smtp)
{
	struct pw_smtp_reply reply = { 0 };
	struct pw_err ignored = PW_ERR_INIT;

	if (ask(smtp, "RSET", &reply, &ignored) < 0 || reply.status >= 300)
		disconnect(smtp);
}

static int transact(struct pw_smtp *smtp, struct pw_smtp_mail *mail, struct pw_err *err)
{
	struct pw_smtp_reply reply;
	size_t i, accepted = 0;
	bool is_over = false;

	if (say_sender(smtp, mail, &reply, err) < 0)
		return -1;
	if (reply.status >= 300) {
		judge_all(mail, &reply);
		is_over = true;
	}
	for (i = 0; i < mail->n_to && !is_over; i++) {
		if (say_recipient(smtp, &mail->to[i], err) < 0)
			return -1;
		accepted += mail->to[i].outcome == PW_SMTP_ACCEPTED;
		reply.status = mail->to[i].status;
		if (is_closing(&reply))
			break;
	}
	if (is_closing(&reply)) {
		memset(reply.text, 0, sizeof reply.text);
		snprintf(reply.text, sizeof reply.text, "the server is closing down");
		judge_accepted(mail, &reply);
		disconnect(smtp);
		return 0;
	}
	if (accepted && say_text(smtp, mail, err) < 0)
		return -1;
	if (!accepted)
		clear_up(smtp);
	return 0;
}

static void forget_outcomes(struct pw_smtp_mail *mail)
{
	size_t i;

	for (i = 0; i < mail->n_to; i++) {
		mail->to[i].outcome = PW_SMTP_LATER;
		mail->to[i].status = 0;
		snprintf(mail->to[i].text, sizeof mail->to[i].text, "no answer");
	}
}

static bool is_connection_lost(const struct pw_err *err)
{
	return err->code == PW_ENET || err->code == PW_EPROTO;
}

/* A kept connection may have died in its sleep: then one fresh one is tried.
   That is safe, as the same Message-ID goes out again. */
int pw_smtp_send(struct pw_smtp *smtp, struct pw_smtp_mail *mail, struct pw_err *err)
{
	struct pw_err why = PW_ERR_INIT;
	bool was_kept, is_sent;

	forget_outcomes(mail);
	was_kept = smtp->dialogue.stream != NULL;
	is_sent = pw_smtp_connect(smtp, &why) == 0 && transact(smtp, mail, &why) == 0;
	if (!is_sent && was_kept && is_connection_lost(&why)) {
		disconnect(smtp);
		forget_outcomes(mail);
		is_sent = pw_smtp_connect(smtp, &why) == 0 &&
			  transact(smtp, mail, &why) == 0;
	}
	if (is_sent)
		return 0;
	disconnect(smtp);
	forget_outcomes(mail);
	if (err)
		*err = why;
	return -1;
}
