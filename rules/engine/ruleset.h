/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset.h - compiled rules: the same for all messages.
 *
 * What they say never changes after loading; they serve one thread at a time,
 * because searches write to memory that the ruleset keeps for them.
 */
#ifndef PW_RULES_RULESET_H
#define PW_RULES_RULESET_H

#include <stdbool.h>

#include "agent/base/arena.h"
#include "rules/engine/bundle.h"
#include "rules/engine/diag.h"

struct pw_ruleset;

/* Compile a bundle.  All mistakes go to diags (which the caller inits); with
   any error the result is -1 (PW_ECONFIG) and *ret untouched; err names the
   first. */
int pw_ruleset_new(struct pw_ruleset **ret, const struct pw_bundle *bundle,
		   struct pw_diags *diags, struct pw_err *err) PW_MUST_CHECK;
/* Vectorscan's databases take long to compile: keep them with the bundle for
   whoever compiles it next (ruleset_new takes them when they fit). */
int pw_ruleset_save(const struct pw_ruleset *ruleset, struct pw_bundle *bundle,
		    struct pw_err *err) PW_MUST_CHECK;
/* Did it come with them, or needs none? */
bool pw_ruleset_is_saved(const struct pw_ruleset *ruleset);
void pw_ruleset_free(struct pw_ruleset *ruleset);
PW_DEFINE_FREEP(struct pw_ruleset, pw_ruleset_free)

/* What the rest of the program asks of the rules besides detection.  All
   strings borrowed until pw_ruleset_free(). */
struct pw_vendor {
	const char *slug, *name;
	int window_days; /* -1: the configuration's */
	const char
		*deadline;  /* "Trend Micro takes a new partner only if ..." NULL: none */
	const char *advice; /* what to do now, NULL: none */
};

/* By slug, name or alias (folded); NULL: unknown. */
const struct pw_vendor *pw_ruleset_vendor(const struct pw_ruleset *ruleset,
					  const char *name);
/* Usual name of a rival by slug; NULL: unknown. */
const char *pw_ruleset_rival_name(const struct pw_ruleset *ruleset, const char *slug);
/* Slug of the rival that owns this domain or a parent of it; NULL: nobody's. */
const char *pw_ruleset_rival_of_domain(const struct pw_ruleset *ruleset,
				       const char *domain);
/* SHA-256 of the bundle it was made from. */
const char *pw_ruleset_hash(const struct pw_ruleset *ruleset);

#endif
