/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_match_mails.c - identifiers of many shapes, made at random, in whole
 * mails: broken by tags, entities, transfer encodings and line wraps.
 */
#include "tests/unit/match_help.h"

#include <stdio.h>

#include "parsers/limits.h"
#include "parsers/mail.h"

#define N_ROWS 240

/* A: a letter, 9: a digit, X: either, others as they are.  Shapes that vendors
   use, none of them a bare number under nine digits. */
static const char *const shapes[] = {
	"999999999",           "999999999999",       "FOC9999LXXX", "FG200FT999999999",
	"AX-XXXX-XXXXX-XXXXX", "XXXXXXXXXXXXXXXXXX", "M9999999999", "AAA-AA-9999999",
	"L0099999999",         "9XX-XX-XXXXXX-9X",   "CZJ9999XXX",  "EAV-0999999999",
};

struct random_book {
	struct book book;
	struct book_row rows[N_ROWS];
	char identifiers[N_ROWS][40], ids[N_ROWS][16];
	uint64_t seed;
};

static void make_identifier(char *out, const char *shape, uint64_t *seed)
{
	static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ";

	for (; *shape; shape++, out++) {
		uint32_t r = next_random(seed);

		if (*shape == '9' || (*shape == 'X' && r % 2))
			*out = (char)('0' + next_random(seed) % 10);
		else if (*shape == 'A' || *shape == 'X')
			*out = letters[next_random(seed) % (sizeof letters - 1)];
		else
			*out = *shape;
	}
	*out = '\0';
}

static int open_random(void **state)
{
	static const struct book_customer customer[] = { { .name = "Orrin Bay" } };
	struct random_book *b = pw_alloc(1, sizeof *b);
	size_t i;

	pw_parsers_init();
	b->seed = 20261123;
	for (i = 0; i < N_ROWS; i++) {
		make_identifier(b->identifiers[i], shapes[i % PW_ARRAY_LEN(shapes)],
				&b->seed);
		snprintf(b->ids[i], sizeof b->ids[i], "R-%zu", i);
		b->rows[i] = (struct book_row){
			"Orrin Bay", b->ids[i], "Acme", { b->identifiers[i] }
		};
	}
	book_open(&b->book, customer, 1, b->rows, N_ROWS);
	*state = b;
	return 0;
}

static int close_random(void **state)
{
	struct random_book *b = *state;

	book_close(&b->book);
	free(b);
	return 0;
}

/* What may stand between two characters, by the type of the body. */
static const char *const html_breaks[] = {
	"<wbr>",   "<b>",           "</b>",     "<span style=\"color:red\">",
	"</span>", "&shy;",         "&#8203;",  "&zwj;",
	"&nbsp;",  "<!-- x -->",    "<br>",     "<font size=2></font>",
	"\r\n",    "<a id=\"x\">",  "&#x2011;", "<i></i>",
	"&ensp;",  "<u></u>&#173;",
};
static const char *const text_breaks[] = { " ",     "-",     "\r\n", "\r\n> ",
					   "-\r\n", " \r\n", "\t",   "." };
static const char *const qp_breaks[] = { "=\r\n",     "=C2=AD", "=20",
					 "=E2=80=8B", "=2D",    "=\r\n=\r\n" };
static const char *const encoded_breaks[] = { "\xC2\xAD", "\xE2\x80\x8B", " ", "\r\n",
					      "\xC2\xA0" };

static void put_broken(struct pw_buf *out, const char *identifier,
		       const char *const *breaks, size_t n_breaks, uint64_t *seed)
{
	size_t len = strlen(identifier), i;
	size_t first = 1 + next_random(seed) % (len - 1);
	size_t second = 1 + next_random(seed) % (len - 1);

	for (i = 0; i < len; i++) {
		if (i == first || i == second)
			pw_buf_adds(out, breaks[next_random(seed) % n_breaks]);
		pw_buf_addc(out, identifier[i]);
	}
}

static void put_base64(struct pw_buf *out, const char *text, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i, k;

	for (i = 0; i < len; i += 3) {
		uint32_t three = 0;

		for (k = 0; k < 3; k++)
			three = three << 8 |
				(i + k < len ? (unsigned char)text[i + k] : 0);
		for (k = 0; k < 4; k++)
			pw_buf_addc(out, i + k > len
						 ? '='
						 : digits[three >> (18 - 6 * k) & 63]);
		if (i % 57 == 54)
			pw_buf_adds(out, "\r\n");
	}
}

static const struct body {
	const char *name, *type, *encoding, *before, *after;
	const char *const *breaks;
	size_t n_breaks;
} bodies[] = {
	{ "HTML", "text/html", "8bit", "<html><body><p>Your contract <b>no. ",
	  "</b> ends soon.</p>", html_breaks, PW_ARRAY_LEN(html_breaks) },
	{ "an HTML table", "text/html", "8bit", "<table><tr><td>Serial</td><td>",
	  "</td><td>1</td></tr></table>", html_breaks, PW_ARRAY_LEN(html_breaks) },
	{ "plain text", "text/plain", "7bit", "Contract no. ", " ends soon.\r\n",
	  text_breaks, PW_ARRAY_LEN(text_breaks) },
	{ "flowed text", "text/plain; format=flowed", "7bit", "> Contract no. ",
	  " ends soon.\r\n", text_breaks, PW_ARRAY_LEN(text_breaks) },
	{ "quoted-printable", "text/plain; charset=utf-8", "quoted-printable",
	  "Contract no. ", " ends soon.\r\n", qp_breaks, PW_ARRAY_LEN(qp_breaks) },
	{ "base64", "text/plain; charset=utf-8", "base64", "Contract no. ", " ends soon.",
	  encoded_breaks, PW_ARRAY_LEN(encoded_breaks) },
};

static void write_mail(struct pw_buf *out, const struct body *body,
		       const char *identifier, uint64_t *seed)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf text;

	pw_buf_init(&text, 4096);
	pw_buf_adds(&text, body->before);
	put_broken(&text, identifier, body->breaks, body->n_breaks, seed);
	pw_buf_adds(&text, body->after);
	pw_buf_addf(out,
		    "From: a@b.example\r\nTo: c@d.example\r\nSubject: renewal\r\n"
		    "Date: Mon, 02 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
		    "Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n",
		    body->type, body->encoding);
	if (pw_streq(body->encoding, "base64"))
		put_base64(out, text.data, text.len);
	else
		pw_buf_add(out, text.data, text.len);
}

static bool is_found(const struct book *book, const struct pw_buf *raw, const char *id)
{
	bool wanted[PW_MAX_LAYERS];
	struct pw_err err = PW_ERR_INIT;
	PW_CLEANUP(pw_mail_freep) struct pw_mail *mail = NULL;
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = pw_finding_new();

	memset(wanted, true, sizeof wanted);
	assert_int_equal(pw_mail_parse(&mail, raw->data, raw->len, &err), 0);
	assert_int_equal(pw_match(finding, NULL, book->known, mail, wanted, &err), 0);
	return has_exact(finding, id);
}

static void every_break_that_a_body_can_make_is_found(void **state)
{
	struct random_book *b = *state;
	size_t i, k, n_missed = 0;

	for (k = 0; k < PW_ARRAY_LEN(bodies); k++)
		for (i = 0; i < N_ROWS; i++) {
			PW_CLEANUP(pw_buf_done) struct pw_buf raw;

			pw_buf_init(&raw, 16384);
			write_mail(&raw, &bodies[k], b->identifiers[i], &b->seed);
			if (is_found(&b->book, &raw, b->ids[i]))
				continue;
			n_missed++;
			print_error("%s: '%s' not found in:\n%s\n", bodies[k].name,
				    b->identifiers[i], raw.data);
		}
	assert_int_equal(n_missed, 0);
}

/* Of the shapes of ours, but of other contracts: a list of a stranger's. */
static void strangers_identifiers_of_the_same_shapes_never_match(void **state)
{
	struct random_book *b = *state;
	unsigned round, i;

	for (round = 0; round < 60; round++) {
		PW_CLEANUP(pw_buf_done) struct pw_buf text;
		struct pw_finding *finding;

		pw_buf_init(&text, 65536);
		for (i = 0; i < 200; i++) {
			char identifier[40];

			make_identifier(
				identifier,
				shapes[next_random(&b->seed) % PW_ARRAY_LEN(shapes)],
				&b->seed);
			pw_buf_addf(&text, "Serial %s%s", identifier,
				    i % 4 ? ", " : "\n");
		}
		finding = match_text(&b->book, NULL, text.data, text.len);
		if (n_exact(finding))
			fail_msg("round %u: '%s'", round,
				 finding->identifiers[0].written);
		drop_finding(finding);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_break_that_a_body_can_make_is_found),
		cmocka_unit_test(strangers_identifiers_of_the_same_shapes_never_match),
	};

	return cmocka_run_group_tests(tests, open_random, close_random);
}
