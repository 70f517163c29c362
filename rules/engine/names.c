/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - the words that stand for the enumerations of a finding. */
#include "rules/engine/compile.h"
#include "rules/engine/finding.h"

const char *const pw_sender_words[9] = {
	[PW_SENDER_UNKNOWN] = "unknown",
	[PW_SENDER_OURS] = "ours",
	[PW_SENDER_CUSTOMER] = "customer",
	[PW_SENDER_VENDOR] = "vendor",
	[PW_SENDER_VENDOR_AGENT] = "vendor-agent",
	[PW_SENDER_DISTRIBUTOR] = "distributor",
	[PW_SENDER_RIVAL] = "rival",
	[PW_SENDER_FREEMAIL] = "freemail",
	[PW_SENDER_NONE] = "none",
};

static const char *const how_names[] = {
	[PW_HOW_IDENTIFIER] = "identifier", [PW_HOW_RECIPIENT] = "recipient",
	[PW_HOW_FORWARDER] = "forwarder",   [PW_HOW_SENDER_OF_LAYER] = "correspondent",
	[PW_HOW_ALIAS] = "alias",           [PW_HOW_NEAR_IDENTIFIER] = "near-identifier",
};

/* What speaks for a contract, as an account manager would say it. */
static const char *const how_words[] = {
	[PW_HOW_IDENTIFIER] = "its number is in the mail",
	[PW_HOW_RECIPIENT] = "the mail was written to the customer",
	[PW_HOW_FORWARDER] = "the customer passed the mail on",
	[PW_HOW_SENDER_OF_LAYER] = "the customer takes part in the thread",
	[PW_HOW_ALIAS] = "the mail names the customer",
	[PW_HOW_NEAR_IDENTIFIER] = "a number much like it is in the mail",
};

const char *pw_sender_class_name(enum pw_sender_class sender_class)
{
	return (size_t)sender_class < PW_ARRAY_LEN(pw_sender_words)
		       ? pw_sender_words[sender_class]
		       : "unknown";
}

const char *pw_how_name(enum pw_how how)
{
	return (size_t)how < PW_ARRAY_LEN(how_names) ? how_names[how] : "unknown";
}

const char *pw_how_words(enum pw_how how)
{
	return (size_t)how < PW_ARRAY_LEN(how_words) ? how_words[how] : "unknown";
}
