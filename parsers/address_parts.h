/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address_parts.h - the two halves of a mailbox: what is an address, what is a
 * name.
 *
 * Inside the address code only.
 */
#ifndef PW_PARSERS_ADDRESS_PARTS_H
#define PW_PARSERS_ADDRESS_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/arena.h"

enum { PW_LOCAL_PART_MAX = 256 };

/* local@domain, the domain with a dot. */
bool pw_is_address(const char *text, size_t len);

/* The address in text without the blanks, quotes, "mailto:" and query that
   may stand around or inside it, its domain as pw_domain_normal() writes it
   (arena); NULL when there is none. */
const char *pw_address_in(struct pw_arena *arena, const char *text, size_t len);

/* The name as a person reads it (arena); NULL when nothing is left or it only
   repeats address (NULL allowed). */
const char *pw_name_clean(struct pw_arena *arena, const char *text, size_t len,
			  const char *address);

#endif
