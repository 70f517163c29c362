/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/parser_fixture.h"

#include "parsers/fold.h"

static struct pw_fold fold(struct pw_arena *arena, const char *text)
{
	struct pw_bytes copy = exact_copy(text, strlen(text));
	struct pw_fold folded;

	assert_true(pw_fold(arena, copy.data, copy.len, &folded));
	copy_done(&copy);
	return folded;
}

static void the_copy_is_what_rules_expect(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "case", "Your RENEWAL", "your renewal" },
		{ "accents", "caf\xC3\xA9 M\xC3\xBCnchen", "cafe munchen" },
		{ "accents apart", "cafe\xCC\x81", "cafe" },
		{ "sharp s",
		  "Stra\xC3\x9F"
		  "e",
		  "strasse" },
		{ "Cyrillic short i stays", "\xD0\xB9", "\xD0\xB9" },
		{ "Cyrillic case", "\xD0\x94\xD0\x9E", "\xD0\xB4\xD0\xBE" },
		{ "voiced kana stays", "\xE3\x81\x8C", "\xE3\x81\x8C" },
		{ "half width kana", "\xEF\xBD\xB6\xEF\xBE\x9E", "\xE3\x82\xAC" },
		{ "full width", "\xEF\xBC\xA1\xEF\xBC\x91\xEF\xBC\x9A", "a1:" },
		{ "ligature", "\xEF\xAC\x81x", "fix" },
		{ "soft hyphen, zero width",
		  "re\xC2\xADnew\xE2\x80\x8B"
		  "al",
		  "renewal" },
		{ "blanks", "a \t\xC2\xA0 b\n c", "a b\n c" },
		{ "dashes",
		  "a\xE2\x80\x93"
		  "b\xE2\x80\x94"
		  "c\xE2\x88\x92"
		  "d",
		  "a-b-c-d" },
		{ "quotes",
		  "\xE2\x80\x9Cit\xE2\x80\x99s\xE2\x80\x9D \xC2\xAB"
		  "x\xC2\xBB",
		  "\"it's\" \"x\"" },
		{ "trade marks", "Cisco\xE2\x84\xA2 VMware\xC2\xAE", "cisco vmware" },
		{ "Cyrillic letters in a Latin word", "Ren\xD0\xB5w\xD0\xB0l",
		  "renewal" },
		{ "Greek letter in a Latin word",
		  "F\xCF\x81rtinet \xCE\x9F"
		  "racle",
		  "fprtinet oracle" },
		{ "serial number in Cyrillic letters",
		  "\xD0\x90\xD0\x92\xD0\xA1"
		  "123",
		  "abc123" },
		{ "a Russian word", "\xD1\x81\xD1\x80\xD0\xBE\xD0\xBA",
		  "\xD1\x81\xD1\x80\xD0\xBE\xD0\xBA" },
		{ "strokes and ties", "Łódź søgte ærø œuvre", "lodz sogte aero oeuvre" },
		{ "Turkish dotless i", "sayın", "sayin" },
		{ "Turkish dotted I", "\xC4\xB0stanbul", "istanbul" },
		{ "ideographs", "\xE7\xBB\xAD\xE7\xBA\xA6", "\xE7\xBB\xAD\xE7\xBA\xA6" },
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++)
		string_is(cases[i].name, fold(*state, cases[i].text).data, cases[i].want);
}

static void a_match_leads_back_to_what_the_person_saw(void **state)
{
	static const char text[] = "Die Stra\xC3\x9F"
				   "e ist re\xC2\xADnewal \xE2\x80\x93 X";
	struct pw_fold folded = fold(*state, text);
	const char *at = strstr(folded.data, "strasse");
	size_t start, end, from;

	assert_non_null(at);
	from = (size_t)(at - folded.data);
	pw_fold_origin(&folded, from, from + 7, &start, &end);
	assert_int_equal(end - start, 7);
	assert_memory_equal(text + start,
			    "Stra\xC3\x9F"
			    "e",
			    7);
	/* Half of a character that became two letters stands for all of it. */
	pw_fold_origin(&folded, from, from + 5, &start, &end);
	assert_memory_equal(text + start, "Stra\xC3\x9F", end - start);
	assert_int_equal(end - start, 6);
	from = (size_t)(strstr(folded.data, "renewal") - folded.data);
	pw_fold_origin(&folded, from, from + 7, &start, &end);
	assert_memory_equal(text + start, "re\xC2\xADnewal", end - start);
	pw_fold_origin(&folded, 0, folded.len, &start, &end);
	assert_int_equal(start, 0);
	assert_int_equal(end, sizeof text - 1);
}

static void folding_twice_changes_nothing(void **state)
{
	static const char text[] = "\xC4\xB0 Stra\xC3\x9F"
				   "e \xEF\xAC\x81 \xD0\xB9\xCC\x81 \xE2\x84\xA2";
	struct pw_fold once = fold(*state, text);

	assert_string_equal(fold(*state, once.data).data, once.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		arena_test(the_copy_is_what_rules_expect),
		arena_test(a_match_leads_back_to_what_the_person_saw),
		arena_test(folding_twice_changes_nothing),
	};

	pw_fold_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
