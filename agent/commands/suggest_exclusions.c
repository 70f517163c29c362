/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_exclusions.c - what was no solicitation, and what wrongly passes for none. */
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/suggest_entry.h"

static void add_regex(struct pw_buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\^$.|?*+()[]{}", *text))
			pw_buf_addc(out, '\\');
		if (*text == ' ')
			pw_buf_adds(out, "[ -]");
		else
			pw_buf_addc(out, *text);
	}
}

static void put_because(struct pw_buf *body, const struct pw_wrong *wrong)
{
	const char *notes = pw_suggest_text(wrong->label, "notes");
	PW_CLEANUP(pw_freep)
	char *because =
		notes && *notes
			? pw_strndup(notes, pw_utf8_cut(notes, strlen(notes), 120))
			: pw_strdup("Was no solicitation");

	if (!pw_entry_line(body, "because", because))
		pw_buf_adds(body, "    because: Was no solicitation\n");
}

/* From the sender with his subject to the sender, or a phrase of his. */
static void add_exclusion(const struct pw_wrong *wrong, const char *from,
			  const char *subject, const char *phrase,
			  struct pw_candidates *ret)
{
	PW_CLEANUP(pw_freep) char *folded = pw_text_fold(subject ? subject : "");
	const char *what = phrase ? phrase : from ? from : folded;
	struct pw_buf body, regex;
	char name[PW_ENTRY_NAME];
	bool is_good = true;

	pw_buf_init(&body, 4000);
	pw_buf_init(&regex, 2000);
	if (from)
		is_good = pw_entry_list(&body, "from", from);
	if (subject) {
		char *end = folded + strlen(folded);

		while (end > folded && end[-1] == ' ')
			*--end = '\0';
		pw_buf_addc(&regex, '^');
		add_regex(&regex, folded + strspn(folded, " "));
		pw_buf_addc(&regex, '$');
		is_good = is_good && regex.len > 8 &&
			  pw_entry_line(&body, "subject", regex.data);
	}
	if (phrase)
		is_good = is_good && pw_entry_list(&body, "text", phrase);
	put_because(&body, wrong);
	pw_buf_done(&regex);
	pw_entry_name(name, "not-", what + strspn(what, " "));
	if (is_good && (from || subject || phrase))
		pw_candidates_add(ret, "exclusions", name, &body);
	else
		pw_buf_done(&body);
}

void pw_suggest_exclusions(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	const struct pw_solicitor *solicitor = &wrong->finding->solicitor;
	struct pw_phrase phrases[3];
	size_t n, i;

	if (solicitor->subject && *solicitor->subject)
		add_exclusion(wrong, solicitor->email, solicitor->subject, NULL, ret);
	n = pw_suggest_phrases(wrong, solicitor->layer, phrases, PW_ARRAY_LEN(phrases));
	for (i = 0; i < n; i++)
		if (solicitor->email)
			add_exclusion(wrong, solicitor->email, NULL, phrases[i].text,
				      ret);
	for (i = 0; i < n; i++) {
		add_exclusion(wrong, NULL, NULL, phrases[i].text, ret);
		free(phrases[i].text);
		free(phrases[i].sentence);
	}
	if (solicitor->email)
		add_exclusion(wrong, solicitor->email, NULL, NULL, ret);
}

void pw_suggest_off(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	const struct pw_finding *finding = wrong->finding;
	size_t i;

	for (i = 0; i < finding->n_hits; i++) {
		const struct pw_hit *hit = &finding->hits[i];
		const char *dot = strchr(hit->rule, '.');
		struct pw_buf body;

		if (!dot || (!pw_streq(hit->scope, "exclusion") &&
			     !pw_streq(hit->scope, "condition")))
			continue;
		pw_buf_init(&body, 200);
		pw_buf_adds(&body, "    off: true\n");
		pw_candidates_add(ret, *hit->rule == 'e' ? "exclusions" : "conditions",
				  dot + 1, &body);
	}
}
