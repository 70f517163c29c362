/* SPDX-License-Identifier: Apache-2.0 */
/*
 * domains.h - whose a mail domain is, by whole labels.
 */
#ifndef PW_RULES_DOMAINS_H
#define PW_RULES_DOMAINS_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/mem.h"

struct pw_domains;

struct pw_domains *pw_domains_new(void);
void pw_domains_free(struct pw_domains *domains);
PW_DEFINE_FREEP(struct pw_domains, pw_domains_free)

/* Enter a domain (in any form, see parsers/domain.h; copied).  Returns the owner that has
   it already (then nothing changes), or 0. */
uint32_t pw_domains_add(struct pw_domains *domains, const char *domain, uint32_t owner);
/* The same, taking the domain away from whoever has it. */
void pw_domains_set(struct pw_domains *domains, const char *domain, uint32_t owner);
/* Owner of the domain or of the nearest parent; 0: nobody's.  At most 253
   bytes are looked at. */
uint32_t pw_domains_find(const struct pw_domains *domains, const char *domain);

#endif
