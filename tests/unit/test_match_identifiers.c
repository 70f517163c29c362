/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers are found however a mail breaks them, and never by chance. */
#include "tests/unit/match_help.h"

#include <stdio.h>

static const struct book_customer customers[] = {
	{ "Fernhill Dairies", { "fernhill.example" }, { NULL } },
	{ "Orrin Bay Shipping", { "orrinbay.example" }, { NULL } },
};

static const struct book_row rows[] = {
	{ "Fernhill Dairies", "T-1", "Cisco", { "208841973", "FOC2841L0QX" } },
	{ "Fernhill Dairies",
	  "T-2",
	  "Trend Micro",
	  { "AP-7K2R-WX9LM-31KDA-WQT6B-NC8PH-3J5ZU" } },
	{ "Fernhill Dairies", "T-3", "Dell", { "4HQ7KM2" } },
	{ "Orrin Bay Shipping", "T-4", "Veeam", { "02918374" } },
	{ "Orrin Bay Shipping", "T-5", "Adobe", { "7D2C19D04A7BE3315A0F" } },
	{ "Orrin Bay Shipping", "T-6", "HPE", { "104822997710" } },
	{ "Orrin Bay Shipping", "T-7", "SonicWall", { "2CB8ED4A91F0" } },
};

static int open_book(void **state)
{
	struct book *book = pw_alloc(1, sizeof(*book));
	book_open(book, customers, PW_ARRAY_LEN(customers), rows, PW_ARRAY_LEN(rows));
	*state = book;
	return 0;
}

static int close_book(void **state)
{
	book_close(*state);
	free(*state);
	return 0;
}

/* Everything that may stand between two characters of an identifier. */
static const char *const breaks[] = {
	" ",
	"-",
	".",
	"\xC2\xA0",
	"\xE2\x80\x91",
	"\xE2\x80\x93",
	"\xC2\xAD",
	"\xE2\x80\x8B",
	"\xEF\xBB\xBF",
	"\xE2\x80\x8D",
	"\n",
	"\n> ",
	"\r\n",
	"-\n",
	"\n> > ",
	" - ",
	"=\n",
	"\xE3\x80\x80",
	"  ",
	"\t",
	"*",
	":",
	"\xE2\x81\xA0",
	"\xE2\x80\x89",
};

/* Write an identifier with up to n breaks at random places. */
static void break_up(struct pw_buf *out, const char *identifier, unsigned n_breaks,
		     uint64_t *seed)
{
	size_t len = strlen(identifier);
	bool broken[128] = { false };
	for (unsigned i = 0; i < n_breaks; i++)
		broken[1 + next_random(seed) % (len - 1)] = true;
	for (size_t i = 0; i < len; i++) {
		char c = identifier[i];
		if (broken[i])
			pw_buf_adds(out,
				    breaks[next_random(seed) % PW_ARRAY_LEN(breaks)]);
		switch (next_random(seed) % 4) {
		case 0: /* lower case */
			c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
			break;
		case 1: /* full-width */
			if (c >= '0' && c <= '9') {
				char wide[4] = { (char)0xEF, (char)0xBC,
						 (char)(0x90 + (c - '0')), 0 };
				pw_buf_adds(out, wide);
				continue;
			}
			break;
		default:
			break;
		}
		pw_buf_addc(out, c);
	}
}

static void every_break_that_a_mail_can_make_is_found(void **state)
{
	static const char *const frames[][2] = {
		{ "Your contract no. ", " ends soon." }, { "Serial: ", ", due in March" },
		{ "Seriennummer (", ") verlängern" },    { "契約番号", "の更新について" },
		{ "contract\n", "\n\nregards" },         { "Service Tag #", "" },
	};
	uint64_t seed = 20261122;
	for (unsigned round = 0; round < 4000; round++) {
		const struct book_row *row = &rows[round % PW_ARRAY_LEN(rows)];
		size_t which = next_random(&seed) % count_strings(row->identifiers, 4);
		const char *const *frame = frames[round % PW_ARRAY_LEN(frames)];
		PW_CLEANUP(pw_buf_done) struct pw_buf text;
		pw_buf_init(&text, 4096);
		pw_buf_adds(&text, frame[0]);
		break_up(&text, row->identifiers[which], round % 5, &seed);
		pw_buf_adds(&text, frame[1]);
		struct pw_finding *f = match_text(*state, NULL, text.data, text.len);
		if (!has_exact(f, row->contract_id))
			fail_msg("round %u: '%s' not found in '%s'", round,
				 row->identifiers[which], text.data);
		drop_finding(f);
	}
}

static void a_serial_spaced_letter_by_letter_is_found(void **state)
{
	const char *text = "F O C 2 8 4 1 L 0 Q X";
	struct pw_finding *f = match_text(*state, NULL, text, strlen(text));
	assert_true(has_exact(f, "T-1"));
	drop_finding(f);
}

static void random_text_never_matches(void **state)
{
	static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789 -.\n";
	uint64_t seed = 7;
	for (unsigned round = 0; round < 200; round++) {
		char text[4096];
		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = alphabet[next_random(&seed) % (sizeof(alphabet) - 1)];
		struct pw_finding *f = match_text(*state, NULL, text, sizeof(text));
		if (n_exact(f) != 0)
			fail_msg("round %u: '%s'", round, f->identifiers[0].written);
		drop_finding(f);
	}
}

struct text_case {
	const char *name, *subject, *text, *contract_id; /* NULL: none */
};

static void check_cases(const struct book *book, const struct text_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct text_case *c = &cases[i];
		struct pw_finding *f =
			match_text(book, c->subject, c->text, strlen(c->text));
		bool is_right =
			c->contract_id ? has_exact(f, c->contract_id) : n_exact(f) == 0;
		if (!is_right)
			fail_msg("%s: %s", c->name,
				 n_exact(f) ? f->identifiers[0].contract_id : "nothing");
		drop_finding(f);
	}
}

static void longer_words_and_numbers_do_not_match(void **state)
{
	static const struct text_case cases[] = {
		{ "digit before", NULL, "contract 1208841973 ends", NULL },
		{ "digit after", NULL, "contract 2088419730 ends", NULL },
		{ "letter before", NULL, "serial XFOC2841L0QX", NULL },
		{ "letter after", NULL, "serial FOC2841L0QXZ", NULL },
		{ "accented letter", NULL,
		  "serial \xC3\x89"
		  "FOC2841L0QX",
		  NULL },
		{ "paragraph between", NULL, "serial FOC28\n\n41L0QX", NULL },
		{ "comma between", NULL, "serial FOC28,41L0QX", NULL },
		{ "in a phone number", NULL, "Reach us: +1 208 841 973", NULL },
		{ "in a longer grouped number", NULL, "Konto 12 208 841 973", NULL },
	};
	check_cases(*state, cases, PW_ARRAY_LEN(cases));
}

static void short_numbers_need_a_label_or_their_vendor(void **state)
{
	static const struct text_case cases[] = {
		{ "alone", NULL, "we spoke about 02918374 yesterday", NULL },
		{ "label", NULL, "support ID 02918374", "T-4" },
		{ "label behind", NULL, "4HQ7KM2 (service tag)", "T-3" },
		{ "label above", NULL,
		  "Service Tag   Model\nPowerEdge R750 rack 3\n4HQ7KM2   R750", "T-3" },
		{ "vendor in the text", NULL, "your Veeam estate: 02918374", "T-4" },
		{ "vendor in the subject", "Veeam", "about 02918374", "T-4" },
		{ "other vendor", NULL, "your Oracle estate: 02918374", NULL },
		{ "tag alone", NULL, "flight 4HQ7KM2 is late", NULL },
		{ "phone", NULL, "Veeam renewals, phone 02918374", NULL },
		{ "invoice", NULL, "Veeam invoice no. 02918374", NULL },
		{ "Polish label", NULL, "Numer umowy: 02918374", "T-4" },
		{ "Chinese label", NULL,
		  "\xE5\xBA\x8F\xE5\x88\x97\xE5\x8F\xB7\xEF\xBC\x9A"
		  "02918374",
		  "T-4" },
		{ "long digits alone", NULL, "we spoke about 104822997710", "T-6" },
		{ "long digits in groups need a label", NULL, "1048 2299 7710", NULL },
		{ "long digits in groups", NULL, "SAID 1048 2299 7710", "T-6" },
	};
	check_cases(*state, cases, PW_ARRAY_LEN(cases));
}

static void a_slip_of_the_finger_is_a_hint_and_no_match(void **state)
{
	static const struct {
		const char *written, *contract_id;
	} cases[] = {
		{ "FOC2841LOQX", "T-1" },        { "F0C284IL0QX", "T-1" },
		{ "FOC2841L0QY", "T-1" },        { "FOC2841L0Q", "T-1" },
		{ "FOC22841L0QX", "T-1" },       { "FOC2814L0QX", "T-1" },
		{ "2C88ED4A91F0", "T-7" },       { "2CB8ED-4A91F1", "T-7" },
		{ "contract 208841974", "T-1" },
	};
	for (size_t i = 0; i < PW_ARRAY_LEN(cases); i++) {
		char text[128];
		snprintf(text, sizeof(text), "serial %s here", cases[i].written);
		struct pw_finding *f = match_text(*state, NULL, text, strlen(text));
		if (n_exact(f) != 0 || f->n_identifiers != 1 ||
		    strcmp(f->identifiers[0].contract_id, cases[i].contract_id) != 0)
			fail_msg("%s: %zu hits", cases[i].written, f->n_identifiers);
		assert_int_equal(f->identifiers[0].how, PW_HOW_NEAR_IDENTIFIER);
		drop_finding(f);
	}
}

static void a_neighbours_number_does_not_hide_the_number_itself(void **state)
{
	static const char *const texts[] = {
		"serials FOC2841L0QY, FOC2841L0QX",
		"serials FOC2841L0QX, FOC2841L0QY",
	};
	for (size_t i = 0; i < PW_ARRAY_LEN(texts); i++) {
		struct pw_finding *f =
			match_text(*state, NULL, texts[i], strlen(texts[i]));
		assert_int_equal(n_exact(f), 1);
		assert_int_equal(f->n_identifiers, 1);
		assert_string_equal(f->identifiers[0].written, "FOC2841L0QX");
		drop_finding(f);
	}
}

static void two_slips_are_nothing(void **state)
{
	const char *text = "serial FOC2941L0QY here";
	struct pw_finding *f = match_text(*state, NULL, text, strlen(text));
	assert_int_equal(f->n_identifiers, 0);
	drop_finding(f);
}

static void the_sentence_around_is_quoted_in_one_line(void **state)
{
	const char *text =
		"Hello Ann.\n\nYour contract 208841973\nends soon! Call me. Bye";
	struct pw_finding *f = match_text(*state, NULL, text, strlen(text));
	assert_int_equal(f->n_identifiers, 1);
	assert_string_equal(f->identifiers[0].quote,
			    "Your contract 208841973 ends soon!");
	assert_string_equal(f->identifiers[0].written, "208841973");
	drop_finding(f);
}

static void hostile_text_takes_linear_time_and_bounded_memory(void **state)
{
	static const char *const patterns[] = { "1 ",       "a ",        "02918374 ",
						"\xC2\xAD", "4HQ7KM2\n", "FOC2841L0Q- ",
						">\n" };
	for (size_t p = 0; p < PW_ARRAY_LEN(patterns); p++) {
		size_t len = 0, step = strlen(patterns[p]), max = (size_t)1 << 20;
		char *text = pw_alloc(max, 1);
		for (; len + step <= max; len += step)
			memcpy(text + len, patterns[p], step);
		struct pw_finding *f = match_text(*state, NULL, text, len);
		assert_true(f->n_identifiers <= 256);
		drop_finding(f);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_break_that_a_mail_can_make_is_found),
		cmocka_unit_test(a_serial_spaced_letter_by_letter_is_found),
		cmocka_unit_test(random_text_never_matches),
		cmocka_unit_test(longer_words_and_numbers_do_not_match),
		cmocka_unit_test(short_numbers_need_a_label_or_their_vendor),
		cmocka_unit_test(a_slip_of_the_finger_is_a_hint_and_no_match),
		cmocka_unit_test(a_neighbours_number_does_not_hide_the_number_itself),
		cmocka_unit_test(two_slips_are_nothing),
		cmocka_unit_test(the_sentence_around_is_quoted_in_one_line),
		cmocka_unit_test(hostile_text_takes_linear_time_and_bounded_memory),
	};
	return cmocka_run_group_tests(tests, open_book, close_book);
}
