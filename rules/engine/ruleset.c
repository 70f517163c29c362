/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset.c - a bundle compiled, and what the rest of the program asks of it.
 */
#include "rules/engine/ruleset.h"

#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/engine/compile.h"

#define ARENA_MAX  ((size_t)512 << 20)
#define FOLD_ARENA ((size_t)16 << 10)
#define SAVED_MAX  ((size_t)64 << 20)

static const char *const threshold_names[PW_N_THRESHOLDS] = {
	"rival", "unknown", "freemail", "unnamed", "pasted",
};
static const double threshold_defaults[PW_N_THRESHOLDS] = { 5, 8, 8, 8, 8 };

static void compile_thresholds(struct pw_compile *compile)
{
	const struct pw_entries *entries =
		&compile->files->sections[PW_SECTION_THRESHOLDS];
	size_t i, t;

	memcpy(compile->ruleset->thresholds, threshold_defaults,
	       sizeof threshold_defaults);
	for (i = 0; i < entries->n; i++) {
		for (t = 0; t < PW_N_THRESHOLDS; t++)
			if (strcmp(entries->items[i].name, threshold_names[t]) == 0)
				break;
		if (t == PW_N_THRESHOLDS) {
			pw_yaml_error(entries->items[i].key, "unknown threshold '%s'",
				      entries->items[i].name);
			pw_diags_suggest(compile->diags, entries->items[i].name,
					 threshold_names, PW_N_THRESHOLDS);
		} else if (entries->items[i].node) {
			pw_yaml_number(entries->items[i].node, 0, 1000,
				       &compile->ruleset->thresholds[t]);
		}
	}
}

static void ask(const struct pw_ruleset *ruleset, const char **sources, int pattern)
{
	if (pattern >= 0)
		sources[pattern] = pw_pattern_source(ruleset->patterns[pattern]);
}

/* Code looks for these beside what hit, wherever that was. */
static bool is_asked_everywhere(const struct pw_signal *signal)
{
	return signal->kind == PW_KIND_NEGATION || signal->kind == PW_KIND_END_DATE ||
	       signal->kind == PW_KIND_NOT_END_DATE ||
	       (signal->has_captures && signal->captures[PW_CAPTURE_END_DATE] >= 0);
}

/* Two blocks, each after its length. */
static void split_saved(const struct pw_bundle *bundle, struct pw_saved ret[2])
{
	const char *at = bundle->saved;
	size_t left = bundle->saved_len, i;
	uint64_t len;

	memset(ret, 0, 2 * sizeof *ret);
	for (i = 0; i < 2 && left >= sizeof len; i++) {
		memcpy(&len, at, sizeof len);
		at += sizeof len;
		left -= sizeof len;
		if (len > left)
			return;
		ret[i] = (struct pw_saved){ at, (size_t)len };
		at += len;
		left -= (size_t)len;
	}
}

bool pw_ruleset_is_saved(const struct pw_ruleset *ruleset)
{
	return pw_prefilter_is_saved(ruleset->words) &&
	       pw_prefilter_is_saved(ruleset->fields);
}

int pw_ruleset_save(const struct pw_ruleset *ruleset, struct pw_bundle *bundle,
		    struct pw_err *err)
{
	const struct pw_prefilter *const both[] = { ruleset->words, ruleset->fields };
	struct pw_buf all, one;
	uint64_t len;
	size_t i;
	int r;

	pw_buf_init(&all, SAVED_MAX);
	for (i = 0; i < 2; i++) {
		pw_buf_init(&one, SAVED_MAX);
		pw_prefilter_save(both[i], &one);
		len = one.len;
		pw_buf_add(&all, &len, sizeof len);
		pw_buf_add(&all, one.data, one.len);
		pw_buf_done(&one);
	}
	r = pw_buf_failed(&all) ? pw_err_set(err, PW_ELIMIT,
					     "the search database is larger than %zu MB",
					     SAVED_MAX >> 20)
				: 0;
	if (r == 0)
		pw_bundle_save(bundle, all.data, all.len);
	pw_buf_done(&all);
	return r;
}

/* Subject and body are asked for all that is said in words, the other scopes
   for little: each kind has a prefilter of its own. */
static void build_prefilters(struct pw_ruleset *ruleset, enum pw_prefilter_mode mode,
			     const struct pw_bundle *bundle)
{
	struct pw_saved saved[2];

	const char **words = pw_alloc(ruleset->n_patterns + 1, sizeof *words);
	const char **fields = pw_alloc(ruleset->n_patterns + 1, sizeof *fields);
	const struct pw_signal *signal;
	size_t i;

	for (i = 0; i < ruleset->n_signals; i++) {
		signal = &ruleset->signals[i];
		if (signal->scopes & PW_SCOPES_WORDS || is_asked_everywhere(signal))
			ask(ruleset, words, signal->pattern);
		if (signal->scopes & ~PW_SCOPES_WORDS || is_asked_everywhere(signal))
			ask(ruleset, fields, signal->pattern);
	}
	for (i = 0; i < ruleset->n_exclusions; i++) {
		ask(ruleset, words, ruleset->exclusions[i].subject);
		ask(ruleset, words, ruleset->exclusions[i].body);
		ask(ruleset, words, ruleset->exclusions[i].text);
		ask(ruleset, fields, ruleset->exclusions[i].header);
	}
	for (i = 0; i < ruleset->n_shapes; i++)
		ask(ruleset, words, ruleset->shapes[i].pattern);
	split_saved(bundle, saved);
	ruleset->words = pw_prefilter_new(words, ruleset->n_patterns, mode, saved[0]);
	ruleset->fields = pw_prefilter_new(fields, ruleset->n_patterns, mode, saved[1]);
	free(words);
	free(fields);
}

static struct pw_user user_of(const struct pw_signal *signal, size_t index)
{
	struct pw_user user = {
		.signal = (uint32_t)index,
		.senders = (uint16_t)signal->senders,
		.scopes = (uint8_t)signal->scopes,
		.where = (uint8_t)signal->where,
		.is_japanese = signal->lang && strcmp(signal->lang, "ja") == 0,
		.is_chinese = signal->lang && strcmp(signal->lang, "zh") == 0,
	};

	/* A vendor's mail below a solicitation may hold the claim. */
	if (signal->claim)
		user.senders |= 1u << PW_SENDER_VENDOR | 1u << PW_SENDER_VENDOR_AGENT;
	return user;
}

/* Signals grouped by the pattern they use, and the scopes anybody asks for. */
static void index_users(struct pw_ruleset *ruleset)
{
	size_t n = ruleset->n_patterns, i;
	uint32_t *fill = pw_alloc(n + 2, sizeof *fill);

	ruleset->scopes =
		1u << PW_SCOPE_SUBJECT | 1u << PW_SCOPE_BODY | 1u << PW_SCOPE_FROM;
	for (i = 0; i < ruleset->n_signals; i++) {
		ruleset->scopes |= ruleset->signals[i].scopes;
		if (ruleset->signals[i].pattern >= 0)
			fill[ruleset->signals[i].pattern + 1]++;
	}
	for (i = 0; i < ruleset->n_exclusions; i++)
		if (ruleset->exclusions[i].header >= 0)
			ruleset->scopes |= 1u << PW_SCOPE_HEADER;
	for (i = 1; i <= n; i++)
		fill[i] += fill[i - 1];
	ruleset->first_user = pw_alloc(n + 2, sizeof *ruleset->first_user);
	memcpy(ruleset->first_user, fill, (n + 1) * sizeof *fill);
	ruleset->users = pw_alloc(ruleset->n_signals + 1, sizeof *ruleset->users);
	ruleset->facts = pw_alloc(ruleset->n_signals + 1, sizeof *ruleset->facts);
	for (i = 0; i < ruleset->n_signals; i++) {
		const struct pw_signal *signal = &ruleset->signals[i];

		if (signal->pattern >= 0)
			ruleset->users[fill[signal->pattern]++] = user_of(signal, i);
		if (signal->fact != PW_FACT_NONE)
			ruleset->facts[ruleset->n_facts++] = signal;
	}
	free(fill);
}

static void compile_all(struct pw_ruleset *ruleset, const struct pw_rulefiles *files,
			struct pw_diags *diags)
{
	struct pw_compile compile = { .ruleset = ruleset,
				      .files = files,
				      .diags = diags,
				      .arena = ruleset->arena };

	pw_strmap_init(&compile.patterns);
	compile_thresholds(&compile);
	pw_compile_companies(&compile);
	pw_compile_lists(&compile);
	pw_compile_signals(&compile);
	pw_compile_exclusions(&compile);
	pw_compile_conditions(&compile);
	pw_compile_tests(&compile);
	pw_strmap_done(&compile.patterns);
}

int pw_ruleset_new_with(struct pw_ruleset **ret, const struct pw_bundle *bundle,
			enum pw_prefilter_mode mode, struct pw_diags *diags,
			struct pw_err *err)
{
	PW_CLEANUP(pw_ruleset_freep)
	struct pw_ruleset *ruleset = pw_alloc(1, sizeof *ruleset);
	PW_CLEANUP(pw_rulefiles_freep) struct pw_rulefiles *files = NULL;

	ruleset->arena = pw_arena_new(ARENA_MAX);
	ruleset->domains = pw_domains_new();
	ruleset->lexicon = pw_lexicon_new();
	memcpy(ruleset->hash, bundle->hash, sizeof ruleset->hash);
	files = pw_rulefiles_new(bundle, diags);
	compile_all(ruleset, files, diags);
	pw_diags_sort(diags);
	if (diags->n_errors)
		return pw_diags_to_err(diags, err);
	index_users(ruleset);
	build_prefilters(ruleset, mode, bundle);
	ruleset->search = pw_search_new();
	*ret = PW_TAKE(ruleset);
	return 0;
}

int pw_ruleset_new(struct pw_ruleset **ret, const struct pw_bundle *bundle,
		   struct pw_diags *diags, struct pw_err *err)
{
	return pw_ruleset_new_with(ret, bundle, PW_PREFILTER_AUTO, diags, err);
}

void pw_ruleset_free(struct pw_ruleset *ruleset)
{
	size_t i;

	if (!ruleset)
		return;
	for (i = 0; i < ruleset->n_patterns; i++)
		pw_pattern_free(ruleset->patterns[i]);
	pw_search_free(ruleset->search);
	pw_prefilter_free(ruleset->words);
	pw_prefilter_free(ruleset->fields);
	free(ruleset->users);
	free(ruleset->facts);
	free(ruleset->first_user);
	pw_domains_free(ruleset->domains);
	pw_lexicon_free(ruleset->lexicon);
	pw_arena_free(ruleset->arena);
	free(ruleset);
}

/* The vendor whose name is the whole of text. */
static const struct pw_vendor *vendor_by_name(const struct pw_ruleset *ruleset,
					      const char *name)
{
	struct pw_arena *arena = pw_arena_new(FOLD_ARENA);
	struct pw_scan_text text = { .original = name, .original_len = strlen(name) };
	struct pw_name_hit hit = { 0 };
	size_t at = 0, again = 0;
	const struct pw_vendor *found = NULL;
	struct pw_fold fold;

	if (text.original_len < 200 && pw_fold(arena, name, text.original_len, &fold)) {
		text.data = fold.data;
		text.len = fold.len;
		text.origin = fold.origin;
		while (!found &&
		       pw_lexicon_next(ruleset->lexicon, &text, &at, &again, &hit))
			if (hit.kind == PW_NAME_VENDOR && hit.start == 0 &&
			    hit.end == fold.len)
				found = &ruleset->vendors[hit.owner];
	}
	pw_arena_free(arena);
	return found;
}

const struct pw_vendor *pw_ruleset_vendor(const struct pw_ruleset *ruleset,
					  const char *name)
{
	size_t i;

	for (i = 0; i < ruleset->n_vendors; i++)
		if (pw_strieq(ruleset->vendors[i].slug, name) ||
		    pw_strieq(ruleset->vendors[i].name, name))
			return &ruleset->vendors[i];
	return vendor_by_name(ruleset, name);
}

const char *pw_ruleset_rival_name(const struct pw_ruleset *ruleset, const char *slug)
{
	size_t i;

	for (i = 0; i < ruleset->n_rivals; i++)
		if (pw_streq(ruleset->rivals[i].slug, slug))
			return ruleset->rivals[i].name;
	return NULL;
}

const char *pw_ruleset_rival_of_domain(const struct pw_ruleset *ruleset,
				       const char *domain)
{
	uint32_t owner = pw_domains_find(ruleset->domains, domain);
	const struct pw_company *company;

	if (owner >> 24 != PW_OWNER_RIVAL)
		return NULL;
	company = &ruleset->rivals[owner & 0xFFFFFF];
	return company->sender_class == PW_SENDER_RIVAL ? company->slug : NULL;
}

const char *pw_ruleset_hash(const struct pw_ruleset *ruleset)
{
	return ruleset->hash;
}
