/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/resent.h"

#include <strings.h>

#include "agent/base/str.h"

/* Fields that only a redirection leaves, and those that a forwarding rule
   leaves too: there the value is the rule's owner, who is also in From. */
static const struct {
	const char *name;
	const char *by;
	bool names_owner;
} traces[] = {
	{ "Resent-From", "Resent-From", false },
	{ "Resent-To", "Resent-To", false },
	{ "Resent-Date", "Resent-Date", false },
	{ "Resent-Sender", "Resent-Sender", false },
	{ "X-Forwarded-For", "X-Forwarded-For", true },
	{ "X-Forwarded-Encrypted", "X-Forwarded-Encrypted", false },
	{ "X-MS-Exchange-Inbox-Rules-Loop", "inbox rule", true },
	{ "X-MS-Exchange-ForwardingLoop", "mailbox forwarding", true },
	{ "X-MS-Exchange-Parent-Message-Id-Redirect", "redirect", false },
	{ "X-Original-Redirected-From", "redirect", false },
};

/* "+caf_=target=domain@" in the return path: Gmail forwarded it. */
static bool is_caf(const char *return_path)
{
	return return_path && strstr(return_path, "+caf_=");
}

/* Is the From's own address the first word of value? */
static bool is_own(const struct pw_layer *layer, const char *value)
{
	const char *address = layer->from.address;
	size_t len = address ? strlen(address) : 0;

	value += strspn(value, " <");
	return len && strncasecmp(value, address, len) == 0 &&
	       strchr(" >,;", value[len]) != NULL;
}

const char *pw_resent_by(const struct pw_layer *layer)
{
	const char *value;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(traces); i++) {
		value = pw_layer_header(layer, traces[i].name);
		/* A number there is an IP address: a proxy wrote it. */
		if (value && *value &&
		    !(traces[i].names_owner &&
		      (!strchr(value, '@') || is_own(layer, value))))
			return traces[i].by;
	}
	return is_caf(pw_layer_header(layer, "Return-Path")) ? "Return-Path" : NULL;
}
