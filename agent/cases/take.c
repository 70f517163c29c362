/* SPDX-License-Identifier: Apache-2.0 */
/* take.c - a judged message into its case: load, decide, write. */
#include <string.h>

#include "agent/base/str.h"
#include "agent/cases/cases.h"

#define CASES_MAX  64  /* cases of one rival and customer that are looked at */
#define EVENTS_MAX 500 /* of one case, in its history */

/* Does the case hold every contract of this judgement? */
static int holds_all(bool *ret, struct pw_store *store, const struct pw_case_row *row,
		     const struct pw_judgement *judgement, struct pw_arena *arena,
		     struct pw_err *err)
{
	struct pw_case_contract *contracts;
	size_t n, i, k;

	*ret = false;
	if (judgement->n_matched == 0)
		return 0;
	if (pw_store_case_contracts(store, row->id, arena, &contracts, &n, err) < 0)
		return -1;
	for (i = 0; i < judgement->n_matched; i++) {
		for (k = 0; k < n; k++)
			if (pw_streq(contracts[k].contract_id,
				     judgement->matched[i]->contract.contract_id))
				break;
		if (k == n)
			return 0;
	}
	*ret = true;
	return 0;
}

/* Without a named rival or a known customer only the same mail is the same
   matter: two strangers are not one case. */
static bool is_same_matter(const struct pw_case_row *row,
			   const struct pw_case_input *input)
{
	if (!pw_streq(row->rival, input->rival) ||
	    !pw_streq(row->customer, input->judgement->customer) ||
	    !pw_streq(row->vendor, input->judgement->vendor))
		return false;
	return (input->rival && input->judgement->customer) ||
	       pw_strieq(row->subject, input->subject);
}

/* The newest fitting cases, open and closed. */
static int find_cases(struct pw_case_state *state, struct pw_store *store,
		      const struct pw_case_input *input, struct pw_arena *arena,
		      struct pw_err *err)
{
	const struct pw_case_filter filter = { .rival = input->rival,
					       .customer = input->judgement->customer };
	struct pw_case_row *rows;
	size_t n, i;

	if (!input->rival && !input->judgement->customer)
		return 0; /* nothing to recognise it by */
	if (pw_store_case_list(store, &filter, CASES_MAX, arena, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		const struct pw_case_row **place =
			rows[i].is_open ? &state->open : &state->closed;
		bool is_it = is_same_matter(&rows[i], input);

		if (*place || !pw_streq(rows[i].rival, input->rival))
			continue;
		/* A mail about two vendors has one case; a later one about the
		   second vendor alone is part of it. */
		if (!is_it && input->rival && rows[i].is_open &&
		    holds_all(&is_it, store, &rows[i], input->judgement, arena, err) < 0)
			return -1;
		if (is_it)
			*place = &rows[i];
	}
	return 0;
}

static int load(struct pw_case_state *state, struct pw_store *store,
		const struct pw_case_input *input, struct pw_arena *arena,
		struct pw_err *err)
{
	struct pw_case_contract *contracts;

	*state = (struct pw_case_state){ 0 };
	if (find_cases(state, store, input, arena, err) < 0)
		return -1;
	if (state->open) {
		if (pw_store_case_contracts(store, state->open->id, arena, &contracts,
					    &state->n_contracts, err) < 0)
			return -1;
		state->contracts = contracts;
	}
	if (state->closed) {
		if (pw_store_case_contracts(store, state->closed->id, arena, &contracts,
					    &state->n_closed_contracts, err) < 0)
			return -1;
		state->closed_contracts = contracts;
	}
	return 0;
}

static struct pw_case_row new_row(const struct pw_case_input *input)
{
	return (struct pw_case_row){
		.rival = input->rival,
		.rival_name = input->rival_name ? input->rival_name : input->rival,
		.customer = input->judgement->customer,
		.vendor = input->judgement->vendor,
		.owner_email = input->owner_email,
		.opened_ms = input->now_ms,
		.is_open = true,
		.subject = input->subject,
		.soonest_end = PW_DAY_NONE,
	};
}

/* What the message adds to the case. */
static void fold_in(struct pw_case_row *row, const struct pw_case_input *input,
		    const struct pw_case_decision *decision)
{
	const struct pw_judgement *judgement = input->judgement;
	const pw_day end =
		judgement->soonest ? judgement->soonest->contract.end : PW_DAY_NONE;

	row->last_ms = input->now_ms;
	row->n_messages++;
	row->claims |= judgement->claims;
	if (judgement->verdict > row->verdict)
		row->verdict = judgement->verdict;
	if (judgement->severity > row->severity)
		row->severity = judgement->severity;
	if (row->timing == PW_TIMING_NONE || (decision->what_is_new & PW_CASE_NEW_TIMING))
		row->timing = judgement->timing;
	if (end != PW_DAY_NONE &&
	    (row->soonest_end == PW_DAY_NONE || end < row->soonest_end))
		row->soonest_end = end;
	if (!row->owner_email)
		row->owner_email = input->owner_email;
	if (decision->action == PW_CASE_COLLECT && !input->is_echo)
		row->n_pending++;
}

static int add_contracts(struct pw_store *store, int64_t case_id, int64_t message_id,
			 const struct pw_case_input *input, struct pw_err *err)
{
	const struct pw_judgement *judgement = input->judgement;
	size_t i;

	for (i = 0; i < judgement->n_matched; i++) {
		const struct pw_candidate *match = judgement->matched[i];
		const struct pw_case_contract contract = {
			.contract_id = match->contract.contract_id,
			.how = pw_how_name(match->how),
			.evidence = match->evidence,
			.message_id = message_id,
			.since_ms = input->now_ms,
		};

		if (pw_store_case_contract_add(store, case_id, &contract, err) < 0)
			return -1;
	}
	return 0;
}

static const char *event_kind(const struct pw_case_decision *decision)
{
	if (decision->what_is_new & PW_CASE_NEW_CASE)
		return "opened";
	switch (decision->action) {
	case PW_CASE_ALERT:
		return "news";
	case PW_CASE_COLLECT:
		return "collected";
	default:
		return "settled";
	}
}

static int write_case(struct pw_case_result *result, struct pw_store *store,
		      const struct pw_case_input *input, int64_t message_id,
		      struct pw_err *err)
{
	struct pw_case_decision *decision = &result->decision;
	const struct pw_case_event event = { input->now_ms, event_kind(decision),
					     message_id, 0, decision->why };
	int64_t id;

	fold_in(result->row, input, decision);
	if (pw_store_case_put(store, result->row, &id, err) < 0)
		return -1;
	result->row->id = decision->case_id = id;
	/* A settled case keeps what it was about. */
	if (decision->action != PW_CASE_SILENT &&
	    add_contracts(store, id, message_id, input, err) < 0)
		return -1;
	if (pw_store_case_event_add(store, id, &event, err) < 0)
		return -1;
	return pw_store_message_set_case(store, message_id, id, err);
}

int pw_case_take(struct pw_case_result *ret, struct pw_store *store,
		 const struct pw_case_input *input, int64_t message_id,
		 struct pw_arena *arena, struct pw_err *err)
{
	const struct pw_case_row *known;
	struct pw_case_state state;
	struct pw_case_result result = { 0 };

	if (load(&state, store, input, arena, err) < 0)
		return -1;
	pw_case_decide(&result.decision, &state, input, arena);
	result.row = pw_arena_alloc(arena, 1, sizeof *result.row);
	if (!result.row)
		return pw_err_set(err, PW_ELIMIT, "a case does not fit into memory");
	known = result.decision.action == PW_CASE_SILENT ? state.closed : state.open;
	*result.row = known ? *known : new_row(input);
	if (result.row->id &&
	    pw_store_case_events(store, result.row->id, EVENTS_MAX, arena, &result.events,
				 &result.n_events, err) < 0)
		return -1;
	if (write_case(&result, store, input, message_id, err) < 0)
		return -1;
	*ret = result;
	return 0;
}
