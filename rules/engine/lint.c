/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint.c - warnings about rules, each found by trying.
 */
#include "rules/engine/lint.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/engine/lint_regex.h"
#include "rules/engine/rules.h"

#define FOLD_ARENA ((size_t)4 << 20)
#define WORD_MIN   5

struct lint {
	const struct pw_ruleset *ruleset;
	const struct pw_bundle *bundle;
	struct pw_diags *diags;
	struct pw_search *search;
};

static struct pw_place place_of(const struct lint *lint, const struct pw_origin *origin)
{
	struct pw_place place = { .path = origin->path ? origin->path : "?",
				  .line = origin->line,
				  .column = origin->column };
	size_t i;

	for (i = 0; i < lint->bundle->n_files; i++)
		if (pw_streq(lint->bundle->files[i].path, origin->path)) {
			place.source = lint->bundle->files[i].data;
			place.source_len = lint->bundle->files[i].len;
		}
	return place;
}

/* A warning about `name`: "'name' message". */
static void warn(const struct lint *lint, const struct pw_origin *origin,
		 const char *name, const char *message, const char *hint)
{
	struct pw_place place = place_of(lint, origin);

	pw_diags_add(lint->diags, false, &place, "'%s' %s", name, message);
	if (hint)
		pw_diags_hint(lint->diags, "%s", hint);
}

static bool matches_folded(const struct lint *lint, int pattern, const char *sample)
{
	struct pw_arena *arena = pw_arena_new(FOLD_ARENA);
	struct pw_fold fold;
	struct pw_span span;
	bool found;

	found = pw_fold(arena, sample, strlen(sample), &fold) &&
		pw_pattern_find(lint->ruleset->patterns[pattern], lint->search, fold.data,
				fold.len, 0, &span, NULL) > 0;
	pw_arena_free(arena);
	return found;
}

static void check_samples(const struct lint *lint, int pattern,
			  const struct pw_samples *samples, const char *name)
{
	size_t i;

	for (i = 0; pattern >= 0 && i < samples->n; i++) {
		const struct pw_sample *sample = &samples->items[i];
		struct pw_place place = place_of(lint, &sample->origin);

		if (matches_folded(lint, pattern, sample->text) != sample->must_match)
			pw_diags_add(lint->diags, true, &place, "'%s' %s", name,
				     sample->must_match
					     ? "does not match this `ok` sample"
					     : "matches this `not` sample");
	}
}

/* What a search for it may cost. */
static void check_steps(const struct lint *lint, int pattern,
			const struct pw_origin *origin, const char *name)
{
	const char *source;

	if (pattern < 0)
		return;
	source = pw_pattern_source(lint->ruleset->patterns[pattern]);
	if (pw_pattern_is_explosive(lint->ruleset->patterns[pattern], lint->search))
		warn(lint, origin, name, "backtracks catastrophically",
		     "avoid repeated groups such as (a+)+, and bound gaps: .{0,60}");
	else if (strstr(source, ".*") || strstr(source, ".+"))
		warn(lint, origin, name, "has an unbounded gap",
		     "write .{0,60} for .* so that it stays within a sentence");
	else if (pw_regex_begins_endlessly(source))
		warn(lint, origin, name, "begins with a repetition that has no bound",
		     "it is tried anew at each letter of a long word: write \\b before "
		     "it, or a bound as in [a-z]{1,30}");
	if (matches_folded(lint, pattern, ""))
		warn(lint, origin, name, "matches an empty text", NULL);
}

static void check_pattern(const struct lint *lint, int pattern,
			  const struct pw_origin *origin, const char *name)
{
	check_steps(lint, pattern, origin, name);
	if (pattern >= 0 && (pw_prefilter_always(lint->ruleset->words, (size_t)pattern) ||
			     pw_prefilter_always(lint->ruleset->fields, (size_t)pattern)))
		warn(lint, origin, name, "has no fixed text of three letters",
		     "it is run on every mail; a fixed word makes it fast");
}

static bool can_never_match(const char *regex)
{
	const char *at = strchr(regex, '^');

	/* "x^": only at the start of a text that has something before it. */
	return at && at > regex && !strchr("(|\n[:", at[-1]) && at[-1] != '\\' &&
	       !strstr(regex, "(?m");
}

static bool look_alike(const struct pw_signal *a, const struct pw_signal *b)
{
	return a->pattern == b->pattern && a->scopes == b->scopes &&
	       a->senders == b->senders && a->kind == b->kind;
}

static void check_signal(const struct lint *lint, const struct pw_signal *signal)
{
	const struct pw_ruleset *ruleset = lint->ruleset;
	const struct pw_signal *other;

	check_pattern(lint, signal->pattern, &signal->pattern_origin, signal->name);
	if (signal->pattern < 0)
		return;
	if (can_never_match(pw_pattern_source(ruleset->patterns[signal->pattern])))
		warn(lint, &signal->pattern_origin, signal->name,
		     "can never match: '^' is not at the start", NULL);
	if (signal->weight == 0 && signal->kind == PW_KIND_SIGN && !signal->claim)
		warn(lint, &signal->origin, signal->name,
		     "has neither weight nor kind nor claim",
		     "it does nothing unless a condition names it");
	for (other = ruleset->signals; other < signal; other++)
		if (look_alike(other, signal))
			warn(lint, &signal->origin, signal->name,
			     "looks for the same as another signal", other->origin.text);
}

/* One that ended still stands there as if it did something. */
static void check_until(const struct lint *lint, const struct pw_exclusion *exclusion,
			pw_day today)
{
	char day[PW_DAY_TEXT];
	char *message;

	if (today == PW_DAY_NONE || exclusion->until == PW_DAY_NONE ||
	    exclusion->until >= today)
		return;
	message = pw_asprintf("ended on %s: it excludes nothing any more",
			      pw_day_to_iso(exclusion->until, day));
	warn(lint, &exclusion->until_origin, exclusion->name, message,
	     "take it out, or give a later day");
	free(message);
}

/* Words that letters are full of: as a company's name they would match anywhere. */
static const char *const ordinary_words[] = {
	"insight",  "connection", "zones",    "ahead",   "presidio",  "sentinel",
	"bell",     "mainline",   "converge", "pivot",   "phoenix",   "bytes",
	"ultima",   "proact",     "climb",    "arrow",   "exclusive", "compass",
	"unity",    "core",       "one",      "cloud",   "support",   "service",
	"systems",  "solutions",  "data",     "network", "security",  "software",
	"partner",  "renewal",    "quote",    "license", "trend",     "quest",
	"progress", "oracle",     "extreme",  "pure",    "pax",       "origina",
	"connect",  "direct",     "express",  "digital", "global",    "group",
	"horizon",  "vision",     "focus",    "advance", "alliance",  "choice",
	"summit",   "bridge",     "vertex",   "matrix",  "nexus",     "vector",
	"fusion",   "impact",     "integra",  "logic",   "micro",     "optimum",
	"premier",  "prime",      "pro",      "smart",   "source",    "spectrum",
	"team",     "total",      "united",   "value",   "world",     "computer",
};

static void warn_of_word(const struct lint *lint, const struct pw_name_hit *hit,
			 const char *word)
{
	warn(lint, &lint->ruleset->rivals[hit->owner].origin, word,
	     "is an ordinary word, not a name", "put it under `ambiguous:`");
}

static void check_names(const struct lint *lint)
{
	const struct pw_ruleset *ruleset = lint->ruleset;
	struct pw_name_hit hit = { 0 };
	size_t i, w, at, again;

	for (w = 0; w < PW_ARRAY_LEN(ordinary_words); w++) {
		const char *word = ordinary_words[w];
		uint32_t origin[40];
		struct pw_scan_text text = { word, strlen(word), origin, word,
					     strlen(word) };

		for (i = 0; i <= text.len; i++)
			origin[i] = (uint32_t)i;
		at = again = 0;
		while (pw_lexicon_next(ruleset->lexicon, &text, &at, &again, &hit))
			if (hit.kind == PW_NAME_RIVAL && hit.end == text.len)
				warn_of_word(lint, &hit, word);
	}
}

/* Part of a domain or an address: those are small always. */
static bool is_in_domain(const char *text, size_t start, size_t end)
{
	return (start > 0 && strchr("@./", text[start - 1])) || text[end] == '@' ||
	       text[end] == '/' ||
	       (text[end] == '.' && text[end + 1] && !strchr(" \n", text[end + 1]));
}

/* A rival's name that the samples of some rule write small is a word, too: they
   are sentences as letters hold them, in ten languages. */
static void check_names_in(const struct lint *lint, const struct pw_sample *sample,
			   bool *is_told)
{
	struct pw_arena *arena = pw_arena_new(FOLD_ARENA);
	struct pw_name_hit hit = { 0 };
	struct pw_scan_text text = { .original = sample->text,
				     .original_len = strlen(sample->text) };
	struct pw_fold fold;
	size_t at = 0, again = 0;

	if (pw_fold(arena, text.original, text.original_len, &fold)) {
		text.data = fold.data;
		text.len = fold.len;
		text.origin = fold.origin;
	}
	while (text.data &&
	       pw_lexicon_next(lint->ruleset->lexicon, &text, &at, &again, &hit)) {
		const char *word = text.original + text.origin[hit.start];
		size_t len = hit.end - hit.start;

		/* "cdw" is only a name written in haste. */
		if (hit.kind != PW_NAME_RIVAL || is_told[hit.owner] || len < WORD_MIN ||
		    strspn(word, "abcdefghijklmnopqrstuvwxyz") != len ||
		    is_in_domain(text.original, text.origin[hit.start],
				 text.origin[hit.end]))
			continue;
		is_told[hit.owner] = true;
		warn_of_word(lint, &hit,
			     pw_arena_strndup(arena, text.data + hit.start, len));
	}
	pw_arena_free(arena);
}

static void check_names_in_samples(const struct lint *lint)
{
	const struct pw_ruleset *ruleset = lint->ruleset;
	bool *is_told = pw_alloc(ruleset->n_rivals + 1, sizeof *is_told);
	size_t i, k;

	for (i = 0; i < ruleset->n_signals; i++)
		for (k = 0; k < ruleset->signals[i].samples.n; k++)
			check_names_in(lint, &ruleset->signals[i].samples.items[k],
				       is_told);
	free(is_told);
}

size_t pw_ruleset_check_samples(const struct pw_ruleset *ruleset,
				const struct pw_bundle *bundle, struct pw_diags *diags)
{
	struct lint lint = { ruleset, bundle, diags, pw_search_new() };
	size_t n = 0, i;

	for (i = 0; i < ruleset->n_signals; i++) {
		const struct pw_signal *signal = &ruleset->signals[i];

		check_samples(&lint, signal->pattern, &signal->samples, signal->name);
		n += signal->samples.n;
	}
	for (i = 0; i < ruleset->n_shapes; i++) {
		const struct pw_shape *shape = &ruleset->shapes[i];

		check_samples(&lint, shape->pattern, &shape->samples, shape->name);
		n += shape->samples.n;
	}
	pw_search_free(lint.search);
	return n;
}

void pw_ruleset_lint(const struct pw_ruleset *ruleset, const struct pw_bundle *bundle,
		     pw_day today, struct pw_diags *diags)
{
	struct lint lint = { ruleset, bundle, diags, pw_search_new() };
	size_t i;

	for (i = 0; i < ruleset->n_signals; i++)
		check_signal(&lint, &ruleset->signals[i]);
	for (i = 0; i < ruleset->n_exclusions; i++) {
		const struct pw_exclusion *exclusion = &ruleset->exclusions[i];

		check_pattern(&lint, exclusion->subject, &exclusion->origin,
			      exclusion->name);
		check_pattern(&lint, exclusion->body, &exclusion->origin,
			      exclusion->name);
		check_steps(&lint, exclusion->header, &exclusion->origin,
			    exclusion->name);
		check_until(&lint, exclusion, today);
	}
	/* Serials seldom hold a word. */
	for (i = 0; i < ruleset->n_shapes; i++)
		check_steps(&lint, ruleset->shapes[i].pattern, &ruleset->shapes[i].origin,
			    ruleset->shapes[i].name);
	check_names(&lint);
	check_names_in_samples(&lint);
	pw_ruleset_check_samples(ruleset, bundle, diags);
	pw_diags_sort(diags);
	pw_search_free(lint.search);
}

void pw_bundle_check(const struct pw_bundle *bundle, pw_day today, struct pw_diags *diags)
{
	PW_CLEANUP(pw_ruleset_freep) struct pw_ruleset *ruleset = NULL;
	struct pw_err err = PW_ERR_INIT; /* all of it stands in diags */

	if (pw_ruleset_new_with(&ruleset, bundle, PW_PREFILTER_GRAMS, diags, &err) == 0)
		pw_ruleset_lint(ruleset, bundle, today, diags);
}
