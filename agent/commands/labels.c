/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/labels.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/cli.h"
#include "rules/match/judge.h"

#define LINE_MAX_BYTES ((ssize_t)1 << 20)
#define TOLD_MAX       50

enum form { TEXT, DAY, WORD, LIST, WORDS, OBJECT };

static const char *const verdicts[] = { "alert", "review", "ignore", NULL };
static const char *const timings[] = { "processing", "renewed",   "lapsed",
				       "in_window",  "premature", NULL };
static const char *const claims[] = { "false_expiry", "partner_change_request",
				      "vendor_shared_contact", NULL };

static const struct {
	const char *key;
	enum form form;
	const char *const *words;
} keys[] = {
	{ "file", TEXT, NULL },
	{ "verdict", WORD, verdicts },
	{ "rival", TEXT, NULL },
	{ "solicitor_email", TEXT, NULL },
	{ "solicitor_name", TEXT, NULL },
	{ "original_date", DAY, NULL },
	{ "original_subject", TEXT, NULL },
	{ "forwarder", TEXT, NULL },
	{ "customer", TEXT, NULL },
	{ "vendor", TEXT, NULL },
	{ "contracts", LIST, NULL },
	{ "timing", WORD, timings },
	{ "stated_expiry", DAY, NULL },
	{ "claims", WORDS, claims },
	{ "notes", TEXT, NULL },
	{ "also", OBJECT, NULL },
};

struct reading {
	const char *path;
	json_t *labels;
	size_t line, n_wrong;
};

static void PW_PRINTF(2, 3) say(struct reading *reading, const char *format, ...)
{
	PW_CLEANUP(pw_freep) char *safe = NULL;
	char text[600];
	va_list args;

	if (reading->n_wrong++ >= TOLD_MAX)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	safe = pw_cli_escape(text);
	fprintf(stderr, "%s:%zu: %serror%s: %s\n", reading->path, reading->line,
		pw_colour(stderr, PW_RED), pw_colour_end(stderr), safe);
}

static void say_word(struct reading *reading, const char *what, const char *word,
		     const char *const *words)
{
	struct pw_buf list;
	const char *near;
	size_t n;

	pw_buf_init(&list, 400);
	for (n = 0; words[n]; n++)
		pw_buf_addf(&list, "%s%s", n ? ", " : "", words[n]);
	near = pw_str_nearest(word, words, n);
	if (near)
		say(reading, "%s '%.80s'; did you mean '%s'?", what, word, near);
	else
		say(reading, "%s '%.80s'; there are %s", what, word, list.data);
	pw_buf_done(&list);
}

static bool is_word(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static void check_list(struct reading *reading, const char *key, const json_t *value,
		       const char *const *words)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(value)) {
		say(reading, "'%s' wants a list, [] for none", key);
		return;
	}
	json_array_foreach((json_t *)(uintptr_t)value, i, item)
	{
		const char *text = json_string_value(item);

		if (!text)
			say(reading, "'%s' wants words", key);
		else if (words && !is_word(text, words))
			say_word(reading, "unknown claim", text, words);
	}
}

static void check_value(struct reading *reading, size_t k, const json_t *value)
{
	const char *key = keys[k].key, *text = json_string_value(value);
	pw_day day;

	if (keys[k].form == LIST || keys[k].form == WORDS) {
		check_list(reading, key, value, keys[k].words);
		return;
	}
	if (json_is_null(value))
		return;
	if (keys[k].form == OBJECT) {
		if (!json_is_object(value))
			say(reading, "'%s' wants { key: [further right values] }", key);
		return;
	}
	if (!text)
		say(reading, "'%s' wants text or null", key);
	else if (keys[k].form == DAY && !pw_day_from_iso(text, &day))
		say(reading, "'%s' wants a day as 2026-03-31, not '%.40s'", key, text);
	else if (keys[k].form == WORD && !is_word(text, keys[k].words))
		say_word(reading, key, text, keys[k].words);
}

static void check_keys(struct reading *reading, json_t *label)
{
	const char *names[PW_ARRAY_LEN(keys) + 1] = { NULL }, *key;
	json_t *value;
	size_t k;

	for (k = 0; k < PW_ARRAY_LEN(keys); k++)
		names[k] = keys[k].key;
	json_object_foreach(label, key, value)
	{
		for (k = 0; k < PW_ARRAY_LEN(keys) && strcmp(keys[k].key, key) != 0; k++)
			;
		if (k < PW_ARRAY_LEN(keys))
			check_value(reading, k, value);
		else
			say_word(reading, "unknown key", key, names);
	}
	if (!json_is_string(json_object_get(label, "verdict")))
		say(reading, "the 'verdict' is missing: alert, review or ignore");
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void read_line(struct reading *reading, const char *line)
{
	json_error_t error;
	json_t *label;
	const char *file;

	if (strspn(line, " \t\r\n") == strlen(line))
		return;
	label = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	file = json_string_value(json_object_get(label, "file"));
	if (!label) {
		say(reading, "no JSON object: %.300s", error.text);
	} else if (!file) {
		say(reading, "wants an object with a 'file'");
	} else {
		check_keys(reading, label);
		if (json_object_get(reading->labels, base_name(file)))
			say(reading, "'%.200s' is labelled twice", base_name(file));
		json_object_set(reading->labels, base_name(file), label);
	}
	json_decref(label);
}

int pw_labels_read(json_t **ret, const char *folder, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s/labels.jsonl", folder);
	PW_CLEANUP(pw_freep) char *line = NULL;
	struct reading reading = { .path = path };
	size_t cap = 0;
	FILE *in = fopen(path, "re");
	ssize_t len;

	if (!in)
		return pw_err_errno(err, PW_EINPUT, "labels '%s'", path);
	reading.labels = json_object();
	while ((len = getline(&line, &cap, in)) >= 0) {
		reading.line++;
		if (len > LINE_MAX_BYTES)
			say(&reading, "the line is too long");
		else
			read_line(&reading, line);
	}
	fclose(in);
	if (reading.n_wrong) {
		json_decref(reading.labels);
		return pw_err_set(err, PW_EINPUT,
				  "nothing was done: %zu mistake%s in '%s'",
				  reading.n_wrong, reading.n_wrong == 1 ? "" : "s", path);
	}
	*ret = reading.labels;
	return 0;
}

char *pw_labels_mails(const char *folder)
{
	char *mails = pw_asprintf("%s/mails", folder);

	if (access(mails, R_OK) == 0)
		return mails;
	free(mails);
	return pw_strdup(folder);
}

int pw_labels_join(struct pw_predictions *predictions, size_t first, const json_t *labels,
		   const char *folder, struct pw_err *err)
{
	json_t *left = json_copy((json_t *)(uintptr_t)labels);
	const char *file;
	json_t *label;
	size_t i, n;

	for (i = first; i < predictions->n; i++) {
		file = base_name(predictions->items[i].file);
		predictions->items[i].label = json_object_get(labels, file);
		json_object_del(left, file);
	}
	n = json_object_size(left);
	json_object_foreach(left, file, label)
	{
		PW_CLEANUP(pw_freep) char *safe = pw_cli_escape(file);

		(void)label;
		fprintf(stderr, "%s/labels.jsonl: there is no such mail: %s\n", folder,
			safe);
	}
	json_decref(left);
	return n ? pw_err_set(err, PW_EINPUT, "%zu label%s of '%s' without a mail", n,
			      n == 1 ? "" : "s", folder)
		 : 0;
}
