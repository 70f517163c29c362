/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known.h - what we own, as a read-only image that many processes map.
 *
 * Built by the agent from the store into a sealed memfd; looked up by
 * inspectors in constant time however many contracts there are.  The image
 * is position-independent and checked when opened, so that a damaged one is
 * refused and never followed.
 */
#ifndef PW_RULES_KNOWN_H
#define PW_RULES_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/day.h"
#include "agent/base/err.h"
#include "rules/match/normalise.h"

/* Building.  All strings are copied.  Identifiers that cannot tell anything
   ("N/A", "pending", one that more than PW_KNOWN_SHARED_MAX contracts share)
   are left out. */
#define PW_KNOWN_SHARED_MAX 32

struct pw_known_builder;
struct pw_known_builder *pw_known_builder_new(void);
void pw_known_builder_free(struct pw_known_builder *builder);
PW_DEFINE_FREEP(struct pw_known_builder, pw_known_builder_free)
/* domains: the customer's mail domains; aliases: other names of it.  Add each
   customer once; the result is its number for pw_known_add_contract(). */
uint32_t pw_known_add_customer(struct pw_known_builder *builder, const char *name,
			       const char *const *domains, size_t n_domains,
			       const char *const *aliases, size_t n_aliases);
/* vendor: as imported; identifiers: contract number and serials as imported. */
void pw_known_add_contract(struct pw_known_builder *builder, uint32_t customer,
			   const char *contract_id, const char *vendor,
			   const char *const *identifiers, size_t n_identifiers);
/* The contract added last ends on this day; without it none is known. */
void pw_known_set_end(struct pw_known_builder *builder, pw_day end);
/* What it is for, as imported ("FortiGate 60F UTP, 2 sites"); without it nothing
   is known. */
void pw_known_set_product(struct pw_known_builder *builder, const char *product);
/* The image; *ret owned by the caller (free()).  PW_ELIMIT past 4 GiB. */
int pw_known_build(struct pw_known_builder *builder, void **ret, size_t *ret_len,
		   struct pw_err *err) PW_MUST_CHECK;

/* Using.  The image must outlive the view; it is read where it lies, so it
   must be aligned to 8 bytes, as mappings and malloc() are.  A damaged image
   is PW_EFORMAT. */
struct pw_known;
int pw_known_open(struct pw_known **ret, const void *image, size_t len,
		  struct pw_err *err) PW_MUST_CHECK;
void pw_known_close(struct pw_known *known);
PW_DEFINE_FREEP(struct pw_known, pw_known_close)

size_t pw_known_n_contracts(const struct pw_known *known);

/* Name of the customer that owns this mail domain or a parent of it; NULL: nobody's. */
const char *pw_known_customer_of_domain(const struct pw_known *known, const char *domain);

/* Vendors (as imported) of the contracts that end on a day (PW_DAY_NONE: of all
   contracts), of the customer that owns a mail domain: at most max of them in
   ret_vendors, neighbours never the same; how many. */
size_t pw_known_ending(const struct pw_known *known, const char *domain, pw_day end,
		       const char **ret_vendors, size_t max);

/* Vendor and product ("" where unknown), as imported, of the newest contracts of
   the customer that owns a mail domain: at most max in ret; how many. */
struct pw_known_held {
	const char *vendor, *product;
};
size_t pw_known_held_by(const struct pw_known *known, const char *domain,
			struct pw_known_held *ret, size_t max);

/* The vendors of all contracts of the customer of a name key (pw_name_key()). */
size_t pw_known_vendors_of(const struct pw_known *known, const char *key,
			   const char **ret_vendors, size_t max);

#endif
