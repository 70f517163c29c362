/* SPDX-License-Identifier: Apache-2.0 */
/* alert_mail.c - recipients, document, letter. */
#include "agent/alert_mail.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"

static const char *const kind_names[] = {
	[PW_ALERT_NEW] = "alert",
	[PW_ALERT_UPDATE] = "update",
	[PW_ALERT_REVIEW] = "review",
	[PW_ALERT_NOTICE] = "notice",
};

const char *pw_alert_kind_name(enum pw_alert_kind kind)
{
	return (size_t)kind < PW_ARRAY_LEN(kind_names) ? kind_names[kind] : "alert";
}

bool pw_alert_kind_from_name(const char *name, enum pw_alert_kind *ret)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(kind_names); i++)
		if (pw_streq(kind_names[i], name)) {
			*ret = (enum pw_alert_kind)i;
			return true;
		}
	return false;
}

static bool is_among(const char *const *addresses, size_t n, const char *address)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pw_strieq(addresses[i], address))
			return true;
	return false;
}

/* The first owner is told, the others may read along. */
static void add_owner(struct pw_post_mail *out, const struct pw_candidate *candidate)
{
	const char *owner = candidate ? candidate->contract.owner_email : NULL;

	if (!owner || !*owner || is_among(out->to, out->n_to, owner) ||
	    is_among(out->cc, out->n_cc, owner))
		return;
	if (out->n_to == 0)
		out->to[out->n_to++] = owner;
	else if (out->n_cc < PW_POST_ADDRESSES)
		out->cc[out->n_cc++] = owner;
}

static void add_owners(struct pw_post_mail *out, const struct pw_alert_mail *mail)
{
	const struct pw_judgement *judgement = mail->resolved->judgement;
	size_t i;

	add_owner(out, judgement->soonest);
	for (i = 0; i < judgement->n_matched; i++)
		add_owner(out, judgement->matched[i]);
	if (mail->kind != PW_ALERT_NOTICE || out->n_to > 0)
		return;
	for (i = 0; i < mail->resolved->n_candidates; i++)
		if (mail->resolved->candidates[i].how != PW_HOW_NEAR_IDENTIFIER)
			add_owner(out, &mail->resolved->candidates[i]);
}

/* Owner of the soonest-ending contract in To, other owners in Cc; reviews to
   review_to; what has no owner to fallback_to. */
static void put_recipients(struct pw_post_mail *out, const struct pw_post *post,
			   const struct pw_alert_mail *mail)
{
	const struct pw_alerts_config *alerts = &post->config->alerts;

	out->n_to = out->n_cc = 0;
	if (!mail->reason && mail->kind != PW_ALERT_REVIEW)
		add_owners(out, mail);
	if (out->n_to == 0) {
		out->to[0] = mail->kind == PW_ALERT_REVIEW && !mail->reason
				     ? alerts->review_to
				     : alerts->fallback_to;
		out->n_to = 1;
	}
}

/* Said first, so that who stands in knows why before he reads on. */
static void put_reason(struct pw_doc *doc, const char *reason)
{
	struct pw_block block;
	size_t before = doc->n;

	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_WARN, NULL, "%s", reason);
	if (doc->n == before)
		return;
	block = doc->blocks[before];
	memmove(doc->blocks + 1, doc->blocks, before * sizeof *doc->blocks);
	doc->blocks[0] = block;
}

static const char *why_not_attached(const struct pw_post *post,
				    const struct pw_alert_mail *mail)
{
	if (mail->original && pw_post_attaches(post, mail->original_len))
		return NULL;
	if (mail->original)
		return "it is larger than alerts.attach_max_mb";
	return mail->attachment_note ? mail->attachment_note : "it is not kept any more";
}

static void write_doc(struct pw_doc *doc, struct pw_buf *subject,
		      const struct pw_post *post, const struct pw_alert_mail *mail)
{
	const struct pw_judgement *judgement = mail->resolved->judgement;
	const struct pw_alert_input input = {
		.finding = mail->finding,
		.judgement = judgement,
		.vendor = judgement->vendor
				  ? pw_ruleset_vendor(mail->ruleset, judgement->vendor)
				  : NULL,
		.case_id = mail->case_id,
		.mailbox = mail->mailbox,
		.received_ms = mail->received_ms,
		.history = mail->history,
		.n_history = mail->n_history,
		.news = mail->news,
		.attachment_note = why_not_attached(post, mail),
	};

	pw_alert_write(doc, subject, mail->kind, &input);
	if (mail->reason)
		put_reason(doc, mail->reason);
}

static void describe(struct pw_post_mail *out, const struct pw_post *post,
		     const struct pw_alert_mail *mail)
{
	*out = (struct pw_post_mail){
		.kind = pw_alert_kind_name(mail->kind),
		.unique = mail->unique,
		.in_reply_to = mail->thread_id,
		.case_id = mail->case_id,
		.message_id = mail->message_id,
		.original = mail->original,
		.original_len = mail->original_len,
	};
	put_recipients(out, post, mail);
}

/* What it says and whom it goes to; undo with written_done(). */
struct written {
	struct pw_doc *doc;
	struct pw_buf subject;
	struct pw_post_mail letter;
};

static void write_letter(struct written *written, const struct pw_post *post,
			 const struct pw_alert_mail *mail)
{
	written->doc = pw_doc_new();
	pw_buf_init(&written->subject, 4096);
	write_doc(written->doc, &written->subject, post, mail);
	describe(&written->letter, post, mail);
	written->letter.subject = written->subject.data;
	written->letter.doc = written->doc;
}

static void written_done(struct written *written)
{
	pw_doc_free(written->doc);
	pw_buf_done(&written->subject);
}

int pw_alert_mail_queue(const struct pw_post *post, const struct pw_alert_mail *mail,
			int64_t *ret_id, char header_id[PW_TAG_MAX], struct pw_err *err)
{
	PW_CLEANUP(written_done) struct written written;

	write_letter(&written, post, mail);
	return pw_post_queue(post, &written.letter, ret_id, header_id, err);
}

int pw_alert_mail_compose(struct pw_buf *out, const struct pw_post *post,
			  const struct pw_alert_mail *mail, const char *header_id,
			  struct pw_err *err)
{
	PW_CLEANUP(written_done) struct written written;

	write_letter(&written, post, mail);
	return pw_post_compose(out, post, &written.letter, header_id, err);
}
