/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - open, close, select; and what libetpan's results mean. */
#include "agent/imap/internal.h"

#include <string.h>

#include "agent/base/str.h"

#define CONNECT_MS       30000
#define IO_MS            60000
#define RENEW_MS         (10 * 60000)
#define RENEW_MAX_MS     (28 * 60000) /* RFC 2177 */
#define LOGOUT_MS        1000
#define COMMAND_SILENCES 10 /* a whole command may take that many io_ms */

void pw_imap_expect(struct pw_imap *imap, size_t bytes)
{
	imap->guard.said[0] = '\0';
	imap->guard.said_no = false;
	pw_stream_allow(imap->stream, bytes, imap->io_ms * COMMAND_SILENCES);
}

int pw_imap_fail(struct pw_imap *imap, const char *doing, struct pw_err *err)
{
	imap->is_sound = false;
	if (err)
		*err = imap->failure;
	return pw_err_wrap(err, "cannot %s", doing);
}

static int explain(struct pw_imap *imap, int result, enum pw_code refusal,
		   const char *doing, struct pw_err *err)
{
	const char *name = pw_stream_name(imap->stream);

	switch (result) {
	case MAILIMAP_ERROR_PARSE:
		return pw_err_set(err, PW_EPROTO,
				  "cannot %s: %s sent an answer that cannot be read",
				  doing, name);
	case MAILIMAP_ERROR_PROTOCOL:
	case MAILIMAP_ERROR_BAD_STATE:
		return pw_err_set(err, PW_EPROTO,
				  "cannot %s: %s broke the protocol: '%s'", doing, name,
				  imap->guard.said);
	case MAILIMAP_ERROR_MEMORY:
		return pw_err_set(err, PW_ENOMEM, "cannot %s: no memory", doing);
	case MAILIMAP_ERROR_STREAM:
	case MAILIMAP_ERROR_FATAL:
		return pw_err_set(err, PW_ENET, "cannot %s: %s said goodbye: '%s'", doing,
				  name, imap->guard.said);
	default:
		return pw_err_set(err, refusal, "cannot %s: %s says '%s'", doing, name,
				  imap->guard.said);
	}
}

int pw_imap_check(struct pw_imap *imap, int result, enum pw_code refusal,
		  const char *doing, struct pw_err *err)
{
	if (result == MAILIMAP_NO_ERROR && !imap->guard.said_no)
		return 0; /* libetpan forgets the NO when data came before it */
	if (imap->failure.code != PW_OK)
		return pw_imap_fail(imap, doing, err);
	imap->is_sound = false;
	return explain(imap, result, refusal, doing, err);
}

static int connect_stream(struct pw_imap *imap, const struct pw_secret *secret,
			  const struct pw_imap_options *options, struct pw_err *err)
{
	struct pw_dial dial = {
		.protocol = "imap",
		.server = &imap->mailbox->server,
		.login = &imap->mailbox->login,
		.secret = secret,
		.abort_fd = options->abort_fd,
		.connect_ms = options->connect_ms ? options->connect_ms : CONNECT_MS,
		.io_ms = imap->io_ms,
	};

	if (pw_stream_open(&imap->stream, &dial, err) == 0)
		return 0;
	if (err && err->code == PW_EAUTH)
		pw_secret_reject(dial.login);
	return -1;
}

static void ignore_progress(size_t current, size_t maximum, void *context)
{
	(void)current;
	(void)maximum;
	(void)context;
}

/* The guard keeps the answer. */
static int ask_capabilities(struct pw_imap *imap, struct pw_err *err)
{
	int result;

	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
	result = mailimap_custom_command(imap->session, "CAPABILITY");
	return pw_imap_check(imap, result, PW_EPROTO, "ask for capabilities", err);
}

/* The login is libcurl's; libetpan starts in the authenticated state. */
static int start_session(struct pw_imap *imap, struct pw_err *err)
{
	mailstream *stream;
	int result;

	imap->session = mailimap_new(0, NULL);
	stream = imap->session ? pw_imap_driver_new(imap) : NULL;
	if (!stream)
		return pw_err_set(err, PW_ENOMEM, "no memory for a session");
	pw_guard_inject(&imap->guard, "* PREAUTH ready\r\n");
	result = mailimap_connect(imap->session, stream);
	if (result != MAILIMAP_NO_ERROR_AUTHENTICATED)
		return pw_imap_check(imap, result, PW_EPROTO, "start the session", err);
	/* without a progress callback libetpan ignores the message handlers */
	mailimap_set_progress_callback(imap->session, ignore_progress, ignore_progress,
				       NULL);
	imap->is_sound = true;
	return ask_capabilities(imap, err);
}

int pw_imap_open(struct pw_imap **ret, const struct pw_mailbox_config *mailbox,
		 const struct pw_secret *secret, const struct pw_imap_options *options,
		 struct pw_err *err)
{
	PW_CLEANUP(pw_imap_closep)
	struct pw_imap *imap = pw_alloc(1, sizeof *imap);

	imap->mailbox = mailbox;
	imap->wake_fd = options->wake_fd;
	imap->io_ms = options->io_ms ? options->io_ms : IO_MS;
	imap->renew_ms = options->renew_ms ? options->renew_ms : RENEW_MS;
	if (imap->renew_ms > RENEW_MAX_MS)
		imap->renew_ms = RENEW_MAX_MS;
	imap->chunk = pw_alloc(PW_GUARD_INPUT_MAX, 1);
	pw_guard_init(&imap->guard);
	if (connect_stream(imap, secret, options, err) < 0 ||
	    start_session(imap, err) < 0)
		return -1;
	*ret = PW_TAKE(imap);
	return 0;
}

void pw_imap_close(struct pw_imap *imap)
{
	if (!imap)
		return;
	pw_imap_fetch_done(imap);
	if (!imap->is_sound && imap->failure.code == PW_OK)
		pw_err_set(&imap->failure, PW_ENET, "the session is over");
	if (imap->stream)
		pw_stream_allow(imap->stream, PW_IMAP_ANSWER_BYTES, LOGOUT_MS);
	if (imap->session)
		mailimap_free(imap->session); /* says LOGOUT; fails at once if unsound */
	pw_stream_close(imap->stream);
	pw_guard_done(&imap->guard);
	free(imap->chunk);
	free(imap);
}

bool pw_imap_has_capability(const struct pw_imap *imap, const char *name)
{
	const char *at = imap->guard.can;
	size_t len = strlen(name);

	while ((at = strcasestr(at, name)) && (at[-1] != ' ' || at[len] != ' '))
		at++;
	return at != NULL;
}

bool pw_imap_has_idle(const struct pw_imap *imap)
{
	return pw_imap_has_capability(imap, "IDLE");
}

/* A server that sends no PERMANENTFLAGS keeps all flags (RFC 3501 6.3.1), but
   whether it takes new keywords it does not say: it gets none. */
int pw_imap_select(struct pw_imap *imap, struct pw_imap_folder *ret, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *name = pw_imap_folder_name(imap->mailbox->folder);
	PW_CLEANUP(pw_freep)
	char *doing = pw_asprintf("open folder '%s'", imap->mailbox->folder);
	const struct mailimap_selection_info *info;
	int result;

	imap->guard.has_keyword = false;
	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
	result = mailimap_select(imap->session, name);
	if (pw_imap_check(imap, result, PW_ENOTFOUND, doing, err) < 0)
		return -1;
	info = imap->session->imap_selection_info;
	if (!info || !info->sel_uidvalidity) {
		imap->is_sound = false;
		return pw_err_set(err, PW_EPROTO,
				  "cannot %s: %s keeps no UIDs (no UIDVALIDITY)", doing,
				  pw_stream_name(imap->stream));
	}
	imap->uidnext = info->sel_uidnext;
	*ret = (struct pw_imap_folder){
		.uidvalidity = info->sel_uidvalidity,
		.uidnext = info->sel_uidnext,
		.exists = info->sel_exists,
		.keeps_keyword = imap->guard.has_keyword,
		.is_read_only = info->sel_perm == MAILIMAP_MAILBOX_READONLY,
	};
	return 0;
}
