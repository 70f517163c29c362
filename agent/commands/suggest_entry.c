/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_entry.c - entries of rule files, as text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/suggest_entry.h"

void pw_candidate_done(struct pw_candidate_rule *candidate)
{
	while (candidate->n > 0) {
		free(candidate->entries[--candidate->n].name);
		free(candidate->entries[candidate->n].text);
	}
}

void pw_candidates_done(struct pw_candidates *candidates)
{
	while (candidates->n > 0)
		pw_candidate_done(&candidates->items[--candidates->n]);
}

/* As a single-quoted scalar; false (nothing added) where it holds anything that a
   terminal or YAML would not show as it is. */
static bool quote(struct pw_buf *out, const char *text)
{
	struct pw_buf safe;
	bool is_plain;

	pw_buf_init(&safe, (size_t)16 << 10);
	pw_str_escape(&safe, text, strlen(text), (size_t)8 << 10);
	is_plain = *text && pw_streq(safe.data, text);
	pw_buf_done(&safe);
	if (!is_plain)
		return false;
	pw_buf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			pw_buf_addc(out, '\'');
		pw_buf_addc(out, *text);
	}
	pw_buf_addc(out, '\'');
	return true;
}

void pw_entry_name(char out[PW_ENTRY_NAME], const char *prefix, const char *text)
{
	size_t n = (size_t)snprintf(out, PW_ENTRY_NAME, "%s", prefix), start = n;
	uint32_t hash = 2166136261u;
	const char *at;

	for (at = text; *at && n + 1 < PW_ENTRY_NAME; at++) {
		hash = (hash ^ (unsigned char)*at) * 16777619u;
		if ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9'))
			out[n++] = *at;
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
	if (n < start + 2)
		snprintf(out, PW_ENTRY_NAME, "%s%s%08x", prefix,
			 start && prefix[start - 1] != '-' ? "-" : "", hash);
}

struct pw_candidate_rule *pw_candidates_new(struct pw_candidates *ret)
{
	return ret->n < PW_SUGGEST_TRIES ? &ret->items[ret->n++] : NULL;
}

void pw_candidate_add(struct pw_candidate_rule *candidate, const char *section,
		      const char *name, struct pw_buf *body)
{
	struct pw_suggest_entry *entry = &candidate->entries[candidate->n++];

	entry->section = section;
	entry->name = pw_strdup(name);
	entry->text = pw_asprintf("  %s:\n%s", name, body->data);
	pw_buf_done(body);
}

void pw_candidates_add(struct pw_candidates *ret, const char *section, const char *name,
		       struct pw_buf *body)
{
	struct pw_candidate_rule *candidate = pw_candidates_new(ret);

	if (candidate)
		pw_candidate_add(candidate, section, name, body);
	else
		pw_buf_done(body);
}

/* "    key: OPEN'text'CLOSE"; where text cannot be shown nothing is added. */
static bool put(struct pw_buf *body, const char *key, const char *open, const char *text,
		const char *close)
{
	struct pw_buf quoted;
	bool is_good;

	pw_buf_init(&quoted, (size_t)32 << 10);
	is_good =
		text && quote(&quoted, text) &&
		pw_buf_addf(body, "    %s: %s%s%s\n", key, open, quoted.data, close) == 0;
	pw_buf_done(&quoted);
	return is_good;
}

bool pw_entry_line(struct pw_buf *body, const char *key, const char *text)
{
	return put(body, key, "", text, "");
}

bool pw_entry_list(struct pw_buf *body, const char *key, const char *text)
{
	return put(body, key, "[", text, "]");
}
