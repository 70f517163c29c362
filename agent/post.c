/* SPDX-License-Identifier: Apache-2.0 */
/* post.c - compose, tag, queue. */
#include "agent/post.h"

#include <string.h>

#include "agent/alert/alert.h"
#include "agent/alert/compose.h"
#include "agent/base/str.h"

#define KEY_NAME     "tag-key"
#define LETTER_BYTES ((size_t)16 << 20) /* of a mail without its attachment */

static int load_key(struct pw_post *post, struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(4096);
	const char *key = NULL;

	if (pw_store_get(post->store, KEY_NAME, arena, &key, err) < 0)
		return -1;
	if (key && strlen(key) == PW_TAG_KEY_HEX - 1) {
		memcpy(post->tag_key, key, PW_TAG_KEY_HEX);
		return 0;
	}
	if (pw_tag_key_new(post->tag_key, err) < 0)
		return -1;
	return pw_store_set(post->store, KEY_NAME, post->tag_key, err);
}

int pw_post_init(struct pw_post *post, struct pw_store *store,
		 const struct pw_clock *clock, struct pw_err *err)
{
	*post = (struct pw_post){ .store = store, .clock = clock };
	return load_key(post, err);
}

bool pw_post_attaches(const struct pw_post *post, size_t original_len)
{
	return original_len <= post->config->alerts.attach_max_bytes;
}

int pw_post_compose(struct pw_buf *out, const struct pw_post *post,
		    const struct pw_post_mail *mail, const char *header_id,
		    struct pw_err *err)
{
	struct pw_addr to[PW_POST_ADDRESSES] = { 0 }, cc[PW_POST_ADDRESSES] = { 0 };
	struct pw_letter letter = {
		.from = { post->config->smtp.from_name, post->config->smtp.from_address },
		.to = to,
		.n_to = mail->n_to,
		.cc = cc,
		.n_cc = mail->n_cc,
		.subject = mail->subject,
		.message_id = header_id,
		.in_reply_to = mail->in_reply_to,
		.references = mail->in_reply_to,
		.is_answer = mail->is_answer,
		.date_ms = pw_wall_ms(post->clock),
		.doc = mail->doc,
		.original = mail->original,
		.original_len = mail->original_len,
	};
	size_t i;

	for (i = 0; i < mail->n_to; i++)
		to[i].address = mail->to[i];
	for (i = 0; i < mail->n_cc; i++)
		cc[i].address = mail->cc[i];
	return pw_letter_compose(out, &letter, err);
}

/* An owner's address comes from a CSV file; one that the composer refuses must
   not cost the alert. */
static int compose_anyway(struct pw_buf *out, const struct pw_post *post,
			  struct pw_post_mail *mail, const char *header_id,
			  struct pw_err *err)
{
	if (mail->n_to > 0) {
		if (pw_post_compose(out, post, mail, header_id, err) == 0)
			return 0;
		if (err->code != PW_EINPUT)
			return -1;
		pw_buf_reset(out);
	}
	mail->to[0] = post->config->alerts.fallback_to;
	mail->n_to = 1;
	mail->n_cc = 0;
	return pw_post_compose(out, post, mail, header_id, err);
}

static int add_row(const struct pw_post *post, const struct pw_post_mail *mail,
		   const char *header_id, const struct pw_buf *data, int64_t *ret_id,
		   struct pw_err *err)
{
	struct pw_outbox_rcpt rcpts[2 * PW_POST_ADDRESSES] = { 0 };
	struct pw_outbox_row row = {
		.kind = mail->kind,
		.header_id = header_id,
		.subject = mail->subject,
		.case_id = mail->case_id,
		.message_id = mail->message_id,
		.data = data->data,
		.data_len = data->len,
		.without_original = !mail->original,
		.rcpts = rcpts,
		.created_ms = pw_wall_ms(post->clock),
	};
	size_t i;

	for (i = 0; i < mail->n_to; i++)
		rcpts[row.n_rcpts++].address = mail->to[i];
	for (i = 0; i < mail->n_cc; i++)
		rcpts[row.n_rcpts++].address = mail->cc[i];
	return pw_store_outbox_add(post->store, &row, ret_id, err);
}

static int make_id(const struct pw_post *post, const char *unique, char out[PW_TAG_MAX],
		   struct pw_err *err)
{
	const char *domain = pw_address_domain(post->config->smtp.from_address);

	return pw_tag_make(post->tag_key, unique, domain ? domain : "localhost", out,
			   err);
}

int pw_post_queue(const struct pw_post *post, const struct pw_post_mail *mail,
		  int64_t *ret_id, char header_id[PW_TAG_MAX], struct pw_err *err)
{
	struct pw_post_mail copy = *mail;
	char id[PW_TAG_MAX];
	struct pw_buf data;
	int r;

	if (make_id(post, mail->unique, id, err) < 0)
		return -1;
	if (copy.original && !pw_post_attaches(post, copy.original_len))
		copy.original = NULL;
	pw_buf_init(&data,
		    LETTER_BYTES + (copy.original ? copy.original_len * 3 / 2 : 0));
	r = compose_anyway(&data, post, &copy, id, err);
	if (r == 0)
		r = add_row(post, &copy, id, &data, ret_id, err);
	pw_buf_done(&data);
	if (r == 0 && header_id)
		memcpy(header_id, id, PW_TAG_MAX);
	return r;
}

int pw_post_trouble(const struct pw_post *post, const struct pw_trouble *trouble,
		    struct pw_err *err)
{
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	struct pw_post_mail mail = {
		.kind = "operations",
		.unique = trouble->unique,
		.to = { post->config->alerts.fallback_to },
		.n_to = 1,
		.doc = doc,
		.message_id = trouble->message_id,
		.original = trouble->original,
		.original_len = trouble->original_len,
	};
	char header_id[PW_TAG_MAX];
	struct pw_buf subject;
	bool is_told;
	int64_t id;
	int r;

	/* In a flood the same is to be told with every mail: compose it once. */
	if (make_id(post, trouble->unique, header_id, err) < 0 ||
	    pw_store_outbox_knows(post->store, header_id, &is_told, err) < 0)
		return -1;
	if (is_told)
		return 0;
	pw_buf_init(&subject, 4096);
	pw_trouble_write(doc, &subject, trouble->what, trouble->details,
			 trouble->n_details, trouble->todo, trouble->n_todo);
	mail.subject = subject.data;
	r = pw_post_queue(post, &mail, &id, NULL, err);
	pw_buf_done(&subject);
	return r;
}
