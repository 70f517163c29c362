/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide.h - the layers of one sender weighed together.  Private to rules/engine/.
 */
#ifndef PW_RULES_DECIDE_H
#define PW_RULES_DECIDE_H

#include "rules/engine/scan.h"

/* Everything that one possible solicitor wrote in the mail. */
struct pw_party {
	const struct pw_company *company; /* a known rival; NULL: not known */
	const char *key;                  /* slug, domain, address or name */
	struct pw_layer_scan **layers;    /* newest first */
	size_t n_layers, cap_layers;
	enum pw_threshold threshold_kind;
	double threshold, score;
	bool passes;
	const char *why;   /* which step decided */
	const char *email; /* of an introduced reseller; NULL: the newest layer's */
	const char *name;
	bool is_introduced, is_pasted;
	size_t depth; /* of the innermost layer */
	int ending;   /* what pw_party_contract_end() said when facts were found */
	struct pw_signal_hit *facts;
	size_t n_facts;
};

struct pw_parties {
	struct pw_party *items;
	size_t n;
};

/* Group the layers that can solicit by their sender. */
struct pw_parties pw_parties_of(struct pw_scan *scan);
/* Steps two to four for each party. */
void pw_parties_judge(struct pw_scan *scan, struct pw_parties *parties);
/* A vendor's mail that introduces a reseller in Cc. */
void pw_parties_introduced(struct pw_scan *scan, struct pw_parties *parties);
/* A solicitation that a customer pasted into his own text. */
int pw_parties_pasted(struct pw_scan *scan, struct pw_parties *parties,
		      struct pw_err *err) PW_MUST_CHECK;

/* The rest of this block serves the files party*.c alone. */
struct pw_party *pw_party_new(struct pw_scan *scan, struct pw_parties *parties);
void pw_party_add_layer(struct pw_scan *scan, struct pw_party *party,
			struct pw_layer_scan *layer);
bool pw_party_names(const struct pw_scan *scan, const struct pw_party *party,
		    enum pw_name_kind kind);
bool pw_party_has_kind(const struct pw_party *party, enum pw_kind kind);
bool pw_party_has_identifier(const struct pw_scan *scan, const struct pw_party *party);
bool pw_party_has_shape(struct pw_scan *scan, const struct pw_party *party);
void pw_party_find_facts(struct pw_scan *scan, struct pw_party *party);
/* Sum of the weights that count; marks the hits that do. */
double pw_party_sum(struct pw_scan *scan, const struct pw_party *party);
void pw_party_judge(struct pw_scan *scan, struct pw_party *party);

/* Does a date in the party's mails equal the end of a contract of the customer
   they are for (or who passed them on)?  The contract's vendor must be the one
   that is named, or none is; beside a day without a year it must be named.
   Gives the vendor's index, or -1. */
int pw_party_contract_end(struct pw_scan *scan, const struct pw_party *party);

/* Is it for a customer of ours, about a vendor whose contract he has from us?  One
   of our identifiers says so, too. */
bool pw_party_contract(const struct pw_scan *scan, const struct pw_party *party);

/* Vendors that the party's mails are about, in the order they are named. */
void pw_party_vendors(struct pw_scan *scan, const struct pw_party *party);
/* Vendors that a layer is about which nobody solicits in: those it names, else
   the one who wrote it. */
void pw_notice_vendors(struct pw_scan *scan, const struct pw_layer_scan *layer);
/* Is that layer part of the party's thread (its own, or a vendor's)? */
bool pw_party_spans(const struct pw_scan *scan, const struct pw_party *party, int layer);

/* Conditions; may take the party's solicitation back. */
void pw_conditions_apply(struct pw_scan *scan, struct pw_party *party);
/* Exclusions: sets layer->exclusion. */
void pw_exclusions_apply(struct pw_scan *scan);

/* Fill the finding. */
void pw_report_envelope(struct pw_scan *scan);
void pw_report_solicitation(struct pw_scan *scan, const struct pw_party *party,
			    const struct pw_parties *parties);
void pw_report_hits(struct pw_scan *scan, const struct pw_party *party);
/* Values of named captures; party NULL: of all layers. */
void pw_report_fields(struct pw_scan *scan, const struct pw_party *party);
void pw_report_notice(struct pw_scan *scan);
void pw_report_layers(struct pw_scan *scan);

#endif
