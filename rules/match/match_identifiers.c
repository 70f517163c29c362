/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_identifiers.c - our identifiers in a text, exact or nearly.
 *
 * From every token the runs that begin with it are hashed step by step and
 * looked up where a token ends; the work per token is bounded, so that the
 * whole is linear in the text however it is written.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/match/match_parts.h"

#define RUN_TOKENS_MAX 40 /* an identifier that is spaced letter by letter */
#define QUOTE_BYTES    160
#define WRITTEN_BYTES  200

static bool all_digits(const char *normal, size_t len)
{
	return strspn(normal, "0123456789") == len;
}

/* Too short to be ours by more than chance. */
static bool is_weak(const struct pw_match_span *span)
{
	if (span->n_normal <= 7)
		return true;
	if (!all_digits(span->normal, span->n_normal))
		return false;
	return span->n_normal < 9 || span->join >= PW_JOIN_BLANK;
}

/* Groups of digits go on beyond the run ("+1 203 948 571 22"): it is part of
   a longer number. */
static bool is_part_of_number(const struct pw_match_text *text,
			      const struct pw_match_span *span)
{
	const struct pw_tokens *t = &text->tokens;
	const struct pw_token *first = &t->items[span->first];
	if (!all_digits(span->normal, span->n_normal))
		return false;
	if (first->start > 0 && text->text[first->start - 1] == '+')
		return true;
	if (span->join == PW_JOIN_NONE || span->join == PW_JOIN_WRAP)
		return false;
	if (first->join != span->join || span->first == 0)
		return false;
	const struct pw_token *previous = first - 1;
	return all_digits(t->units + previous->unit, previous->n_units) &&
	       !previous->is_word;
}

/* The sentence around text[start, end), blanks made one; in arena. */
static const char *quote_around(struct pw_arena *arena, const char *text, size_t len,
				size_t start, size_t end)
{
	size_t from = start > QUOTE_BYTES ? start - QUOTE_BYTES : 0;
	size_t to = len - end > QUOTE_BYTES ? end + QUOTE_BYTES : len;
	for (size_t at = start; at > from; at--) {
		bool is_stop = (text[at - 1] == ' ' || text[at - 1] == '\n') && at >= 2 &&
			       strchr(".!?", text[at - 2]);
		if (is_stop || (at >= 2 && text[at - 1] == '\n' && text[at - 2] == '\n'))
			from = at;
	}
	for (size_t at = end; at < to; at++) {
		bool is_stop =
			strchr(".!?", text[at]) && text[at] &&
			(at + 1 >= len || text[at + 1] == ' ' || text[at + 1] == '\n');
		if (is_stop || (text[at] == '\n' && at + 1 < len && text[at + 1] == '\n'))
			to = is_stop ? at + 1 : at;
	}
	while (from < start && ((unsigned char)text[from] & 0xC0) == 0x80)
		from++;
	to = from + pw_utf8_cut(text + from, len - from, to - from);
	char *quote = pw_arena_strndup(arena, text + from, to - from);
	size_t n = 0;
	for (size_t i = 0; quote && quote[i]; i++) {
		bool is_blank = quote[i] == ' ' || quote[i] == '\n' || quote[i] == '\t';
		if (is_blank && (n == 0 || quote[n - 1] == ' '))
			continue;
		quote[n++] = is_blank ? ' ' : quote[i];
	}
	if (quote)
		quote[n > 0 && quote[n - 1] == ' ' ? n - 1 : n] = '\0';
	return quote;
}

/* Each layer counts for itself: which of them solicits is not known yet. */
static struct pw_identifier_hit *known_hit(const struct pw_finding *f,
					   const struct pw_layer *layer,
					   const struct pw_known_contract *contract)
{
	for (size_t i = 0; i < f->n_identifiers; i++)
		if (f->identifiers[i].layer == layer->id &&
		    strcmp(f->identifiers[i].contract_id, contract->contract_id) == 0 &&
		    strcmp(f->identifiers[i].identifier, contract->identifier) == 0)
			return &f->identifiers[i];
	return NULL;
}

/* A neighbour of the number, met first, does not hide the number itself. */
static bool is_known_hit(const struct pw_finding *f, const struct pw_layer *layer,
			 const struct pw_known_contract *contract, enum pw_how how)
{
	const struct pw_identifier_hit *hit = known_hit(f, layer, contract);
	return hit && hit->how <= how;
}

static void put_hit(struct pw_match_run *run, const struct pw_identifier_hit *hit,
		    struct pw_identifier_hit *at)
{
	struct pw_finding *f = run->finding;
	if (!at) {
		struct pw_identifier_hit *hits =
			pw_arena_grow(f->arena, f->identifiers, f->n_identifiers,
				      &run->cap_identifiers, sizeof(*hits));
		if (!hits) {
			run->is_exhausted = true;
			return;
		}
		f->identifiers = hits;
		at = &hits[f->n_identifiers++];
	}
	*at = *hit;
}

/* Record one; why is a static string. */
static void add_identifier(struct pw_match_run *run, const struct pw_match_text *text,
			   const struct pw_match_span *span,
			   const struct pw_known_contract *contract, enum pw_how how,
			   const char *why)
{
	struct pw_finding *f = run->finding;
	struct pw_identifier_hit *known = known_hit(f, text->layer, contract);
	if (is_known_hit(f, text->layer, contract, how) ||
	    (!known && f->n_identifiers >= PW_MATCH_HITS_MAX))
		return;
	size_t start = text->tokens.items[span->first].start;
	size_t end = text->tokens.items[span->last].end;
	size_t n_written = pw_utf8_cut(text->text + start, end - start, WRITTEN_BYTES);
	struct pw_identifier_hit hit = {
		.contract_id = pw_arena_strdup(f->arena, contract->contract_id),
		.identifier = pw_arena_strdup(f->arena, contract->identifier),
		.written = pw_arena_strndup(f->arena, text->text + start, n_written),
		.quote = quote_around(f->arena, text->text, text->len, start, end),
		.layer = text->layer->id,
		.how = how,
		.why = why,
	};
	if (!hit.contract_id || !hit.identifier || !hit.written || !hit.quote)
		run->is_exhausted = true;
	else
		put_hit(run, &hit, known);
}

static bool accept(struct pw_match_run *run, struct pw_match_text *text,
		   const struct pw_match_span *span, const struct pw_known_contract *c)
{
	const char *why = PW_WHY_EXACT;
	if (is_known_hit(run->finding, text->layer, c, PW_HOW_IDENTIFIER))
		return true;
	if (is_weak(span) || is_part_of_number(text, span)) {
		if (run->n_weak_tried++ >= PW_MATCH_WEAK_MAX)
			return false;
		why = pw_match_evidence(run, text, span, c);
		if (!why)
			return false;
	}
	add_identifier(run, text, span, c, PW_HOW_IDENTIFIER, why);
	return true;
}

/* All contracts whose identifier is exactly this run. */
static bool look_up(struct pw_match_run *run, struct pw_match_text *text,
		    const struct pw_match_span *span, uint64_t hash)
{
	struct pw_known_cursor cursor = { 0 };
	struct pw_known_contract contract;
	bool is_found = false;
	while (pw_known_identifier_next(run->known, pw_hash_mix(hash), &cursor,
					&contract)) {
		char ours[PW_IDENTIFIER_MAX + 1];
		pw_identifier_normalise(contract.identifier, strlen(contract.identifier),
					ours, sizeof(ours));
		if (strcmp(ours, span->normal) == 0)
			is_found |= accept(run, text, span, &contract);
	}
	return is_found;
}

/* Try all runs that begin at a token; returns the last token of the longest
   that is ours, or SIZE_MAX. */
static size_t try_from(struct pw_match_run *run, struct pw_match_text *text, size_t first)
{
	const struct pw_tokens *t = &text->tokens;
	struct pw_match_span span = { .first = first };
	uint64_t hash = 0;
	size_t found = SIZE_MAX;
	for (size_t i = first; i < t->n && i - first < RUN_TOKENS_MAX; i++) {
		const struct pw_token *token = &t->items[i];
		if (token->is_word || (i > first && token->join == PW_JOIN_NONE) ||
		    span.n_normal + token->n_units > PW_IDENTIFIER_MAX)
			break;
		if (i > first && token->join > span.join)
			span.join = token->join;
		for (uint32_t u = 0; u < token->n_units; u++) {
			char c = t->units[token->unit + u];
			span.normal[span.n_normal++] = c;
			hash = pw_hash_step(hash, pw_unit_skeleton(c));
		}
		span.normal[span.n_normal] = '\0';
		span.last = i;
		if (pw_known_has_length(run->known, span.n_normal) &&
		    look_up(run, text, &span, hash))
			found = i;
	}
	return found;
}

/* A run as a person would read it: tokens tied by hyphens only. */
static bool tied_span(const struct pw_tokens *t, size_t first, struct pw_match_span *ret)
{
	*ret = (struct pw_match_span){ .first = first };
	if (t->items[first].join == PW_JOIN_DASH)
		return false;
	for (size_t i = first; i < t->n; i++) {
		const struct pw_token *token = &t->items[i];
		if (i > first && token->join != PW_JOIN_DASH)
			break;
		if (token->is_word || ret->n_normal + token->n_units > PW_IDENTIFIER_MAX)
			return false;
		memcpy(ret->normal + ret->n_normal, t->units + token->unit,
		       token->n_units);
		ret->n_normal += token->n_units;
		ret->last = i;
	}
	ret->normal[ret->n_normal] = '\0';
	return true;
}

/* Could it be an identifier at all? */
static bool is_identifier_like(const struct pw_match_span *span)
{
	size_t n_digits = 0;
	for (size_t i = 0; i < span->n_normal; i++)
		n_digits += span->normal[i] >= '0' && span->normal[i] <= '9';
	if (span->n_normal < 8 || n_digits < 3)
		return false;
	return n_digits < span->n_normal || n_digits >= 9;
}

static void try_near(struct pw_match_run *run, struct pw_match_text *text, size_t first)
{
	struct pw_match_span span;
	struct pw_known_contract contract;
	const char *why;
	if (!tied_span(&text->tokens, first, &span) || !is_identifier_like(&span) ||
	    run->n_near_tried >= PW_MATCH_NEAR_MAX)
		return;
	run->n_near_tried++;
	if (!pw_match_near(run, &span, &contract, &why))
		return;
	if (all_digits(span.normal, span.n_normal) &&
	    !pw_match_evidence(run, text, &span, &contract))
		return;
	add_identifier(run, text, &span, &contract, PW_HOW_NEAR_IDENTIFIER, why);
}

void pw_match_identifiers(struct pw_match_run *run, struct pw_match_text *text)
{
	if (!pw_tokens_make(run->scratch, text->text, text->len, &text->tokens)) {
		run->is_exhausted = true;
		return;
	}
	for (size_t i = 0; i < text->tokens.n; i++) {
		if (text->tokens.items[i].is_word)
			continue;
		size_t last = try_from(run, text, i);
		if (last != SIZE_MAX)
			i = last;
		else
			try_near(run, text, i);
	}
}
