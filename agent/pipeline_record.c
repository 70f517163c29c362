/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline_record.c - what one message writes into the store. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/contract_source.h"
#include "agent/log/log.h"
#include "agent/pipeline_record.h"
#include "agent/policy.h"

#define ARENA_BYTES ((size_t)64 << 20)

void pw_record_step(const struct pw_record *record, const char *name)
{
	if (record->recorder->step)
		record->recorder->step(record->recorder->self, name);
}

static int add_row(struct pw_record *record, struct pw_err *err)
{
	bool has_raw = record->row.state != PW_MESSAGE_DUPLICATE;

	pw_record_step(record, "message");
	return pw_store_message_add(record->recorder->store, &record->row,
				    has_raw ? record->item->raw : NULL,
				    has_raw ? record->item->len : 0, &record->id, err);
}

static void log_decision(const struct pw_record *record)
{
	const struct pw_message_row *row = &record->row;
	const struct pw_judgement *judgement =
		record->resolved ? record->resolved->judgement : NULL;
	const struct pw_solicitor *solicitor =
		record->finding ? &record->finding->solicitor : NULL;
	const char *rival =
		solicitor && record->finding->is_solicitation && solicitor->rival
			? solicitor->rival
			: "-";

	pw_log(PW_LOG_INFO,
	       "mailbox=%s uid=%" PRIu32 " state=%s verdict=%s case=%" PRId64
	       " rival=%s contracts=%zu timing=%s why=%s",
	       row->mailbox, row->uid, pw_message_state_name(row->state),
	       pw_verdict_name(row->verdict), row->case_id, rival,
	       judgement ? judgement->n_matched : 0,
	       judgement && judgement->timing != PW_TIMING_NONE
		       ? pw_timing_name(judgement->timing)
		       : "-",
	       row->why ? row->why : "");
}

/* --- verdicts ---------------------------------------------------------- */

static const char *owner_of(const struct pw_judgement *judgement)
{
	return judgement->soonest ? judgement->soonest->contract.owner_email : NULL;
}

/* The Message-ID of a mail of ours that stands anywhere in the bytes. */
static const char *find_tag(const struct pw_record *record)
{
	size_t len;
	const char *tag = pw_tag_find(record->recorder->post.tag_key, record->item->raw,
				      record->item->len, &len);

	return tag ? pw_arena_strndup(record->arena, tag, len) : NULL;
}

/* It carries a mail of ours to a colleague: forwarded by hand or by a rule, it
   must not cause a mail that would be forwarded again. */
static bool is_echo(const struct pw_record *record)
{
	const char *tag = find_tag(record);

	return tag && strncmp(tag, "pw.thanks-", 10) != 0;
}

static int enter_case(struct pw_record *record, struct pw_err *err)
{
	const struct pw_solicitor *solicitor = &record->finding->solicitor;
	const struct pw_case_input input = {
		.rival = solicitor->rival,
		.rival_name = solicitor->rival_name,
		.subject = solicitor->subject,
		.owner_email = owner_of(record->resolved->judgement),
		.judgement = record->resolved->judgement,
		.is_echo = is_echo(record),
		.now_ms = pw_wall_ms(record->recorder->clock),
	};
	struct pw_case_result result;
	bool has_room = true;

	pw_record_step(record, "case");
	if (pw_case_take(&result, record->recorder->store, &input, record->id,
			 record->arena, err) < 0)
		return -1;
	record->row.case_id = result.decision.case_id;
	if (pw_record_thanks(record, err) < 0)
		return -1;
	if (result.decision.action != PW_CASE_ALERT || record->finding->is_report_only)
		return 0;
	if (pw_record_room(record->recorder, &has_room, err) < 0)
		return -1;
	return has_room ? pw_record_alert(record, &result, err)
			: pw_record_hold(record, &result, err);
}

static bool concerns_us(const struct pw_record *record)
{
	return record->resolved->customer || record->resolved->n_candidates > 0;
}

static int write_decided(struct pw_record *record, struct pw_err *err)
{
	if (add_row(record, err) < 0)
		return -1;
	if (record->row.verdict != PW_VERDICT_IGNORE)
		return enter_case(record, err);
	if (record->finding->notice && concerns_us(record))
		return pw_record_notice(record, err);
	return 0;
}

/* --- messages that were not judged -------------------------------------- */

static const char *line(const struct pw_record *record, const char *label,
			const char *text)
{
	size_t len = strlen(label) + (text ? strlen(text) : 0) + 1;
	char *out = pw_arena_alloc(record->arena, len, 1);

	if (!out)
		return label;
	snprintf(out, len, "%s%s", label, text ? text : "");
	return out;
}

static int write_unreadable(struct pw_record *record, struct pw_err *err)
{
	const struct pw_finding *finding = record->finding;
	const char *details[24];
	size_t i, n = 0;

	record->row.state = PW_MESSAGE_UNREADABLE;
	record->row.verdict = PW_VERDICT_REVIEW;
	record->row.why = line(record, "unreadable: ", record->item->job.err.msg);
	if (add_row(record, err) < 0)
		return -1;
	details[n++] = line(record, "Mailbox: ", record->item->mailbox);
	details[n++] = line(record, "What happened: ", record->item->job.err.msg);
	for (i = 0; finding && i < finding->n_identifiers && i < 10; i++)
		details[n++] = line(record, "Names an identifier of ours: ",
				    finding->identifiers[i].identifier);
	for (i = 0; finding && i < finding->n_hits && i < 10; i++)
		details[n++] = line(record, "Names a rival: ", finding->hits[i].rule);
	return pw_record_trouble(record, "A forwarded mail could not be read", details, n,
				 "Look at the message in the mailbox; it was kept.", err);
}

/* A message whose text never came: all there is to tell is where it lies. */
static int write_unfetched(struct pw_record *record, enum pw_message_state state,
			   const char *why, const char *headline, struct pw_err *err)
{
	char size[64];
	const char *details[2];

	record->row.state = state;
	record->row.verdict = PW_VERDICT_REVIEW;
	record->row.why = why;
	if (add_row(record, err) < 0)
		return -1;
	snprintf(size, sizeof size, "Size: %" PRIu64 " bytes, UID %" PRIu32,
		 record->item->size, record->item->uid);
	details[0] = line(record, "Mailbox: ", record->item->mailbox);
	details[1] = size;
	return pw_record_trouble(record, headline, details, 2,
				 "Look at the message in the mailbox.", err);
}

static int write_old(struct pw_record *record, struct pw_err *err)
{
	struct pw_mailbox_row *row;

	if (pw_store_mailbox_get(record->recorder->store, record->item->mailbox,
				 record->arena, &row, err) < 0)
		return -1;
	if (!row)
		return 0;
	row->n_old++;
	return pw_store_mailbox_put(record->recorder->store, row, err);
}

static int write_duplicate(struct pw_record *record, const struct pw_message_row *first,
			   struct pw_err *err)
{
	record->row.state = PW_MESSAGE_DUPLICATE;
	record->row.verdict = first->verdict;
	record->row.duplicate_of = first->id;
	record->row.forwarder = first->forwarder;
	record->row.subject = first->subject;
	record->row.why = "the same message was judged before";
	return add_row(record, err);
}

/* --- our own mails ------------------------------------------------------ */

static bool is_own(const struct pw_record *record)
{
	const char *id = record->finding->message_id;

	/* Who was sent a mail of ours knows a tag, but he is not us. */
	return id && record->finding->is_from_us &&
	       pw_tag_check(record->recorder->post.tag_key, id, strlen(id));
}

/* An alert that came back did not arrive; nobody is told about the bounce of
   what would tell him. */
static int write_bounce(struct pw_record *record, const char *tag, struct pw_err *err)
{
	const char *details[2];

	record->row.state = PW_MESSAGE_OWN;
	record->row.why = "a mail of ours came back";
	if (add_row(record, err) < 0)
		return -1;
	if (strncmp(tag, "pw.trouble-", 11) == 0)
		return 0;
	details[0] = line(record, "Subject: ", record->finding->subject);
	details[1] = line(record, "Our mail: ", tag);
	return pw_record_trouble(record, "A mail of ours came back undelivered", details,
				 2,
				 "See who did not get it, and mend his address in the "
				 "contracts.",
				 err);
}

static int write_own(struct pw_record *record, struct pw_err *err)
{
	record->row.state = PW_MESSAGE_OWN;
	record->row.verdict = PW_VERDICT_IGNORE;
	record->row.why = "one of our own mails";
	return add_row(record, err);
}

/* --- the way through ----------------------------------------------------- */

static int read_finding(struct pw_record *record, struct pw_err *err)
{
	if (!record->item->job.result)
		return 0;
	if (pw_finding_from_json(&record->finding, record->item->job.result, err) < 0)
		return -1;
	record->finding_text = json_dumps(record->item->job.result, JSON_COMPACT);
	record->row.finding = record->finding_text;
	record->row.forwarder = record->finding->forwarder;
	record->row.subject = record->finding->subject;
	return 0;
}

static int judge(struct pw_record *record, struct pw_err *err)
{
	const struct pw_recorder *recorder = record->recorder;
	struct pw_contract_source source = pw_contract_source_of(recorder->store);
	const struct pw_resolve_options options = {
		.received = record->item->job.received,
		.window_days = recorder->config->alerts.window_days,
	};

	if (pw_resolve(&record->resolved, record->finding, &source, recorder->ruleset,
		       &options, err) < 0)
		return -1;
	record->row.verdict = record->resolved->judgement->verdict;
	record->row.why = record->resolved->judgement->why;
	return 0;
}

static bool is_store_error(const struct pw_err *err)
{
	return err->code == PW_ESTORE || err->code == PW_EBUSY ||
	       err->code == PW_EDAMAGED || err->code == PW_ENOMEM;
}

static bool is_accepted(const struct pw_record *record)
{
	const struct pw_mailbox_config *mailbox =
		pw_config_mailbox(record->recorder->config, record->item->mailbox);

	return !mailbox || pw_policy_accepts(mailbox, record->finding, record->resolved);
}

static int write_judged(struct pw_record *record, struct pw_err *err)
{
	const char *tag;

	if (is_own(record))
		return write_own(record, err);
	if (record->finding->is_bounce && (tag = find_tag(record)) != NULL)
		return write_bounce(record, tag, err);
	pw_record_step(record, "judge");
	if (judge(record, err) < 0)
		return -1;
	if (is_accepted(record))
		return write_decided(record, err);
	record->row.state = PW_MESSAGE_REFUSED;
	record->row.verdict = PW_VERDICT_IGNORE;
	record->row.why = "its sender may not forward to this mailbox (accept)";
	return add_row(record, err);
}

static int write_whole(struct pw_record *record, struct pw_err *err)
{
	struct pw_err *why = (struct pw_err *)(uintptr_t)&record->item->job.err;
	struct pw_message_row *first;

	if (pw_store_message_by_hash(record->recorder->store, record->item->hash,
				     record->arena, &first, err) < 0)
		return -1;
	if (first)
		return write_duplicate(record, first, err);
	/* What an inspector says is a stranger's word: an answer of the wrong shape
	   is one more way of being unreadable. */
	if (read_finding(record, why) < 0 || record->item->job.outcome != PW_JOB_DONE ||
	    !record->finding)
		return write_unreadable(record, err);
	return write_judged(record, err);
}

static int write_one(struct pw_record *record, struct pw_err *err)
{
	const struct pw_item *item = record->item;
	struct pw_message_row *row;

	if (item->state == PW_IMAP_TOO_OLD)
		return write_old(record, err);
	if (pw_store_message_find(record->recorder->store, item->mailbox,
				  item->uidvalidity, item->uid, record->arena, &row,
				  err) < 0)
		return -1;
	if (row)
		return 0;
	if (item->state == PW_IMAP_TOO_LARGE)
		return write_unfetched(record, PW_MESSAGE_TOO_LARGE,
				       "larger than max_message_mb",
				       "A forwarded mail is too large to be read", err);
	if (item->state == PW_IMAP_REFUSED)
		return write_unfetched(record, PW_MESSAGE_UNREADABLE,
				       "unreadable: the server would not hand it out",
				       "A forwarded mail could not be fetched", err);
	return write_whole(record, err);
}

static void record_init(struct pw_record *record, struct pw_recorder *recorder,
			const struct pw_item *item)
{
	*record = (struct pw_record){
		.recorder = recorder,
		.item = item,
		.arena = pw_arena_new(ARENA_BYTES),
		.row = {
			.mailbox = item->mailbox,
			.uidvalidity = item->uidvalidity,
			.uid = item->uid,
			.hash = item->hash[0] ? item->hash : NULL,
			.size = (int64_t)item->size,
			.received_ms = item->received_ms,
			.state = PW_MESSAGE_DECIDED,
			.verdict = PW_VERDICT_IGNORE,
		},
	};
}

static void record_done(struct pw_record *record)
{
	pw_resolved_free(record->resolved);
	pw_finding_free(record->finding);
	free(record->finding_text);
	pw_arena_free(record->arena);
}

/* In a transaction of its own inside the batch's, so that what one message
   does wrong is undone alone. */
static int try_write(struct pw_recorder *recorder, const struct pw_item *item,
		     int (*write)(struct pw_record *record, struct pw_err *err),
		     struct pw_err *err)
{
	struct pw_record record;
	int r;

	record_init(&record, recorder, item);
	r = pw_store_begin(recorder->store, err);
	if (r == 0) {
		r = write(&record, err);
		if (r == 0)
			r = pw_store_commit(recorder->store, err);
		if (r < 0)
			pw_store_rollback(recorder->store);
	}
	if (r == 0 && record.id)
		log_decision(&record);
	record_done(&record);
	return r;
}

int pw_record(struct pw_recorder *recorder, struct pw_item *item, struct pw_err *err)
{
	if (try_write(recorder, item, write_one, err) == 0)
		return 0;
	if (is_store_error(err))
		return -1;
	pw_log(PW_LOG_WARNING, "mailbox=%s uid=%" PRIu32 " cannot be judged: %s",
	       item->mailbox, item->uid, err->msg);
	item->job.err = *err;
	return try_write(recorder, item, write_unreadable, err);
}
