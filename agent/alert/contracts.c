/* SPDX-License-Identifier: Apache-2.0 */
/* contracts.c - the contracts that a rival is after, as cards, soonest first. */
#include <string.h>

#include "agent/alert/alert_internal.h"
#include "agent/base/str.h"

#define CONTRACTS_SHOWN 12
#define SERIALS_CHARS   200

/* Ours, as imported, that the mail names as evidence; NULL: not told. */
static const char *identifier_of(const struct pw_finding *finding,
				 const struct pw_candidate *candidate)
{
	size_t i;

	for (i = 0; i < finding->n_identifiers; i++)
		if (pw_streq(finding->identifiers[i].contract_id,
			     candidate->contract.contract_id) &&
		    pw_streq(finding->identifiers[i].written, candidate->evidence))
			return finding->identifiers[i].identifier;
	return NULL;
}

/* How surely and by what a contract was recognised. */
static void put_match(struct pw_doc *doc, const struct pw_candidate *candidate,
		      const struct pw_finding *finding)
{
	const char *evidence = candidate->evidence ? candidate->evidence : "";
	const char *ours = identifier_of(finding, candidate);

	switch (candidate->how) {
	case PW_HOW_IDENTIFIER:
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_CALM, "Matched by",
			   "its %s, in the mail as \"%s\": certain",
			   !ours || pw_strieq(ours, candidate->contract.number)
				   ? "number"
				   : "serial number",
			   evidence);
		break;
	case PW_HOW_NEAR_IDENTIFIER:
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Perhaps by",
			   "a number that differs by one character: \"%s\". Check it.",
			   evidence);
		break;
	case PW_HOW_RECIPIENT:
	case PW_HOW_FORWARDER:
	case PW_HOW_SENDER_OF_LAYER:
	case PW_HOW_ALIAS:
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Matched by",
			   "%s (%s), and the vendor fits%s%s%s; no contract number in "
			   "the mail",
			   pw_how_words(candidate->how), evidence,
			   candidate->vendor_evidence ? " (" : "",
			   candidate->vendor_evidence ? candidate->vendor_evidence : "",
			   candidate->vendor_evidence ? ")" : "");
		break;
	}
}

/* The end of a contract that is renewed already is nothing to fear. */
static enum pw_tone end_tone(const struct pw_contract *contract, pw_day today)
{
	if (contract->status == PW_STATUS_RENEWED || contract->end - today > 90)
		return PW_TONE_PLAIN;
	return contract->end - today > 30 ? PW_TONE_WARN : PW_TONE_URGENT;
}

static void put_end(struct pw_doc *doc, const struct pw_contract *contract, pw_day today)
{
	struct pw_buf words;
	char iso[PW_DAY_TEXT];

	if (contract->end == PW_DAY_NONE)
		return;
	pw_buf_init(&words, 64);
	pw_days_words(&words, contract->end - today);
	pw_doc_add(doc, PW_BLOCK_FACT, end_tone(contract, today),
		   contract->end < today ? "Ended" : "Ends", "%s (%s)",
		   pw_day_to_iso(contract->end, iso), words.data);
	pw_buf_done(&words);
}

/* "A;B" as "A, B", cut where it becomes a list of an inventory. */
static void put_serials(struct pw_doc *doc, const char *serials)
{
	size_t len = pw_utf8_cut(serials, strlen(serials), SERIALS_CHARS), i;
	struct pw_buf list;

	pw_buf_init(&list, SERIALS_CHARS * 2 + 8);
	for (i = 0; i < len; i++)
		if (serials[i] == ';')
			pw_buf_adds(&list, ", ");
		else
			pw_buf_addc(&list, serials[i]);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN,
		   strchr(serials, ';') ? "Serials" : "Serial", "%s%s", list.data,
		   serials[len] ? " ..." : "");
	pw_buf_done(&list);
}

static void put_contract(struct pw_doc *doc, const struct pw_candidate *candidate,
			 const struct pw_alert_view *view)
{
	const struct pw_contract *contract = &candidate->contract;
	struct pw_buf words;

	pw_buf_init(&words, 256);
	pw_doc_add(doc, PW_BLOCK_CARD, PW_TONE_PLAIN, NULL, "%s  %s%s%s",
		   contract->contract_id, contract->vendor, contract->product ? ", " : "",
		   contract->product ? contract->product : "");
	/* A number of another customer's in the same mail. */
	if (contract->customer && !pw_streq(contract->customer, view->customer))
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_WARN, "Customer", "%s",
			   contract->customer);
	if (contract->quantity && !pw_streq(contract->quantity, "1"))
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Quantity", "%s",
			   contract->quantity);
	if (contract->number && *contract->number)
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Number", "%s",
			   contract->number);
	if (contract->serials && *contract->serials)
		put_serials(doc, contract->serials);
	put_end(doc, contract, view->today);
	pw_money(&words, contract->annual_value, contract->currency);
	if (words.len)
		pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Value", "%s a year",
			   words.data);
	pw_doc_add(doc, PW_BLOCK_FACT, PW_TONE_PLAIN, "Status", "%s",
		   pw_status_name(contract->status));
	put_match(doc, candidate, view->input->finding);
	pw_buf_done(&words);
}

static int compare_ends(const struct pw_candidate *a, const struct pw_candidate *b)
{
	if (a->contract.end != b->contract.end)
		return a->contract.end < b->contract.end ? -1 : 1;
	return strcmp(a->contract.contract_id, b->contract.contract_id);
}

static void put_near_hints(struct pw_doc *doc, const struct pw_finding *finding)
{
	size_t i;

	for (i = 0; i < finding->n_identifiers; i++) {
		const struct pw_identifier_hit *hit = &finding->identifiers[i];

		if (hit->how == PW_HOW_NEAR_IDENTIFIER)
			pw_doc_add(doc, PW_BLOCK_ITEM, PW_TONE_WARN, NULL,
				   "\"%s\" is one character off %s of our contract %s. A "
				   "typing error?",
				   hit->written, hit->identifier, hit->contract_id);
	}
}

/* The contract that ends next after before (NULL: the first to end); NULL: none. */
static const struct pw_candidate *next_to_end(const struct pw_judgement *judgement,
					      const struct pw_candidate *before)
{
	const struct pw_candidate *best = NULL;
	size_t i;

	for (i = 0; i < judgement->n_matched; i++) {
		const struct pw_candidate *one = judgement->matched[i];

		if ((!before || compare_ends(one, before) > 0) &&
		    (!best || compare_ends(one, best) < 0))
			best = one;
	}
	return best;
}

void pw_alert_vendors(struct pw_buf *out, const struct pw_judgement *judgement)
{
	const char *vendors[CONTRACTS_SHOWN];
	const struct pw_candidate *one = NULL;
	size_t n = 0, shown, i;

	pw_buf_reset(out);
	for (shown = 0; shown < CONTRACTS_SHOWN; shown++) {
		one = next_to_end(judgement, one);
		if (!one)
			break;
		for (i = 0; i < n; i++)
			if (pw_streq(vendors[i], one->contract.vendor))
				break;
		if (i < n || !one->contract.vendor)
			continue;
		pw_buf_addf(out, "%s%s", n ? ", " : "", one->contract.vendor);
		vendors[n++] = one->contract.vendor;
	}
}

void pw_alert_put_contracts(struct pw_doc *doc, const struct pw_alert_view *view)
{
	const struct pw_judgement *judgement = view->input->judgement;
	const struct pw_candidate *one = NULL;
	size_t shown = 0;

	if (judgement->n_matched)
		pw_doc_add(doc, PW_BLOCK_HEADING, PW_TONE_PLAIN, NULL,
			   judgement->n_matched == 1 ? "The contract" : "The contracts");
	while (shown < CONTRACTS_SHOWN && (one = next_to_end(judgement, one))) {
		put_contract(doc, one, view);
		shown++;
	}
	if (judgement->n_matched > shown)
		pw_doc_add(doc, PW_BLOCK_PARAGRAPH, PW_TONE_PLAIN, NULL,
			   "... and %zu more.", judgement->n_matched - shown);
	put_near_hints(doc, view->input->finding);
}
