/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/cli.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/str.h"

void pw_strings_add(struct pw_strings *strings, const char *item)
{
	strings->items =
		pw_realloc(strings->items, strings->n + 1, sizeof *strings->items);
	strings->items[strings->n++] = item;
}

void pw_strings_done(struct pw_strings *strings)
{
	free(strings->items);
	*strings = (struct pw_strings){ NULL, 0 };
}

static void print_usage(const struct pw_usage *usage, FILE *out)
{
	size_t i;

	fprintf(out, "usage: poachwatch %s\n", usage->synopsis);
	if (usage->about)
		fprintf(out, "\n%s\n", usage->about);
	if (usage->n_options)
		fputs("\noptions:\n", out);
	for (i = 0; i < usage->n_options; i++) {
		const struct pw_opt *option = &usage->options[i];
		char left[64];

		snprintf(left, sizeof left, "--%s%s%s", option->name,
			 option->value ? " " : "", option->value ? option->value : "");
		fprintf(out, "  %-26s %s\n", left, option->help);
	}
}

static bool bad_option(const struct pw_usage *usage, const char *word, size_t len)
{
	PW_CLEANUP(pw_freep) char *name = pw_strndup(word, len);
	const char *names[64];
	const char *near;
	size_t i, n = 0;

	for (i = 0; i < usage->n_options && n < PW_ARRAY_LEN(names); i++)
		names[n++] = usage->options[i].name;
	/* main() takes it, unless nothing stands behind it. */
	if (pw_streq(name, "config")) {
		fputs("poachwatch: --config wants a value (FILE)\n", stderr);
		return false;
	}
	near = pw_str_nearest(name, names, n);
	fprintf(stderr, "poachwatch: unknown option '--%s'", name);
	if (near)
		fprintf(stderr, "; did you mean '--%s'?", near);
	fprintf(stderr, "\nusage: poachwatch %s\n", usage->synopsis);
	return false;
}

static bool set_number(const char *name, const char *value, struct pw_opt_number *target)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	if (errno || end == value || *end || number < target->min ||
	    number > target->max) {
		fprintf(stderr,
			"poachwatch: --%s wants a whole number from %ld to %ld, not "
			"'%s'\n",
			name, target->min, target->max, value);
		return false;
	}
	target->value = number;
	return true;
}

static bool set_option(const struct pw_opt *option, const char *value)
{
	switch (option->kind) {
	case PW_OPT_FLAG:
		*(bool *)option->target = true;
		return true;
	case PW_OPT_VALUE:
		*(const char **)option->target = value;
		return true;
	case PW_OPT_LIST:
		pw_strings_add(option->target, value);
		return true;
	case PW_OPT_NUMBER:
		return set_number(option->name, value, option->target);
	}
	return false;
}

static const struct pw_opt *find_option(const struct pw_usage *usage, const char *word,
					size_t len)
{
	size_t i;

	for (i = 0; i < usage->n_options; i++)
		if (strlen(usage->options[i].name) == len &&
		    strncmp(usage->options[i].name, word, len) == 0)
			return &usage->options[i];
	return NULL;
}

/* Reads the option at argv[*at]; moves *at past a separate value. */
static bool parse_one(const struct pw_usage *usage, int argc, char **argv, int *at)
{
	const char *word = argv[*at] + 2;
	size_t len = strcspn(word, "=");
	const struct pw_opt *option = find_option(usage, word, len);
	const char *value = NULL;

	if (!option)
		return bad_option(usage, word, len);
	if (word[len] == '=')
		value = word + len + 1;
	if (option->kind == PW_OPT_FLAG && value) {
		fprintf(stderr, "poachwatch: --%s takes no value\n", option->name);
		return false;
	}
	if (option->kind != PW_OPT_FLAG && !value) {
		if (*at + 1 >= argc) {
			fprintf(stderr, "poachwatch: --%s wants a value (%s)\n",
				option->name, option->value);
			return false;
		}
		value = argv[++*at];
	}
	return set_option(option, value);
}

static bool are_words_good(const struct pw_usage *usage, const struct pw_strings *words)
{
	size_t most = !usage->words ? 0 : usage->max_words ? usage->max_words : SIZE_MAX;

	if (words->n >= usage->min_words && words->n <= most)
		return true;
	if (usage->words)
		fprintf(stderr, "poachwatch: give %s\n", usage->words);
	else
		fprintf(stderr, "poachwatch: '%s' is one word too many\n",
			words->items[0]);
	fprintf(stderr, "usage: poachwatch %s\n", usage->synopsis);
	return false;
}

/* False: *ret_status is changed where it is not a mistake. */
static bool parse_all(const struct pw_usage *usage, int argc, char **argv,
		      struct pw_strings *words, int *ret_status)
{
	bool only_words = false;
	int at;

	for (at = 1; at < argc; at++) {
		const char *word = argv[at];

		if (only_words || word[0] != '-' || !word[1]) {
			pw_strings_add(words, word);
		} else if (pw_streq(word, "--")) {
			only_words = true;
		} else if (pw_streq(word, "--help") || pw_streq(word, "-h")) {
			print_usage(usage, stdout);
			*ret_status = PW_EXIT_OK;
			return false;
		} else if (word[1] != '-') {
			fprintf(stderr,
				"poachwatch: unknown option '%s'\nusage: poachwatch %s\n",
				word, usage->synopsis);
			return false;
		} else if (!parse_one(usage, argc, argv, &at)) {
			return false;
		}
	}
	return are_words_good(usage, words);
}

bool pw_opts_parse(const struct pw_usage *usage, int argc, char **argv,
		   struct pw_strings *words, int *ret_status)
{
	struct pw_strings none = { 0 };
	struct pw_strings *found = words ? words : &none;

	assert(words || !usage->words);
	*ret_status = PW_EXIT_USAGE;
	if (parse_all(usage, argc, argv, found, ret_status))
		return true;
	pw_strings_done(found);
	return false;
}

bool pw_colour_wanted(FILE *stream)
{
	const char *no = getenv("NO_COLOR");

	return !(no && *no) && isatty(fileno(stream));
}

const char *pw_colour(FILE *stream, enum pw_colour colour)
{
	static const char *const codes[] = {
		[PW_PLAIN] = "",        [PW_BOLD] = "\033[1m",   [PW_DIM] = "\033[2m",
		[PW_RED] = "\033[31m",  [PW_GREEN] = "\033[32m", [PW_YELLOW] = "\033[33m",
		[PW_BLUE] = "\033[34m", [PW_CYAN] = "\033[36m",
	};

	return pw_colour_wanted(stream) ? codes[colour] : "";
}

const char *pw_colour_end(FILE *stream)
{
	return pw_colour_wanted(stream) ? "\033[0m" : "";
}

#define BAR 30 /* columns */

void pw_progress(const char *label, uint64_t done, uint64_t total)
{
	static const char bar[] = "##############################";
	static const char gap[] = "..............................";

	done = total && done > total ? total : done;
	if (!isatty(STDERR_FILENO))
		return;
	if (total)
		fprintf(stderr, "\r\033[K%s %.*s%.*s %llu %%, %llu of %llu", label,
			(int)(done * BAR / total), bar, (int)(BAR - done * BAR / total),
			gap, (unsigned long long)(done * 100 / total),
			(unsigned long long)done, (unsigned long long)total);
	else
		fprintf(stderr, "\r\033[K%s %llu", label, (unsigned long long)done);
}

void pw_progress_end(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

int pw_cli_fail(const struct pw_err *err)
{
	fprintf(stderr, "poachwatch: %s\n", err->msg);
	switch (err->code) {
	case PW_EINPUT:
	case PW_ECONFIG:
	case PW_EDAMAGED:
	case PW_EBUSY:
		return PW_EXIT_USAGE;
	default:
		return PW_EXIT_FOUND;
	}
}

char *pw_cli_escape(const char *text)
{
	struct pw_buf out;

	pw_buf_init(&out, (size_t)1 << 20);
	pw_str_escape(&out, text, strlen(text), (size_t)1 << 19);
	return pw_buf_take(&out);
}
