/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authentication.h - what our own mail server found out about a sender, as it
 * wrote it into Authentication-Results (RFC 8601).
 */
#ifndef PW_AUTHENTICATION_H
#define PW_AUTHENTICATION_H

#include "agent/base/arena.h"

/* value: one header's value.  "pass" when the server called id vouches for the
   domain of the address from (DMARC; or DKIM or SPF of that very domain, up to
   the registrable one), "fail" when it found it forged, "none" when it cannot
   tell; NULL when the header is another server's. */
const char *pw_authentication(const char *value, const char *id, const char *from,
			      struct pw_arena *arena);

#endif
