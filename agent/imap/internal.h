/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h - what the files of agent/imap/ share.
 */
#ifndef PW_IMAP_INTERNAL_H
#define PW_IMAP_INTERNAL_H

#include <libetpan/libetpan.h>

#include "agent/imap/guard.h"
#include "agent/imap/imap.h"
#include "agent/net/stream.h"

/* What a command other than a fetch may answer: a 64-KB line and chatter. */
#define PW_IMAP_ANSWER_BYTES ((size_t)256 << 10)

struct pw_imap_entry {
	uint32_t uid;
	uint64_t size;
	int64_t received_ms;
};

struct pw_imap_text {
	uint32_t uid;
	bool is_present; /* the server answered with a text */
	bool is_cut;     /* the text was larger than allowed */
	bool is_refused; /* the server answered without a text */
	struct pw_buf bytes;
};

/* One iteration of fetch_begin/fetch_next (fetch.c). */
struct pw_imap_fetch {
	bool is_open;
	bool is_listed;   /* nothing above next_uid */
	bool is_overfull; /* more was listed than can be held */
	bool was_refused; /* NO to the batch at hand */
	uint32_t next_uid;
	uint32_t window;
	int64_t oldest_ms;
	struct pw_imap_entry *entries; /* ascending by UID */
	size_t n, cap, at;
	struct pw_imap_text *texts; /* of entries [at, loaded) */
	size_t n_texts, loaded;
	struct pw_imap_text arriving; /* the text of the response being read */
};

struct pw_imap {
	const struct pw_mailbox_config *mailbox;
	int wake_fd;
	int64_t io_ms, renew_ms;
	struct pw_stream *stream;
	struct pw_guard guard;
	mailimap *session;
	char *chunk;           /* PW_GUARD_INPUT_MAX bytes */
	struct pw_err failure; /* why the driver gave up */
	bool is_sound;
	uint32_t uidnext;
	struct pw_imap_fetch fetch;
};

/* A mailstream over imap's stream and guard (driver.c); NULL: no memory.
   libetpan owns it. */
mailstream *pw_imap_driver_new(struct pw_imap *imap);
/* Receive once and feed the guard; -1 and imap->failure set on errors. */
int pw_imap_pump(struct pw_imap *imap);
/* Can a line be read without waiting? */
bool pw_imap_is_pending(const struct pw_imap *imap);

/* Allow the next command its answer; then turn libetpan's result into err.
   refusal is the code for a tagged NO.  doing: "open folder 'INBOX'". */
void pw_imap_expect(struct pw_imap *imap, size_t bytes);
int pw_imap_check(struct pw_imap *imap, int result, enum pw_code refusal,
		  const char *doing, struct pw_err *err);
/* The same for failures outside libetpan (imap->failure is set). */
int pw_imap_fail(struct pw_imap *imap, const char *doing, struct pw_err *err);

/* UTF-8 to IMAP's modified UTF-7 (RFC 3501 5.1.3); owned by the caller. */
char *pw_imap_folder_name(const char *utf8);

void pw_imap_fetch_done(struct pw_imap *imap);

#endif
