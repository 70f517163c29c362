/* SPDX-License-Identifier: Apache-2.0 */
/* eval_compare.c - an evaluation beside an earlier one: mails and figures. */
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"
#include "agent/commands/eval_score.h"

static const json_t *miss_of(const json_t *report, const char *file)
{
	const json_t *miss;
	size_t i;

	json_array_foreach(json_object_get(report, "misses"), i, miss)
	{
		const char *name = json_string_value(json_object_get(miss, "file"));

		if (pw_streq(name ? name : "", file))
			return miss;
	}
	return NULL;
}

/* A run of before there was a list of files knew every mail. */
static bool has_file(const json_t *report, const char *file)
{
	const json_t *files = json_object_get(report, "files"), *name;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)files, i, name)
	{
		if (pw_streq(json_string_value(name), file))
			return true;
	}
	return !files;
}

/* Fields wrong in a's miss and right in b: {field: [right, what a said]}. */
static json_t *fields_only_in(const json_t *miss, const json_t *other)
{
	const json_t *others = json_object_get(other, "wrong");
	json_t *only = json_object(), *pair;
	const char *field;

	json_object_foreach(json_object_get(miss, "wrong"), field, pair)
	{
		if (!json_object_get(others, field))
			json_object_set(only, field, pair);
	}
	return only;
}

/* Mails, with their fields, that are wrong in a and were not in b. */
static json_t *only_in(const json_t *a, const json_t *b)
{
	json_t *list = json_array(), *fields;
	const json_t *miss;
	size_t i;

	json_array_foreach(json_object_get(a, "misses"), i, miss)
	{
		const char *file = json_string_value(json_object_get(miss, "file"));

		if (!file || !has_file(b, file))
			continue;
		fields = fields_only_in(miss, miss_of(b, file));
		if (json_object_size(fields))
			json_array_append_new(list, json_pack("{s:s, s:O}", "file", file,
							      "fields", fields));
		json_decref(fields);
	}
	return list;
}

static void add_figure(json_t *figures, const char *name, const json_t *old,
		       const json_t *now)
{
	json_object_set_new(
		figures, name,
		json_pack("[O, O]", old ? old : json_null(), now ? now : json_null()));
}

static void add_pair(json_t *figures, const char *group, const json_t *old,
		     const json_t *now)
{
	static const char *const keys[] = { "precision", "recall" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(keys); i++) {
		PW_CLEANUP(pw_freep) char *name = pw_asprintf("%s %s", group, keys[i]);

		add_figure(figures, name,
			   json_object_get(json_object_get(old, group), keys[i]),
			   json_object_get(json_object_get(now, group), keys[i]));
	}
}

json_t *pw_eval_compare(const json_t *now, const json_t *old)
{
	json_t *changes = json_object(), *figures = json_object(), *value;
	const json_t *then = json_object_get(old, "fields");
	const char *field;

	add_figure(figures, "verdict", json_object_get(old, "verdict"),
		   json_object_get(now, "verdict"));
	add_pair(figures, "alert", old, now);
	add_pair(figures, "solicitation", old, now);
	json_object_foreach(json_object_get(now, "fields"), field, value)
		add_figure(figures, field, json_object_get(then, field), value);
	add_figure(figures, "seconds", json_object_get(old, "seconds"),
		   json_object_get(now, "seconds"));
	json_object_set_new(changes, "figures", figures);
	json_object_set_new(changes, "better", only_in(old, now));
	json_object_set_new(changes, "worse", only_in(now, old));
	return changes;
}

/* --- for people ----------------------------------------------------------- */

static char *shown(const json_t *value)
{
	char *text = json_is_string(value) ? pw_strdup(json_string_value(value))
					   : json_dumps(value, JSON_ENCODE_ANY);
	char *safe = pw_cli_escape(text ? text : "nothing");

	free(text);
	return safe;
}

static void print_mails(FILE *out, const char *word, enum pw_colour colour,
			const json_t *mails, bool is_worse)
{
	const json_t *mail;
	json_t *pair;
	const char *field;
	size_t i, n;

	json_array_foreach((json_t *)(uintptr_t)mails, i, mail)
	{
		PW_CLEANUP(pw_freep) char *file = shown(json_object_get(mail, "file"));

		fprintf(out, "  %s%s%s: %s (", pw_colour(out, colour), word,
			pw_colour_end(out), file);
		n = 0;
		json_object_foreach(json_object_get(mail, "fields"), field, pair)
		{
			PW_CLEANUP(pw_freep) char *right = shown(json_array_get(pair, 0));
			PW_CLEANUP(pw_freep) char *said = shown(json_array_get(pair, 1));

			fprintf(out, "%s%s: %s, %s %s", n++ ? "; " : "", field, right,
				is_worse ? "was right; now" : "was", said);
		}
		fputs(")\n", out);
	}
}

static void print_figure(FILE *out, const char *name, const json_t *pair)
{
	double old = json_number_value(json_array_get(pair, 0));
	double now = json_number_value(json_array_get(pair, 1));
	bool is_time = strcmp(name, "seconds") == 0;

	if (old == now || is_time)
		return;
	fprintf(out, "  %-24s %.3f -> %.3f  %s%+.3f%s\n", name, old, now,
		pw_colour(out, now > old ? PW_GREEN : PW_RED), now - old,
		pw_colour_end(out));
}

void pw_eval_print_baseline(FILE *out, const json_t *changes)
{
	const json_t *better = json_object_get(changes, "better");
	const json_t *worse = json_object_get(changes, "worse");
	const char *name;
	json_t *pair;

	if (!changes)
		return;
	if (!json_array_size(better) && !json_array_size(worse))
		fputs("\nbeside the baseline: no mail better or worse\n", out);
	else
		fprintf(out, "\nbeside the baseline: %zu better, %zu worse\n",
			json_array_size(better), json_array_size(worse));
	print_mails(out, "worse", PW_RED, worse, true);
	print_mails(out, "better", PW_GREEN, better, false);
	json_object_foreach(json_object_get(changes, "figures"), name, pair)
		print_figure(out, name, pair);
}
