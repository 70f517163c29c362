/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/base/mem.h"
#include "agent/rulefiles/compiled.h"

#define RULES                                                                            \
	"version: 1\n"                                                                   \
	"signals:\n"                                                                     \
	"  a: { match: '\\b\\w*verlenging\\b', weight: 1 }\n"                            \
	"  b: { text: ['renew with us'], weight: 1 }\n"
#define OTHER_RULES "version: 1\nsignals:\n  c: { match: '\\w*erneuerung', weight: 1 }\n"

struct place {
	char root[64], folder[80], file[120];
};

static int make_place(void **state)
{
	struct place *place = pw_alloc(1, sizeof *place);

	strcpy(place->root, "/tmp/pw-compiled-XXXXXX");
	if (!mkdtemp(place->root))
		return -1;
	snprintf(place->folder, sizeof place->folder, "%s/cache", place->root);
	snprintf(place->file, sizeof place->file, "%s/rules.vectorscan", place->folder);
	*state = place;
	return 0;
}

static int drop_place(void **state)
{
	struct place *place = *state;

	unlink(place->file);
	rmdir(place->folder);
	rmdir(place->root);
	free(place);
	return 0;
}

/* Compile; was a kept database of use? */
static bool start(const struct place *place, const char *rules)
{
	const struct pw_rule_source source = { "a.yaml", rules, strlen(rules), 0 };
	struct pw_bundle *bundle = pw_bundle_new(&source, 1);
	struct pw_ruleset *ruleset = NULL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_diags diags;
	bool is_saved;

	pw_diags_init(&diags);
	if (pw_compiled_ruleset(&ruleset, bundle, place->folder, &diags, &err) < 0)
		fail_msg("%s", err.msg);
	is_saved = pw_ruleset_is_saved(ruleset);
	pw_diags_done(&diags);
	pw_ruleset_free(ruleset);
	pw_bundle_free(bundle);
	return is_saved;
}

/* Without vectorscan nothing is kept, and nothing needed. */
static void need_vectorscan(const struct place *place)
{
	if (start(place, RULES))
		skip();
}

static void a_second_start_uses_the_kept_database(void **state)
{
	struct stat st;
	struct place *place = *state;

	need_vectorscan(place);
	assert_true(start(place, RULES));
	assert_int_equal(stat(place->file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void other_rules_do_not_use_it(void **state)
{
	const struct place *place = *state;

	need_vectorscan(place);
	assert_false(start(place, OTHER_RULES));
	assert_true(start(place, OTHER_RULES));
}

static void a_database_that_others_may_write_is_not_believed(void **state)
{
	const struct place *place = *state;

	need_vectorscan(place);
	assert_int_equal(chmod(place->file, 0666), 0);
	assert_false(start(place, RULES));
	assert_true(start(place, RULES)); /* it was replaced */
	assert_int_equal(chmod(place->folder, 0777), 0);
	assert_false(start(place, RULES));
}

static void a_link_is_not_followed(void **state)
{
	const struct place *place = *state;
	char moved[140];

	need_vectorscan(place);
	snprintf(moved, sizeof moved, "%s.moved", place->file);
	assert_int_equal(rename(place->file, moved), 0);
	assert_int_equal(symlink(moved, place->file), 0);
	assert_false(start(place, RULES));
	assert_true(start(place, RULES));
	unlink(moved);
}

/* Each byte of it in turn would take long: some of each part. */
static void a_damaged_database_is_made_anew(void **state)
{
	static const long places[] = { 0, 3, 20, 72, 80, 88, 90, 100, 130, 500, 900 };
	const struct place *place = *state;
	FILE *file;
	size_t i;
	int c;

	need_vectorscan(place);
	for (i = 0; i < PW_ARRAY_LEN(places); i++) {
		file = fopen(place->file, "r+b");
		assert_non_null(file);
		fseek(file, places[i], SEEK_SET);
		c = fgetc(file);
		fseek(file, places[i], SEEK_SET);
		fputc(c ^ 0x41, file);
		fclose(file);
		if (start(place, RULES))
			fail_msg("byte %ld was damaged", places[i]);
		assert_true(start(place, RULES));
	}
	assert_int_equal(truncate(place->file, 200), 0);
	assert_false(start(place, RULES));
	assert_int_equal(truncate(place->file, 10), 0);
	assert_false(start(place, RULES));
}

static void a_folder_that_cannot_be_made_costs_only_time(void **state)
{
	struct place place = *(struct place *)*state;

	strcpy(place.folder, "/proc/nowhere/cache");
	need_vectorscan(&place);
	assert_false(start(&place, RULES));
}

static void the_folder_lies_beside_the_store(void **state)
{
	char *folder = pw_compiled_folder("/var/lib/poachwatch/poachwatch.db");

	(void)state;
	assert_string_equal(folder, "/var/lib/poachwatch/cache");
	free(folder);
	folder = pw_compiled_folder("a.db");
	assert_string_equal(folder, "cache");
	free(folder);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_second_start_uses_the_kept_database),
		PLACED(other_rules_do_not_use_it),
		PLACED(a_database_that_others_may_write_is_not_believed),
		PLACED(a_link_is_not_followed),
		PLACED(a_damaged_database_is_made_anew),
		PLACED(a_folder_that_cannot_be_made_costs_only_time),
		cmocka_unit_test(the_folder_lies_beside_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
