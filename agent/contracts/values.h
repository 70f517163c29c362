/* SPDX-License-Identifier: Apache-2.0 */
/*
 * values.h - the cells of an export as values of ours.
 *
 * Each function takes a trimmed cell and gives the value in the arena (NULL
 * for an empty one).  What is wrong is put into note; a value is given all the
 * same where that is safe.
 */
#ifndef PW_CONTRACTS_VALUES_H
#define PW_CONTRACTS_VALUES_H

#include "agent/base/arena.h"
#include "agent/base/day.h"
#include "rules/match/judge.h"

enum pw_note_level { PW_NOTE_NONE, PW_NOTE_WARNING, PW_NOTE_ERROR };

struct pw_note {
	enum pw_note_level level;
	char text[240]; /* one line; what strangers wrote is escaped */
};

/* Dates. */
enum pw_import_dates { PW_DATES_UNKNOWN, PW_DATES_DMY, PW_DATES_MDY };
const char *pw_import_dates_name(enum pw_import_dates order); /* "dmy", "mdy" */

/* What a date says about the order of its column. */
enum pw_date_evidence {
	PW_DATE_NO_EVIDENCE,
	PW_DATE_IS_DMY,
	PW_DATE_IS_MDY,
	PW_DATE_IS_OPEN /* either: depends on the order */
};
enum pw_date_evidence pw_date_evidence(const char *text);
/* ISO, D.M.Y, A/B/Y by order, spreadsheet serials, "14 Dec 2026", "Dec 14,
   2026"; a time behind it is ignored.  PW_DAY_NONE for an empty one. */
pw_day pw_value_date(const char *text, enum pw_import_dates order, struct pw_note *note);

/* What stands in a cell whose formula failed ("#N/A", "#REF!", "#NAME?"), or the
   formula itself. */
bool pw_value_is_formula(const char *text);
/* Contract numbers and serials: marks that spreadsheets put around texts are
   taken off; a number that they have rounded is an error. */
const char *pw_value_identifier(struct pw_arena *arena, const char *text,
				struct pw_note *note);
/* Several, separated by ; , | line ends or spaces around commas, as "a;b". */
const char *pw_value_identifiers(struct pw_arena *arena, const char *text,
				 struct pw_note *note);
/* "$31,800.00", "31.800,00 EUR" as "31800.00"; a currency that it names goes
   to *ret_currency. */
const char *pw_value_money(struct pw_arena *arena, const char *text,
			   const char **ret_currency, struct pw_note *note);
/* "https://www.acme.example/x; acme.test" as "acme.example;acme.test".  Public
   mail providers are an error. */
const char *pw_value_domains(struct pw_arena *arena, const char *text,
			     struct pw_note *note);
/* An address, alone or in "Name <address>"; a mere name is a warning. */
const char *pw_value_address(struct pw_arena *arena, const char *text,
			     struct pw_note *note);
/* maps: those of --map; "status:In Angebot=quoted" says what a word means. */
#define PW_STATUS_MAP "status:"
enum pw_status pw_value_status(const char *text, const char *const *maps, size_t n_maps,
			       struct pw_note *note);
/* White space runs (line ends too) become one space. */
const char *pw_value_text(struct pw_arena *arena, const char *text);

#endif
