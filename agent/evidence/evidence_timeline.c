/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence_timeline.c - what they did and what we did, in one order of time.
 *
 * Only what a third party may and needs to know: their mails, our touches, the
 * states of the contract and that the account manager was told.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/evidence/evidence_doc.h"
#include "rules/engine/finding.h"

#define ENTRIES_MAX 1000
#define ROWS_MAX    100
#define TEXT_MAX    400
#define DAY_MS      (INT64_C(86400) * 1000)

struct entry {
	int64_t ms;
	size_t order; /* of what happened at the same time */
	bool is_ours, has_hour;
	const char *text;
};

struct timeline {
	const struct pw_evidence_view *view;
	struct entry *entries;
	size_t n;
};

PW_PRINTF(3, 4)
static void add(struct timeline *timeline, struct entry entry, const char *format, ...)
{
	PW_CLEANUP(pw_freep) char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (!text || timeline->n == ENTRIES_MAX)
		return;
	entry.text = pw_arena_strndup(timeline->view->arena, text,
				      pw_utf8_cut(text, strlen(text), TEXT_MAX));
	entry.order = timeline->n;
	if (entry.text)
		timeline->entries[timeline->n++] = entry;
}

static void add_message(struct timeline *timeline, const struct pw_message_row *message)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	json_t *json = message->finding ? json_loads(message->finding, 0, NULL) : NULL;
	const struct entry passed_on = { .ms = message->received_ms, .has_hour = true };

	if (json && pw_finding_from_json(&finding, json, NULL) == 0 &&
	    finding->is_solicitation && finding->solicitor.date.day != PW_DAY_NONE) {
		const struct pw_solicitor *solicitor = &finding->solicitor;
		const struct entry wrote = { .ms = solicitor->date.day * DAY_MS };

		add(timeline, wrote, "%s wrote \"%s\"",
		    solicitor->email ? solicitor->email : "the solicitor",
		    solicitor->subject ? solicitor->subject : "");
	}
	json_decref(json);
	add(timeline, passed_on, "message %lld reached us%s%s", (long long)message->id,
	    message->forwarder ? ", passed on by " : ", redirected unchanged",
	    message->forwarder ? message->forwarder : "");
}

/* The first state counts from the contract's own start: when it came into this
   store says nothing. */
static void add_state(struct timeline *timeline, const struct pw_contract_row *state,
		      bool is_first)
{
	const struct pw_contract *contract = &state->contract;
	struct entry entry = { .ms = state->since_ms, .is_ours = true, .has_hour = true };
	char end[PW_DAY_TEXT];

	pw_day_to_iso(contract->end, end);
	if (is_first && contract->start != PW_DAY_NONE) {
		entry.ms = contract->start * DAY_MS;
		entry.has_hour = false;
		add(timeline, entry, "contract %s with us begins; it ends %s",
		    contract->contract_id, end);
	} else {
		add(timeline, entry, "contract %s on our books: ends %s, %s",
		    contract->contract_id, end, pw_status_name(contract->status));
	}
}

static int add_contract(struct timeline *timeline, const char *id, struct pw_err *err)
{
	const struct pw_evidence_view *view = timeline->view;
	struct pw_contract_row *states;
	struct pw_touch *touches;
	size_t n, i;

	if (pw_store_contract_history(view->store, id, ROWS_MAX, view->arena, &states, &n,
				      err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		add_state(timeline, &states[i], i == 0);
	if (pw_store_touches(view->store, id, ROWS_MAX, view->arena, &touches, &n, err) <
	    0)
		return -1;
	for (i = 0; i < n; i++)
		add(timeline,
		    (struct entry){
			    .ms = touches[i].at_ms, .is_ours = true, .has_hour = true },
		    "contract %s: %s", id,
		    touches[i].note ? touches[i].note : touches[i].kind);
	return 0;
}

static int add_contracts(struct timeline *timeline, struct pw_err *err)
{
	const struct pw_evidence_view *view = timeline->view;
	struct pw_case_contract *contracts;
	size_t n, i;

	if (pw_store_case_contracts(view->store, view->row->id, view->arena, &contracts,
				    &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (add_contract(timeline, contracts[i].contract_id, err) < 0)
			return -1;
	return 0;
}

/* Of the case only that somebody was told, and its end. */
static int add_events(struct timeline *timeline, struct pw_err *err)
{
	static const char *const told[][2] = {
		{ "alerted", "our account manager was told" },
		{ "closed", "we closed the case" },
	};
	const struct pw_evidence_view *view = timeline->view;
	struct pw_case_event *events;
	size_t n, i, k;

	if (pw_store_case_events(view->store, view->row->id, ROWS_MAX, view->arena,
				 &events, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		for (k = 0; k < PW_ARRAY_LEN(told); k++)
			if (pw_streq(events[i].kind, told[k][0]))
				add(timeline,
				    (struct entry){ .ms = events[i].at_ms,
						    .is_ours = true,
						    .has_hour = true },
				    "%s", told[k][1]);
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->ms != b->ms)
		return a->ms < b->ms ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

int pw_evidence_timeline(struct pw_doc *doc, const struct pw_evidence_view *view,
			 struct pw_err *err)
{
	PW_CLEANUP(pw_freep)
	struct entry *entries = pw_alloc(ENTRIES_MAX, sizeof *entries);
	struct timeline timeline = { .view = view, .entries = entries };
	char when[PW_MS_TEXT];
	size_t i;

	for (i = view->n_messages; i-- > 0;)
		add_message(&timeline, &view->messages[i]);
	if (add_contracts(&timeline, err) < 0 || add_events(&timeline, err) < 0)
		return -1;
	qsort(entries, timeline.n, sizeof *entries, compare);
	pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
		   "Timeline: theirs and ours");
	for (i = 0; i < timeline.n; i++)
		pw_doc_add(doc, PW_BLOCK_FACT,
			   entries[i].is_ours ? PW_TONE_PLAIN : PW_TONE_WARN,
			   entries[i].is_ours ? "We" : "They", "%.*s  %s",
			   entries[i].has_hour ? 16 : 10,
			   pw_ms_to_text(entries[i].ms, when), entries[i].text);
	return 0;
}
