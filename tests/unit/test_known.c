/* SPDX-License-Identifier: Apache-2.0 */
/* The image of what we own: refused when damaged, quick however large. */
#include "tests/unit/match_help.h"

#include <stdio.h>

static const struct book_customer customers[] = {
	{ "Fernhill Dairies", { "fernhill.example" }, { "Fernhill Milk" } },
};

static const struct book_row rows[] = {
	{ "Fernhill Dairies", "T-1", "Cisco", { "208841973", "FOC2841L0QX" } },
	{ "Fernhill Dairies", "T-2", "Veeam", { "02918374" } },
	{ "Fernhill Dairies", "T-3", "Quest", { "N/A", "pending", "-", "0000000" } },
};

static void identifiers_that_tell_nothing_are_left_out(void **state)
{
	(void)state;
	struct book book;
	book_open(&book, customers, 1, rows, PW_ARRAY_LEN(rows));
	const char *text = "contract N/A, serial pending, - 0000000";
	struct pw_finding *f = match_text(&book, NULL, text, strlen(text));
	assert_int_equal(f->n_identifiers, 0);
	drop_finding(f);
	book_close(&book);
}

static void all_contracts_that_share_a_number_are_found(void **state)
{
	(void)state;
	static const struct book_row shared[] = {
		{ "Fernhill Dairies", "T-1", "Cisco", { "208841973" } },
		{ "Fernhill Dairies", "T-2", "Cisco", { "2088-41973" } },
	};
	struct book book;
	book_open(&book, customers, 1, shared, 2);
	const char *text = "contract 208841973";
	struct pw_finding *f = match_text(&book, NULL, text, strlen(text));
	assert_int_equal(n_exact(f), 2);
	drop_finding(f);
	book_close(&book);
}

static void an_empty_image_knows_nothing(void **state)
{
	(void)state;
	struct book book;
	book_open(&book, NULL, 0, NULL, 0);
	assert_null(pw_known_customer_of_domain(book.known, "fernhill.example"));
	struct pw_finding *f = match_text(&book, NULL, "contract 208841973", 18);
	assert_int_equal(f->n_identifiers, 0);
	drop_finding(f);
	book_close(&book);
}

/* Any damage is refused, or at least harmless: every look-up stays inside. */
static void a_damaged_image_is_refused_or_harmless(void **state)
{
	(void)state;
	struct book book;
	const char *text = "Fernhill Dairies contract 208841973 serial FOC2841L0QY";
	unsigned n_refused = 0;
	book_open(&book, customers, 1, rows, PW_ARRAY_LEN(rows));
	for (size_t bit = 0; bit < book.len * 8; bit++) {
		struct pw_err err = PW_ERR_INIT;
		struct book damaged = { .image = pw_alloc(1, book.len), .len = book.len };
		memcpy(damaged.image, book.image, book.len);
		((unsigned char *)damaged.image)[bit / 8] ^=
			(unsigned char)(1u << bit % 8);
		if (pw_known_open(&damaged.known, damaged.image, damaged.len, &err) < 0) {
			assert_int_equal(err.code, PW_EFORMAT);
			n_refused++;
		} else {
			struct pw_finding *f =
				match_text(&damaged, NULL, text, strlen(text));
			drop_finding(f);
		}
		book_close(&damaged);
	}
	assert_true(n_refused > 500);
	book_close(&book);
}

static void a_cut_image_is_refused(void **state)
{
	(void)state;
	struct book book;
	book_open(&book, customers, 1, rows, PW_ARRAY_LEN(rows));
	for (size_t len = 0; len < book.len; len += 7) {
		struct pw_err err = PW_ERR_INIT;
		struct pw_known *known = NULL;
		void *cut = pw_alloc(len ? len : 1, 1);
		memcpy(cut, book.image, len);
		assert_int_equal(pw_known_open(&known, cut, len, &err), -1);
		assert_null(known);
		free(cut);
	}
	book_close(&book);
}

static void contracts_are_found_by_the_day_they_end(void **state)
{
	(void)state;
	static const struct {
		const char *domain;
		pw_day day;
		size_t n;
	} cases[] = {
		{ "fernhill.example", 20800, 2 },  { "mail.fernhill.example", 20801, 1 },
		{ "fernhill.example", 20802, 0 },  { "fernhill.example", PW_DAY_NONE, 3 },
		{ "otherhill.example", 20800, 0 }, { NULL, 20800, 0 },
	};
	static const char *const domains[] = { "fernhill.example" };
	struct pw_err err = PW_ERR_INIT;
	const char *vendors[4];
	struct pw_known_held held[4];
	struct pw_known_builder *builder = pw_known_builder_new();
	uint32_t customer =
		pw_known_add_customer(builder, "Fernhill", domains, 1, NULL, 0);
	for (pw_day i = 0; i < 4; i++) {
		pw_known_add_contract(builder, customer, "T", i == 1 ? "Veeam" : "Cisco",
				      NULL, 0);
		if (i < 3)
			pw_known_set_end(builder, 20800 + i / 2);
		if (i == 1)
			pw_known_set_product(builder, "Data Platform");
	}
	struct book book;
	assert_int_equal(pw_known_build(builder, &book.image, &book.len, &err), 0);
	pw_known_builder_free(builder);
	assert_int_equal(pw_known_open(&book.known, book.image, book.len, &err), 0);
	for (size_t i = 0; i < PW_ARRAY_LEN(cases); i++)
		assert_int_equal(pw_known_ending(book.known, cases[i].domain,
						 cases[i].day, vendors, 4),
				 cases[i].n);
	assert_int_equal(pw_known_ending(book.known, domains[0], 20800, vendors, 1), 1);
	assert_string_equal(vendors[0], "Veeam");
	assert_int_equal(pw_known_held_by(book.known, domains[0], held, 4), 4);
	assert_string_equal(held[2].vendor, "Veeam");
	assert_string_equal(held[2].product, "Data Platform");
	assert_string_equal(held[3].product, "");
	assert_int_equal(pw_known_held_by(book.known, domains[0], held, 2), 2);
	assert_int_equal(pw_known_held_by(book.known, NULL, held, 2), 0);
	book_close(&book);
}

static void many_contracts_are_all_found(void **state)
{
	(void)state;
	enum { N = 20000 };
	struct pw_err err = PW_ERR_INIT;
	struct pw_known_builder *builder = pw_known_builder_new();
	char id[32], number[32];
	const char *identifiers[] = { number };
	uint32_t customer = pw_known_add_customer(builder, "Fernhill", NULL, 0, NULL, 0);
	for (unsigned i = 0; i < N; i++) {
		snprintf(id, sizeof(id), "T-%u", i);
		snprintf(number, sizeof(number), "FX%08uQ", i * 7919u);
		pw_known_add_contract(builder, customer, id, "Cisco", identifiers, 1);
	}
	struct book book;
	assert_int_equal(pw_known_build(builder, &book.image, &book.len, &err), 0);
	pw_known_builder_free(builder);
	assert_int_equal(pw_known_open(&book.known, book.image, book.len, &err), 0);
	assert_int_equal(pw_known_n_contracts(book.known), N);
	assert_true(book.len / N < 100); /* bytes a contract */
	for (unsigned i = 0; i < N; i += 397) {
		snprintf(id, sizeof(id), "T-%u", i);
		snprintf(number, sizeof(number), "FX%08uQ", i * 7919u);
		struct pw_finding *f = match_text(&book, NULL, number, strlen(number));
		assert_true(has_exact(f, id));
		drop_finding(f);
	}
	book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_that_tell_nothing_are_left_out),
		cmocka_unit_test(all_contracts_that_share_a_number_are_found),
		cmocka_unit_test(an_empty_image_knows_nothing),
		cmocka_unit_test(a_damaged_image_is_refused_or_harmless),
		cmocka_unit_test(a_cut_image_is_refused),
		cmocka_unit_test(contracts_are_found_by_the_day_they_end),
		cmocka_unit_test(many_contracts_are_all_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
