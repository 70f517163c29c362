/* SPDX-License-Identifier: Apache-2.0 */
/* Whose mail it is: by address first, by name where no address tells. */
#include "tests/unit/match_help.h"

#include "parsers/mail.h"

static const struct book_customer customers[] = {
	{ "Pinnacle Packaging, Inc.", { "pinnaclepack.example" }, { NULL } },
	{ "Kessel & Thorn LLP", { "kesselthorn.example", "kt.example" }, { NULL } },
	{ "Insight", { "insightfarm.example" }, { NULL } },
	{ "Cerámica Norte S.A.", { "ceramicanorte.example" }, { "CN Azulejos" } },
	{ "青山精密株式会社", { "aoyama.example" }, { "Aoyama Seimitsu" } },
	{ "O'Malley Foods Ltd", { "omalley.example" }, { NULL } },
	{ "Twin Lakes Health", { "twinlakes.example" }, { NULL } },
	{ "Twin Lakes Health GmbH", { "twinlakes-de.example" }, { NULL } },
};

static int open_book(void **state)
{
	struct book *book = pw_alloc(1, sizeof(*book));
	book_open(book, customers, PW_ARRAY_LEN(customers), NULL, 0);
	*state = book;
	return 0;
}

static int close_book(void **state)
{
	book_close(*state);
	free(*state);
	return 0;
}

static void domains_and_their_subdomains_belong_to_the_customer(void **state)
{
	static const struct {
		const char *domain, *customer;
	} cases[] = {
		{ "pinnaclepack.example", "Pinnacle Packaging, Inc." },
		{ "mail.eu.PinnaclePack.example", "Pinnacle Packaging, Inc." },
		{ "notpinnaclepack.example", NULL },
		{ "pinnaclepack.example.org", NULL },
		{ "example", NULL },
		{ "kt.example", "Kessel & Thorn LLP" },
		{ "", NULL },
		{ "...", NULL },
		{ NULL, NULL },
	};
	const struct book *book = *state;
	for (size_t i = 0; i < PW_ARRAY_LEN(cases); i++) {
		const char *found =
			pw_known_customer_of_domain(book->known, cases[i].domain);
		if (!pw_streq(found, cases[i].customer))
			fail_msg("%s: %s", cases[i].domain, found ? found : "(none)");
	}
}

static const char *customer_in(const struct book *book, const char *text)
{
	struct pw_finding *f = match_text(book, NULL, text, strlen(text));
	const char *found = f->n_customers ? f->customers[0].customer : NULL;
	for (size_t i = 0; i < PW_ARRAY_LEN(customers); i++)
		if (pw_streq(found, customers[i].name))
			found = customers[i].name;
	drop_finding(f);
	return found;
}

static void names_are_found_in_any_spelling(void **state)
{
	static const struct {
		const char *text, *customer;
	} cases[] = {
		{ "Dear Pinnacle Packaging team,", "Pinnacle Packaging, Inc." },
		{ "for PINNACLE PACKAGING INC, renewal", "Pinnacle Packaging, Inc." },
		{ "Pinnacle Packaging's renewal", "Pinnacle Packaging, Inc." },
		{ "Pinnacle Packaging\xE2\x80\x99s renewal", "Pinnacle Packaging, Inc." },
		{ "pinnacle\npackaging", "Pinnacle Packaging, Inc." },
		{ "Regards\nPinnacle Packaging\n12 Main Street",
		  "Pinnacle Packaging, Inc." },
		{ "Hello Kessel and Thorn", "Kessel & Thorn LLP" },
		{ "Kessel & Thorn, LLP", "Kessel & Thorn LLP" },
		{ "Estimados señores de Ceramica Norte", "Cerámica Norte S.A." },
		{ "CERÁMICA NORTE, S. A.", "Cerámica Norte S.A." },
		{ "CN Azulejos - renovación", "Cerámica Norte S.A." },
		{ "青山精密株式会社 御中", "青山精密株式会社" },
		{ "株式会社青山精密の更新", "青山精密株式会社" },
		{ "O\xE2\x80\x99Malley Foods", "O'Malley Foods Ltd" },
		{ "Insight Inc. renewal", "Insight" },
		{ "write to bob@omalley.example please", "O'Malley Foods Ltd" },
	};
	for (size_t i = 0; i < PW_ARRAY_LEN(cases); i++) {
		const char *found = customer_in(*state, cases[i].text);
		if (!pw_streq(found, cases[i].customer))
			fail_msg("%s: %s", cases[i].text, found ? found : "(none)");
	}
}

static void names_that_look_alike_are_not_taken(void **state)
{
	static const char *const texts[] = {
		"Pinnacle Partners would like to help",
		"Dear Pinnacle Packaging Partners team,",
		"a pinnacle of packaging",
		"Pinnacle. Packaging and shipping",
		"This gives you insight into your renewals",
		"Insight is happy to quote",
		"Kessel Run and Thorn",
		"Twin Lakes Health is two customers",
		"Norte",
		"青山さん",
	};
	for (size_t i = 0; i < PW_ARRAY_LEN(texts); i++) {
		const char *found = customer_in(*state, texts[i]);
		if (found)
			fail_msg("%s: %s", texts[i], found);
	}
}

/* A solicitation that was written to somebody and passed on by somebody. */
static struct pw_finding *match_people(const struct book *book, const char *to,
				       const char *forwarder, const char *text)
{
	struct pw_err err = PW_ERR_INIT;
	static const bool wanted[4] = { true, true };
	struct pw_finding *f = pw_alloc(1, sizeof(*f));
	f->arena = pw_arena_new((size_t)16 << 20);
	struct pw_mail *mail = make_mail(f->arena, NULL, text, strlen(text));
	mail->n_layers = 2;
	mail->layers[1] = mail->layers[0];
	mail->layers[1].id = 1;
	mail->layers[0].text.len = 0;
	mail->layers[0].from.address = forwarder;
	f->forwarder = forwarder;
	f->is_solicitation = true;
	f->solicitor.layer = 1;
	struct pw_addr *addr = pw_arena_alloc(f->arena, 1, sizeof(*addr));
	addr->address = to;
	mail->layers[1].to = (struct pw_addrs){ addr, to ? 1 : 0 };
	f->recipients = mail->layers[1].to;
	assert_int_equal(pw_match(f, NULL, book->known, mail, wanted, &err), 0);
	return f;
}

static void addresses_decide_before_names_and_recipients_before_forwarders(void **state)
{
	static const struct {
		const char *to, *forwarder, *text, *customer;
		enum pw_how how;
	} cases[] = {
		{ "a@kt.example", "b@omalley.example", "Dear Pinnacle Packaging",
		  "Kessel & Thorn LLP", PW_HOW_RECIPIENT },
		{ "a@stranger.example", "b@omalley.example", "Dear Pinnacle Packaging",
		  "O'Malley Foods Ltd", PW_HOW_FORWARDER },
		{ NULL, "b@home.example", "Dear Pinnacle Packaging",
		  "Pinnacle Packaging, Inc.", PW_HOW_ALIAS },
	};
	for (size_t i = 0; i < PW_ARRAY_LEN(cases); i++) {
		struct pw_finding *f = match_people(*state, cases[i].to,
						    cases[i].forwarder, cases[i].text);
		assert_true(f->n_customers > 0);
		assert_string_equal(f->customers[0].customer, cases[i].customer);
		assert_int_equal(f->customers[0].how, cases[i].how);
		drop_finding(f);
	}
}

static void a_reference_in_the_middle_of_a_text_to_strangers_does_not_count(void **state)
{
	char text[4096] = "";
	for (int i = 0; i < 30; i++)
		strcat(text, i == 15 ? "We also serve Pinnacle Packaging today.\n"
				     : "Some more words of the offer.\n");
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_err err = PW_ERR_INIT;
	static const bool wanted[4] = { true };
	const struct book *book = *state;
	for (int has_recipient = 0; has_recipient < 2; has_recipient++) {
		struct pw_finding *f = pw_alloc(1, sizeof(*f));
		f->arena = pw_arena_new((size_t)16 << 20);
		struct pw_mail *mail = make_mail(arena, NULL, text, strlen(text));
		struct pw_line *lines = pw_arena_alloc(arena, 30, sizeof(*lines));
		uint32_t at = 0;
		for (int i = 0; i < 30; i++) {
			const char *end = strchr(text + at, '\n');
			lines[i].start = at;
			lines[i].end = (uint32_t)(end - text);
			at = lines[i].end + 1;
		}
		mail->layers[0].text.lines = lines;
		mail->layers[0].text.n_lines = 30;
		struct pw_addr to = { NULL, "x@stranger.example" };
		f->recipients = (struct pw_addrs){ &to, (size_t)has_recipient };
		assert_int_equal(pw_match(f, NULL, book->known, mail, wanted, &err), 0);
		assert_int_equal(f->n_customers, has_recipient ? 0 : 1);
		drop_finding(f);
	}
}

int main(void)
{
	pw_parsers_init();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains_and_their_subdomains_belong_to_the_customer),
		cmocka_unit_test(names_are_found_in_any_spelling),
		cmocka_unit_test(names_that_look_alike_are_not_taken),
		cmocka_unit_test(
			addresses_decide_before_names_and_recipients_before_forwarders),
		cmocka_unit_test(
			a_reference_in_the_middle_of_a_text_to_strangers_does_not_count),
	};
	return cmocka_run_group_tests(tests, open_book, close_book);
}
