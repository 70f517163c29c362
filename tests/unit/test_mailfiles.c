/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/commands/mailfiles.h"

static char folder[64];

static void put(const char *name, const char *text)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void make(const char *name)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s/%s", folder, name);

	assert_int_equal(mkdir(path, 0700), 0);
}

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/poachwatch-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	PW_CLEANUP(pw_freep) char *command = pw_asprintf("rm -rf '%s'", folder);

	(void)state;
	return system(command);
}

/* "name=text|name=text|", names without the test's folder; "!" for an error. */
static char *read_all(const char *name)
{
	PW_CLEANUP(pw_freep)
	char *path = pw_asprintf("%s%s%s", folder, *name ? "/" : "", name);
	const char *paths[] = { path };
	struct pw_mailfiles *files = pw_mailfiles_new(paths, 1);
	struct pw_mailfile file;
	struct pw_err err;
	struct pw_buf out;
	int r;

	pw_buf_init(&out, 65536);
	while ((r = pw_mailfiles_next(files, &file, &err)) != 0) {
		if (r < 0) {
			pw_buf_adds(&out, "!|");
			continue;
		}
		pw_buf_addf(&out, "%s=%s|", file.name + strlen(folder) + 1, file.raw);
		assert_int_equal(file.len, strlen(file.raw));
		pw_mailfile_done(&file);
	}
	pw_mailfiles_free(files);
	return pw_buf_take(&out);
}

static void expect(const char *name, const char *wanted)
{
	PW_CLEANUP(pw_freep) char *got = read_all(name);

	assert_string_equal(got, wanted);
}

static void a_file_is_one_message(void **state)
{
	(void)state;
	put("a.txt", "Subject: x\n\nFrom here on\n");
	expect("a.txt", "a.txt=Subject: x\n\nFrom here on\n|");
	put("empty", "");
	expect("empty", "empty=|");
}

static void a_folder_gives_its_eml_files_by_name(void **state)
{
	(void)state;
	put("b.eml", "B");
	put("a.EML", "A");
	put("notes.txt", "no");
	put(".hidden.eml", "no");
	make("sub");
	put("sub/c.eml", "C");
	expect("", "a.EML=A|b.eml=B|sub/c.eml=C|");
}

static void a_maildir_gives_new_and_cur(void **state)
{
	(void)state;
	make("box");
	make("box/cur");
	make("box/new");
	make("box/tmp");
	put("box/cur/1.host:2,S", "one");
	put("box/new/2.host", "two");
	put("box/tmp/3.host", "no");
	expect("box", "box/new/2.host=two|box/cur/1.host:2,S=one|");
}

static void an_mbox_is_cut_at_from_lines_after_blank_ones(void **state)
{
	(void)state;
	put("x.mbox",
	    "From a@b Thu Jan  1 00:00:00 1970\nSubject: 1\n\nFrom today on\n>From x\n"
	    ">>From y\n\nFrom a@b Thu Jan  1 00:00:00 1970\nSubject: 2\n\ntwo\n");
	expect("x.mbox", "x.mbox#1=Subject: 1\n\nFrom today on\nFrom x\n>From y\n|"
			 "x.mbox#2=Subject: 2\n\ntwo\n|");
}

static void what_cannot_be_read_does_not_end_the_rest(void **state)
{
	PW_CLEANUP(pw_freep) char *missing = pw_asprintf("%s/missing", folder);
	PW_CLEANUP(pw_freep) char *there = pw_asprintf("%s/there", folder);
	const char *paths[] = { missing, there };
	struct pw_mailfiles *files = pw_mailfiles_new(paths, 2);
	struct pw_mailfile file;
	struct pw_err err;

	(void)state;
	put("there", "T");
	assert_int_equal(pw_mailfiles_next(files, &file, &err), -1);
	assert_non_null(strstr(err.msg, "missing"));
	assert_int_equal(pw_mailfiles_next(files, &file, &err), 1);
	assert_string_equal(file.raw, "T");
	pw_mailfile_done(&file);
	assert_int_equal(pw_mailfiles_next(files, &file, &err), 0);
	pw_mailfiles_free(files);
}

static void a_folder_that_holds_itself_ends(void **state)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s/loop", folder);
	PW_CLEANUP(pw_freep) char *got = NULL;

	(void)state;
	put("a.eml", "A");
	assert_int_equal(symlink(".", path), 0);
	got = read_all("");
	assert_non_null(strstr(got, "!|"));
}

#define WITH_FOLDER(test)                                                                \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(a_file_is_one_message),
		WITH_FOLDER(a_folder_gives_its_eml_files_by_name),
		WITH_FOLDER(a_maildir_gives_new_and_cur),
		WITH_FOLDER(an_mbox_is_cut_at_from_lines_after_blank_ones),
		WITH_FOLDER(what_cannot_be_read_does_not_end_the_rest),
		WITH_FOLDER(a_folder_that_holds_itself_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
