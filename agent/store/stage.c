/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.c - collecting the lines of an import and merging them to contracts.
 *
 * Exports often hold one line per serial.  The scratch database keeps one row
 * a contract and, for contracts of several lines, their serials.
 */
#include "agent/store/stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/store/stage_internal.h"

/* All serials of one contract, joined. */
#define SERIALS_MAX (8u << 20)

static const char schema[] =
	"CREATE TABLE line(contract_id TEXT PRIMARY KEY, customer, vendor, product, "
	"number,"
	" serials, quantity, start_day, end_day, annual_value, currency, owner_email,"
	" status, customer_domains, customer_aliases, contact_name, contact_email,"
	" contact_phone, first_line INTEGER, n_lines INTEGER, pieces INTEGER,"
	" cents INTEGER) WITHOUT ROWID;"
	"CREATE TABLE serial(n INTEGER PRIMARY KEY, contract_id TEXT, serial TEXT,"
	" UNIQUE(contract_id, serial));"
	"CREATE TABLE domain(domain TEXT PRIMARY KEY, customer TEXT, told INTEGER)"
	" WITHOUT ROWID;"
	"CREATE TABLE scratch_identifier(normal TEXT, contract_row INTEGER);";

/* Beside the columns of the contract. */
struct merged {
	uint64_t first_line;
	uint64_t n_lines;
	int64_t pieces; /* sum of quantities, -1: some line has none that is a number */
	int64_t cents;  /* sum of values, -1: as above */
};

int pw_stage_new(struct pw_stage **ret, struct pw_store *store, bool sums_values,
		 struct pw_err *err)
{
	PW_CLEANUP(pw_stage_freep) struct pw_stage *stage = pw_alloc(1, sizeof *stage);

	if (pw_lock_take(store, PW_LOCK_IMPORT, false, err) < 0) {
		if (err->code == PW_EBUSY)
			pw_err_set(err, PW_EBUSY,
				   "another import into '%s' is running: wait for it",
				   store->path);
		return -1;
	}
	stage->store = store;
	stage->sums_values = sums_values;
	if (pw_store_open_scratch(&stage->scratch, store, err) < 0 ||
	    pw_db_exec(stage->scratch, schema, err) < 0 ||
	    pw_store_begin(stage->scratch, err) < 0)
		return -1;
	*ret = PW_TAKE(stage);
	return 0;
}

void pw_stage_free(struct pw_stage *stage)
{
	if (!stage)
		return;
	if (stage->store)
		pw_lock_drop(stage->store, PW_LOCK_IMPORT);
	pw_store_close(stage->scratch);
	free(stage);
}

/* A whole number, or -1. */
static int64_t pieces_of(const char *text)
{
	char *end;
	long long n;

	if (!text || text[0] < '0' || text[0] > '9')
		return -1;
	n = strtoll(text, &end, 10);
	return *end == '\0' && n < INT64_C(1000000000) ? n : -1;
}

/* "31800.00" as cents, or -1. */
static int64_t cents_of(const char *text)
{
	const char *p = text;
	int64_t cents = 0;
	int decimals = -1;

	if (!text || !*text)
		return -1;
	for (; *p; p++) {
		if (*p == '.' && decimals < 0) {
			decimals = 0;
			continue;
		}
		if (*p < '0' || *p > '9' || decimals == 2 || cents > INT64_MAX / 100000)
			return -1;
		cents = cents * 10 + (*p - '0');
		decimals += decimals >= 0;
	}
	for (; decimals < 2; decimals += decimals < 0 ? 2 : 1)
		cents *= decimals < 0 ? 100 : 10;
	return cents;
}

static int64_t sum(int64_t a, int64_t b)
{
	return a < 0 || b < 0 || a > INT64_MAX - b ? -1 : a + b;
}

static int put_line(struct pw_stage *stage, const struct pw_contract_row *row,
		    const struct merged *merged, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, stage->scratch,
		       "INSERT OR REPLACE INTO line(" PW_CONTRACT_COLUMNS
		       ", first_line, n_lines, pieces, cents)"
		       " VALUES (" PW_CONTRACT_PLACEHOLDERS ",?,?,?,?)",
		       err) < 0)
		return -1;
	pw_contract_row_bind(&stmt, row);
	pw_db_int(&stmt, (int64_t)merged->first_line);
	pw_db_int(&stmt, (int64_t)merged->n_lines);
	pw_db_int(&stmt, merged->pieces);
	pw_db_int(&stmt, merged->cents);
	return pw_db_run(&stmt, err);
}

static int put_serials(struct pw_stage *stage, const char *contract_id,
		       const char *serials, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	const char *at = serials ? serials : "";

	if (pw_db_stmt(&stmt, stage->scratch,
		       "INSERT OR IGNORE INTO serial(contract_id, serial) VALUES (?, ?)",
		       err) < 0)
		return -1;
	while (*at) {
		size_t len = strcspn(at, ";");
		PW_CLEANUP(pw_freep) char *one = pw_strndup(at, len);

		pw_db_text(&stmt, contract_id);
		pw_db_text(&stmt, one);
		if (len && pw_db_run(&stmt, err) < 0)
			return -1;
		pw_db_reset(&stmt);
		at += len + (at[len] == ';');
	}
	return 0;
}

/* What must be equal in all lines of one contract. */
static const char *const must_agree[] = { "customer", "vendor", "contract_number" };

static bool must_columns_agree(const char *column)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(must_agree); i++)
		if (pw_streq(must_agree[i], column))
			return true;
	return false;
}

/* Fill empty texts of to from from, and note where both have different ones. */
static void merge_texts(struct pw_contract_row *to, const struct pw_contract_row *from,
			struct pw_stage_clash *clash)
{
	int i;

	for (i = 1; i < PW_CONTRACT_N_COLUMNS; i++) {
		const char **mine = (const char **)pw_contract_row_text(to, i);
		const char *const *theirs = pw_contract_row_text(from, i);
		const char *column = pw_contract_row_name(i);

		if (!mine || !*theirs || pw_streq(column, "serials"))
			continue;
		if (!*mine) {
			*mine = *theirs;
			continue;
		}
		if (pw_streq(*mine, *theirs) || pw_streq(column, "quantity") ||
		    pw_streq(column, "annual_value") || pw_streq(column, "product"))
			continue;
		if (!clash->is_error)
			clash->column = column;
		clash->is_error |= must_columns_agree(column);
	}
}

static void merge_days(struct pw_contract_row *to, const struct pw_contract_row *from,
		       struct pw_stage_clash *clash)
{
	struct pw_contract *a = &to->contract;
	const struct pw_contract *b = &from->contract;

	if (b->start != PW_DAY_NONE && (a->start == PW_DAY_NONE || b->start < a->start))
		a->start = b->start;
	if (a->end != PW_DAY_NONE && b->end != PW_DAY_NONE && a->end != b->end &&
	    !clash->column)
		clash->column = "end_date";
	if (b->end != PW_DAY_NONE && (a->end == PW_DAY_NONE || b->end < a->end))
		a->end = b->end;
}

/* Merge a further line into the one that is there. */
static int merge(struct pw_stage *stage, struct pw_contract_row *to,
		 struct merged *merged, const struct pw_contract_row *from,
		 struct pw_stage_clash *clash, struct pw_err *err)
{
	const char *id = from->contract.contract_id;

	merge_texts(to, from, clash);
	if (clash->is_error)
		return 0;
	merge_days(to, from, clash);
	if (merged->n_lines == 1 && put_serials(stage, id, to->contract.serials, err) < 0)
		return -1;
	if (put_serials(stage, id, from->contract.serials, err) < 0)
		return -1;
	merged->n_lines++;
	merged->pieces = sum(merged->pieces, pieces_of(from->contract.quantity));
	merged->cents = sum(merged->cents, cents_of(from->contract.annual_value));
	return put_line(stage, to, merged, err);
}

int pw_stage_add(struct pw_stage *stage, uint64_t line, const struct pw_contract_row *row,
		 struct pw_stage_clash *ret_clash, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	struct pw_contract_row there;
	struct merged merged = { line, 1, pieces_of(row->contract.quantity),
				 cents_of(row->contract.annual_value) };
	int step;

	*ret_clash = (struct pw_stage_clash){ 0 };
	stage->n_lines++;
	if (pw_db_stmt(&stmt, stage->scratch,
		       "SELECT " PW_CONTRACT_COLUMNS
		       ", first_line, n_lines, pieces, cents"
		       " FROM line WHERE contract_id = ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, row->contract.contract_id);
	step = pw_db_step(&stmt, err);
	if (step < 0)
		return -1;
	if (!step) {
		stage->n_contracts++;
		return put_line(stage, row, &merged, err);
	}
	pw_contract_row_read(&stmt, NULL, &there);
	merged.first_line = (uint64_t)pw_db_get_int(&stmt);
	merged.n_lines = (uint64_t)pw_db_get_int(&stmt);
	merged.pieces = pw_db_get_int(&stmt);
	merged.cents = pw_db_get_int(&stmt);
	ret_clash->first_line = merged.first_line;
	return merge(stage, &there, &merged, row, ret_clash, err);
}

int pw_staged_open(struct pw_staged *ret, struct pw_stage *stage, struct pw_err *err)
{
	*ret = (struct pw_staged){ .stage = stage };
	pw_buf_init(&ret->serials, SERIALS_MAX);
	return pw_db_open_stmt(&ret->stmt, stage->scratch,
			       "SELECT " PW_CONTRACT_COLUMNS ", n_lines, pieces, cents"
			       " FROM line ORDER BY contract_id",
			       false, err);
}

static int join_serials(struct pw_staged *staged, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	int step;

	pw_buf_reset(&staged->serials);
	if (pw_db_stmt(&stmt, staged->stage->scratch,
		       "SELECT serial FROM serial WHERE contract_id = ? ORDER BY n",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, staged->row.contract.contract_id);
	while ((step = pw_db_step(&stmt, err)) == 1)
		pw_buf_addf(&staged->serials, "%s%s", staged->serials.len ? ";" : "",
			    pw_db_get_text(&stmt, NULL));
	if (step == 0 && pw_buf_failed(&staged->serials))
		return pw_err_set(err, PW_ELIMIT, "contract '%s' has too many serials",
				  staged->row.contract.contract_id);
	staged->row.contract.serials = staged->serials.len ? staged->serials.data : NULL;
	return step;
}

/* One line says how many it is about; lines of single pieces are counted. */
static void settle_sums(struct pw_staged *staged, uint64_t n_lines, int64_t pieces,
			int64_t cents)
{
	struct pw_contract *contract = &staged->row.contract;
	bool is_same_on_all =
		pieces >= 0 && pieces_of(contract->quantity) > 1 &&
		(uint64_t)pieces == (uint64_t)pieces_of(contract->quantity) * n_lines;

	if (pieces >= 0 && !is_same_on_all) {
		snprintf(staged->quantity, sizeof staged->quantity, "%" PRId64, pieces);
		contract->quantity = staged->quantity;
	}
	if (cents >= 0 && staged->stage->sums_values) {
		snprintf(staged->value, sizeof staged->value, "%" PRId64 ".%02d",
			 cents / 100, (int)(cents % 100));
		contract->annual_value = staged->value;
	}
}

int pw_staged_next(struct pw_staged *staged, struct pw_err *err)
{
	int step = pw_db_step(&staged->stmt, err);
	int64_t pieces, cents;
	uint64_t n_lines;

	if (step != 1)
		return step;
	pw_contract_row_read(&staged->stmt, NULL, &staged->row);
	n_lines = (uint64_t)pw_db_get_int(&staged->stmt);
	pieces = pw_db_get_int(&staged->stmt);
	cents = pw_db_get_int(&staged->stmt);
	if (n_lines == 1)
		return 1;
	settle_sums(staged, n_lines, pieces, cents);
	return join_serials(staged, err) < 0 ? -1 : 1;
}

void pw_staged_close(struct pw_staged *staged)
{
	pw_db_close_stmt(&staged->stmt);
	pw_buf_done(&staged->serials);
}

int pw_stage_holds(struct pw_stage *stage, const char *contract_id, bool *ret,
		   struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	int step;

	if (pw_db_stmt(&stmt, stage->scratch, "SELECT 1 FROM line WHERE contract_id = ?",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, contract_id);
	step = pw_db_step(&stmt, err);
	if (step < 0)
		return -1;
	*ret = step == 1;
	return 0;
}
