/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of unwrapping, each on the smallest body that shows it.  What
 * clients print in which language is in tests/corpus/layers.
 */
#include <time.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/lines.h"
#include "parsers/limits.h"
#include "parsers/unwrap.h"
#include "tests/unit/parser_fixture.h"

#define BLOCK                                                                            \
	"From: Jane Roe <jane@acme.example>\nSent: Monday, November 9, 2026 3:05 PM\n"   \
	"To: bob@b.example\nSubject: Renewal\n"

/* One line a segment: "kind<parent from|subject|text", line ends as '/'. */
static void render(const struct pw_segment *segments, size_t n, struct pw_buf *out)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		const struct pw_segment *one = &segments[i];
		const char *from = one->from.address ? one->from.address : one->from.name;

		pw_buf_addf(out, "%s<%d %s|%s|", pw_layer_kind_name(one->kind),
			    one->parent, from ? from : "-",
			    one->subject ? one->subject : "-");
		for (k = 0; k < one->text.len; k++)
			pw_buf_addc(out, (char)(one->text.data[k] == '\n'
							? '/'
							: one->text.data[k]));
		pw_buf_adds(out, "\n");
	}
}

static size_t unwrap(struct pw_arena *arena, const char *body,
		     const struct pw_unwrap_hints *hints, struct pw_segment **ret)
{
	struct pw_bytes bytes = exact_copy(body, strlen(body)), line, rest = bytes;
	struct pw_lines lines;
	struct pw_text text;
	size_t n;

	pw_lines_init(&lines);
	while (pw_bytes_line(&rest, &line)) {
		unsigned depth = 0;

		while (line.len && *line.data == '>') {
			depth++;
			line.data++;
			line.len--;
			while (line.len && *line.data == ' ') {
				line.data++;
				line.len--;
			}
		}
		pw_lines_add(&lines, line);
		pw_lines_end(&lines, depth, 0);
	}
	assert_true(pw_lines_text(&lines, arena, &text));
	pw_lines_done(&lines);
	copy_done(&bytes);
	n = pw_unwrap(arena, &text, hints, ret);
	assert_true(n > 0);
	return n;
}

static void check(void **state, const char *name, const char *subject, const char *body,
		  const char *wanted)
{
	struct pw_unwrap_hints hints = { .subject = subject,
					 .date = { .near = PW_DAY_NONE } };
	struct pw_segment *segments;
	struct pw_buf out;
	size_t n = unwrap(*state, body, &hints, &segments);

	pw_buf_init(&out, 1 << 16);
	render(segments, n, &out);
	string_is(name, out.data, wanted);
	pw_buf_done(&out);
}

static void a_body_without_inner_mails_stays_as_it_is(void **state)
{
	check(state, "plain", "Hi", "one\n\n  two\n", "message<-1 -|-|one//  two\n");
	check(state, "empty", "Hi", "", "message<-1 -|-|\n");
}

static void the_outer_subject_never_vetoes_a_forward(void **state)
{
	static const char wanted[] =
		"message<-1 -|-|look\nforward<0 jane@acme.example|Renewal|Hello\n";

	check(state, "forward", "FW: Renewal", "look\n\n" BLOCK "\nHello\n", wanted);
	check(state, "neutral", "Please look", "look\n\n" BLOCK "\nHello\n", wanted);
	check(state, "no subject", NULL, "look\n\n" BLOCK "\nHello\n", wanted);
}

static void a_header_block_under_a_reply_is_a_quote(void **state)
{
	static const char wanted[] =
		"message<-1 -|-|no\nquote<0 jane@acme.example|Renewal|Hello\n";

	check(state, "Re", "Re: Renewal", "no\n\n" BLOCK "\nHello\n", wanted);
	check(state, "AW", "AW: Renewal", "no\n\n" BLOCK "\nHello\n", wanted);
	/* ... unless the client says that it forwards. */
	check(state, "named", "Re: Renewal",
	      "no\n---- Forwarded message ----\n" BLOCK "\nHello\n",
	      "message<-1 -|-|no\nforward<0 jane@acme.example|Renewal|Hello\n");
}

static void a_prefix_of_two_meanings_is_read_in_the_language_of_the_block(void **state)
{
	check(state, "Finnish reply", "VS: x",
	      "ok\n\nLähettäjä: jane@acme.example\nLähetetty: 9.11.2026 15.05\n"
	      "Vastaanottaja: bob@b.example\nAihe: x\n\nHei\n",
	      "message<-1 -|-|ok\nquote<0 jane@acme.example|x|Hei\n");
	check(state, "Danish forward", "VS: x",
	      "ok\n\nFra: jane@acme.example\nSendt: 9. november 2026 15:05\n"
	      "Til: bob@b.example\nEmne: x\n\nHej\n",
	      "message<-1 -|-|ok\nforward<0 jane@acme.example|x|Hej\n");
}

static void a_ticket_entry_is_a_quote_of_the_person_whom_the_ticket_names(void **state)
{
	static const char ticket[] = "Ticket 7 was shared with you\n"
				     "Submitter: Jane Roe <jane@acme.example>\n"
				     "----------------------------\n\n%s\n\nHello\n";
	static const char *const stamps[] = { "Jane Roe, Nov 10, 2026, 11:11 AM EST",
					      "Jane Roe - 10.11.2026 11:11",
					      "Jane Roe | 2026-11-10 11:11 +01:00" };
	char body[400];
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(stamps); i++) {
		snprintf(body, sizeof body, ticket, stamps[i]);
		check(state, stamps[i], "[IT-7] Renewal", body,
		      "message<-1 -|-|Ticket 7 was shared with you/Submitter: Jane Roe "
		      "<jane@acme.example>\n"
		      "quote<0 jane@acme.example|[IT-7] Renewal|Hello\n");
	}
	/* Of nobody whose address is told, or without a time, it is a sentence. */
	snprintf(body, sizeof body, ticket, "John Doe, Nov 10, 2026, 11:11 AM EST");
	check(state, "unknown person", "x", body,
	      "message<-1 -|-|Ticket 7 was shared with you/Submitter: Jane Roe "
	      "<jane@acme.example>/----------------------------//John Doe, Nov 10, 2026, "
	      "11:11 AM EST//Hello\n");
}

static void a_date_below_a_person_begins_what_he_wrote(void **state)
{
	static const char ticket[] = "You are copied on ticket 7.\n\n"
				     "Jane Roe <jane@acme.example>\n%s\n\nHello\n";
	static const char *const dates[] = { "Nov 10, 2026, 11:11 GMT+1",
					     "10. Nov. 2026, 11:11 MEZ",
					     "2026/11/10 11:11" };
	char body[200];
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(dates); i++) {
		snprintf(body, sizeof body, ticket, dates[i]);
		check(state, dates[i], "[IT-7] Renewal", body,
		      "message<-1 -|-|You are copied on ticket 7.\n"
		      "quote<0 jane@acme.example|[IT-7] Renewal|Hello\n");
	}
	/* Without a time, or with more lines below, it is somebody's remark. */
	snprintf(body, sizeof body, ticket, "Nov 10, 2026, 11:11\nRoom 4");
	check(state, "calendar", "x", body,
	      "message<-1 -|-|You are copied on ticket 7.//Jane Roe "
	      "<jane@acme.example>/Nov 10, 2026, 11:11/Room 4//Hello\n");
	snprintf(body, sizeof body, ticket, "due on Nov 10, 2026");
	check(state, "no time", "x", body,
	      "message<-1 -|-|You are copied on ticket 7.//Jane Roe "
	      "<jane@acme.example>/due on Nov 10, 2026//Hello\n");
}

static void a_quote_that_its_writer_answers_is_part_of_his_mail(void **state)
{
	check(state, "answered", "FW: Renewal",
	      BLOCK "\n> whom do I call?\n\nMe, any time.\n",
	      "message<-1 -|-|\n"
	      "forward<0 jane@acme.example|Renewal|whom do I call?//Me, any time.\n");
	/* Clients that mark the whole text. */
	check(state, "marked", "FW: Renewal", BLOCK "\n> Hello\n>\n> Jane\n",
	      "message<-1 -|-|\nforward<0 jane@acme.example|Renewal|Hello//Jane\n");
}

static void what_stands_behind_the_end_of_a_mail_is_its_tail_too(void **state)
{
	struct pw_unwrap_hints hints = { .subject = "Fwd: Renewal",
					 .date = { .near = PW_DAY_NONE } };
	struct pw_segment *segments;
	size_t n = unwrap(*state,
			  "look\n---- Forwarded message ----\n" BLOCK
			  "\nHello\n---- End of forwarded message ----\n\nBob\n",
			  &hints, &segments);

	assert_int_equal(n, 2);
	string_is("tail", segments[1].tail.data, "Bob");
	string_is("text", segments[1].text.data, "Hello");
	string_is("outer", segments[0].text.data, "look\n\nBob");
	assert_int_equal(segments[0].tail.len, 0);
}

static void an_attribution_is_a_quote_and_under_a_forward_a_forward(void **state)
{
	static const char body[] = "see\n\nOn 9 Nov 2026, at 15:05, Jane "
				   "<jane@acme.example> wrote:\n\n> Hello\n";

	check(state, "reply", "Re: Renewal", body,
	      "message<-1 -|-|see\nquote<0 jane@acme.example|Renewal|Hello\n");
	check(state, "neutral", "Renewal", body,
	      "message<-1 -|-|see\nquote<0 jane@acme.example|Renewal|Hello\n");
	check(state, "forward", "FW: RE: Renewal", body,
	      "message<-1 -|-|see\nforward<0 jane@acme.example|Renewal|Hello\n");
}

static void words_between_quotes_stay_the_writers_own(void **state)
{
	check(state, "interleaved", "Re: x",
	      "On 9 Nov 2026 Jane <jane@acme.example> wrote:\n> One?\n\nNo.\n\n> Two?\n",
	      "message<-1 -|-|No.\nquote<0 jane@acme.example|x|One?//Two?\n");
}

static void blocks_nest_by_age_and_by_depth(void **state)
{
	check(state, "older inside", "FW: x",
	      "From: a@x.example\nDate: 9 Nov 2026 15:05\nTo: b\nSubject: RE: "
	      "x\n\nnew\n\n"
	      "From: b@x.example\nDate: 8 Nov 2026 15:05\nTo: a\nSubject: x\n\nold\n",
	      "message<-1 -|-|\nforward<0 a@x.example|RE: x|new\n"
	      "quote<1 b@x.example|x|old\n");
	check(state, "later beside", "FW: x",
	      "From: a@x.example\nDate: 8 Nov 2026 15:05\nTo: b\nSubject: x\n\nold\n\n"
	      "From: b@x.example\nDate: 9 Nov 2026 15:05\nTo: a\nSubject: x\n\nnew\n",
	      "message<-1 -|-|\nforward<0 a@x.example|x|old\nforward<0 "
	      "b@x.example|x|new\n");
	check(state, "deeper inside", "FW: x",
	      "From: a@x.example\nDate: 8 Nov 2026 15:05\nTo: b\nSubject: FW: x\n\nsee\n"
	      "> From: b@x.example\n> Date: 9 Nov 2026 15:05\n> To: a\n> Subject: x\n>\n"
	      "> text\n\nback\n",
	      "message<-1 -|-|\nforward<0 a@x.example|FW: x|see/back\n"
	      "forward<1 b@x.example|x|text\n");
}

static void two_forwards_of_plain_subjects_lie_side_by_side(void **state)
{
	check(state, "siblings", "Fwd: two",
	      "--- Forwarded message ---\nFrom: a@x.example\nDate: 9 Nov 2026\nTo: c\n"
	      "Subject: one\n\nA\n\n"
	      "--- Forwarded message ---\nFrom: b@y.example\nDate: 8 Nov 2026\nTo: c\n"
	      "Subject: two\n\nB\n",
	      "message<-1 -|-|\nforward<0 a@x.example|one|A\nforward<0 "
	      "b@y.example|two|B\n");
}

static void a_block_may_mix_languages_and_wrap_its_values(void **state)
{
	check(state, "mixed", "Fwd: x",
	      "Von: Jane Roe\n<jane@acme.example>\nDate : 9 novembre 2026 15:05\n"
	      "À: a@b.example,\nc@d.example\nSubject: one\ntwo\nCc: e@f.example\n\nHi\n",
	      "message<-1 -|-|\nforward<0 jane@acme.example|one two|Hi\n");
}

static void a_greeting_right_below_the_subject_is_no_part_of_it(void **state)
{
	check(state, "greeting", "Fwd: x",
	      "From: jane@acme.example\nDate: 9 Nov 2026 15:05\nTo: a@b.example\n"
	      "Subject: a subject that is long enough to have been wrapped by a client\n"
	      "Ladies and gentlemen,\n\nHi\n",
	      "message<-1 -|-|\nforward<0 jane@acme.example|a subject that is long "
	      "enough "
	      "to have been wrapped by a client|Ladies and gentlemen,//Hi\n");
}

#define UNKNOWN_LABELS                                                                   \
	"Zorg: Ron Baker <ron@acme.example>\nBlim: 13/11/2026 15:05\n"                   \
	"Quux: Jane Roe <jane@beta.example>\nFoo: Renewal\n\n"

static void labels_of_no_table_are_told_by_their_values(void **state)
{
	check(state, "under an announcement", "Fwd: Renewal",
	      "fyi\n\n-----Original Message-----\n" UNKNOWN_LABELS "It ends.\n",
	      "message<-1 -|-|fyi\nforward<0 ron@acme.example|Renewal|It ends.\n");
}

static void a_list_of_a_tickets_fields_is_no_mail(void **state)
{
	struct pw_unwrap_hints hints = { .subject = "Fwd: Ticket",
					 .date = { .near = PW_DAY_NONE } };
	struct pw_segment *segments;

	assert_int_equal(unwrap(*state, "fyi\n\n----------\n" UNKNOWN_LABELS "Hi\n",
				&hints, &segments),
			 1);
}

/* Each try costs; a stranger who writes thousands of lines that could begin a
   block gets no more of them, while known labels are found as before. */
static void unknown_labels_are_given_up_after_too_many_tries(void **state)
{
	static const char line[] = "\xC3\xA9: x <a@b.example>\n\xC3\xBC: <c@d.example>\n"
				   "\xC3\xB6: no date\n";
	struct pw_unwrap_hints hints = { .subject = "Fwd: x",
					 .date = { .near = PW_DAY_NONE } };
	struct pw_segment *segments;
	struct pw_buf body;
	size_t i;

	pw_buf_init(&body, 1 << 20);
	for (i = 0; i < 3000; i++)
		pw_buf_adds(&body, line);
	pw_buf_adds(&body, "\n-----Original Message-----\n" UNKNOWN_LABELS "It ends.\n");
	assert_int_equal(unwrap(*state, body.data, &hints, &segments), 1);
	pw_buf_adds(&body, "\n" BLOCK "\nHello\n");
	assert_int_equal(unwrap(*state, body.data, &hints, &segments), 2);
	pw_buf_done(&body);
}

/* Ten lines ask about each of them. */
static void lines_that_could_announce_a_mail_are_read_once(void **state)
{
	struct pw_unwrap_hints hints = { .subject = "Fwd: x",
					 .date = { .near = PW_DAY_NONE } };
	struct pw_segment *segments;
	struct pw_buf body;
	clock_t start;
	size_t i;

	pw_buf_init(&body, 2 << 20);
	for (i = 0; i < 30000; i++)
		pw_buf_adds(&body, "----- Forwarded by x on\nyyyyyyy -----\n");
	start = clock();
	assert_int_equal(unwrap(*state, body.data, &hints, &segments), 1);
	assert_true(clock() - start < HOSTILE_LIMIT);
	pw_buf_done(&body);
}

static void look_alikes_are_no_mails(void **state)
{
	static const char *const bodies[] = {
		"From: Hamburg\nTo: Rotterdam\nDate: 12 March 2027\nSubject: to change\n",
		"From: 1 March 2027\nTo: 31 March 2027\nSubject: van\nDate: 1 May 2026\n",
		"Jane Roe\nE-mail: jane@acme.example\nSubject: to change\nDate: today\n",
		"From: jane@acme.example\nSubject: Question\n\nMessage body: hello\n",
		"As our partner wrote:\nnothing.\n",
		"Send it to jane@acme.example before 31 March 2027:\nroom 12\n",
		"please note that on 5 October 2026 our friend wrote:\nnothing\n",
	};
	struct pw_unwrap_hints hints = { .subject = "Hi",
					 .date = { .near = PW_DAY_NONE } };
	struct pw_segment *segments;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(bodies); i++)
		if (unwrap(*state, bodies[i], &hints, &segments) != 1)
			fail_msg("a mail in '%s'", bodies[i]);
}

static void numeric_dates_are_read_as_the_other_dates_of_the_mail(void **state)
{
	struct pw_unwrap_hints hints = { .subject = "FW: x",
					 .date = { .near = PW_DAY_NONE } };
	struct pw_segment *segments;
	char out[PW_DATE_TEXT];

	assert_int_equal(
		unwrap(*state,
		       "From: a@x.example\nDate: 11/09/2026 10:00\nTo: b\nSubject: RE: "
		       "x\n\n"
		       "From: b@x.example\nDate: 10/28/2026 09:00\nTo: a\nSubject: x\n\n",
		       &hints, &segments),
		3);
	assert_string_equal(pw_date_to_rfc3339(&segments[1].date, out),
			    "2026-11-09T10:00:00");
	assert_false(segments[1].date.is_ambiguous);
}

static void layers_and_their_nesting_stop_at_their_maximum(void **state)
{
	struct pw_unwrap_hints hints = { .subject = "FW: x",
					 .date = { .near = PW_DAY_NONE } };
	struct pw_segment *segments;
	struct pw_buf body;
	int i, up, depth, deepest = 0;
	size_t n;

	pw_buf_init(&body, 1 << 20);
	for (i = 0; i < PW_MAX_LAYERS * 2; i++)
		pw_buf_adds(&body, BLOCK "\nHello\n\n");
	n = unwrap(*state, body.data, &hints, &segments);
	pw_buf_done(&body);
	assert_int_equal(n, PW_MAX_LAYERS + 1);
	for (i = 0; i < (int)n; i++) {
		for (up = i, depth = 0; up > 0; up = segments[up].parent)
			depth++;
		deepest = depth > deepest ? depth : deepest;
	}
	assert_true(deepest < PW_MAX_LAYER_DEPTH);
}

static void prefixes_are_stripped_however_often_they_stand(void **state)
{
	static const struct {
		const char *subject, *wanted;
		bool forward, reply;
	} rows[] = {
		{ "Renewal", "Renewal", false, false },
		{ "FW: Renewal", "Renewal", true, false },
		{ "Re: Fwd: WG: AW: Renewal", "Renewal", true, true },
		{ "RE[2]: Renewal", "Renewal", false, true },
		{ "Fwd : TR\xC2\xA0: Renewal", "Renewal", true, false },
		{ "[EXTERNAL] FW: [Ext] Renewal", "Renewal", true, false },
		{ "*** SPAM *** Re: Renewal", "Renewal", false, true },
		{ "İLT: Renewal", "Renewal", true, false },
		{ "转发：回复: Renewal", "Renewal", true, true },
		{ "[2nd Notice] Renewal", "[2nd Notice] Renewal", false, false },
		{ "Rival: Renewal", "Rival: Renewal", false, false },
		{ "Fw:", "", true, false },
		{ "", "", false, false },
	};
	bool forward, reply;
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(rows); i++) {
		string_is(rows[i].subject,
			  pw_subject_strip(rows[i].subject, &forward, &reply),
			  rows[i].wanted);
		if (forward != rows[i].forward || reply != rows[i].reply)
			fail_msg("'%s': forward %d, reply %d", rows[i].subject, forward,
				 reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		arena_test(a_body_without_inner_mails_stays_as_it_is),
		arena_test(the_outer_subject_never_vetoes_a_forward),
		arena_test(a_header_block_under_a_reply_is_a_quote),
		arena_test(a_prefix_of_two_meanings_is_read_in_the_language_of_the_block),
		arena_test(a_quote_that_its_writer_answers_is_part_of_his_mail),
		arena_test(what_stands_behind_the_end_of_a_mail_is_its_tail_too),
		arena_test(a_ticket_entry_is_a_quote_of_the_person_whom_the_ticket_names),
		arena_test(a_date_below_a_person_begins_what_he_wrote),
		arena_test(an_attribution_is_a_quote_and_under_a_forward_a_forward),
		arena_test(words_between_quotes_stay_the_writers_own),
		arena_test(blocks_nest_by_age_and_by_depth),
		arena_test(two_forwards_of_plain_subjects_lie_side_by_side),
		arena_test(a_block_may_mix_languages_and_wrap_its_values),
		arena_test(a_greeting_right_below_the_subject_is_no_part_of_it),
		arena_test(labels_of_no_table_are_told_by_their_values),
		arena_test(a_list_of_a_tickets_fields_is_no_mail),
		arena_test(unknown_labels_are_given_up_after_too_many_tries),
		arena_test(lines_that_could_announce_a_mail_are_read_once),
		arena_test(look_alikes_are_no_mails),
		arena_test(numeric_dates_are_read_as_the_other_dates_of_the_mail),
		arena_test(layers_and_their_nesting_stop_at_their_maximum),
		arena_test(prefixes_are_stripped_however_often_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
