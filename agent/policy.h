/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.h - who may forward to a mailbox, and whom we may answer.
 */
#ifndef PW_POLICY_H
#define PW_POLICY_H

#include <stdbool.h>

#include "agent/config/config.h"
#include "agent/resolve.h"

/* Does `accept:` let this message in?  A redirected message has no forwarder:
   it comes from whoever may redirect to us, which only a list can refuse. */
bool pw_policy_accepts(const struct pw_mailbox_config *mailbox,
		       const struct pw_finding *finding,
		       const struct pw_resolved *resolved);

/* May the forwarder get a short answer (RFC 3834)?  Only one who is proven to
   have sent the mail, about a customer of ours, never an automatic sender or
   ourselves.  That he is at the customer, too, is for the store to say. */
bool pw_policy_may_thank(const struct pw_config *config, const struct pw_finding *finding,
			 const struct pw_resolved *resolved);

#endif
