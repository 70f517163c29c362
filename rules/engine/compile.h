/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile.h - what the parts of the rule compiler share.  Private to rules/engine/.
 */
#ifndef PW_RULES_COMPILE_H
#define PW_RULES_COMPILE_H

#include "rules/engine/rulefile.h"
#include "rules/engine/rules.h"

struct pw_compile {
	struct pw_ruleset *ruleset;
	const struct pw_rulefiles *files;
	struct pw_diags *diags;
	struct pw_arena *arena;    /* of the ruleset */
	struct pw_strmap patterns; /* folded regex -> index */
	size_t cap_patterns, cap_shapes;
};

/* Each fills its part of the ruleset; mistakes go to diags. */
void pw_compile_companies(struct pw_compile *compile);
void pw_compile_lists(struct pw_compile *compile);
void pw_compile_signals(struct pw_compile *compile);
void pw_compile_exclusions(struct pw_compile *compile);
void pw_compile_conditions(struct pw_compile *compile);
void pw_compile_tests(struct pw_compile *compile);

/* Helpers. */
const char *pw_compile_text(struct pw_compile *compile, const char *text);
/* "signals.expires" */
const char *pw_compile_rule_name(struct pw_compile *compile, const char *section,
				 const char *name);
/* "did you mean 'vendor:cisco'?" as the hint, when an entry of the section is near
   the word; prefix is put before it ("" allowed). */
void pw_compile_suggest(struct pw_compile *compile, enum pw_section section,
			const char *prefix, const char *word);
/* The hint where an entry lacks what a new one must have: most often it was to
   change one of an earlier folder, and is misspelt. */
void pw_compile_suggest_overridden(struct pw_compile *compile, enum pw_section section,
				   const struct pw_entry *entry);
struct pw_origin pw_compile_origin(struct pw_compile *compile,
				   const struct pw_node *node);
/* The first place of an entry; its text names the one that spoke last, too:
   "signals-en.yaml:12, site.yaml:3". */
struct pw_origin pw_compile_entry_origin(struct pw_compile *compile,
					 const struct pw_entry *entry);
/* Strings copied to the ruleset. */
const char *const *pw_compile_strings(struct pw_compile *compile,
				      const struct pw_yaml_strings *strings);
/* Index of a regex, compiled once however often it is written; -1 after a
   mistake (reported at its character). */
int pw_compile_regex(struct pw_compile *compile, const struct pw_node *node);
/* The same for whole-word phrases. */
int pw_compile_phrases(struct pw_compile *compile, const struct pw_node *node);
/* ok: and not: */
void pw_compile_samples(struct pw_compile *compile, const struct pw_node *ok,
			const struct pw_node *not_ok, struct pw_samples *ret);
/* A list of words as bits; the words of a table. */
int pw_compile_bits(const struct pw_node *node, const char *const *words, size_t n,
		    unsigned *ret);

extern const char *const pw_sender_words[9];
#define PW_N_SEVERITIES 4
extern const char *const pw_severity_words[PW_N_SEVERITIES];
#define PW_N_CLAIM_WORDS 2
extern const char *const pw_claim_words[PW_N_CLAIM_WORDS];

/* expr.c: conditions. */
struct pw_expr *pw_expr_parse(struct pw_compile *compile, const struct pw_node *node);

#endif
