/* SPDX-License-Identifier: Apache-2.0 */
/* due.c - contracts that end soon, with the rivals after them and our touches. */
#include "agent/contracts/due.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"

#define CURRENCIES_MAX 16

/* Is somebody after it?  Of several open cases the newest. */
static int find_rival(struct pw_store *store, struct pw_due_row *row,
		      struct pw_arena *arena, struct pw_err *err)
{
	const struct pw_case_filter filter = { .contract_id = row->contract.contract_id,
					       .only_open = true };
	struct pw_case_row *cases;
	size_t n;

	if (pw_store_case_list(store, &filter, 1, arena, &cases, &n, err) < 0)
		return -1;
	row->is_solicited = n > 0;
	if (n)
		row->rival = cases[0].rival_name ? cases[0].rival_name : cases[0].rival;
	return 0;
}

/* Nobody wrote a note, but its status tells that somebody cared. */
static void touch_by_status(struct pw_due_row *row)
{
	row->is_touched = row->contract.status == PW_STATUS_QUOTED ||
			  row->contract.status == PW_STATUS_PROCESSING;
	if (row->is_touched)
		row->last_touch = row->contract.status == PW_STATUS_QUOTED
					  ? "our quote is out"
					  : "the order is in hand";
}

static int find_touch(struct pw_store *store, struct pw_due_row *row,
		      struct pw_arena *arena, struct pw_err *err)
{
	struct pw_touch *touches;
	char day[PW_DAY_TEXT], text[160];
	const char *note;
	size_t n;

	if (pw_store_touches(store, row->contract.contract_id, 1, arena, &touches, &n,
			     err) < 0)
		return -1;
	if (!n) {
		touch_by_status(row);
		return 0;
	}
	row->is_touched = true;
	note = touches[0].note ? touches[0].note : touches[0].kind;
	snprintf(text, sizeof text, "%s %.*s",
		 pw_day_to_iso(pw_day_of_ms(touches[0].at_ms), day),
		 (int)pw_utf8_cut(note, strlen(note), 120), note);
	row->last_touch = pw_arena_strdup(arena, text);
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct pw_due_row *a = left, *b = right;

	if (a->is_solicited != b->is_solicited)
		return a->is_solicited ? -1 : 1;
	if (a->days_left != b->days_left)
		return a->days_left < b->days_left ? -1 : 1;
	return strcmp(a->contract.contract_id, b->contract.contract_id);
}

static bool is_wanted(const struct pw_contract *contract, const char *owner)
{
	if (contract->status == PW_STATUS_RENEWED || contract->status == PW_STATUS_LOST)
		return false;
	return !owner || pw_strieq(contract->owner_email, owner);
}

int pw_due_gather(struct pw_store *store, const struct pw_due_query *query,
		  struct pw_arena *arena, struct pw_due_row **ret, size_t *ret_n,
		  struct pw_err *err)
{
	struct pw_contract_row *contracts;
	struct pw_due_row *rows;
	size_t n_contracts, n = 0, i;

	if (pw_store_contracts_ending(store, query->today, query->today + query->days,
				      query->limit, arena, &contracts, &n_contracts,
				      err) < 0)
		return -1;
	rows = pw_arena_alloc(arena, n_contracts + 1, sizeof *rows);
	for (i = 0; rows && i < n_contracts; i++) {
		if (!is_wanted(&contracts[i].contract, query->owner))
			continue;
		rows[n].contract = contracts[i].contract;
		rows[n].days_left = contracts[i].contract.end - query->today;
		if (find_rival(store, &rows[n], arena, err) < 0 ||
		    find_touch(store, &rows[n], arena, err) < 0)
			return -1;
		n++;
	}
	if (pw_arena_exhausted(arena))
		return pw_err_set(err, PW_ELIMIT, "too many contracts end soon");
	if (n > 1)
		qsort(rows, n, sizeof *rows, compare);
	*ret = rows;
	*ret_n = n;
	return 0;
}

/* Cents of a decimal text; what is none counts as nothing. */
static int64_t cents_of(const char *text)
{
	char *end;
	long long units = text ? strtoll(text, &end, 10) : 0;
	int64_t cents;

	if (!text || units < 0 || units > INT64_MAX / 1000)
		return 0;
	cents = units * 100;
	if (*end == '.' && end[1] >= '0' && end[1] <= '9') {
		cents += (end[1] - '0') * 10;
		if (end[2] >= '0' && end[2] <= '9')
			cents += end[2] - '0';
	}
	return cents;
}

static void add_amount(struct pw_buf *out, const char *currency, int64_t cents)
{
	char digits[32];
	size_t len, i;

	snprintf(digits, sizeof digits, "%" PRId64, cents / 100);
	len = strlen(digits);
	pw_buf_adds(out, out->len ? "; " : "");
	for (i = 0; i < len; i++)
		pw_buf_addf(out, "%s%c", i && (len - i) % 3 == 0 ? "," : "", digits[i]);
	if (cents % 100)
		pw_buf_addf(out, ".%02d", (int)(cents % 100));
	pw_buf_addf(out, "%s%s", *currency ? " " : "", currency);
}

void pw_due_value(const struct pw_due_row *rows, size_t n, struct pw_buf *out)
{
	struct {
		const char *currency;
		int64_t cents;
	} sums[CURRENCIES_MAX];
	size_t n_sums = 0, i, k;

	for (i = 0; i < n; i++) {
		const struct pw_contract *c = &rows[i].contract;
		const char *currency = c->currency ? c->currency : "";

		for (k = 0; k < n_sums && !pw_streq(sums[k].currency, currency); k++)
			;
		if (k == CURRENCIES_MAX || !cents_of(c->annual_value))
			continue;
		if (k == n_sums) {
			sums[n_sums].currency = currency;
			sums[n_sums++].cents = 0;
		}
		sums[k].cents += cents_of(c->annual_value);
	}
	for (k = 0; k < n_sums; k++)
		add_amount(out, sums[k].currency, sums[k].cents);
}
