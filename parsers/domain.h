/* SPDX-License-Identifier: Apache-2.0 */
/*
 * domain.h - one form for each domain: that of the wire.
 *
 * Source: RFC 5890, UTS 46.  "Bücher.example", "bücher。example" and
 * "XN--BCHER-KVA.example" are one domain; written as xn--bcher-kva.example it
 * is compared byte by byte, and nobody is misled by a letter that looks like
 * another.
 */
#ifndef PW_PARSERS_DOMAIN_H
#define PW_PARSERS_DOMAIN_H

#include "agent/base/arena.h"
#include "parsers/bytes.h"

#define PW_DOMAIN_MAX 253 /* bytes of a domain (RFC 1035 2.3.4) */

/* Write the domain's one form, NUL-terminated, and return its length.  What is
   no domain name (UTS 46 refuses it) or gets too long is put in lower case
   and cut. */
size_t pw_domain_normal(char out[PW_DOMAIN_MAX + 1], struct pw_bytes domain);

/* The address or web address with its domain in that form: the text itself
   where nothing changes, else in the arena; NULL when that is exhausted. */
const char *pw_url_normal(struct pw_arena *arena, const char *url);

/* Load what ICU needs for it before the sandbox closes. */
void pw_domain_init(void);

#endif
