/* SPDX-License-Identifier: Apache-2.0 */
/* decide.c - mail, later, or none: pure. */
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/cases/cases.h"

#define DAY_MS       (INT64_C(24) * 3600 * 1000)
#define SETTLED_DAYS 30 /* kept or lost: late forwards of the same are no news */
#define WHY_MAX      320

/* How pressing: what is on the way to being lost comes first. */
static int pressure(enum pw_timing timing)
{
	static const int ranks[] = {
		[PW_TIMING_NONE] = 0,      [PW_TIMING_RENEWED] = 1,
		[PW_TIMING_PREMATURE] = 2, [PW_TIMING_LAPSED] = 3,
		[PW_TIMING_IN_WINDOW] = 4, [PW_TIMING_PROCESSING] = 5,
	};

	return (size_t)timing < PW_ARRAY_LEN(ranks) ? ranks[timing] : 0;
}

static bool holds(const struct pw_case_contract *contracts, size_t n, const char *id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pw_streq(contracts[i].contract_id, id))
			return true;
	return false;
}

/* The first matched contract that is not among them; NULL: all are. */
static const char *first_new_contract(const struct pw_judgement *judgement,
				      const struct pw_case_contract *contracts, size_t n)
{
	size_t i;

	for (i = 0; i < judgement->n_matched; i++)
		if (!holds(contracts, n, judgement->matched[i]->contract.contract_id))
			return judgement->matched[i]->contract.contract_id;
	return NULL;
}

static unsigned what_is_new(const struct pw_case_row *row,
			    const struct pw_case_contract *contracts, size_t n,
			    const struct pw_judgement *judgement)
{
	unsigned bits = 0;

	if (first_new_contract(judgement, contracts, n))
		bits |= PW_CASE_NEW_CONTRACT;
	if (judgement->claims & ~row->claims)
		bits |= PW_CASE_NEW_CLAIM;
	if (pressure(judgement->timing) > pressure(row->timing))
		bits |= PW_CASE_NEW_TIMING;
	if (judgement->verdict == PW_VERDICT_ALERT && row->verdict != PW_VERDICT_ALERT)
		bits |= PW_CASE_NEW_VERDICT;
	return bits;
}

static const char *say(struct pw_arena *arena, const char *format, ...) PW_PRINTF(2, 3);

static const char *say(struct pw_arena *arena, const char *format, ...)
{
	char text[WHY_MAX];
	const char *copy;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	copy = pw_arena_strdup(arena, text);
	return copy ? copy : "";
}

/* What only this message says, as a person would: "contract NP-02; they ask for
   a change of partner". */
static const char *say_news(struct pw_arena *arena, unsigned bits,
			    const struct pw_case_state *state,
			    const struct pw_judgement *judgement)
{
	static const char *const claims[] = { "they state a wrong end date",
					      "they ask for a change of partner",
					      "they say the vendor sent them" };
	const unsigned new_claims = judgement->claims & ~state->open->claims;
	const char *timing = pw_timing_name(judgement->timing), *copy;
	struct pw_buf news;
	size_t i;

	pw_buf_init(&news, WHY_MAX);
	if (bits & PW_CASE_NEW_VERDICT)
		pw_buf_adds(&news, "; a contract of ours matches");
	if (bits & PW_CASE_NEW_CONTRACT)
		pw_buf_addf(&news, "; contract %s",
			    first_new_contract(judgement, state->contracts,
					       state->n_contracts));
	for (i = 0; i < PW_ARRAY_LEN(claims); i++)
		if (new_claims & 1u << i)
			pw_buf_addf(&news, "; %s", claims[i]);
	if (bits & PW_CASE_NEW_TIMING && timing)
		pw_buf_addf(&news, "; timing is now %s", timing);
	copy = pw_arena_strdup(arena, news.len > 2 ? news.data + 2 : "");
	pw_buf_done(&news);
	return copy ? copy : "";
}

static void decide_open(struct pw_case_decision *ret, const struct pw_case_state *state,
			const struct pw_case_input *input, struct pw_arena *arena)
{
	const struct pw_case_row *row = state->open;
	char day[PW_DAY_TEXT];

	ret->case_id = row->id;
	ret->what_is_new =
		what_is_new(row, state->contracts, state->n_contracts, input->judgement);
	if (row->snoozed_until_ms > input->now_ms) {
		ret->action = PW_CASE_COLLECT;
		ret->why = say(arena,
			       "no mail: the case is snoozed until %s; told afterwards",
			       pw_day_to_iso(pw_day_of_ms(row->snoozed_until_ms), day));
	} else if (ret->what_is_new) {
		ret->action = PW_CASE_ALERT;
		ret->news = say_news(arena, ret->what_is_new, state, input->judgement);
		ret->why = say(arena, "new for this case: %s", ret->news);
	} else {
		ret->action = PW_CASE_COLLECT;
		ret->why = "no mail of its own: nothing new about contracts, claims or "
			   "timing; told with the next update of the thread, at most one "
			   "a day";
	}
}

/* How long the same is not told again after a case was closed. */
static int quiet_days(const char *outcome)
{
	if (pw_streq(outcome, "false-positive") || pw_streq(outcome, "duplicate"))
		return PW_CASE_QUIET_DAYS;
	if (pw_streq(outcome, "kept") || pw_streq(outcome, "lost"))
		return SETTLED_DAYS;
	return 0; /* expired: it has been quiet for long */
}

/* The same solicitation again, whose case a person has settled? */
static bool is_settled(const struct pw_case_state *state,
		       const struct pw_case_input *input)
{
	const struct pw_case_row *row = state->closed;
	const int64_t until = row->closed_ms + quiet_days(row->outcome) * DAY_MS;

	return input->now_ms < until && pw_strieq(row->subject, input->subject) &&
	       !what_is_new(row, state->closed_contracts, state->n_closed_contracts,
			    input->judgement);
}

void pw_case_decide(struct pw_case_decision *ret, const struct pw_case_state *state,
		    const struct pw_case_input *input, struct pw_arena *arena)
{
	*ret = (struct pw_case_decision){ .earlier_id =
						  state->closed ? state->closed->id : 0 };
	if (state->open) {
		decide_open(ret, state, input, arena);
	} else if (state->closed && is_settled(state, input)) {
		ret->action = PW_CASE_SILENT;
		ret->case_id = state->closed->id;
		ret->why = say(arena,
			       "no mail: the same solicitation was settled as '%s' in "
			       "case %lld",
			       state->closed->outcome, (long long)state->closed->id);
	} else {
		ret->action = PW_CASE_ALERT;
		ret->what_is_new = PW_CASE_NEW_CASE;
		ret->why = state->closed
				   ? say(arena, "new case; case %lld was closed as '%s'",
					 (long long)state->closed->id,
					 state->closed->outcome)
				   : "new case";
	}
}
