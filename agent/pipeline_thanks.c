/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline_thanks.c - the short answer to the customer who passed a mail on. */
#include <string.h>

#include "agent/alert/alert.h"
#include "agent/base/str.h"
#include "agent/pipeline_record.h"
#include "agent/policy.h"

#define CONTRACTS_MAX 200 /* of one customer, looked at for their domains */

/* Is the forwarder's domain one that the contracts say is the customer's? */
static int is_at_customer(const struct pw_record *record, bool *ret, struct pw_err *err)
{
	const char *domain = pw_address_domain(record->finding->forwarder);
	struct pw_contract_row *rows;
	size_t n, i;

	*ret = false;
	if (pw_store_contracts_of_customer(record->recorder->store,
					   record->resolved->customer, CONTRACTS_MAX,
					   record->arena, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n && domain && !*ret; i++) {
		const char *at = rows[i].customer_domains ? rows[i].customer_domains : "";

		while (*at && !*ret) {
			size_t len = strcspn(at, ";");
			PW_CLEANUP(pw_freep) char *one = pw_strndup(at, len);

			*ret = pw_domain_within(domain, one);
			at += len + (at[len] == ';');
		}
	}
	return 0;
}

/* Only what is the forwarder's own: a number in the mail may match a contract
   of somebody else. */
static size_t own_contracts(const struct pw_record *record, struct pw_contract *out)
{
	const struct pw_judgement *judgement = record->resolved->judgement;
	size_t i, n = 0;

	for (i = 0; i < judgement->n_matched; i++)
		if (pw_streq(judgement->matched[i]->contract.customer,
			     record->resolved->customer))
			out[n++] = judgement->matched[i]->contract;
	return n;
}

static const char *owner_of(const struct pw_judgement *judgement)
{
	return judgement->soonest ? judgement->soonest->contract.owner_email : NULL;
}

static int queue(struct pw_record *record, struct pw_err *err)
{
	const struct pw_finding *finding = record->finding;
	const struct pw_judgement *judgement = record->resolved->judgement;
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	struct pw_contract *contracts = pw_arena_alloc(
		record->arena, judgement->n_matched + 1, sizeof *contracts);
	struct pw_thanks_input input = {
		.company = record->recorder->config->company_name,
		.forwarder_name = finding->forwarder_name,
		.contracts = contracts,
		.n_contracts = contracts ? own_contracts(record, contracts) : 0,
		.original_subject = finding->solicitor.subject,
		.owner_email = owner_of(judgement),
		.today = pw_day_of_ms(record->item->received_ms),
	};
	struct pw_post_mail mail = {
		.kind = "acknowledgement",
		.unique = pw_record_unique(record, "thanks"),
		.to = { finding->forwarder },
		.n_to = 1,
		.in_reply_to = finding->message_id,
		.is_answer = true,
		.case_id = record->row.case_id,
		.message_id = record->id,
		.doc = doc,
	};
	struct pw_buf subject;
	int64_t id;
	int r;

	pw_buf_init(&subject, 4096);
	pw_thanks_write(doc, &subject, &input);
	mail.subject = subject.data;
	r = pw_post_queue(&record->recorder->post, &mail, &id, NULL, err);
	pw_buf_done(&subject);
	return r;
}

int pw_record_thanks(struct pw_record *record, struct pw_err *err)
{
	const struct pw_recorder *recorder = record->recorder;
	bool is_known, is_first;

	if (!pw_policy_may_thank(recorder->config, record->finding, record->resolved))
		return 0;
	if (is_at_customer(record, &is_known, err) < 0)
		return -1;
	if (!is_known)
		return 0;
	if (pw_store_case_once(recorder->store, record->row.case_id, "acknowledgement",
			       record->finding->forwarder, &is_first, err) < 0)
		return -1;
	return is_first ? queue(record, err) : 0;
}
