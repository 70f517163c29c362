/* SPDX-License-Identifier: Apache-2.0 */
/* import_row.c - one record of an export as a contract. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/contracts/import_internal.h"
#include "agent/contracts/note.h"
#include "rules/match/known.h"

/* One record on its way; is_bad once anything in it is an error. */
struct record {
	struct pw_import *import;
	const struct pw_csv *csv;
	struct pw_arena *arena;
	bool is_bad;
};

static const char *cell(const struct record *r, enum pw_column column)
{
	return pw_import_cell(r->import, r->csv, column);
}

static void tell(struct record *r, enum pw_column column, const struct pw_note *note)
{
	if (note->level == PW_NOTE_NONE)
		return;
	r->is_bad |= note->level == PW_NOTE_ERROR;
	pw_import_problem(r->import, note->level == PW_NOTE_ERROR, r->csv->line,
			  pw_import_header(r->import, column), "%s", note->text);
}

static void tell_error(struct record *r, enum pw_column column, const char *text)
{
	r->is_bad = true;
	pw_import_problem(r->import, true, r->csv->line,
			  column == PW_N_COLUMNS ? NULL
						 : pw_import_header(r->import, column),
			  "%s", text);
}

static void refuse_formula(struct record *r, enum pw_column column, const char *text)
{
	struct pw_note note = { 0 };

	if (!pw_value_is_formula(text))
		return;
	pw_note(&note, PW_NOTE_ERROR, text,
		"is a formula or its failure: export values, or empty the cell");
	tell(r, column, &note);
}

static const char *required(struct record *r, enum pw_column column)
{
	const char *text = pw_value_text(r->arena, cell(r, column));

	if (!text)
		tell_error(r, column, "is empty");
	else
		refuse_formula(r, column, text);
	return text;
}

typedef const char *value_fn(struct pw_arena *arena, const char *text,
			     struct pw_note *note);

static const char *value(struct record *r, enum pw_column column, value_fn *fn)
{
	struct pw_note note = { 0 };
	const char *result = fn(r->arena, cell(r, column), &note);

	tell(r, column, &note);
	return result;
}

/* Serials may lie in several columns of the export. */
static const char *serials(struct record *r)
{
	const struct pw_columns *columns = &r->import->columns;
	const char *all = NULL;
	size_t i;

	for (i = 0; i < columns->sources[PW_COL_SERIALS].n; i++) {
		const size_t at = columns->sources[PW_COL_SERIALS].at[i];
		struct pw_note note = { 0 };
		const char *some =
			at < r->csv->n_cells
				? pw_value_identifiers(r->arena, r->csv->cells[at], &note)
				: NULL;

		tell(r, PW_COL_SERIALS, &note);
		if (all && some) {
			PW_CLEANUP(pw_freep) char *both = pw_asprintf("%s;%s", all, some);

			all = pw_arena_strdup(r->arena, both);
		} else if (some) {
			all = some;
		}
	}
	return all;
}

static pw_day date(struct record *r, enum pw_column column)
{
	struct pw_note note = { 0 };
	pw_day day = pw_value_date(cell(r, column),
				   r->import->dates[column == PW_COL_END], &note);

	tell(r, column, &note);
	return day;
}

static void read_dates(struct record *r, struct pw_contract *contract)
{
	contract->start = date(r, PW_COL_START);
	contract->end = date(r, PW_COL_END);
	if (contract->end == PW_DAY_NONE && !r->is_bad)
		tell_error(r, PW_COL_END, "is empty");
	if (contract->start != PW_DAY_NONE && contract->end != PW_DAY_NONE &&
	    contract->start > contract->end)
		tell_error(r, PW_COL_END, "lies before the start");
}

static void read_value(struct record *r, struct pw_contract *contract)
{
	struct pw_note note = { 0 };
	const char *named = NULL;

	contract->annual_value =
		pw_value_money(r->arena, cell(r, PW_COL_VALUE), &named, &note);
	tell(r, PW_COL_VALUE, &note);
	contract->currency = pw_value_text(r->arena, cell(r, PW_COL_CURRENCY));
	if (!contract->currency)
		contract->currency = named;
}

/* "1,200" and "1200.0" are 1200. */
static const char *quantity(struct record *r)
{
	char *text = (char *)pw_value_text(r->arena, cell(r, PW_COL_QUANTITY));
	size_t len = text ? strlen(text) : 0;
	char *from, *to;

	if (text)
		refuse_formula(r, PW_COL_QUANTITY, text);
	if (!text || text[strspn(text, "0123456789.,")] != '\0')
		return text;
	if (len > 2 && text[strspn(text, "0123456789")] == '.' &&
	    strspn(text + strspn(text, "0123456789") + 1, "0") ==
		    len - strspn(text, "0123456789") - 1)
		text[strspn(text, "0123456789")] = '\0';
	for (from = to = text; *from; from++)
		if (*from != ',')
			*to++ = *from;
	*to = '\0';
	return text;
}

static uint32_t hash_of(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (uint32_t)tolower((unsigned char)*text)) * 16777619u;
	return hash;
}

/* Where the export has no key of its own: vendor, number (or first serial)
   and customer make one that is the same at the next import. */
static const char *make_id(struct record *r, const struct pw_contract *contract)
{
	const char *number = contract->number ? contract->number : contract->serials;
	char vendor[32], normal[128], id[200];
	size_t n = 0;
	const char *at;

	if (!number) {
		tell_error(r, PW_N_COLUMNS,
			   "has neither an id nor a contract number nor a serial");
		return NULL;
	}
	for (at = contract->vendor; *at && n + 1 < sizeof vendor; at++)
		if (isalnum((unsigned char)*at))
			vendor[n++] = (char)tolower((unsigned char)*at);
	vendor[n] = '\0';
	pw_identifier_normalise(number, strcspn(number, ";"), normal, sizeof normal);
	snprintf(id, sizeof id, "%s-%s-%04" PRIx32, n ? vendor : "vendor", normal,
		 hash_of(contract->customer) & 0xffff);
	return pw_arena_strdup(r->arena, id);
}

static const char *contract_id(struct record *r, const struct pw_contract *contract)
{
	if (!r->import->columns.sources[PW_COL_CONTRACT_ID].n)
		return r->is_bad ? NULL : make_id(r, contract);
	return required(r, PW_COL_CONTRACT_ID);
}

static void read_customer(struct record *r, struct pw_contract_row *row)
{
	row->contract.customer = required(r, PW_COL_CUSTOMER);
	row->customer_domains = value(r, PW_COL_DOMAINS, pw_value_domains);
	row->customer_aliases = pw_value_text(r->arena, cell(r, PW_COL_ALIASES));
	row->contact_name = pw_value_text(r->arena, cell(r, PW_COL_CONTACT_NAME));
	row->contact_email = value(r, PW_COL_CONTACT_EMAIL, pw_value_address);
	row->contact_phone = pw_value_text(r->arena, cell(r, PW_COL_CONTACT_PHONE));
}

static void read_contract(struct record *r, struct pw_contract *contract)
{
	struct pw_note note = { 0 };

	contract->vendor = required(r, PW_COL_VENDOR);
	contract->product = pw_value_text(r->arena, cell(r, PW_COL_PRODUCT));
	contract->number = value(r, PW_COL_NUMBER, pw_value_identifier);
	contract->serials = serials(r);
	contract->quantity = quantity(r);
	read_dates(r, contract);
	read_value(r, contract);
	contract->owner_email = value(r, PW_COL_OWNER, pw_value_address);
	contract->status = pw_value_status(cell(r, PW_COL_STATUS), r->import->maps,
					   r->import->n_maps, &note);
	tell(r, PW_COL_STATUS, &note);
}

/* Some programs leave empty cells at the end of a line out; what a contract
   needs must be there. */
static bool has_all_it_needs(const struct record *r)
{
	static const enum pw_column needed[] = { PW_COL_CUSTOMER, PW_COL_VENDOR,
						 PW_COL_END, PW_COL_CONTRACT_ID };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(needed); i++)
		if (r->import->columns.sources[needed[i]].n && !cell(r, needed[i])[0])
			return false;
	return true;
}

/* Cells beyond the header's are fine while they are empty. */
static bool has_right_width(struct record *r)
{
	const struct pw_csv *csv = r->csv;
	const size_t n = r->import->n_headers;
	char text[96];
	size_t i;

	for (i = n; i < csv->n_cells; i++)
		if (csv->cells[i][0])
			break;
	if (csv->n_cells >= n && i == csv->n_cells)
		return true;
	snprintf(text, sizeof text, "has %zu cells, the header %zu", csv->n_cells, n);
	if (csv->n_cells < n && has_all_it_needs(r)) {
		pw_import_problem(r->import, false, csv->line, NULL,
				  "%s: the others are taken as empty", text);
		return true;
	}
	tell_error(r, PW_N_COLUMNS, text);
	return false;
}

bool pw_import_row(struct pw_import *import, const struct pw_csv *csv,
		   struct pw_arena *arena, struct pw_contract_row *ret)
{
	struct record r = { import, csv, arena, false };

	memset(ret, 0, sizeof *ret);
	if (csv->problem) {
		tell_error(&r, PW_N_COLUMNS, csv->problem);
		return false;
	}
	if (!has_right_width(&r))
		return false;
	read_customer(&r, ret);
	read_contract(&r, &ret->contract);
	ret->contract.contract_id = contract_id(&r, &ret->contract);
	if (pw_arena_exhausted(arena))
		tell_error(&r, PW_N_COLUMNS, "is too long");
	return !r.is_bad;
}
