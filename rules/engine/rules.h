/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the compiled rules as the engine's own files see them.
 *
 * Private to rules/engine/ (and the `rules` commands, which show them); the
 * rest of the program asks through ruleset.h.  Everything lives in the
 * ruleset's arena and never changes after pw_ruleset_new(), but for what
 * searches write to.
 */
#ifndef PW_RULES_RULES_H
#define PW_RULES_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/day.h"
#include "rules/engine/domains.h"
#include "rules/engine/finding.h"
#include "rules/engine/lexicon.h"
#include "rules/engine/pattern.h"
#include "rules/engine/prefilter.h"
#include "rules/engine/ruleset.h"

/* Parts of a layer that a signal may look at. */
enum pw_scope {
	PW_SCOPE_SUBJECT,
	PW_SCOPE_BODY,
	PW_SCOPE_FROM,
	PW_SCOPE_TO,
	PW_SCOPE_HEADER,
	PW_SCOPE_ATTACHMENT,
	PW_SCOPE_LINK,
	PW_N_SCOPES
};
extern const char *const pw_scope_names[PW_N_SCOPES];
#define PW_SCOPES_WORDS (1u << PW_SCOPE_SUBJECT | 1u << PW_SCOPE_BODY)

/* What code may conclude from a signal (docs/rules.md). */
enum pw_kind {
	PW_KIND_SIGN,
	PW_KIND_ASK,
	PW_KIND_RENEWAL,
	PW_KIND_EXPIRY,
	PW_KIND_IT,
	PW_KIND_INTRODUCE,
	PW_KIND_REQUEST,
	PW_KIND_AGAINST,
	PW_KIND_END_DATE,
	PW_KIND_NOT_END_DATE,
	PW_KIND_NEGATION,
	PW_KIND_BOAST,
	PW_KIND_NOTICE,
	PW_KIND_OFFER,
	PW_KIND_WITHDRAWAL,
	PW_KIND_NEW_OFFER,
	PW_KIND_COVER,
	PW_KIND_NOT_NEEDED,
	PW_KIND_VAGUE,
	PW_N_KINDS
};
extern const char *const pw_kind_names[PW_N_KINDS];

/* What code found and a signal gives a weight. */
enum pw_fact {
	PW_FACT_NONE,
	PW_FACT_IDENTIFIER,
	PW_FACT_VENDOR,
	PW_FACT_PRODUCT,
	PW_FACT_SHAPE,
	PW_FACT_END_DATE,
	PW_FACT_CUSTOMER,
	PW_FACT_ATTACHMENT,
	PW_FACT_SEVERAL_VENDORS,
	PW_FACT_CONTRACT_END,
	PW_FACT_CONTRACT,
	PW_N_FACTS
};
extern const char *const pw_fact_names[PW_N_FACTS];

/* What a layer must also name for a signal to count. */
enum pw_with {
	PW_WITH_RIVAL,
	PW_WITH_VENDOR,
	PW_WITH_IDENTIFIER,
	PW_WITH_CUSTOMER,
	PW_WITH_VENDOR_NEAR, /* in the sentence of a claim or just before it */
	PW_N_WITH
};

enum pw_where { PW_WHERE_ANY, PW_WHERE_OUTERMOST, PW_WHERE_INNER, PW_N_WHERE };

enum pw_threshold {
	PW_THRESHOLD_RIVAL,
	PW_THRESHOLD_UNKNOWN,
	PW_THRESHOLD_FREEMAIL,
	PW_THRESHOLD_UNNAMED,
	PW_THRESHOLD_PASTED,
	PW_N_THRESHOLDS
};

/* What a named capture of a signal's regex says. */
enum pw_capture_field {
	PW_CAPTURE_CONTRACT,
	PW_CAPTURE_SERIAL,
	PW_CAPTURE_END_DATE,
	PW_CAPTURE_QUOTE,
	PW_CAPTURE_SEATS,
	PW_N_CAPTURES
};
extern const char *const pw_capture_names[PW_N_CAPTURES];

/* Where something was defined. */
struct pw_origin {
	const char *text; /* "signals.yaml:12" */
	const char *path;
	int line, column;
};

/* A sample of `ok:` or `not:`. */
struct pw_sample {
	const char *text;
	bool must_match;
	struct pw_origin origin;
};

struct pw_samples {
	const struct pw_sample *items;
	size_t n;
};

struct pw_signal {
	const char *name; /* "quote-your-renewal" */
	const char *rule; /* "signals.quote-your-renewal" */
	struct pw_origin origin;
	int pattern; /* index into patterns, -1 where it weighs a fact */
	struct pw_origin pattern_origin;
	enum pw_fact fact;
	unsigned scopes;  /* bits of enum pw_scope */
	unsigned senders; /* bits of enum pw_sender_class */
	unsigned with;    /* bits of enum pw_with */
	enum pw_where where;
	enum pw_kind kind;
	double weight;
	const char *claim, *notice; /* NULL: none */
	const char *lang; /* NULL: none; the same string in all signals of a language */
	/* Captures of the pattern, -1: none.  reseller: who must be somebody else
	   than we; cell: a gap that must hold the edge of a table's cell. */
	int reseller, cell;
	bool is_partner; /* the capture may name a distributor, who is none */
	bool has_captures;
	int captures[PW_N_CAPTURES]; /* of the pattern, -1: none */
	struct pw_samples samples;
};

/* Who wants to know of a pattern, and of which layers: what is asked most of a
   signal, side by side in memory. */
struct pw_user {
	uint32_t signal;  /* index */
	uint16_t senders; /* with those whose mails may hold its claim */
	uint8_t scopes, where;
	bool is_japanese, is_chinese;
};

/* A company that writes: rival, distributor, agent or vendor. */
struct pw_company {
	const char *slug, *name;
	const char *class_name; /* of a rival: "lsp"; NULL for vendors */
	enum pw_sender_class sender_class;
	int vendor; /* vendor-reseller: index of the vendor it is; else -1 */
	const char *parent;
	struct pw_origin origin;
};

struct pw_shape {
	const char *name; /* "cisco.contract-number" */
	int vendor;
	int pattern;
	int distinct; /* 2 high, 1 medium, 0 low */
	struct pw_origin origin;
	struct pw_samples samples;
};

struct pw_exclusion {
	const char *name, *rule, *because;
	const char *words; /* "exclusions.open-order (mine.yaml:12): because" */
	struct pw_origin origin;
	const char *const *from, *const *to;
	size_t n_from, n_to;
	int subject, body, header, text; /* patterns; -1: not asked */
	unsigned senders;                /* 0: not asked */
	pw_day until;                    /* PW_DAY_NONE: for ever */
	struct pw_origin until_origin;
};

struct pw_expr;

enum pw_mode { PW_MODE_ALERT, PW_MODE_SUPPRESS, PW_MODE_REPORT, PW_N_MODES };

struct pw_condition {
	const char *name, *rule, *because;
	struct pw_origin origin;
	const struct pw_expr *when, *unless; /* unless NULL allowed */
	const char *when_text;
	const char *const *unless_exclusions;
	size_t n_unless_exclusions;
	int severity; /* -1: none asked */
	enum pw_mode mode;
};

/* `expect:` of a test; NULL, -1 and so on: not asked. */
struct pw_expect {
	int solicitation, notice; /* -1: not asked */
	const char *rival, *vendor, *severity, *decided_by;
	const char *stated_expiry; /* "none": there must be none */
	bool has_score;
	double score;
	const char *const *vendors, *const *claims, *const *signals;
	size_t n_vendors, n_claims, n_signals;
	bool has_vendors, has_claims;
};

struct pw_rule_test {
	const char *name;
	struct pw_origin origin;
	const char *from, *to, *subject, *body, *date, *file;
	struct pw_expect expect;
};

/* Words around a name that say who writes: "with {name}", folded. */
struct pw_introduction {
	const char *before, *after;
	size_t before_len, after_len;
};

struct pw_ruleset {
	struct pw_arena *arena;
	char hash[65];
	double thresholds[PW_N_THRESHOLDS];

	struct pw_company *rivals; /* distributors and agents among them */
	size_t n_rivals;
	struct pw_company *vendor_companies; /* one per vendor, same index */
	struct pw_vendor *vendors;
	size_t n_vendors;
	struct pw_domains *domains; /* domain -> company */
	struct pw_lexicon *lexicon; /* names in text -> who */
	struct pw_shape *shapes;
	size_t n_shapes;

	struct pw_signal *signals;
	size_t n_signals;
	struct pw_exclusion *exclusions;
	size_t n_exclusions;
	struct pw_condition *conditions;
	size_t n_conditions;
	struct pw_rule_test *tests;
	size_t n_tests;

	struct pw_pattern **patterns; /* distinct regexes */
	size_t n_patterns;
	/* Signals by the pattern they use: users[first_user[p] .. first_user[p + 1]). */
	struct pw_user *users;
	uint32_t *first_user;
	const struct pw_signal **facts; /* signals that weigh a fact */
	size_t n_facts;
	unsigned scopes; /* bits of those that any rule looks at */
	/* Patterns that are asked of PW_SCOPES_WORDS, and of the other scopes. */
	struct pw_prefilter *words, *fields;
	struct pw_search *search; /* what regexes write to */
	const struct pw_introduction *introductions;
	size_t n_introductions;
	const char *const *nobody; /* words that name no reseller, as of name_words.h */
	size_t n_nobody;
};

/* As pw_ruleset_new(), with a prefilter of one's choice (tests, bench). */
int pw_ruleset_new_with(struct pw_ruleset **ret, const struct pw_bundle *bundle,
			enum pw_prefilter_mode mode, struct pw_diags *diags,
			struct pw_err *err) PW_MUST_CHECK;

/* What a domain belongs to. */
enum pw_owner_kind { PW_OWNER_NONE, PW_OWNER_RIVAL, PW_OWNER_VENDOR, PW_OWNER_FREEMAIL };

#endif
