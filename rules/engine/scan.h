/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h - one mail seen through the rules: texts folded once, hits, names, senders.
 *
 * Private to rules/engine/.  Everything lives in the finding's arena or in the
 * scan, and ends with pw_scan_done().
 */
#ifndef PW_RULES_SCAN_H
#define PW_RULES_SCAN_H

#include "parsers/date.h"
#include "rules/engine/detect.h"
#include "rules/engine/rules.h"

#define PW_SCAN_MAX_BYTES  ((size_t)160 << 10) /* of one scope but the body */
#define PW_SCAN_MAX_BODIES ((size_t)1 << 20)   /* of all bodies of a mail */
#define PW_SCAN_MAX_HITS   2000
#define PW_SCAN_MAX_NAMES  2000
#define PW_SCAN_MAX_ERRORS 50
#define PW_SCAN_MAX_NOTES  40

/* A signal in a layer. */
struct pw_signal_hit {
	const struct pw_signal *signal;
	enum pw_scope scope;
	struct pw_span span;            /* of the folded text; 0, 0 for facts */
	const struct pw_span *captures; /* PW_N_CAPTURES, empty where one took no part;
					   NULL where the signal has none */
	bool is_negated;
	bool is_counted; /* its points are in the score */
};

/* A company or product named in a layer. */
struct pw_named {
	struct pw_name_hit name;
	enum pw_scope scope;  /* subject, body or from */
	bool is_introduction; /* says who writes ("with Insight") */
	bool is_signature;    /* stands alone on a line, as below a letter */
	bool is_boast;
};

struct pw_layer_scan {
	const struct pw_layer *layer;
	enum pw_sender_class sender_class;
	const struct pw_company *company; /* rival or vendor that writes; NULL: neither */
	const char *customer;             /* that writes; NULL: none */
	const char *domain; /* of the sender, also where only the name was written here */
	const struct pw_addr *answers_to; /* a rival who writes as somebody else; NULL */
	const char *not_candidate;        /* why it cannot solicit, NULL: it can */
	const struct pw_exclusion *exclusion;
	struct pw_scan_text texts[PW_N_SCOPES];
	struct pw_prospects prospects[PW_N_SCOPES]; /* of texts */
	struct pw_signal_hit *hits;
	size_t n_hits, cap_hits;
	struct pw_named *names;
	size_t n_names, cap_names;
	unsigned kinds; /* bits of enum pw_kind that hit */
	bool has_kana;  /* Japanese, not Chinese */
	unsigned with;  /* bits of enum pw_with: what it names */
	double score;
	const char *why;
};

struct pw_scan {
	const struct pw_ruleset *ruleset;
	const struct pw_us *us;
	const struct pw_known *known;
	const struct pw_mail *mail;
	bool is_cut;     /* a body is longer than is read */
	bool is_carried; /* a second reading: see carried.h */
	struct pw_finding *finding;
	struct pw_arena *arena; /* the finding's */
	struct pw_layer_scan *layers;
	size_t n_layers;
	struct pw_search *search;
	const char **errors;
	size_t n_errors;
	const char **labels; /* domains of the people in it, "juniperfallsdental" */
	size_t n_labels;
	size_t stated_cap; /* room of the finding's dates */
	struct pw_hit
		notes[PW_SCAN_MAX_NOTES]; /* conditions and exclusions, for `explain` */
	size_t n_notes;
};

int pw_scan_init(struct pw_scan *scan, struct pw_err *err) PW_MUST_CHECK;
void pw_scan_done(struct pw_scan *scan);

/* Fold the scopes of every layer; before anything else. */
int pw_scan_texts(struct pw_scan *scan, struct pw_err *err) PW_MUST_CHECK;
/* Run the signals' regexes that look at senders of this class (or, with
   `as_none`, at senders without an address: for pasted text). */
int pw_scan_signals(struct pw_scan *scan, struct pw_layer_scan *layer, bool as_none,
		    struct pw_err *err) PW_MUST_CHECK;
/* What the fields' captures hold in the match found last; NULL: no memory. */
const struct pw_span *pw_scan_captures(struct pw_scan *scan,
				       const struct pw_signal *signal);
/* Names of companies and products. */
void pw_scan_names(struct pw_scan *scan, struct pw_layer_scan *layer);
void pw_scan_add_name(struct pw_scan *scan, struct pw_layer_scan *layer,
		      enum pw_scope scope, const struct pw_name_hit *hit);
/* Vendors that are named by a word which stands for them only because the
   customer has a contract of theirs from us: an ordinary word ("Pure"), or one
   of the contract's product ("SRX1500"); after pw_classify(). */
void pw_name_held(struct pw_scan *scan);
/* Who writes each layer, and whether he can solicit at all. */
void pw_classify(struct pw_scan *scan);
/* Class of an address's domain alone. */
enum pw_sender_class pw_class_of_domain(const struct pw_scan *scan, const char *domain,
					const struct pw_company **ret_company,
					const char **ret_customer);
bool pw_is_ours(const struct pw_us *us, const char *address);
/* What the mail server we trust found out about the sender of a layer: "pass",
   "fail" or "none". */
const char *pw_scan_authentication(const struct pw_scan *scan,
				   const struct pw_layer *layer);
/* Class a layer by whom its answers reach, where From pretends to be another. */
void pw_unmask(struct pw_scan *scan, struct pw_layer_scan *layer);
/* The same where only a name was printed, and it is the name of one of us, but
   the text is signed by a stranger; after pw_scan_names(). */
void pw_unmask_name(struct pw_scan *scan, struct pw_layer_scan *layer);
/* The other way round: a printed name that is nobody's, and the text is signed
   with our company's name and by no stranger. */
void pw_recognise_us(struct pw_scan *scan, struct pw_layer_scan *layer);

/* The first match of a pattern in a scope at or after byte `from`; 1, 0, or -1
   with PW_ELIMIT.  Only for patterns that a rule asks of this scope. */
int pw_scan_find(struct pw_scan *scan, const struct pw_layer_scan *layer, int pattern,
		 enum pw_scope scope, size_t from, struct pw_span *ret,
		 struct pw_err *err);
/* The same for matches that begin at byte within.from..within.to. */
int pw_scan_find_within(struct pw_scan *scan, const struct pw_layer_scan *layer,
			int pattern, enum pw_scope scope, struct pw_window within,
			struct pw_span *ret, struct pw_err *err);
/* Does it match at all?  Errors are recorded and count as no. */
bool pw_scan_matches(struct pw_scan *scan, const struct pw_layer_scan *layer, int pattern,
		     enum pw_scope scope, struct pw_span *ret);
/* Where to search on after a match. */
size_t pw_scan_after(const struct pw_scan_text *text, struct pw_span span);
/* Record the rules that own a pattern whose search failed. */
void pw_scan_pattern_error(struct pw_scan *scan, int pattern, const struct pw_err *err);
/* The same for one rule. */
void pw_scan_error(struct pw_scan *scan, const char *rule, const struct pw_err *err);

/* The original's words of a span; at most max bytes. */
const char *pw_scan_words(const struct pw_scan *scan, const struct pw_scan_text *text,
			  struct pw_span span, size_t max);
/* The sentence (or line) around a span. */
const char *pw_scan_sentence(const struct pw_scan *scan, const struct pw_scan_text *text,
			     struct pw_span span);
/* Up to 60 characters either side; *ret_at is where the match starts. */
const char *pw_scan_context(const struct pw_scan *scan, const struct pw_scan_text *text,
			    struct pw_span span, size_t *ret_at);

/* How to read the dates that a layer's writer wrote. */
struct pw_date_hints pw_scan_date_hints(const struct pw_scan *scan,
					const struct pw_layer_scan *layer);
/* Where the expiry dates of a layer are: adds to the finding's list. */
void pw_find_end_dates(struct pw_scan *scan, const struct pw_layer_scan *layer);

/* Do the words beside a date say that it is another than an end ("we can start
   on the 15th")? */
bool pw_is_other_date(struct pw_scan *scan, const struct pw_layer_scan *layer,
		      enum pw_scope scope, const struct pw_date_span *date);

/* Take away words that stand only inside an identifier of ours; after pw_match(). */
void pw_drop_identifier_words(struct pw_scan *scan);
/* Take away signals whose `with` the layer does not name; after pw_match(). */
void pw_settle_with(struct pw_scan *scan);
/* Take away what a language says that the layer is not written in. */
void pw_scan_drop_foreign(struct pw_layer_scan *layer);
/* Points of the asks of a layer that stand outside of the sentences in which
   signals of that kind hit it. */
double pw_scan_asks_outside(struct pw_scan *scan, const struct pw_layer_scan *layer,
			    enum pw_kind kind);
/* Where a claim stands in a scope: the first place that is not denied.  False:
   none; *ret is untouched. */
bool pw_scan_claim(struct pw_scan *scan, const struct pw_layer_scan *layer,
		   const struct pw_signal *signal, enum pw_scope scope,
		   struct pw_span *ret);
/* Does a signal of that kind hit the layer outside of what signals of kind
   `but` hit in it? */
bool pw_scan_says(struct pw_scan *scan, const struct pw_layer_scan *layer,
		  enum pw_kind kind, enum pw_kind but);
/* Claims that are denied, vendors that are only boasted of. */
void pw_scan_settle(struct pw_scan *scan, struct pw_layer_scan *layer);

bool pw_layer_hit(const struct pw_layer_scan *layer, enum pw_kind kind);
const char *pw_registrable(struct pw_arena *arena, const char *domain);

#endif
