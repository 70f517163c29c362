/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "rules/engine/bundle.h"
#include "rules/engine/finding.h"

static struct pw_finding *sample(void)
{
	static struct pw_hit hit = { .rule = "signals.a",
				     .origin = "a.yaml:3",
				     .layer = 1,
				     .scope = "body",
				     .matched = "x",
				     .context = "a x b",
				     .context_at = 2,
				     .points = 2.5 };
	static struct pw_field_hit field = {
		.field = "quote", .value = "Q-1", .rule = "signals.a", .layer = 1
	};
	static struct pw_addr to = { "N", "n@a.example" };
	static const char *const errors[] = { "signals.b: match limit reached" };
	static struct pw_stated_date stated = { .date = { .day = 20000,
							  .is_ambiguous = true },
						.quote = "ends",
						.rule = "r" };
	struct pw_finding *finding = pw_finding_new();

	finding->forwarder = "c@customer.example";
	finding->is_solicitation = true;
	finding->solicitor.sender_class = PW_SENDER_FREEMAIL;
	finding->solicitor.name = "\xE6\xA1\x9C";
	finding->solicitor.date.day = 20010;
	finding->solicitor.date.has_time = true;
	finding->solicitor.date.hour = 23;
	finding->hits = &hit;
	finding->n_hits = 1;
	finding->fields = &field;
	finding->n_fields = 1;
	finding->recipients.items = &to;
	finding->recipients.n = 1;
	finding->stated = &stated;
	finding->n_stated = 1;
	finding->rule_errors = errors;
	finding->n_rule_errors = 1;
	finding->score = 7.25;
	return finding;
}

static void a_finding_goes_round_unchanged(void **state)
{
	struct pw_finding *finding = sample(), *back = NULL;
	json_t *first = pw_finding_to_json(finding), *second;
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	if (pw_finding_from_json(&back, first, &err) < 0)
		fail_msg("%s", err.msg);
	second = pw_finding_to_json(back);
	assert_true(json_equal(first, second));
	assert_string_equal(back->hits[0].context, "a x b");
	assert_string_equal(back->fields[0].value, "Q-1");
	assert_int_equal(back->solicitor.sender_class, PW_SENDER_FREEMAIL);
	assert_int_equal(back->stated[0].date.day, 20000);
	assert_int_equal(back->outer_date.day, PW_DAY_NONE);
	json_decref(first);
	json_decref(second);
	pw_finding_free(finding);
	pw_finding_free(back);
}

/* Every key in turn of an odd type or missing. */
static void damage_each_key(json_t *object, json_t *root)
{
	json_t *keys = json_deep_copy(object), *kept;
	struct pw_finding *back = NULL;
	struct pw_err err;
	const char *key;
	json_t *value;

	json_object_foreach(keys, key, value)
	{
		kept = json_incref(json_object_get(object, key));
		json_object_set_new(object, key, json_pack("{s:i}", "odd", 1));
		if (pw_finding_from_json(&back, root, &err) == 0)
			fail_msg("'%s' may be an odd object", key);
		assert_int_equal(err.code, PW_EFORMAT);
		json_object_del(object, key);
		if (strcmp(key, "fields") != 0 &&
		    pw_finding_from_json(&back, root, &err) == 0)
			fail_msg("'%s' may be missing", key);
		json_object_set_new(object, key, kept);
	}
	json_decref(keys);
}

static void a_finding_stored_before_captures_were_fields_is_read(void **state)
{
	struct pw_finding *finding = sample(), *back = NULL;
	json_t *json = pw_finding_to_json(finding);
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	json_object_del(json, "fields");
	assert_int_equal(pw_finding_from_json(&back, json, &err), 0);
	assert_int_equal(back->n_fields, 0);
	json_decref(json);
	pw_finding_free(finding);
	pw_finding_free(back);
}

static void a_finding_with_any_key_damaged_is_refused(void **state)
{
	struct pw_finding *finding = sample(), *back = NULL;
	json_t *json = pw_finding_to_json(finding);
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	damage_each_key(json, json);
	damage_each_key(json_object_get(json, "solicitor"), json);
	damage_each_key(json_array_get(json_object_get(json, "hits"), 0), json);
	json_object_set_new(json, "more", json_true());
	assert_int_equal(pw_finding_from_json(&back, json, &err), -1);
	json_decref(json);
	pw_finding_free(finding);
}

static void a_bundle_goes_through_one_block_of_bytes(void **state)
{
	static const struct pw_rule_source files[] = {
		{ "a.yaml", "version: 1\n", 11, 0 },
		{ "b.yaml", "", 0, 1 },
	};
	struct pw_bundle *bundle = pw_bundle_new(files, 2), *back = NULL;
	struct pw_err err = PW_ERR_INIT;
	void *block = NULL, *damaged;
	size_t len, i;

	(void)state;
	assert_int_equal(pw_bundle_pack(bundle, &block, &len, &err), 0);
	assert_int_equal(pw_bundle_unpack(&back, block, len, &err), 0);
	assert_string_equal(back->hash, bundle->hash);
	assert_string_equal(back->files[0].data, "version: 1\n");
	assert_int_equal(back->files[1].folder, 1);
	pw_bundle_free(back);
	for (i = 0; i < len; i++) { /* every shorter block, in memory of its own */
		damaged = test_malloc(i + 1);
		memcpy(damaged, block, i);
		assert_int_equal(pw_bundle_unpack(&back, damaged, i, &err), -1);
		test_free(damaged);
	}
	free(block);
	pw_bundle_free(bundle);
}

static void the_hash_of_a_bundle_tells_where_one_file_ends(void **state)
{
	static const struct pw_rule_source one[] = { { "a", "xy", 2, 0 },
						     { "b", "z", 1, 0 } };
	static const struct pw_rule_source two[] = { { "a", "x", 1, 0 },
						     { "b", "yz", 2, 0 } };
	struct pw_bundle *a = pw_bundle_new(one, 2), *b = pw_bundle_new(two, 2);

	(void)state;
	assert_string_not_equal(a->hash, b->hash);
	pw_bundle_free(a);
	pw_bundle_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_goes_round_unchanged),
		cmocka_unit_test(a_finding_stored_before_captures_were_fields_is_read),
		cmocka_unit_test(a_finding_with_any_key_damaged_is_refused),
		cmocka_unit_test(a_bundle_goes_through_one_block_of_bytes),
		cmocka_unit_test(the_hash_of_a_bundle_tells_where_one_file_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
