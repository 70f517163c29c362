/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known_find.h - look-ups in the image, for the matcher alone.
 *
 * Every look-up takes the same time however many contracts there are.
 */
#ifndef PW_RULES_KNOWN_FIND_H
#define PW_RULES_KNOWN_FIND_H

#include "rules/match/known.h"
#include "rules/match/known_image.h"

/* A contract as the image knows it; strings borrowed from the image. */
struct pw_known_contract {
	const char *contract_id;
	const char *vendor;
	const char *customer;
	const char *identifier; /* the one that was found, as imported */
};

/* Is there an identifier of this normalised length? */
bool pw_known_has_length(const struct pw_known *known, size_t len);

/* Start at 0 in *cursor; hash is pw_hash_mix() over the skeleton's hash.
   Gives, one a call, the contracts with an identifier of that hash; the
   caller compares the identifier.  At most PW_KNOWN_SHARED_MAX times 8
   calls give something. */
struct pw_known_cursor {
	uint32_t next;
	unsigned n;
	bool is_begun;
};
bool pw_known_identifier_next(const struct pw_known *known, uint64_t mixed,
			      struct pw_known_cursor *cursor,
			      struct pw_known_contract *ret);

/* The customer of a name key (pw_name_key()), NULL: nobody's, or two
   customers'.  *ret_is_short tells that the key is one word only. */
const char *pw_known_customer_of_name(const struct pw_known *known, const char *key,
				      bool *ret_is_short);
/* Words of the longest name key. */
size_t pw_known_name_words(const struct pw_known *known);

#endif
