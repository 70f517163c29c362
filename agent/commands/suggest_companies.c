/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_companies.c - vendors, products and rivals that the rules do not know. */
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/suggest_entry.h"
#include "agent/contract_source.h"
#include "rules/engine/rules.h"

#define CONTRACTS_MAX 200 /* of a customer */
#define COMPANIES_MAX 12  /* vendors and products suggested for a mail */
#define ARENA_BYTES   ((size_t)16 << 20)

static void put_vendor(struct pw_candidates *ret, const struct pw_vendor *known,
		       const char *vendor, const char *product)
{
	PW_CLEANUP(pw_freep) char *folded = pw_text_fold(vendor);
	char name[PW_ENTRY_NAME];
	struct pw_buf body;
	bool is_good = true;

	pw_buf_init(&body, 4000);
	if (known) {
		is_good = pw_entry_list(&body, "products+", product);
	} else {
		is_good = pw_entry_line(&body, "name", vendor);
		if (product)
			is_good = is_good && pw_entry_list(&body, "products", product);
	}
	pw_entry_name(name, "", folded + strspn(folded, " "));
	if (is_good)
		pw_candidates_add(ret, "vendors", known ? known->slug : name, &body);
	else
		pw_buf_done(&body);
}

/* The words of a product that stand in the mail and that rules do not know. */
static void add_products(const struct pw_wrong *wrong, const char *text,
			 const struct pw_contract *contract, struct pw_candidates *ret)
{
	const struct pw_ruleset *ruleset = wrong->offline->ruleset;
	const struct pw_vendor *known = pw_ruleset_vendor(ruleset, contract->vendor);
	const char *at = contract->product ? contract->product : "";

	while (*at) {
		size_t len = strcspn(at, " ,;/()");
		PW_CLEANUP(pw_freep) char *word = pw_strndup(at, len);
		PW_CLEANUP(pw_freep) char *folded = pw_text_fold(word);
		const char *start = folded + strspn(folded, " ");

		if (len >= 5 && (unsigned char)*word < 0x80 && *word >= 'A' &&
		    *word <= 'Z' && !pw_ruleset_vendor(ruleset, word) &&
		    pw_text_holds(text, start) &&
		    pw_texts_count(wrong->must_not, start) == 0)
			put_vendor(ret, known, contract->vendor, word);
		at += len + (at[len] != '\0');
	}
}

static void add_vendor_of(const struct pw_wrong *wrong, const char *text,
			  const struct pw_contract *contract, struct pw_candidates *ret)
{
	PW_CLEANUP(pw_freep) char *name = pw_text_fold(contract->vendor);
	const char *start = name + strspn(name, " ");

	if (!pw_ruleset_vendor(wrong->offline->ruleset, contract->vendor) &&
	    pw_text_holds(text, start))
		put_vendor(ret, NULL, contract->vendor, NULL);
	add_products(wrong, text, contract, ret);
}

void pw_suggest_vendors(const struct pw_wrong *wrong, const char *text,
			struct pw_candidates *ret)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_contract_source source = pw_contract_source_of(wrong->offline->store);
	const struct pw_finding *finding = wrong->finding;
	const char *vendor = pw_suggest_text(wrong->label, "vendor");
	struct pw_contract *contracts;
	struct pw_err err = PW_ERR_INIT;
	size_t i, k, n;

	if (vendor) {
		const struct pw_contract labelled = { .vendor = vendor };

		add_vendor_of(wrong, text, &labelled, ret);
	}
	for (i = 0; i < finding->n_customers && ret->n < COMPANIES_MAX; i++) {
		n = 0;
		if (source.of_customer(source.self, finding->customers[i].customer,
				       CONTRACTS_MAX, arena, &contracts, &n, &err) < 0)
			continue;
		for (k = 0; k < n && ret->n < COMPANIES_MAX; k++)
			if (contracts[k].vendor)
				add_vendor_of(wrong, text, &contracts[k], ret);
	}
}

static bool is_host(const char *domain)
{
	return *domain &&
	       strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(domain);
}

void pw_suggest_rival(const struct pw_wrong *wrong, const struct pw_layer_note *layer,
		      const char *slug, struct pw_candidates *ret)
{
	const char *domain = pw_address_domain(pw_suggest_address(wrong, layer->layer));
	PW_CLEANUP(pw_freep) char *lower = pw_strdup(domain ? domain : "");
	char name[PW_ENTRY_NAME], *at;
	struct pw_buf body;

	for (at = lower; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at + 32);
	if (!is_host(lower) || layer->sender_class != PW_SENDER_UNKNOWN)
		return;
	pw_buf_init(&body, 1000);
	pw_entry_name(name, "", slug ? slug : lower);
	if (!pw_ruleset_rival_name(wrong->offline->ruleset, name)) {
		pw_entry_line(&body, "name", slug ? slug : lower);
		pw_entry_list(&body, "domains", lower);
	} else {
		pw_entry_list(&body, "domains+", lower);
	}
	pw_candidates_add(ret, "rivals", name, &body);
}
