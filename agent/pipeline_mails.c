/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline_mails.c - the mails that one message causes, and those it does not. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/alert_mail.h"
#include "agent/pipeline_record.h"

#define HOUR_MS      (INT64_C(3600) * 1000)
#define HISTORY_MAX  10
#define TROUBLES_MAX 20 /* an hour: a flood of odd mails is no flood of ours */

const char *pw_record_unique(const struct pw_record *record, const char *what)
{
	char *unique = pw_arena_alloc(record->arena, 65, 1);

	if (!unique)
		return what;
	if (record->item->hash[0])
		snprintf(unique, 65, "%s-%.32s", what, record->item->hash);
	else
		snprintf(unique, 65, "%s-%" PRIu32 "-%" PRIu32, what,
			 record->item->uidvalidity, record->item->uid);
	return unique;
}

static int count_recent(const struct pw_record *record, const char *kind, int64_t *ret,
			struct pw_err *err)
{
	int64_t since = pw_wall_ms(record->recorder->clock) - HOUR_MS;

	return pw_store_outbox_count(record->recorder->store, kind, since, ret, err);
}

int pw_record_room(const struct pw_recorder *recorder, bool *ret, struct pw_err *err)
{
	static const char *const kinds[] = { "alert", "review", "notice" };
	int64_t since = pw_wall_ms(recorder->clock) - HOUR_MS, sum = 0, n;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(kinds); i++) {
		if (pw_store_outbox_count(recorder->store, kinds[i], since, &n, err) < 0)
			return -1;
		sum += n;
	}
	*ret = sum < recorder->config->alerts.max_per_hour;
	return 0;
}

/* Past the limit one mail an hour says that there are others. */
static int tell_of_more(struct pw_record *record, struct pw_err *err)
{
	const char *detail = "Twenty of them were told one by one; the others are kept "
			     "and listed.";
	const char *todo = "Run `poachwatch status`: it lists the newest.";
	char unique[40];
	struct pw_trouble trouble = {
		.unique = unique,
		.what = "Many mails in an hour could not be judged",
		.details = &detail,
		.n_details = 1,
		.todo = &todo,
		.n_todo = 1,
	};

	snprintf(unique, sizeof unique, "unjudged-%" PRId64,
		 pw_wall_ms(record->recorder->clock) / HOUR_MS);
	return pw_post_trouble(&record->recorder->post, &trouble, err);
}

int pw_record_trouble(struct pw_record *record, const char *what,
		      const char *const *details, size_t n, const char *todo,
		      struct pw_err *err)
{
	struct pw_trouble trouble = {
		.unique = pw_record_unique(record, "trouble"),
		.what = what,
		.details = details,
		.n_details = n,
		.todo = &todo,
		.n_todo = 1,
		.message_id = record->id,
	};
	int64_t recent;

	if (count_recent(record, "operations", &recent, err) < 0)
		return -1;
	if (recent >= TROUBLES_MAX)
		return tell_of_more(record, err);
	pw_record_step(record, "outbox");
	return pw_post_trouble(&record->recorder->post, &trouble, err);
}

/* What an event says to people: of a mail that was sent only the kind, for its
   text is a Message-ID. */
static const char *words_of(const struct pw_case_event *event)
{
	static const char *const sent[][2] = {
		{ "alerted", "an alert was sent" },
		{ "updated", "an update was sent" },
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(sent); i++)
		if (pw_streq(event->kind, sent[i][0]))
			return sent[i][1];
	return event->outbox_id ? event->kind : event->text;
}

static const char **history_of(const struct pw_record *record,
			       const struct pw_case_result *result, size_t *ret_n)
{
	size_t first =
		result->n_events > HISTORY_MAX ? result->n_events - HISTORY_MAX : 0;
	const char **lines = pw_arena_alloc(record->arena, HISTORY_MAX, sizeof *lines);
	size_t i;

	*ret_n = 0;
	for (i = first; lines && i < result->n_events; i++) {
		char day[PW_DAY_TEXT], *line;
		const char *text = words_of(&result->events[i]);
		size_t len = text ? strlen(text) + 16 : 0;

		line = len ? pw_arena_alloc(record->arena, len, 1) : NULL;
		if (!line)
			continue;
		pw_day_to_iso(pw_day_of_ms(result->events[i].at_ms), day);
		snprintf(line, len, "%s %s", day, text);
		lines[(*ret_n)++] = line;
	}
	return lines;
}

static struct pw_alert_mail alert_of(const struct pw_record *record,
				     enum pw_alert_kind kind)
{
	return (struct pw_alert_mail){
		.kind = kind,
		.finding = record->finding,
		.resolved = record->resolved,
		.ruleset = record->recorder->ruleset,
		.mailbox = record->item->address,
		.received_ms = record->item->received_ms,
		.case_id = record->row.case_id,
		.message_id = record->id,
		.original = record->item->raw,
		.original_len = record->item->len,
		.unique = pw_record_unique(record, pw_alert_kind_name(kind)),
	};
}

int pw_record_alert(struct pw_record *record, const struct pw_case_result *result,
		    struct pw_err *err)
{
	bool is_review = record->row.verdict == PW_VERDICT_REVIEW;
	struct pw_alert_mail mail =
		alert_of(record, is_review ? PW_ALERT_REVIEW : PW_ALERT_NEW);
	char header_id[PW_TAG_MAX];
	int64_t outbox_id;

	mail.thread_id = result->row->thread_id;
	mail.history = history_of(record, result, &mail.n_history);
	mail.news = result->decision.news;
	pw_record_step(record, "outbox");
	if (pw_alert_mail_queue(&record->recorder->post, &mail, &outbox_id, header_id,
				err) < 0)
		return -1;
	pw_record_step(record, "mailed");
	return pw_case_mailed(record->recorder->store, result->decision.case_id,
			      "alerted", outbox_id, header_id, NULL, err);
}

/* Over the cap the case owes its mail, so that a flood cannot silence what
   comes with it; one mail an hour says that others were held back. */
int pw_record_hold(struct pw_record *record, const struct pw_case_result *result,
		   struct pw_err *err)
{
	const struct pw_case_event event = {
		.kind = "held",
		.message_id = record->id,
		.text = "no mail: more alerts this hour than alerts.max_per_hour allows",
	};
	const char *const details[] = {
		"More alerts came up within an hour than alerts.max_per_hour allows.",
		"Their cases are open; their mails follow, as many an hour as allowed.",
	};
	char unique[40];
	const char *todo = "Run `poachwatch alerts list`: it shows them now.";
	struct pw_trouble trouble = {
		.unique = unique,
		.what = "Too many alerts in an hour: some are held back",
		.details = details,
		.n_details = PW_ARRAY_LEN(details),
		.todo = &todo,
		.n_todo = 1,
	};

	snprintf(unique, sizeof unique, "held-%" PRId64,
		 pw_wall_ms(record->recorder->clock) / HOUR_MS);
	if (pw_store_case_event_add(record->recorder->store, result->decision.case_id,
				    &event, err) < 0 ||
	    pw_case_owe(record->recorder->store, result->decision.case_id, err) < 0)
		return -1;
	return pw_post_trouble(&record->recorder->post, &trouble, err);
}

/* Nobody solicits, but a contract of ours is about to move. */
int pw_record_notice(struct pw_record *record, struct pw_err *err)
{
	struct pw_alert_mail mail = alert_of(record, PW_ALERT_NOTICE);
	bool has_room;
	int64_t id;

	if (pw_record_room(record->recorder, &has_room, err) < 0)
		return -1;
	if (!has_room)
		return 0;
	pw_record_step(record, "outbox");
	return pw_alert_mail_queue(&record->recorder->post, &mail, &id, NULL, err);
}
