/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/policy.h"

#include "agent/base/str.h"

/* An item with '@' is one address, any other a domain: agent/config lets nothing
   else in. */
static bool is_on_list(const struct pw_names *list, const char *address)
{
	const char *domain = pw_address_domain(address);
	size_t i;

	for (i = 0; i < list->n; i++) {
		const char *item = list->items[i];

		if (pw_address_domain(item) ? pw_strieq(item, address)
					    : domain && pw_domain_within(domain, item))
			return true;
	}
	return false;
}

/* Confirmed in the store by pw_resolve(), and told by the forwarder's own
   address rather than by words in the mail. */
static bool is_forwarded_by_customer(const struct pw_finding *finding,
				     const struct pw_resolved *resolved)
{
	size_t i;

	for (i = 0; resolved->customer && i < finding->n_customers; i++)
		if (finding->customers[i].is_forwarder &&
		    pw_streq(finding->customers[i].customer, resolved->customer))
			return true;
	return false;
}

/* Redirected by a rule nobody forwards it: whom it went to is what is left. */
static bool is_redirected_by_customer(const struct pw_finding *finding,
				      const struct pw_resolved *resolved)
{
	size_t i;

	if (finding->forwarder || !resolved->customer)
		return false;
	for (i = 0; i < finding->n_customers; i++)
		if (finding->customers[i].how <= PW_HOW_FORWARDER &&
		    finding->customers[i].how != PW_HOW_IDENTIFIER &&
		    pw_streq(finding->customers[i].customer, resolved->customer))
			return true;
	return false;
}

bool pw_policy_accepts(const struct pw_mailbox_config *mailbox,
		       const struct pw_finding *finding,
		       const struct pw_resolved *resolved)
{
	switch (mailbox->accept) {
	case PW_ACCEPT_ANYONE:
		return true;
	case PW_ACCEPT_KNOWN_CUSTOMERS:
		return is_forwarded_by_customer(finding, resolved) ||
		       is_redirected_by_customer(finding, resolved);
	case PW_ACCEPT_LIST:
		return finding->forwarder &&
		       is_on_list(&mailbox->accept_list, finding->forwarder);
	}
	return true;
}

static bool is_ours(const struct pw_config *config, const char *address)
{
	const char *domain = pw_address_domain(address);
	size_t i;

	for (i = 0; domain && i < config->company_domains.n; i++)
		if (pw_domain_within(domain, config->company_domains.items[i]))
			return true;
	return false;
}

bool pw_policy_may_thank(const struct pw_config *config, const struct pw_finding *finding,
			 const struct pw_resolved *resolved)
{
	if (!config->alerts.acknowledge || finding->is_auto_reply ||
	    !finding->forwarder || is_ours(config, finding->forwarder) ||
	    !is_forwarded_by_customer(finding, resolved))
		return false;
	/* A forged From must not make us write to somebody who wrote nothing. */
	return pw_streq(finding->authentication, "pass");
}
