/* SPDX-License-Identifier: Apache-2.0 */
/* resolve.c - look up what a finding names, and hand it to the judge. */
#include "agent/resolve.h"

#include <string.h>

#include "agent/base/str.h"
#include "rules/match/match.h"
#include "rules/match/normalise.h"

#define ARENA_BYTES     ((size_t)64 << 20)
#define OF_CUSTOMER_MAX 20000

struct resolver {
	struct pw_resolved *out;
	size_t cap;
	const struct pw_contract_source *source;
	const struct pw_ruleset *ruleset;
};

static int add_candidate(struct resolver *r, const struct pw_candidate *candidate,
			 struct pw_err *err)
{
	struct pw_resolved *out = r->out;
	struct pw_candidate *grown = pw_arena_grow(
		out->arena, out->candidates, out->n_candidates, &r->cap, sizeof(*grown));
	if (!grown)
		return pw_err_set(err, PW_ELIMIT, "too many contracts for one message");
	out->candidates = grown;
	grown[out->n_candidates++] = *candidate;
	return 0;
}

static void set_slug(const struct resolver *r, struct pw_contract *contract)
{
	const struct pw_vendor *vendor =
		r->ruleset ? pw_ruleset_vendor(r->ruleset, contract->vendor) : NULL;
	if (vendor)
		contract->vendor_slug = vendor->slug;
}

static bool equals_normalised(const char *ours, size_t len, const char *normal)
{
	char other[PW_IDENTIFIER_MAX + 1];
	return pw_identifier_normalise(ours, len, other, sizeof(other)) > 0 &&
	       strcmp(other, normal) == 0;
}

/* Is this really an identifier of the contract? */
static bool holds_identifier(const struct pw_contract *contract, const char *identifier)
{
	char normal[PW_IDENTIFIER_MAX + 1];
	if (pw_identifier_normalise(identifier, strlen(identifier), normal,
				    sizeof(normal)) == 0)
		return false;
	if (contract->number &&
	    equals_normalised(contract->number, strlen(contract->number), normal))
		return true;
	for (const char *at = contract->serials; at && *at;) {
		size_t len = strcspn(at, ";");
		if (equals_normalised(at, len, normal))
			return true;
		at += len + (at[len] == ';');
	}
	return false;
}

/* A short number that belongs to another customer than the one who was
   written to equals ours by chance. */
static bool is_coincidence(const struct pw_finding *f,
			   const struct pw_identifier_hit *hit,
			   const struct pw_contract *contract)
{
	bool has_sure = false;
	if (pw_streq(hit->why, PW_WHY_EXACT))
		return false;
	for (size_t i = 0; i < f->n_customers; i++) {
		if (f->customers[i].how > PW_HOW_FORWARDER)
			continue;
		has_sure = true;
		if (strcmp(f->customers[i].customer, contract->customer) == 0)
			return false;
	}
	return has_sure;
}

static int add_identifiers(struct resolver *r, const struct pw_finding *f,
			   struct pw_err *err)
{
	for (size_t i = 0; i < f->n_identifiers; i++) {
		const struct pw_identifier_hit *hit = &f->identifiers[i];
		struct pw_candidate c = { .how = hit->how, .evidence = hit->written };
		int found = r->source->by_id(r->source->self, hit->contract_id,
					     r->out->arena, &c.contract, err);
		if (found < 0)
			return -1;
		if (found == 0 || !holds_identifier(&c.contract, hit->identifier) ||
		    is_coincidence(f, hit, &c.contract))
			continue;
		set_slug(r, &c.contract);
		if (add_candidate(r, &c, err) < 0)
			return -1;
	}
	return 0;
}

/* The vendor of the finding that the contract is with, NULL: none. */
static const struct pw_vendor_hit *vendor_hit(const struct pw_finding *f,
					      const struct pw_contract *contract)
{
	for (size_t i = 0; i < f->n_vendors; i++) {
		const struct pw_vendor_hit *hit = &f->vendors[i];
		if (contract->vendor_slug ? pw_streq(hit->vendor, contract->vendor_slug)
					  : pw_strieq(hit->name, contract->vendor))
			return hit;
	}
	return NULL;
}

static int add_customers_contracts(struct resolver *r, const struct pw_finding *f,
				   const struct pw_customer_hit *customer,
				   struct pw_err *err)
{
	struct pw_contract *contracts = NULL;
	size_t n = 0;
	if (r->source->of_customer(r->source->self, customer->customer, OF_CUSTOMER_MAX,
				   r->out->arena, &contracts, &n, err) < 0)
		return -1;
	if (n > 0)
		r->out->customer = contracts[0].customer;
	for (size_t i = 0; i < n; i++) {
		set_slug(r, &contracts[i]);
		const struct pw_vendor_hit *vendor = vendor_hit(f, &contracts[i]);
		struct pw_candidate c = { .contract = contracts[i],
					  .how = customer->how,
					  .evidence = customer->evidence };
		if (!vendor)
			continue;
		c.vendor_evidence = vendor->evidence;
		if (add_candidate(r, &c, err) < 0)
			return -1;
	}
	return 0;
}

static int look_up(struct resolver *r, const struct pw_finding *f, struct pw_err *err)
{
	if (add_identifiers(r, f, err) < 0)
		return -1;
	/* the surest customer that the store knows */
	for (size_t i = 0; i < f->n_customers && !r->out->customer; i++)
		if (add_customers_contracts(r, f, &f->customers[i], err) < 0)
			return -1;
	return 0;
}

int pw_resolve(struct pw_resolved **ret, const struct pw_finding *finding,
	       const struct pw_contract_source *source, const struct pw_ruleset *ruleset,
	       const struct pw_resolve_options *options, struct pw_err *err)
{
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *out = pw_alloc(1, sizeof(*out));
	out->arena = pw_arena_new(ARENA_BYTES);
	out->finding = finding;
	struct resolver r = { .out = out, .source = source, .ruleset = ruleset };
	if ((finding->is_solicitation || finding->notice) &&
	    look_up(&r, finding, err) < 0)
		return -1;
	const struct pw_judge_input input = { .finding = finding,
					      .candidates = out->candidates,
					      .n_candidates = out->n_candidates,
					      .customer = out->customer,
					      .received = options->received,
					      .window_days = options->window_days };
	if (pw_judge(&out->judgement, &input, ruleset, err) < 0)
		return -1;
	*ret = PW_TAKE(out);
	return 0;
}

void pw_resolved_free(struct pw_resolved *resolved)
{
	if (!resolved)
		return;
	pw_judgement_free(resolved->judgement);
	pw_arena_free(resolved->arena);
	free(resolved);
}
