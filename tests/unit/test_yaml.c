/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "rules/engine/yaml.h"

struct target {
	const char *name;
	long number;
	bool flag;
	int choice;
	struct pw_yaml_strings list;
};

static const char *const colours[] = { "red", "green" };
static const struct pw_field fields[] = {
	{ .key = "name",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct target, name),
	  .is_required = true },
	{ .key = "number",
	  .kind = PW_FIELD_INT,
	  .offset = offsetof(struct target, number),
	  .min = 1,
	  .max = 9 },
	{ .key = "flag", .kind = PW_FIELD_BOOL, .offset = offsetof(struct target, flag) },
	{ .key = "colour",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct target, choice),
	  .words = colours,
	  .n_words = 2 },
	{ .key = "list",
	  .kind = PW_FIELD_STRINGS,
	  .offset = offsetof(struct target, list) },
};

/* Parse and read by the table; all mistakes rendered one after another. */
static char *mistakes(const char *text)
{
	static char rendered[8000];
	struct pw_yaml *yaml = NULL;
	struct target target = { 0 };
	struct pw_diags diags;
	struct pw_buf out;
	size_t i;

	pw_diags_init(&diags);
	if (pw_yaml_parse(&yaml, "a.yaml", text, strlen(text), &diags) == 0)
		(void)pw_yaml_read(yaml->root, fields, PW_ARRAY_LEN(fields), &target);
	pw_buf_init(&out, sizeof rendered - 1);
	pw_diags_sort(&diags);
	for (i = 0; i < diags.n; i++)
		pw_diag_render(&out, &diags.items[i]);
	memcpy(rendered, out.data, out.len + 1);
	pw_buf_done(&out);
	pw_yaml_free(yaml);
	pw_diags_done(&diags);
	return rendered;
}

static void every_mistake_of_a_map_is_reported_with_its_place(void **state)
{
	(void)state;
	assert_string_equal(mistakes("nmae: x\nnumber: 12\nflag: maybe\ncolour: gren\n"),
			    "a.yaml:1:1: error: unknown key 'nmae'\n"
			    "    1 | nmae: x\n"
			    "      | ^\n"
			    "      = did you mean 'name'?\n"
			    "a.yaml:2:9: error: '12' is not between 1 and 9\n"
			    "    2 | number: 12\n"
			    "      |         ^\n"
			    "a.yaml:3:7: error: expected true or false, found 'maybe'\n"
			    "    3 | flag: maybe\n"
			    "      |       ^\n"
			    "a.yaml:4:9: error: 'gren' is not known here\n"
			    "    4 | colour: gren\n"
			    "      |         ^\n"
			    "      = did you mean 'green'?\n");
}

static void what_makes_yaml_ambiguous_is_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "a: &x 1\n", "a.yaml:1:4: error: anchors (&name) are not allowed" },
		{ "a: *x\n", "a.yaml:1:4: error: aliases (*name) are not allowed" },
		{ "a: !!str 1\n", "a.yaml:1:4: error: tags (!name) are not allowed" },
		{ "name: 1\nname: 2\n", "a.yaml:2:1: error: duplicate key 'name'" },
		{ "name: 1\n---\nb: 1\n", "a.yaml:2:1: error: a second document begins" },
		{ "", "a.yaml:1:1: error: the file is empty" },
		{ "# only this\n", "error: the file is empty" },
		{ "- a\n", "a.yaml:1:1: error: expected 'key: value' lines" },
		{ "a: \xFF\n", "a.yaml:1:4: error: byte 0xff is no UTF-8" },
		{ "a: \xE9\n", "save the file as UTF-8" },
		{ "a:\n\tname: 1\n", "indent with spaces, not tabs" },
		{ "\tname: 1\n", "indent with spaces, not tabs" },
		{ "? [a]\n: b\n", "a.yaml:1:3: error: a key must be a plain word" },
		{ "name: 'half", "is the file complete?" },
		{ "name:\n", "a.yaml:1:6: error: expected a text, found nothing" },
		{ "name: \"\\d\"\n", "write regular expressions in 'single quotes'" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++)
		if (!strstr(mistakes(cases[i].text), cases[i].message))
			fail_msg("'%s' gives %s", cases[i].text, mistakes(cases[i].text));
}

static void a_mistake_of_syntax_is_shown_where_it_was_made(void **state)
{
	static const struct {
		const char *text, *message, *hint;
	} cases[] = {
		{ "a: 'half\nb: 1\nc: 2\n", "1:4: error: this quote is not closed",
		  "is the file complete?" },
		{ "a: 'half\nb: 1\nc: 'x'\n", "1:4: error: this quote is not closed",
		  "could close it is in line 3, column 4" },
		{ "a: [ 'half, b ]\nc: 'x'\n", "1:6: error: this quote is not closed",
		  "line 2, column 4" },
		{ "a: 'don't'\n", "1:9: error: text after a closing quote",
		  "write '' for '" },
		{ "a: 'x' y\n", "1:8: error: text after the end of the value",
		  "'single quotes'" },
		{ "a: { b: 1\nc: 2\n", "1:4: error: this '{' is not closed",
		  "before line 2" },
		{ "a:\n  b: [x,\n    y\n  c: 1\n", "2:6: error: this '[' is not closed",
		  "before line 4" },
		{ "a: { b: [1]\n", "1:4: error: this '{' is not closed",
		  "is the file complete?" },
		{ "a: { b: 1,\n     c: [1]\n     d: 1 }\n",
		  "3:6: error: expected ',' or '}'", "line 1, column 4" },
		{ "a:\n  b: 1\n c: 2\n", "3:2: error: expected the next 'key: value'",
		  "this map begins in line 1, column 1" },
		{ "a:\n  b: 1\n  - c\n", "3:3: error: expected the next 'key: value'",
		  "side by side" },
		{ "a:\n  b: 1\n  c\n", "3:3: error: a key without a colon", "a space" },
		{ "a: b: c\n", "1:5: error: a second ': '", "'single quotes'" },
		{ "a: b\n  c: d\n", "2:3: error: no key can stand here",
		  "indented too deep" },
		{ "a: - b\n", "1:4: error: no list can begin here", "[a, b]" },
		{ "a: @b\n", "1:4: error: no text can begin with", "'single quotes'" },
		{ "a:\n \xC2\xA0 b: 1\n", "2:2: error: a no-break space",
		  "plain spaces" },
		{ "a: b\x07\n", "1:5: error: character U+0007", "delete it" },
		{ "a: b\xEF\xBB\xBF\n", "1:5: error: character U+FEFF", "delete it" },
		{ "\xFF\xFE", "1:1: error: the file is UTF-16", "UTF-8" },
		{ "name: \xE2\x80\x98x\xE2\x80\x99\n",
		  "1:7: warning: this quote is a part of the text", "are quotes" },
		{ "name: 1\nlist:\n  - a\n   - b\n",
		  "3:5: warning: a text over several lines", "indented alike" },
		{ "name:1\nlist: []\n", "2:1: error: no key", "lack a ': '" },
		{ "{name:1}\n", "unknown key 'name:1'", "a space after it" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++)
		if (!strstr(mistakes(cases[i].text), cases[i].message) ||
		    !strstr(mistakes(cases[i].text), cases[i].hint))
			fail_msg("'%s' gives %s", cases[i].text, mistakes(cases[i].text));
}

static void utf16_without_a_mark_is_called_by_its_name(void **state)
{
	struct pw_yaml *yaml = NULL;
	struct pw_diags diags;

	(void)state;
	pw_diags_init(&diags);
	assert_int_equal(pw_yaml_parse(&yaml, "a.yaml", "v\0e\0", 4, &diags), -1);
	assert_string_equal(diags.items[0].message, "the file is UTF-16");
	pw_diags_done(&diags);
}

static void deep_nesting_ends_with_an_error(void **state)
{
	char text[2001];

	(void)state;
	memset(text, '[', sizeof text - 1);
	memcpy(text, "a: ", 3);
	text[sizeof text - 1] = '\0';
	assert_non_null(strstr(mistakes(text), "nested too deep"));
}

/* Place of byte `offset` in the value of `k`. */
static void check_place(const char *text, size_t offset, int line, int column)
{
	struct pw_yaml *yaml = NULL;
	struct pw_place place;
	struct pw_diags diags;

	pw_diags_init(&diags);
	assert_int_equal(pw_yaml_parse(&yaml, "a.yaml", text, strlen(text), &diags), 0);
	pw_yaml_locate(pw_yaml_get(yaml->root, "k"), offset, &place);
	if (place.line != line || place.column != column)
		fail_msg("'%s' byte %zu is at %d:%d", text, offset, place.line,
			 place.column);
	pw_yaml_free(yaml);
	pw_diags_done(&diags);
}

static void a_byte_of_a_value_is_found_in_the_file(void **state)
{
	(void)state;
	check_place("k: abc\n", 2, 1, 6);
	check_place("k: 'abc'\n", 2, 1, 7);
	check_place("k: 'a''bc'\n", 2, 1, 8); /* a doubled quote is one byte */
	check_place("k: '\xC3\xA4\xC3\xB6x'\n", 4, 1, 7); /* characters, not bytes */
	check_place("x: 1\nk: |\n  ab\n  cd\n", 4, 4, 4);
	check_place("k: 'ab\n  cd'\n", 3, 2, 3);
	check_place("{a: 1, k: 'abc'}\n", 1, 1, 13);
}

static void a_caret_stays_under_its_character_after_wide_ones(void **state)
{
	(void)state;
	/* U+66F4 U+65B0 are two columns wide each: so is their padding. */
	assert_non_null(strstr(mistakes("{name: '\xE6\x9B\xB4\xE6\x96\xB0', flag: q}\n"),
			       "      |         \xE3\x80\x80\xE3\x80\x80         ^\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_of_a_map_is_reported_with_its_place),
		cmocka_unit_test(what_makes_yaml_ambiguous_is_refused),
		cmocka_unit_test(a_mistake_of_syntax_is_shown_where_it_was_made),
		cmocka_unit_test(utf16_without_a_mark_is_called_by_its_name),
		cmocka_unit_test(deep_nesting_ends_with_an_error),
		cmocka_unit_test(a_byte_of_a_value_is_found_in_the_file),
		cmocka_unit_test(a_caret_stays_under_its_character_after_wide_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
