/* SPDX-License-Identifier: Apache-2.0 */
/*
 * post.h - the one way a mail gets into the outbox.
 *
 * Composes it, gives it a Message-ID that only we can make, and adds the row;
 * called inside the transaction of what causes the mail.
 */
#ifndef PW_POST_H
#define PW_POST_H

#include <stdbool.h>

#include "agent/alert/doc.h"
#include "agent/base/clock.h"
#include "agent/config/config.h"
#include "agent/crypto/tag.h"
#include "agent/store/store.h"

/* What composing needs; everything borrowed. */
struct pw_post {
	struct pw_store *store;
	const struct pw_config *config;
	const struct pw_clock *clock;
	char tag_key[PW_TAG_KEY_HEX];
};

/* Fetches the key of our tags from the store, or makes it; the configuration is
   still to be set. */
int pw_post_init(struct pw_post *post, struct pw_store *store,
		 const struct pw_clock *clock, struct pw_err *err) PW_MUST_CHECK;

#define PW_POST_ADDRESSES 20

struct pw_post_mail {
	const char *kind;   /* as struct pw_outbox_row */
	const char *unique; /* makes the Message-ID: the same again is the same mail */
	const char *to[PW_POST_ADDRESSES], *cc[PW_POST_ADDRESSES];
	size_t n_to, n_cc;
	const char *subject;
	const struct pw_doc *doc;
	const char *in_reply_to; /* Message-ID without <>; NULL: none */
	bool is_answer;          /* to a person's mail: Auto-Submitted says so */
	int64_t case_id, message_id;
	const void *original; /* NULL: nothing attached */
	size_t original_len;
};

/* Would an original of this size be attached? */
bool pw_post_attaches(const struct pw_post *post, size_t original_len);
/* Queue it.  Addresses that no mail can be sent to are left out; where none is
   left, the fallback is used.  *ret_id: row of the outbox; header_id (NULL
   allowed) gets its Message-ID. */
int pw_post_queue(const struct pw_post *post, const struct pw_post_mail *mail,
		  int64_t *ret_id, char header_id[PW_TAG_MAX],
		  struct pw_err *err) PW_MUST_CHECK;
/* Compose only: for a mail that is in the outbox under header_id. */
int pw_post_compose(struct pw_buf *out, const struct pw_post *post,
		    const struct pw_post_mail *mail, const char *header_id,
		    struct pw_err *err) PW_MUST_CHECK;

/* Something a person must see to: one mail to the fallback address. */
struct pw_trouble {
	const char *unique;
	const char *what;
	const char *const *details;
	size_t n_details;
	const char *const *todo;
	size_t n_todo;
	int64_t message_id;
	const void *original; /* attached where it fits; NULL: none */
	size_t original_len;
};
int pw_post_trouble(const struct pw_post *post, const struct pw_trouble *trouble,
		    struct pw_err *err) PW_MUST_CHECK;

#endif
