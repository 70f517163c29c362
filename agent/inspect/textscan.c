/* SPDX-License-Identifier: Apache-2.0 */
/* textscan.c - bytes as one layer of plain text: identifiers and domains. */
#include "agent/inspect/textscan.h"

#include <string.h>

#include "agent/base/str.h"
#include "parsers/limits.h"
#include "rules/match/match.h"

#define DOMAIN_MAX 253
#define RIVALS_MAX 20

/* A copy in which every byte that is no readable UTF-8 is a blank. */
static char *readable(struct pw_arena *arena, const char *raw, size_t len)
{
	char *text = pw_arena_strndup(arena, raw, len);
	size_t i, step;
	uint32_t cp;

	for (i = 0; text && i < len; i += step) {
		step = pw_utf8_next(text + i, len - i, &cp);
		if (step == 0)
			break;
		if (cp == 0xFFFD || (cp < ' ' && cp != '\n'))
			memset(text + i, ' ', step);
	}
	return text;
}

static void split_lines(struct pw_arena *arena, struct pw_text *text)
{
	struct pw_line *lines = NULL;
	size_t n = 0, cap = 0, start = 0, end;

	while (start <= text->len && n < PW_MAX_LINES) {
		const char *stop = memchr(text->data + start, '\n', text->len - start);
		struct pw_line *more;

		end = stop ? (size_t)(stop - text->data) : text->len;
		more = pw_arena_grow(arena, lines, n, &cap, sizeof *lines);
		if (!more)
			break;
		lines = more;
		lines[n++] = (struct pw_line){ .start = (uint32_t)start,
					       .end = (uint32_t)end };
		start = end + 1;
	}
	text->lines = lines;
	text->n_lines = n;
}

static bool is_domain_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.';
}

static bool is_listed(const struct pw_finding *finding, const char *slug)
{
	size_t i;

	for (i = 0; i < finding->n_hits; i++)
		if (pw_streq(finding->hits[i].rule, slug))
			return true;
	return false;
}

static void note_rival(struct pw_finding *finding, const char *slug, const char *domain)
{
	struct pw_hit *hit = &finding->hits[finding->n_hits];
	const char *seen = pw_arena_strdup(finding->arena, domain);
	const char *rule = pw_arena_strdup(finding->arena, slug);

	if (!seen || !rule)
		return;
	*hit = (struct pw_hit){ .rule = rule,
				.origin = "text scan",
				.scope = "raw",
				.matched = seen,
				.context = seen };
	finding->n_hits++;
}

static void find_rivals(struct pw_finding *finding, const struct pw_ruleset *ruleset,
			const struct pw_text *text)
{
	char domain[DOMAIN_MAX + 1];
	size_t at = 0, end, len;

	finding->hits = pw_arena_alloc(finding->arena, RIVALS_MAX, sizeof *finding->hits);
	if (!finding->hits)
		return;
	for (; at < text->len && finding->n_hits < RIVALS_MAX; at = end + 1) {
		const char *slug;

		for (end = at; end < text->len && is_domain_byte(text->data[end]); end++)
			;
		len = end - at;
		if (len > 0 && text->data[end - 1] == '.')
			len--;
		if (len < 4 || len > DOMAIN_MAX || !memchr(text->data + at, '.', len))
			continue;
		memcpy(domain, text->data + at, len);
		domain[len] = '\0';
		slug = pw_ruleset_rival_of_domain(ruleset, domain);
		if (slug && !is_listed(finding, slug))
			note_rival(finding, slug, domain);
	}
}

int pw_textscan(struct pw_finding **ret, const struct pw_ruleset *ruleset,
		const struct pw_known *known, const void *raw, size_t len,
		struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = pw_finding_new();
	struct pw_layer layer = { .parent = -1,
				  .kind = PW_LAYER_MESSAGE,
				  .found_by = "raw text",
				  .date = { .day = PW_DAY_NONE } };
	struct pw_mail mail = { .arena = finding->arena,
				.layers = &layer,
				.n_layers = 1 };
	const bool wanted = true;

	if (len > PW_TEXTSCAN_BYTES)
		len = PW_TEXTSCAN_BYTES;
	layer.text.data = readable(finding->arena, raw, len);
	layer.text.len = len;
	if (!layer.text.data)
		return pw_err_set(err, PW_ELIMIT, "no memory for the text");
	split_lines(finding->arena, &layer.text);
	find_rivals(finding, ruleset, &layer.text);
	if (known && pw_match(finding, ruleset, known, &mail, &wanted, err) < 0)
		return -1;
	finding->decided_by = "unreadable: scanned as plain text";
	*ret = PW_TAKE(finding);
	return 0;
}
