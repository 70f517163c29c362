/* SPDX-License-Identifier: Apache-2.0 */
/*
 * golden.c - mails and the layers that were found in them when a person looked.
 *
 * usage: golden check FOLDER    compare every FOLDER/NAME.eml with NAME.json
 *        golden write FILE...   write NAME.json beside each NAME.eml
 *
 * The golden form is the JSON of `parse --json`, indented, with each text as
 * an array of its lines.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/mail_json.h"

#define FILE_MAX ((size_t)64 << 20)

static char *read_file(const char *path, size_t *ret_len)
{
	FILE *file = fopen(path, "rb");
	char *data;

	if (!file)
		return NULL;
	data = malloc(FILE_MAX);
	*ret_len = data ? fread(data, 1, FILE_MAX, file) : 0;
	fclose(file);
	return data;
}

static json_t *lines_of(const char *text)
{
	json_t *lines = json_array();
	const char *end;

	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		json_array_append_new(lines, json_stringn(text, (size_t)(end - text)));
	}
	return lines;
}

/* The golden form of a mail's layers; owned by the caller. */
static char *golden_of(const char *path)
{
	struct pw_mail *mail PW_CLEANUP(pw_mail_freep) = NULL;
	struct pw_err err = PW_ERR_INIT;
	char *raw, *form;
	size_t len, i;
	json_t *json, *layer;

	raw = read_file(path, &len);
	if (!raw || pw_mail_parse(&mail, raw, len, &err) < 0) {
		fprintf(stderr, "%s: %s\n", path, raw ? err.msg : "cannot be read");
		free(raw);
		return NULL;
	}
	json = pw_mail_to_json(mail);
	json_array_foreach(json_object_get(json, "layers"), i, layer)
	{
		const char *text = json_string_value(json_object_get(layer, "text"));

		json_object_set_new(layer, "text", lines_of(text ? text : ""));
	}
	form = json_dumps(json, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	json_decref(json);
	free(raw);
	return form;
}

static char *json_path(const char *path)
{
	size_t len = strlen(path);

	return pw_ends_with_i(path, ".eml")
		       ? pw_asprintf("%.*s.json", (int)(len - 4), path)
		       : NULL;
}

static int write_golden(const char *path)
{
	char *form = golden_of(path), *to = json_path(path);
	FILE *file = form && to ? fopen(to, "wb") : NULL;
	int status = 1;

	if (file) {
		fprintf(file, "%s\n", form);
		status = fclose(file) != 0;
		printf("%s\n", to);
	} else if (!to) {
		fprintf(stderr, "%s: is no .eml\n", path);
	}
	free(form);
	free(to);
	return status;
}

/* Say where two texts part, line by line. */
static void show_difference(const char *want, const char *got)
{
	size_t line = 1;
	const char *start_want = want, *start_got = got;

	while (*want && *want == *got) {
		if (*want == '\n') {
			line++;
			start_want = want + 1;
			start_got = got + 1;
		}
		want++;
		got++;
	}
	printf("  line %zu\n  golden: %.*s\n  found:  %.*s\n", line,
	       (int)(strchrnul(start_want, '\n') - start_want), start_want,
	       (int)(strchrnul(start_got, '\n') - start_got), start_got);
}

static int check_one(const char *path)
{
	char *form = golden_of(path), *from = json_path(path), *want;
	size_t len = 0;
	int status = 1;

	want = read_file(from, &len);
	if (form && want) {
		want[len && want[len - 1] == '\n' ? len - 1 : len] = '\0';
		status = strcmp(form, want) != 0;
		if (status) {
			printf("%s\n", path);
			show_difference(want, form);
		}
	} else {
		printf("%s: no golden result (./dev corpus add makes one)\n", path);
	}
	free(form);
	free(from);
	free(want);
	return status;
}

static int check_folder(const char *folder)
{
	struct dirent **names;
	int i, n = scandir(folder, &names, NULL, alphasort), mails = 0, wrong = 0;

	for (i = 0; i < n; i++) {
		char *path = pw_asprintf("%s/%s", folder, names[i]->d_name);

		if (pw_ends_with_i(path, ".eml")) {
			mails++;
			wrong += check_one(path);
		}
		free(path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	printf("%d mails, %d not as they were\n", mails, wrong);
	return wrong || !mails;
}

int main(int argc, char **argv)
{
	int i, status = 0;

	pw_parsers_init();
	if (argc == 3 && pw_streq(argv[1], "check"))
		return check_folder(argv[2]);
	if (argc < 3 || !pw_streq(argv[1], "write")) {
		fprintf(stderr, "usage: golden check FOLDER | golden write FILE...\n");
		return 2;
	}
	for (i = 2; i < argc; i++)
		status |= write_golden(argv[i]);
	return status;
}
