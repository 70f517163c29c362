/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding.h - what one message says: the value that an inspector hands to the agent.
 *
 * Everything in it was written by strangers or found in their words; the
 * agent treats it as untrusted text and confirms every match in the store.
 * finding_write.c turns it into JSON, finding_read.c back (inspector protocol).
 */
#ifndef PW_RULES_FINDING_H
#define PW_RULES_FINDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/base/arena.h"
#include "agent/base/buf.h"
#include "agent/base/err.h"
#include "parsers/date.h"
#include "parsers/mail.h"

/* Who somebody is to us; decided by code from domains and rule files. */
enum pw_sender_class {
	PW_SENDER_UNKNOWN, /* a company we know nothing of */
	PW_SENDER_OURS,
	PW_SENDER_CUSTOMER,
	PW_SENDER_VENDOR,
	PW_SENDER_VENDOR_AGENT,
	PW_SENDER_DISTRIBUTOR,
	PW_SENDER_RIVAL,
	PW_SENDER_FREEMAIL, /* a public mail provider: could be anybody */
	PW_SENDER_NONE,     /* no address and no telling name */
};

/* How a contract or customer was recognised, surest first. */
enum pw_how {
	PW_HOW_IDENTIFIER, /* an identifier of ours, normalised on both sides, equal */
	PW_HOW_RECIPIENT,  /* customer: domain of an original recipient */
	PW_HOW_FORWARDER,  /* customer: domain of who passed it on */
	PW_HOW_SENDER_OF_LAYER, /* customer: domain of somebody in the thread */
	PW_HOW_ALIAS, /* customer: its name or alias in greeting, signature, text */
	PW_HOW_NEAR_IDENTIFIER, /* one character off: a hint for a person, never a match
				 */
};

/* One rule that counted. */
struct pw_hit {
	const char *rule;   /* "signals.quote-your-renewal" */
	const char *origin; /* "signals.yaml:12" */
	int layer;
	const char *scope;   /* "subject", "body" ... */
	const char *matched; /* the text as a person sees it */
	const char *context; /* up to 60 characters either side, matched included */
	size_t context_at;   /* where in context the match starts, in bytes */
	double points;
	const char *claim; /* the claim this signal makes, NULL: none */
	bool is_negated;   /* the claim is denied in the text: does not count */
};

struct pw_identifier_hit {
	const char *contract_id; /* our key */
	const char *identifier;  /* ours, as imported */
	const char *written;     /* as it stands in the mail */
	const char *quote;       /* the sentence around it */
	int layer;
	enum pw_how how; /* PW_HOW_IDENTIFIER or PW_HOW_NEAR_IDENTIFIER */
	const char *why; /* "exact", "label nearby", "vendor nearby", "O for 0" ... */
};

struct pw_customer_hit {
	const char *customer; /* name as imported */
	const char *evidence; /* the address or words that told */
	int layer;
	enum pw_how how;
	bool is_forwarder; /* the forwarder's own address is of this customer */
};

/* A vendor that the solicitation is about. */
struct pw_vendor_hit {
	const char *vendor;   /* slug of the rule file */
	const char *name;     /* the vendor's usual name */
	const char *evidence; /* "FortiGate" */
	const char *how;      /* "name", "product", "identifier", "contract" */
	int layer;
	size_t at; /* offset in the layer's text; the order of mention */
};

struct pw_stated_date {
	struct pw_date date;
	const char *quote; /* the sentence */
	const char *rule;  /* what tied it to an expiry, NULL: nothing */
	int layer;
	size_t at;
	bool is_loose; /* nothing says what the date is: counts only where it is the
			  true end of a contract */
};

struct pw_claim_hit {
	const char *claim; /* "partner_change_request", "vendor_shared_contact" ... */
	const char *quote;
	const char *rule;
	int layer;
};

/* What a rule's capture holds: "(?<quote>...)". */
struct pw_field_hit {
	const char *field; /* "contract", "serial", "end_date", "quote", "seats" */
	const char *value; /* as written */
	const char *rule;
	int layer;
};

/* Somebody who solicits. */
struct pw_solicitor {
	int layer;
	enum pw_sender_class sender_class;
	const char *rival; /* slug, or "domain:<domain>", NULL: neither */
	const char *rival_name;
	const char *email, *name; /* as written, NULL: not written */
	struct pw_date date;
	const char *subject;
	double score;
};

struct pw_layer_note {
	int layer;
	enum pw_sender_class sender_class;
	const char
		*who; /* slug or customer or vendor that decided the class, NULL: none */
	double score;
	const char *why; /* why it is or is not the solicitation, one line */
};

struct pw_finding {
	struct pw_arena *arena; /* owns everything below */

	/* The envelope, as the outermost layer has it. */
	const char *forwarder; /* NULL where the message was redirected unchanged */
	const char *forwarder_name;
	const char *subject; /* outermost, for lists */
	const char *message_id;
	struct pw_date outer_date;
	const char *authentication; /* "pass", "fail", "none": of the trusted authserv-id
				       only; "unchecked": none is trusted */
	bool is_auto_reply; /* a bounce, out-of-office or our own alert: we never answer
			       it */
	bool is_bounce;     /* a report of a mail server about a mail */
	bool is_from_us;    /* so its From says */

	bool is_solicitation;
	struct pw_solicitor solicitor; /* valid when is_solicitation */
	struct pw_solicitor *others;
	size_t n_others;
	struct pw_addrs recipients; /* to and cc of the solicitation */
	const char *text;           /* the solicitation's own words, for the alert */

	struct pw_vendor_hit *vendors;
	size_t n_vendors;
	struct pw_identifier_hit *identifiers;
	size_t n_identifiers;
	struct pw_customer_hit *customers;
	size_t n_customers;
	struct pw_stated_date *stated; /* best first, loose ones last */
	size_t n_stated;
	struct pw_claim_hit *claims;
	size_t n_claims;
	struct pw_field_hit *fields; /* each value of a field once */
	size_t n_fields;
	struct pw_hit *hits;
	size_t n_hits;
	struct pw_layer_note *layers;
	size_t n_layers;

	double score, threshold;
	const char *decided_by; /* the step or condition that decided, one line */
	const char *severity;   /* "low", "normal", "high", "urgent" that a condition asks
				   for, NULL: none */
	bool is_report_only;    /* a condition of mode report: counted, no mail */
	const char *
		notice; /* not a solicitation, but the owner should know; NULL: nothing */
	const char *notice_quote;
	unsigned capped;                /* enum pw_capped of the parse */
	const char *const *rule_errors; /* "signals.x: match limit reached" */
	size_t n_rule_errors;
};

/* The date that the mail itself ties to an expiry, best first; NULL: none. */
static inline const struct pw_stated_date *pw_finding_stated(
	const struct pw_finding *finding)
{
	return finding->n_stated && !finding->stated[0].is_loose ? &finding->stated[0]
								 : NULL;
}

const char *pw_sender_class_name(enum pw_sender_class sender_class);
/* For programs ("recipient"), and for people ("the mail was written to the
   customer"). */
const char *pw_how_name(enum pw_how how);
const char *pw_how_words(enum pw_how how);

/* As one JSON object; text that is no UTF-8 is escaped. */
void pw_finding_write(const struct pw_finding *finding, struct pw_buf *out);
/* The same as a tree (NULL beyond 64 MB).  Owned by the caller. */
json_t *pw_finding_to_json(const struct pw_finding *finding);
/* Strict: any missing key, wrong type or overlong value is PW_EFORMAT (an
   inspector may have been taken over).  *ret owned by the caller. */
int pw_finding_from_json(struct pw_finding **ret, const json_t *json,
			 struct pw_err *err) PW_MUST_CHECK;
/* Copy what was borrowed from a mail, the rules or the image into the
   finding's arena (whose arrays must lie in it already), so that it outlives
   them. */
int pw_finding_own(struct pw_finding *finding, struct pw_err *err) PW_MUST_CHECK;
struct pw_finding *pw_finding_new(void);
void pw_finding_free(struct pw_finding *finding);
PW_DEFINE_FREEP(struct pw_finding, pw_finding_free)

#endif
