/* SPDX-License-Identifier: Apache-2.0 */
/* letters.c - the mails that are not about one case: trouble, thanks, digest. */
#include <string.h>

#include "agent/alert/alert_internal.h"
#include "agent/base/str.h"

#define DIGEST_ROWS 200

void pw_trouble_write(struct pw_doc *doc, struct pw_buf *subject, const char *what,
		      const char *const *details, size_t n_details,
		      const char *const *todo, size_t n_todo)
{
	size_t i;

	pw_buf_reset(subject);
	pw_buf_addf(subject, "Poachwatch: %s", what);
	pw_doc_add(doc, PW_BLOCK_BANNER, PW_TONE_WARN, NULL, "%s", what);
	for (i = 0; i < n_details; i++)
		pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL, "%s",
			   details[i]);
	if (n_todo)
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL, "What to do");
	for (i = 0; i < n_todo; i++)
		pw_doc_add(doc, PW_BLOCK_STEP, PW_TONE_PLAIN, NULL, "%s", todo[i]);
	pw_doc_add(doc, PW_BLOCK_SMALL, PW_TONE_PLAIN, NULL,
		   "More: poachwatch status and poachwatch doctor on the machine that "
		   "runs the agent.");
}

/* A contract that has ended is for the account manager to speak about. */
static void put_own_contract(struct pw_doc *doc, const struct pw_contract *contract,
			     pw_day today)
{
	const char *product = contract->product;
	char iso[PW_DAY_TEXT];

	if (contract->status == PW_STATUS_RENEWED)
		pw_doc_add(doc, PW_BLOCK_ITEM, PW_TONE_PLAIN, NULL,
			   "Your %s contract%s%s%s is renewed with us.", contract->vendor,
			   product ? " (" : "", product ? product : "",
			   product ? ")" : "");
	else if (contract->end != PW_DAY_NONE && contract->end >= today)
		pw_doc_add(doc, PW_BLOCK_ITEM, PW_TONE_PLAIN, NULL,
			   "Your %s contract%s%s%s runs to %s with us.", contract->vendor,
			   product ? " (" : "", product ? product : "",
			   product ? ")" : "", pw_day_to_iso(contract->end, iso));
}

void pw_thanks_write(struct pw_doc *doc, struct pw_buf *subject,
		     const struct pw_thanks_input *input)
{
	const char *name = input->forwarder_name ? input->forwarder_name : "";
	const char *about =
		input->original_subject ? input->original_subject : "your mail";
	size_t i;

	pw_buf_reset(subject);
	pw_buf_addf(subject, "Re: %.*s", pw_alert_cut(about, PW_ALERT_SUBJECT_BYTES),
		    about);
	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL, "Hello%s%.*s,",
		   *name ? " " : "", pw_alert_cut(name, PW_ALERT_NAME_BYTES), name);
	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
		   "Thank you for passing this on to us.");
	for (i = 0; i < input->n_contracts && i < 5; i++)
		put_own_contract(doc, &input->contracts[i], input->today);
	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
		   "There is nothing for you to sign or to send anybody. Your account "
		   "manager%s%s%s has been told and will be in touch.",
		   input->owner_email ? " (" : "",
		   input->owner_email ? input->owner_email : "",
		   input->owner_email ? ")" : "");
	pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL, "%s", input->company);
	pw_doc_add(doc, PW_BLOCK_SMALL, PW_TONE_PLAIN, NULL,
		   "This answer was written automatically.");
}

static void put_due_row(struct pw_doc *doc, const struct pw_due_row *row)
{
	const struct pw_contract *contract = &row->contract;
	struct pw_buf words;
	char iso[PW_DAY_TEXT];

	pw_buf_init(&words, 256);
	pw_doc_add(doc, PW_BLOCK_CARD, PW_TONE_PLAIN, NULL, "%s: %s, %s",
		   contract->customer, contract->vendor,
		   contract->product ? contract->product : "");
	pw_days_words(&words, row->days_left);
	pw_doc_add(doc, PW_BLOCK_FACT,
		   row->days_left <= 30 ? PW_TONE_URGENT : PW_TONE_PLAIN, "Ends",
		   "%s (%s)", pw_day_to_iso(contract->end, iso), words.data);
	pw_money(&words, contract->annual_value, contract->currency);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Contract", "%s, %s%s%s%s",
		   contract->contract_id, pw_status_name(contract->status),
		   words.len ? ", " : "", words.data, words.len ? " a year" : "");
	if (row->is_solicited)
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_URGENT, "Rival", "%s",
			   row->rival ? row->rival : "somebody");
	if (row->is_touched)
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_CALM, "Last touch", "%s",
			   row->last_touch ? row->last_touch : "");
	else
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Last touch",
			   "none in this term");
	pw_buf_done(&words);
}

/* "120/90/60/30 days": the band a row stands under. */
static int band_of(int days)
{
	static const int bands[] = { 0, 30, 60, 90, 120 };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(bands); i++)
		if (days <= bands[i])
			return bands[i];
	return 1000;
}

static void put_band(struct pw_doc *doc, const struct pw_due_row *row)
{
	int band = band_of(row->days_left);

	if (row->is_solicited)
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
			   "Rivals are after these");
	else if (band <= 0)
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL, "Past their end");
	else if (band > 120)
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL, "Later");
	else
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
			   "End within %d days", band);
}

/* "7 of your contracts are due": in the subject and in the banner. */
static void put_due_counts(struct pw_doc *doc, struct pw_buf *subject,
			   const struct pw_digest_input *input)
{
	size_t i, solicited = 0, untouched = 0;
	char iso[PW_DAY_TEXT];

	for (i = 0; i < input->n_rows; i++) {
		solicited += input->rows[i].is_solicited;
		untouched += !input->rows[i].is_touched;
	}
	pw_day_to_iso(input->today, iso);
	pw_buf_reset(subject);
	if (!input->n_rows) {
		pw_buf_addf(subject, "Renewals %s: nothing due", iso);
		pw_doc_add(doc, PW_BLOCK_BANNER, PW_TONE_CALM, "Renewals",
			   "No contract is due.");
		return;
	}
	pw_buf_addf(subject,
		    "Renewals %s: %zu due, %zu solicited by rivals, %zu untouched", iso,
		    input->n_rows, solicited, untouched);
	pw_doc_add(doc, PW_BLOCK_BANNER,
		   solicited   ? PW_TONE_URGENT
		   : untouched ? PW_TONE_WARN
			       : PW_TONE_CALM,
		   "Renewals",
		   "%zu %scontract%s %s due. Rivals are after %zu; %zu %s untouched.",
		   input->n_rows, input->owner ? "of your " : "",
		   input->owner || input->n_rows != 1 ? "s" : "",
		   input->n_rows == 1 ? "is" : "are", solicited, untouched,
		   untouched == 1 ? "is" : "are");
}

static void put_digest_banner(struct pw_doc *doc, struct pw_buf *subject,
			      const struct pw_digest_input *input)
{
	put_due_counts(doc, subject, input);
	pw_doc_add(
		doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
		"Mails seen%s%s: %llu. Alerts %llu, for review %llu, ignored %llu.",
		input->since && *input->since ? " since " : "",
		input->since ? input->since : "", (unsigned long long)input->n_mails_seen,
		(unsigned long long)input->n_alerts, (unsigned long long)input->n_reviews,
		(unsigned long long)input->n_ignored);
	if (input->value && *input->value)
		pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
			   "Value at risk: %s a year.", input->value);
}

void pw_digest_write(struct pw_doc *doc, struct pw_buf *subject,
		     const struct pw_digest_input *input)
{
	size_t i, shown = input->n_rows < DIGEST_ROWS ? input->n_rows : DIGEST_ROWS;

	put_digest_banner(doc, subject, input);
	for (i = 0; i < shown; i++) {
		const struct pw_due_row *row = &input->rows[i],
					*before = i ? row - 1 : NULL;

		if (!before || before->is_solicited != row->is_solicited ||
		    (!row->is_solicited &&
		     band_of(before->days_left) != band_of(row->days_left)))
			put_band(doc, row);
		put_due_row(doc, row);
	}
	if (input->n_rows > shown)
		pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
			   "... and %zu more: poachwatch contracts due.",
			   input->n_rows - shown);
	pw_doc_add(doc, PW_BLOCK_SMALL, PW_TONE_PLAIN, NULL,
		   "A touch is a status change in an import, a note (poachwatch "
		   "contracts touch ID --note TEXT) or a closed case.");
}
