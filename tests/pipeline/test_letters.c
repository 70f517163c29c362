/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_letters.c - what people get for mails in many languages, letter by letter.
 *
 * Each case goes through the whole agent, with the rules that users have; what
 * leaves it is held against tests/golden/letters/NAME.txt.  PW_UPDATE_GOLDEN=1
 * writes those anew (read the difference before you commit it).
 * PW_ALERT_HTML=DIR writes the HTML alternatives there, for
 * tests/golden/pictures.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmime/gmime.h>

#include "agent/digest.h"
#include "agent/inspect/inspector.h"
#include "agent_fixture.h"

#define FOLDER     PW_SOURCE_DIR "/tests/golden/letters/"
#define CORPUS     PW_SOURCE_DIR "/tests/corpus/scan/mails/"
#define OWN        FOLDER "mails/"
#define FILE_BYTES (1 << 16)
#define DAY_MS     (INT64_C(86400) * 1000)

static const char config_text[] =
	"company:\n  name: Bayline Systems\n  domains: [baylinesystems.example]\n"
	"store: /nowhere/store.db\nrules: [" PW_SOURCE_DIR "/rules]\n"
	"mailboxes:\n  - name: watch\n    address: "
	"renewals-watch@baylinesystems.example\n"
	"    server: imaps://localhost\n    user: watch\n"
	"    password_file: /nowhere/password\n"
	"    authserv_id: mx1.baylinesystems.example\n"
	"smtp:\n  server: smtps://localhost\n"
	"  from: Poachwatch <renewals-watch@baylinesystems.example>\n"
	"alerts:\n  review_to: sales-ops@baylinesystems.example\n"
	"  fallback_to: sales-ops@baylinesystems.example\n"
	"  acknowledge: on\n";

struct letter_case {
	const char *name;
	const char *mails[3];
};

/* Of different rivals, customers or vendors: no case meets another's. */
static const struct letter_case cases[] = {
	{ "processing-german", { CORPUS "a03.eml" } },
	{ "three-claims-english", { CORPUS "a17.eml" } },
	{ "partner-change-spanish", { CORPUS "c06.eml" } },
	{ "partner-change-portuguese", { CORPUS "c08.eml" } },
	{ "partner-change-japanese", { CORPUS "c11.eml" } },
	{ "false-expiry-chinese", { CORPUS "c12.eml" } },
	{ "in-window-korean", { CORPUS "a26.eml" } },
	{ "lapsed-arabic", { OWN "arabic.eml" } },
	{ "lapsed-reminder", { CORPUS "a23.eml" } },
	{ "renewed-german", { CORPUS "a04.eml" } },
	{ "premature-french", { CORPUS "a06.eml" } },
	{ "third-party-maintainer", { CORPUS "a32.eml" } },
	{ "several-contracts", { CORPUS "b12.eml" } },
	{ "several-owners", { OWN "several-owners.eml" } },
	{ "two-rivals", { OWN "two-rivals.eml" } },
	{ "long-names", { OWN "long-names.eml" } },
	{ "news-in-a-case", { CORPUS "b27.eml", CORPUS "c15.eml" } },
	{ "review-look-alike", { CORPUS "r03.eml" } },
	{ "review-lost-contract", { CORPUS "b10.eml" } },
	{ "vendors-notice", { OWN "vendors-notice.eml" } },
};
static const struct letter_case acknowledged = { "acknowledged-french",
						 { OWN "thanked.eml" } };

static size_t read_file(const char *path, char *out, size_t max)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file)
		fail_msg("cannot open %s", path);
	len = fread(out, 1, max - 1, file);
	fclose(file);
	assert_true(len < max - 1);
	out[len] = '\0';
	return len;
}

/* --- a mail that was sent, as a person reads it ---------------------------- */

static GMimeMessage *parse(const char *raw, size_t len)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(stream);
	assert_non_null(message);
	return message;
}

static void add_people(struct pw_buf *out, const char *label,
		       InternetAddressList *addresses)
{
	char *text;

	if (!internet_address_list_length(addresses))
		return;
	text = internet_address_list_to_string(addresses, NULL, FALSE);
	pw_buf_addf(out, "%s: %s\n", label, text);
	g_free(text);
}

/* The text or HTML of the letter; *part walks over all of them. */
static char *text_of(GMimeMessage *message, const char *subtype)
{
	GMimePartIter *iter = g_mime_part_iter_new(GMIME_OBJECT(message));
	char *found = NULL;

	do {
		GMimeObject *part = g_mime_part_iter_get_current(iter);

		if (!found && GMIME_IS_TEXT_PART(part) &&
		    g_mime_content_type_is_type(g_mime_object_get_content_type(part),
						"text", subtype))
			found = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
	} while (g_mime_part_iter_next(iter));
	g_mime_part_iter_free(iter);
	assert_non_null(found);
	return found;
}

/* What the rules chose to quote, and the word by which they knew the vendor: the
   tests of the rules hold that, and it changes whenever rules are tuned. */
struct mask {
	bool is_in_claims, is_quoted, is_in_match;
};

static bool is_masked(struct mask *mask, const char *line, const char **ret_instead)
{
	*ret_instead = NULL;
	if (mask->is_in_match && pw_starts_with(line, "                "))
		return true;
	mask->is_in_match = pw_starts_with(line, "  Matched by    ") &&
			    !strstr(line, "in the mail as");
	if (mask->is_in_match) {
		*ret_instead = "  Matched by    (customer and vendor)";
		return true;
	}
	if (*line >= 'A' && *line <= 'Z')
		mask->is_in_claims =
			pw_streq(line, "WHAT THEY CLAIM") ||
			(mask->is_in_claims && pw_starts_with(line, "They "));
	if (!mask->is_in_claims || !pw_starts_with(line, "  | ")) {
		mask->is_quoted = false;
		return false;
	}
	*ret_instead = mask->is_quoted ? NULL : "  | (quoted)";
	mask->is_quoted = true;
	return true;
}

static void add_text(struct pw_buf *out, char *text)
{
	char *why = strstr(text, "\nDecided because: ");
	struct mask mask = { false };
	char *line, *rest = text;

	if (why) /* the last paragraph; which rule weighed most */
		strcpy(why, "\n");
	while ((line = strsep(&rest, "\n"))) {
		const char *instead;

		line[strcspn(line, "\r")] = '\0';
		if (!is_masked(&mask, line, &instead))
			pw_buf_addf(out, "%s%s", line, rest ? "\n" : "");
		else if (instead)
			pw_buf_addf(out, "%s\n", instead);
	}
}

static void dump_html(const char *name, size_t n, GMimeMessage *message)
{
	const char *folder = getenv("PW_ALERT_HTML");
	char path[512], *html;
	FILE *file;

	if (!folder)
		return;
	html = text_of(message, "html");
	snprintf(path, sizeof path, "%s/%s%s%.0zu.html", folder, name, n ? "-" : "",
		 n ? n + 1 : 0);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(html, file);
	fclose(file);
	g_free(html);
}

static void add_letter(struct pw_buf *out, const char *name, size_t n, const char *raw,
		       size_t len)
{
	GMimeMessage *message = parse(raw, len);
	char *text = text_of(message, "plain");

	if (n)
		pw_buf_adds(out, "\n========================================\n\n");
	add_people(out, "From", g_mime_message_get_from(message));
	add_people(out, "To", g_mime_message_get_to(message));
	add_people(out, "Cc", g_mime_message_get_cc(message));
	pw_buf_addf(out, "Subject: %s\n\n", g_mime_message_get_subject(message));
	add_text(out, text);
	dump_html(name, n, message);
	g_free(text);
	g_object_unref(message);
}

/* Each mail once, however many people got it. */
static void add_letters(struct pw_buf *out, const char *name, const struct world *world)
{
	size_t i, k, n = 0;

	for (i = 0; i < world->n_sent; i++) {
		for (k = 0; k < i; k++)
			if (pw_streq(world->sent[k].id, world->sent[i].id))
				break;
		if (k == i)
			add_letter(out, name, n++, world->sent[i].raw,
				   world->sent[i].len);
	}
}

static bool is_as_golden(const char *name, const struct pw_buf *got)
{
	char path[512], *want;
	bool is_same;
	FILE *file;

	snprintf(path, sizeof path, FOLDER "%s.txt", name);
	if (getenv("PW_UPDATE_GOLDEN")) {
		file = fopen(path, "w");
		assert_non_null(file);
		fwrite(got->data, 1, got->len, file);
		fclose(file);
		return true;
	}
	want = pw_alloc(1, FILE_BYTES);
	read_file(path, want, FILE_BYTES);
	is_same = pw_streq(want, got->data);
	if (!is_same)
		print_error("%s differs; got:\n%s\n", path, got->data);
	free(want);
	return is_same;
}

/* --- the agent ------------------------------------------------------------- */

/* One agent for all: rules take long to compile, with sanitizers above all. */
static int start_agent(void **state)
{
	static char contracts[FILE_BYTES];
	struct agent *agent = new_agent("", "");

	read_file(FOLDER "contracts.csv", contracts, FILE_BYTES);
	agent->contracts = contracts;
	snprintf(agent->config_text, sizeof agent->config_text, "%s", config_text);
	open_agent(agent);
	/* The first look only begins the count of days. */
	must(agent, pw_digest_tick(pw_pipeline_post(agent->pipeline), &agent->err));
	*state = agent;
	return 0;
}

static int stop_agent(void **state)
{
	close_agent(*state);
	free_agent(*state);
	return 0;
}

static void take_mails(struct agent *agent, const struct letter_case *c)
{
	size_t i;

	agent->world->n_sent = 0;
	for (i = 0; i < PW_ARRAY_LEN(c->mails) && c->mails[i]; i++) {
		char raw[RAW_MAX];

		read_file(c->mails[i], raw, sizeof raw);
		world_add(agent->world, raw);
	}
	drain_agent(agent);
}

static bool check(const struct agent *agent, const char *name)
{
	struct pw_buf got;
	bool is_same;

	pw_buf_init(&got, (size_t)1 << 20);
	add_letters(&got, name, agent->world);
	is_same = is_as_golden(name, &got);
	pw_buf_done(&got);
	return is_same;
}

static void every_alert_reads_as_its_golden_file(void **state)
{
	size_t i, n_wrong = 0;

	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		take_mails(*state, &cases[i]);
		n_wrong += !check(*state, cases[i].name);
	}
	assert_int_equal(n_wrong, 0);
}

static void the_customer_who_forwarded_is_thanked(void **state)
{
	take_mails(*state, &acknowledged);
	assert_true(check(*state, acknowledged.name));
}

static void a_week_later_owners_and_sales_ops_get_a_digest(void **state)
{
	struct agent *agent = *state;

	agent->world->n_sent = 0;
	agent->now_ms += 7 * DAY_MS;
	must(agent, pw_digest_tick(pw_pipeline_post(agent->pipeline), &agent->err));
	drain_agent(agent);
	assert_true(check(agent, "weekly-digest"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_alert_reads_as_its_golden_file),
		cmocka_unit_test(the_customer_who_forwarded_is_thanked),
		cmocka_unit_test(a_week_later_owners_and_sales_ops_get_a_digest),
	};

	if (argc == 2 && strcmp(argv[1], PW_INSPECTOR_ARG) == 0)
		return pw_inspector_main(NULL);
	g_mime_init();
	return cmocka_run_group_tests(tests, start_agent, stop_agent);
}
