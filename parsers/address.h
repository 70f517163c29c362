/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.h - names and addresses as mail programs really write them.
 *
 * Source: RFC 5322 3.4, RFC 6532; plus what clients do to them when they
 * forward (see QUIRKS.md): unquoted commas, [mailto:x] echoes, "A on behalf
 * of B", names alone, addresses alone, groups, Outlook's semicolons.
 */
#ifndef PW_PARSERS_ADDRESS_H
#define PW_PARSERS_ADDRESS_H

#include <stddef.h>

#include "agent/base/arena.h"

struct pw_addr {
	const char *name;    /* UTF-8 as a person reads it; NULL: not written */
	const char *address; /* local@domain, the domain in one form (domain.h);
				NULL: not written */
};

struct pw_addrs {
	struct pw_addr *items;
	size_t n;
};

/* Read a list of mailboxes (a To: or Cc: value, already decoded to UTF-8).
   At most PW_MAX_ADDRESSES; what is not understood becomes a name. */
struct pw_addrs pw_addrs_parse(struct pw_arena *arena, const char *text, size_t len);

/* Read one mailbox (a From: value).  "A on behalf of B" gives A, and B in
 *ret_behalf (NULL allowed).  Both members NULL when there is nothing. */
struct pw_addr pw_addr_parse(struct pw_arena *arena, const char *text, size_t len,
			     struct pw_addr *ret_behalf);

#endif
