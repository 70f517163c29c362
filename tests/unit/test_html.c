/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/parser_fixture.h"

#include <time.h>

#include "parsers/html.h"
#include "parsers/plain.h"

static struct pw_html read_html(struct pw_arena *arena, const char *source, size_t len)
{
	struct pw_bytes copy = exact_copy(source, len);
	struct pw_html html;

	assert_true(pw_html_text(arena, copy, &html));
	copy_done(&copy);
	return html;
}

static void html_becomes_what_a_person_reads(void **state)
{
	static const struct {
		const char *name, *source, *want;
	} cases[] = {
		{ "text", "hello", "hello" },
		{ "blanks collapse", "<p>a\r\n  b&nbsp; c</p>", "a b c" },
		{ "breaks", "a<br>b<br/>c", "a\nb\nc" },
		{ "two breaks", "a<br><br>b", "a\n\nb" },
		{ "break at the end of a block", "<div>a<br></div><div>b</div>", "a\nb" },
		{ "empty block", "<div>a</div><div><br></div><div>b</div>", "a\n\nb" },
		{ "outlook's empty line",
		  "<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p "
		  "class=MsoNormal>b</p>",
		  "a\n\nb" },
		{ "paragraphs", "<p>a</p><p>b</p>", "a\n\nb" },
		{ "outlook's paragraphs",
		  "<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb" },
		{ "a word over several spans", "re<span>ne</span><b>wal</b>", "renewal" },
		{ "soft hyphen and zero width", "re&shy;new&#8203;al", "renewal" },
		{ "display none", "a<div style=\"color:red;display:none\">b</div>c",
		  "a\nc" },
		{ "of two displays the last",
		  "<p style=\"display:none;display:block\">a</p><p "
		  "style=\"display:block;display:none\">b</p><p "
		  "style=\"display:none!important;display:block\">c",
		  "a" },
		{ "no display at all", "<p style=\"display:none none\">a", "a" },
		{ "class that the style sheet hides and shows",
		  "<style>.x,.y{display:none} .x{display:block}</style>"
		  "<p class=x>1</p><p class=y>2</p><p class=y style='display:block'>3",
		  "1\n\n3" },
		{ "comment that is over at once", "a<!-->b<!---->c", "a!-->bc" },
		{ "hidden attribute", "a<span hidden>b</span>c", "ac" },
		{ "hidden in spite of markup inside",
		  "<div style='display:none'><p>x<table><tr><td>y</table></div>z", "z" },
		{ "font size zero", "a<span style=\"font-size:0px\">b</span>c", "ac" },
		{ "font size set again inside",
		  "<td style=\"font-size:0px\"><div "
		  "style=\"font-size:13px\">a</div></td>",
		  "a" },
		{ "visibility",
		  "<p style=\"visibility:hidden\">a<b "
		  "style=\"visibility:visible\">b</b></p>",
		  "b" },
		{ "preheader", "<div style=\"max-height:0;overflow:hidden\">b</div>c",
		  "c" },
		{ "class that the style sheet hides",
		  "<style>p.x, #y,.v{color:red;display:none} @media "
		  "all{.z{display:none}}</style>"
		  "<p class=\"a x\">1</p><p id=y>2</p><p class=v>4</p><p class=z>3",
		  "3" },
		{ "style and script", "<style>p{}</style><script>if(a<b)</script>x",
		  "x" },
		{ "head", "<head><title>t</title><meta x></head><body>x", "x" },
		{ "behind the end of the document",
		  "<html><body><p>a</p></body></html><p>b</p>\n<div>c</div>",
		  "a\n\nb\n\nc" },
		{ "a document behind another",
		  "<html><body>a</body></html>\n\n<!-- x -->\n"
		  "<html><head><title>t</title></head><body>b</body></html>\n",
		  "a\nb" },
		{ "text alone behind the document", "<html>a</html>\nb <p>c d",
		  "a\nb\n\nc d" },
		{ "head nobody closed", "<head><meta x><p>x", "x" },
		{ "comment", "a<!-- b > c -->d", "ad" },
		{ "conditional comment", "a<!--[if mso]><p>b</p><![endif]-->c", "ac" },
		{ "revealed comment", "<!--[if !mso]><!-->a<!--<![endif]-->b", "ab" },
		{ "comment without end", "a<!-- b > c", "a" },
		{ "less than", "a < b <3", "a < b <3" },
		{ "tag without end", "a <b", "a" },
		{ "bracket in a quoted value", "<a title=\"x>y\">b</a>", "b" },
		{ "label and value cells", "<tr><td>From:</td><td>Rita</td></tr>",
		  "From: Rita" },
		{ "a cell of two lines",
		  "<tr><td>Serial</td><td>FOC28<br>41L0QX</td><td>1</td></tr>",
		  "Serial\tFOC28\n41L0QX\n1" },
		{ "heading cell", "<tr><th>From</th><td>Rita</td></tr>", "From: Rita" },
		{ "cells with paragraphs",
		  "<tr><td><p>From:</p></td><td><p>Rita</p></td></tr>", "From: Rita" },
		{ "headings in a row", "<tr><th>a<th>b<tr><td>1<td>2", "a\tb\n1\t2" },
		{ "nested tables",
		  "<table><tr><td><table><tr><td>a</table><td><table><tr><td>b</table></"
		  "table>",
		  "a\nb" },
		{ "list", "<ul><li>a<li>b</ul>", "- a\n- b" },
		{ "entities", "&lt;a&gt; &amp;amp; &euro; &#x20AC; &#150; &eacute;",
		  "<a> &amp; \xE2\x82\xAC \xE2\x82\xAC \xE2\x80\x93 \xC3\xA9" },
		{ "no entity", "a & b &nosuch; &", "a & b &nosuch; &" },
		{ "pre", "<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc" },
		{ "stray end tags", "a</b></table></p>b", "ab" },
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++)
		string_is(cases[i].name,
			  read_html(*state, cases[i].source, strlen(cases[i].source))
				  .text.data,
			  cases[i].want);
}

/* The line that begins with that text. */
static struct pw_line line_of(const struct pw_text *text, const char *start)
{
	size_t i;

	for (i = 0; i < text->n_lines; i++)
		if (strncmp(text->data + text->lines[i].start, start, strlen(start)) == 0)
			return text->lines[i];
	fail_msg("no line '%s' in '%s'", start, text->data);
	return (struct pw_line){ 0 };
}

static void clients_containers_are_marked(void **state)
{
	static const struct {
		const char *name, *source, *line;
		unsigned marks, depth;
	} cases[] = {
		{ "gmail", "a<div class=\"gmail_attr\">X</div>", "X", PW_MARK_FORWARD,
		  0 },
		{ "outlook web", "a<div id=\"divRplyFwdMsg\">X</div>", "X",
		  PW_MARK_FORWARD, 0 },
		{ "renamed by outlook web", "a<div class=\"b x_x_gmail_attr\">X</div>",
		  "X", PW_MARK_FORWARD, 0 },
		{ "outlook's line",
		  "a<div style='border:none;border-top:solid #E1E1E1 1.0pt'>X</div>", "X",
		  PW_MARK_RULE, 0 },
		{ "outlook's line, other order",
		  "a<div style='border-style:solid none none;border-width:1pt'>X</div>",
		  "X", PW_MARK_RULE, 0 },
		{ "no line", "a<div style='border-top:none'>X</div>", "X", 0, 0 },
		{ "hr", "a<hr>X", "X", PW_MARK_RULE, 0 },
		{ "cite", "a<blockquote type=\"cite\">X</blockquote>", "X", PW_MARK_CITE,
		  1 },
		{ "indented",
		  "a<blockquote style=\"margin:0 0 0 40px;border:none\">X</blockquote>",
		  "X", 0, 0 },
		{ "cite in cite", "<blockquote>a<blockquote>X</blockquote></blockquote>",
		  "X", PW_MARK_CITE, 2 },
		{ "behind a cite", "<blockquote>a</blockquote>X", "X", PW_MARK_END, 0 },
		{ "bold label", "a<br><b>From:</b> X", "From:", PW_MARK_BOLD_LABEL, 0 },
		{ "bold label, colon outside", "a<br><strong>From</strong>: X", "From",
		  PW_MARK_BOLD_LABEL, 0 },
		{ "bold by style", "a<br><span style='font-weight:bold'>From:</span> X",
		  "From:", PW_MARK_BOLD_LABEL, 0 },
		{ "bold, no label", "a<br><b>From here</b> X", "From", 0, 0 },
	};
	struct pw_html html;
	struct pw_line line;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		html = read_html(*state, cases[i].source, strlen(cases[i].source));
		line = line_of(&html.text, cases[i].line);
		if (line.marks != cases[i].marks || line.depth != cases[i].depth)
			fail_msg("%s: marks %#x depth %u", cases[i].name, line.marks,
				 line.depth);
	}
}

static void links_keep_what_they_show_and_where_they_lead(void **state)
{
	static const char source[] =
		"<a href=\"https://x.example/?a=1&amp;b=2\">See <b>the</b> quote</a>";
	struct pw_html html = read_html(*state, source, sizeof source - 1);

	assert_int_equal(html.n_links, 1);
	assert_string_equal(html.links[0].href, "https://x.example/?a=1&b=2");
	assert_string_equal(html.links[0].text, "See the quote");
}

/* Each of these took libxml2 or a naive reader more than quadratic time. */
static void hostile_html_costs_no_more_than_its_size(void **state)
{
	static const char *const units[] = {
		"<div>x",
		"<b>",
		"</b>",
		"<p><b></x>",
		"<a '\">",
		"<a \"",
		"<!--",
		"<a<",
		"&#x",
		"&amp",
		"<td>",
		"<blockquote>",
		"<span hidden><div></span>",
		"</",
		"<style>",
		"<p a=b c=\"d\" ",
		"<table><tr><td>",
		"<!",
		"<font =\"",
		"x</html>",
	};
	char source[400000];
	size_t i, n, unit;
	clock_t start;

	for (i = 0; i < PW_ARRAY_LEN(units); i++) {
		unit = strlen(units[i]);
		for (n = 0; n + unit <= sizeof source; n += unit)
			memcpy(source + n, units[i], unit);
		start = clock();
		read_html(*state, source, n);
		if (clock() - start > HOSTILE_LIMIT)
			fail_msg("'%s' repeated takes too long", units[i]);
	}
}

static void unmatched_end_tags_in_deep_nesting_are_cheap(void **state)
{
	char source[600000];
	size_t n = 0;
	clock_t start = clock();

	while (n < sizeof source / 2)
		n += (size_t)sprintf(source + n, "<div>x<i>");
	while (n + 8 < sizeof source)
		n += (size_t)sprintf(source + n, "</b></a>");
	read_html(*state, source, n);
	assert_true(clock() - start < HOSTILE_LIMIT);
}

static void a_tag_of_attributes_alone_is_cheap(void **state)
{
	char source[400000];
	size_t n = (size_t)sprintf(source, "<p ");
	clock_t start = clock();
	int i;

	for (i = 0; n + 16 < sizeof source - 8; i++)
		n += (size_t)sprintf(source + n, "a%d=1 ", i);
	n += (size_t)sprintf(source + n, ">x");
	read_html(*state, source, n);
	assert_true(clock() - start < HOSTILE_LIMIT);
}

static void a_megabyte_of_tags_that_do_not_end_is_cheap(void **state)
{
	const size_t n = 1 << 20;
	char *source = malloc(n);
	clock_t start = clock();

	assert_non_null(source);
	memset(source, '<', n);
	read_html(*state, source, n);
	assert_true(clock() - start < HOSTILE_LIMIT);
	free(source);
}

static void many_ends_of_a_document_before_much_space_are_cheap(void **state)
{
	const size_t n = 4 << 20, ends = 1000 * strlen("x</html>");
	char *source = malloc(n);
	clock_t start = clock();
	size_t at;

	assert_non_null(source);
	memset(source, ' ', n);
	for (at = 0; at < ends; at += strlen("x</html>"))
		memcpy(source + at, "x</html>", strlen("x</html>"));
	read_html(*state, source, n);
	assert_true(clock() - start < HOSTILE_LIMIT);
	free(source);
}

static void text_follows_a_hundred_thousand_nested_elements(void **state)
{
	const size_t depth = 150000;
	char *source = malloc(depth * 5 + 16);
	struct pw_html html;
	size_t i;

	assert_non_null(source);
	for (i = 0; i < depth; i++)
		memcpy(source + i * 5, "<div>", 5);
	memcpy(source + depth * 5, "found", 6);
	html = read_html(*state, source, depth * 5 + 5);
	assert_string_equal(html.text.data, "found");
	free(source);
}

static void plain_text_counts_and_cuts_quote_marks(void **state)
{
	static const struct {
		const char *name, *source, *want;
		struct pw_flow flow;
		unsigned depth; /* of the last line */
	} cases[] = {
		{ "quoted", "a\r\n> b", "a\nb", { false, false }, 1 },
		{ "twice", "> > b", "b", { false, false }, 2 },
		{ "tight", ">>b", "b", { false, false }, 2 },
		{ "indent stays", ">   b", "  b", { false, false }, 1 },
		{ "mbox escape", ">From here", "From here", { false, false }, 0 },
		{ "flowed", "a \nb\nc", "a b\nc", { true, false }, 0 },
		{ "flowed, delsp", "re \nnewal", "renewal", { true, true }, 0 },
		{ "flowed, stuffed", " >a", ">a", { true, false }, 0 },
		{ "flowed, depth changes", "> a \nb", "a\nb", { true, false }, 0 },
		{ "flowed, signature", "a \n-- \nb", "a\n--\nb", { true, false }, 0 },
		{ "not flowed", "a \nb", "a\nb", { false, false }, 0 },
		{ "invisible",
		  "re\xC2\xADnew\xE2\x80\x8B"
		  "al\x07",
		  "renewal",
		  { false, false },
		  0 },
		{ "no-break space",
		  "a\xC2\xA0"
		  "b",
		  "a b",
		  { false, false },
		  0 },
	};
	struct pw_text text;
	struct pw_bytes copy;
	bool capped = false;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		copy = exact_copy(cases[i].source, strlen(cases[i].source));
		assert_true(pw_plain_text(*state, copy, cases[i].flow, &text, &capped));
		string_is(cases[i].name, text.data, cases[i].want);
		if (text.lines[text.n_lines - 1].depth != cases[i].depth)
			fail_msg("%s: depth %u", cases[i].name,
				 text.lines[text.n_lines - 1].depth);
		copy_done(&copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		arena_test(html_becomes_what_a_person_reads),
		arena_test(clients_containers_are_marked),
		arena_test(links_keep_what_they_show_and_where_they_lead),
		arena_test(hostile_html_costs_no_more_than_its_size),
		arena_test(unmatched_end_tags_in_deep_nesting_are_cheap),
		arena_test(a_tag_of_attributes_alone_is_cheap),
		arena_test(a_megabyte_of_tags_that_do_not_end_is_cheap),
		arena_test(many_ends_of_a_document_before_much_space_are_cheap),
		arena_test(text_follows_a_hundred_thousand_nested_elements),
		arena_test(plain_text_counts_and_cuts_quote_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
