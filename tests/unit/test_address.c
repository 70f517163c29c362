/* SPDX-License-Identifier: Apache-2.0 */
/* Names and addresses as clients print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/address.h"
#include "parsers/limits.h"

/* "name <address>; ..." with "-" for what is not written. */
static void render(const struct pw_addrs *list, struct pw_buf *out)
{
	size_t i;

	pw_buf_reset(out);
	for (i = 0; i < list->n; i++)
		pw_buf_addf(out, "%s%s <%s>", i ? "; " : "",
			    list->items[i].name ? list->items[i].name : "-",
			    list->items[i].address ? list->items[i].address : "-");
}

static struct pw_addrs parse(struct pw_arena *arena, const char *text)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);
	struct pw_addrs list;

	memcpy(copy, text, len);
	list = pw_addrs_parse(arena, copy, len);
	free(copy);
	return list;
}

static void lists_are_read_as_their_writers_meant_them(void **state)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
		{ "", "" },
		{ "jane@acme.example", "- <jane@acme.example>" },
		{ "<jane@acme.example>, bob@b.example",
		  "- <jane@acme.example>; - <bob@b.example>" },
		{ "Jane Roe <Jane@ACME.Example>", "Jane Roe <Jane@acme.example>" },
		{ "\"Roe, Jane\" <jane@acme.example>", "Roe, Jane <jane@acme.example>" },
		{ "Roe, Jane <jane@acme.example>, Poe, Bob<bob@b.example>",
		  "Roe, Jane <jane@acme.example>; Poe, Bob <bob@b.example>" },
		{ "Jane Roe <jane@acme.example>; Bob",
		  "Jane Roe <jane@acme.example>; Bob <->" },
		{ "jane@acme.example <jane@acme.example>", "- <jane@acme.example>" },
		{ "\"'jane@acme.example'\" <jane@acme.example>",
		  "- <jane@acme.example>" },
		{ "'Roe, Jane' <jane@acme.example>", "Roe, Jane <jane@acme.example>" },
		{ "Jane <jane@acme.example<mailto:jane@acme.example>>",
		  "Jane <jane@acme.example>" },
		{ "Jane<mailto:jane@acme.example> "
		  "<jane@acme.example<mailto:jane@acme.example>>",
		  "Jane <jane@acme.example>" },
		{ "Jane<mailto:jane@acme.example>", "Jane <jane@acme.example>" },
		{ "Jane Roe [mailto:jane@acme.example]", "Jane Roe <jane@acme.example>" },
		{ "Jane Roe (jane@acme.example)", "Jane Roe <jane@acme.example>" },
		{ "jane@acme.example (Jane Roe)", "Jane Roe <jane@acme.example>" },
		{ "Jane Roe (jane@acme.example), Bob (bob@acme.example)",
		  "Jane Roe <jane@acme.example>; Bob <bob@acme.example>" },
		{ "jane@acme.example (bob@other.example)", "- <jane@acme.example>" },
		{ "(bob@other.example) jane@acme.example", "- <jane@acme.example>" },
		{ "Jane (bob@other.example) <jane@acme.example>",
		  "Jane <jane@acme.example>" },
		{ "Jane Roe (Acme) <jane@acme.example>",
		  "Jane Roe (Acme) <jane@acme.example>" },
		{ "Jane Roe jane@acme.example", "Jane Roe <jane@acme.example>" },
		{ "Jane <jane@\nacme.example>", "Jane <jane@acme.example>" },
		{ "Jane <jane@acme.example", "Jane <jane@acme.example>" },
		{ "« Jane Roe » <jane@acme.example>", "Jane Roe <jane@acme.example>" },
		{ "„Jane Roe“ <jane@acme.example>", "Jane Roe <jane@acme.example>" },
		{ "*Jane Roe* <jane@acme.example>", "Jane Roe <jane@acme.example>" },
		{ "Team: a@x.example, b@y.example;", "- <a@x.example>; - <b@y.example>" },
		{ "undisclosed-recipients:;", "" },
		{ "Jane Roe", "Jane Roe <->" },
		{ "Roe, Jane", "Roe, Jane <->" },
		{ "Jane Roe, Bob Poe", "Jane Roe <->; Bob Poe <->" },
		{ "Roe, Jane; Poe, Bob", "Roe, Jane <->; Poe, Bob <->" },
		{ "Jane Roe/Sales/ACME@ACME", "Jane Roe <->" },
		{ "CN=Jane Roe/OU=Sales/O=ACME@ACME", "Jane Roe <->" },
		{ "a@x.example b@y.example", "- <a@x.example>; - <b@y.example>" },
		{ "A <a@x.example> B <b@y.example>", "A <a@x.example>; B <b@y.example>" },
		{ "李楠 <linan@huaxin.example>，周 <zhou@jing.example>",
		  "李楠 <linan@huaxin.example>; 周 <zhou@jing.example>" },
		{ "李楠＜linan@huaxin.example＞", "李楠 <linan@huaxin.example>" },
		{ "\xE2\x80\xAAJane\xE2\x80\xAC\xE2\x80\x8F "
		  "<\xE2\x80\xAAjane@acme.example\xE2\x80\xAC>",
		  "Jane <jane@acme.example>" },
		{ "Jürgen <jürgen@MÜLLER.example>",
		  "Jürgen <jürgen@xn--mller-kva.example>" },
		{ "\"Jane \\\"JR\\\" Roe\" <jane@acme.example>",
		  "Jane \"JR\" Roe <jane@acme.example>" },
		{ "jane@acme", "jane@acme <->" },
		{ "Jane </O=ACME/OU=EXCHANGE/CN=RECIPIENTS/CN=JROE>", "Jane <->" },
		{ "sales@a.example <noreply@b.example>",
		  "sales@a.example <noreply@b.example>" },
		{ ",,; ,", "" },
		{ "<>", "" },
		{ "\"Jane", "Jane <->" },
	};
	struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_buf out;
	size_t i;

	(void)state;
	pw_buf_init(&out, 4096);
	for (i = 0; i < PW_ARRAY_LEN(rows); i++) {
		struct pw_addrs list = parse(arena, rows[i].text);

		render(&list, &out);
		if (strcmp(out.data, rows[i].wanted) != 0)
			fail_msg("'%s' gave '%s'", rows[i].text, out.data);
	}
	pw_buf_done(&out);
	pw_arena_free(arena);
}

static void who_writes_on_behalf_of_another_is_the_sender(void **state)
{
	static const struct {
		const char *text, *from, *behalf;
	} rows[] = {
		{ "A B <a@x.example> on behalf of C <c@y.example>", "a@x.example",
		  "c@y.example" },
		{ "A<mailto:a@x.example> <a@x.example<mailto:a@x.example>> on behalf of "
		  "c@y.example<mailto:c@y.example>",
		  "a@x.example", "c@y.example" },
		{ "A <a@x.example>; im Auftrag von; C <c@y.example>", "a@x.example",
		  "c@y.example" },
		{ "A <a@x.example> de la part de C <c@y.example>", "a@x.example",
		  "c@y.example" },
		{ "A <a@x.example> от имени C <c@y.example>", "a@x.example",
		  "c@y.example" },
		{ "On Behalf Of Nobody <a@x.example>", "a@x.example", NULL },
		{ "A <a@x.example>", "a@x.example", NULL },
	};
	struct pw_arena *arena = pw_arena_new(1 << 20);
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(rows); i++) {
		struct pw_addr behalf, from;

		from = pw_addr_parse(arena, rows[i].text, strlen(rows[i].text), &behalf);
		if (!pw_streq(from.address, rows[i].from) ||
		    !pw_streq(behalf.address, rows[i].behalf))
			fail_msg("'%s' gave '%s' for '%s'", rows[i].text, from.address,
				 behalf.address);
	}
	pw_arena_free(arena);
}

static void a_list_stops_at_its_maximum(void **state)
{
	struct pw_arena *arena = pw_arena_new(8 << 20);
	struct pw_buf text;
	struct pw_addrs list;
	int i;

	(void)state;
	pw_buf_init(&text, 1 << 20);
	for (i = 0; i < PW_MAX_ADDRESSES + 50; i++)
		pw_buf_addf(&text, "a%d@x.example,", i);
	list = pw_addrs_parse(arena, text.data, text.len);
	assert_int_equal(list.n, PW_MAX_ADDRESSES);
	pw_buf_done(&text);
	pw_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_read_as_their_writers_meant_them),
		cmocka_unit_test(who_writes_on_behalf_of_another_is_the_sender),
		cmocka_unit_test(a_list_stops_at_its_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
