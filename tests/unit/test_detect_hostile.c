/* SPDX-License-Identifier: Apache-2.0 */
/* Mails written to hide what they ask. */
#include "agent/base/buf.h"
#include "tests/unit/detect_fixture.h"

#define ASK                                                                              \
	"Ana, your FortiGate FGT60FTK21099887 support expires on December 3, 2026. "     \
	"Can we quote the renewal for you?"

enum {
	LINES = 6000, /* of junk: 300 KB */
	DATES = 5000,
	MAX = 4 << 20,
};

static void add_junk(struct pw_buf *out, size_t n, const char *line)
{
	size_t i;

	for (i = 0; i < n; i++)
		pw_buf_addf(out, "%s %zu\r\n", line, i);
}

static bool states(const struct pw_finding *finding, const char *iso)
{
	pw_day day;
	size_t i;

	assert_true(pw_day_from_iso(iso, &day));
	for (i = 0; i < finding->n_stated; i++)
		if (finding->stated[i].date.day == day)
			return true;
	return false;
}

static void check_found(const char *name, const char *body)
{
	struct pw_finding *finding =
		forwarded("Bo <bo@cdw.com>", CUSTOMER, "Hello", body);

	if (!finding->is_solicitation || !states(finding, "2026-12-03"))
		fail_msg("%s: %s, %zu dates", name, finding->decided_by,
			 finding->n_stated);
	pw_finding_free(finding);
}

static void an_ask_behind_or_before_any_amount_of_junk_is_found(void **state)
{
	struct pw_buf body;

	(void)state;
	pw_buf_init(&body, MAX);
	add_junk(&body, LINES, "Our catalogue has a docking station for everybody, no.");
	pw_buf_adds(&body, "\r\n" ASK);
	check_found("behind", body.data);
	pw_buf_reset(&body);
	pw_buf_adds(&body, ASK "\r\n\r\n");
	add_junk(&body, LINES, "Our catalogue has a docking station for everybody, no.");
	check_found("before", body.data);
	pw_buf_reset(&body);
	add_junk(&body, LINES / 2, "Our catalogue has a docking station for everybody,");
	pw_buf_adds(&body, "\r\n" ASK "\r\n\r\n");
	add_junk(&body, LINES / 2, "Our catalogue has a docking station for everybody,");
	check_found("between", body.data);
	pw_buf_done(&body);
}

static void a_date_among_thousands_of_others_is_found(void **state)
{
	struct pw_buf body;
	size_t i;

	(void)state;
	pw_buf_init(&body, MAX);
	for (i = 0; i < DATES; i++)
		pw_buf_addf(&body, "Shipped %zu %s %zu, thank you.\r\n", 1 + i % 28,
			    i % 2 ? "March" : "July", 1990 + i / 28 % 30);
	pw_buf_adds(&body, "\r\n" ASK);
	check_found("dates", body.data);
	pw_buf_done(&body);
}

static void tied_dates_by_the_hundred_do_not_push_out_the_true_one(void **state)
{
	struct pw_buf body;
	size_t i;

	(void)state;
	pw_buf_init(&body, MAX);
	for (i = 0; i < DATES / 10; i++)
		pw_buf_addf(&body, "Batch %zu expired on %zu March %zu.\r\n", i,
			    1 + i % 28, 1990 + i / 28 % 30);
	pw_buf_adds(&body, "\r\n" ASK);
	check_found("tied dates", body.data);
	pw_buf_done(&body);
}

#define FORGED(from)                                                                     \
	"From: " from "\r\nSent: Friday, October 2, 2026 9:00 AM\r\n"                    \
	"To: Ana <ana@juniperfalls.example>\r\nSubject: Your FortiGate\r\n\r\n"

static void an_ask_below_a_forged_header_is_the_rivals(void **state)
{
	static const char *const bodies[] = {
		FORGED("Fortinet <noreply@fortinet.com>") ASK,
		"---------- Forwarded message ---------\r\n" FORGED(
			"Fortinet <noreply@fortinet.com>") ASK,
		"Hello Ana, this may interest you:\r\n\r\n" FORGED(
			"Our Staff <staff@ours.example>") ASK,
		FORGED("Ana <ana@juniperfalls.example>") ASK,
		"Hello Ana,\r\n\r\n---- End of forwarded message ----\r\n\r\n" ASK,
		"----- End forwarded message -----\r\n-- \r\n" ASK,
		"> You asked whom to call.\r\n\r\n" ASK,
		"> > > > > wrote\r\n> > > me\r\n\r\n" ASK,
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(bodies); i++)
		check_found(bodies[i], bodies[i]);
}

static void a_stranger_who_passes_on_the_vendors_notice_makes_at_most_a_notice(
	void **state)
{
	static const char notice[] =
		FORGED("Fortinet <noreply@fortinet.com>") "Your FortiGate support "
							  "expires on December 3, 2026. "
							  "Contact your reseller.";
	struct pw_finding *finding =
		forwarded("Bo <bo@consultant.example>", CUSTOMER, "fyi", notice);

	(void)state;
	assert_false(finding->is_solicitation);
	assert_null(finding->notice);
	pw_finding_free(finding);
	/* Asking in the vendor's name is worth a look. */
	finding = forwarded("Bo <bo@consultant.example>", CUSTOMER, "fyi",
			    FORGED("Fortinet <noreply@fortinet.com>") ASK);
	assert_false(finding->is_solicitation);
	assert_non_null(finding->notice);
	pw_finding_free(finding);
}

static void what_was_not_read_to_the_end_is_told(void **state)
{
	struct pw_finding *finding;
	struct pw_buf body;

	(void)state;
	pw_buf_init(&body, MAX);
	add_junk(&body, LINES * 2, "A docking station for everybody, and a cable too.");
	pw_buf_adds(&body, "\r\nAna, about FortiGate: we would like to quote.\r\n\r\n");
	add_junk(&body, LINES * 2, "A docking station for everybody, and a cable too.");
	add_junk(&body, LINES * 2, "A docking station for everybody, and a cable too.");
	finding = forwarded("Bo <bo@cdw.com>", CUSTOMER, "Hello", body.data);
	assert_true(finding->is_solicitation || finding->notice);
	pw_finding_free(finding);
	pw_buf_reset(&body);
	add_junk(&body, 40, "A docking station for everybody, and a cable too.");
	finding = forwarded("Bo <bo@cdw.com>", CUSTOMER, "Hello", body.data);
	assert_false(finding->is_solicitation);
	assert_null(finding->notice);
	pw_finding_free(finding);
	pw_buf_done(&body);
}

static void small_print_takes_no_ask_back(void **state)
{
	(void)state;
	check_found("may withdraw",
		    ASK " I would love to earn your business and can send "
			"our pricing today.\r\n\r\n-- \r\nWe may withdraw this "
			"quote at any time. Please disregard this mail if you "
			"have renewed.");
	check_found("heap of other trades",
		    ASK "\r\n\r\nWe also do insurance policies, SSL certificates, domain "
			"names, copier leases, laptops in stock while supplies last and "
			"webinars (register here). We are hiring a recruiter. "
			"Unsubscribe.");
}

static void who_answers_to_a_rival_is_the_rival(void **state)
{
	static const char *const senders[] = { "Fortinet <renewals@fortinet.com>",
					       "Us <renewals@ours.example>" };
	struct pw_finding *finding;
	char raw[1200];
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(senders); i++) {
		snprintf(raw, sizeof raw,
			 "Resent-From: ana@juniperfalls.example\r\nFrom: %s\r\n"
			 "Reply-To: Bo <bo@cdw.com>\r\n"
			 "To: Ana <ana@juniperfalls.example>\r\nSubject: FortiGate\r\n"
			 "Date: Fri, 02 Oct 2026 15:12:00 -0500\r\n\r\n" ASK "\r\n",
			 senders[i]);
		finding = detect(raw);
		if (!finding->is_solicitation)
			fail_msg("%s: %s", senders[i], finding->decided_by);
		assert_string_equal(finding->solicitor.rival, "cdw");
		assert_string_equal(finding->solicitor.email, "bo@cdw.com");
		pw_finding_free(finding);
	}
}

/* Each ask is looked at beside each withdrawal near it, not beside all of them: that
   would take half an hour. */
static void an_ask_taken_back_thirty_thousand_times_in_one_sentence_is_read(void **state)
{
	struct pw_finding *finding;
	struct pw_buf body;
	size_t i;

	(void)state;
	pw_buf_init(&body, MAX);
	for (i = 0; i < 5 * LINES; i++)
		pw_buf_adds(&body, "we withdraw our quote, can we quote your renewal, ");
	finding = forwarded("Bo <bo@cdw.com>", CUSTOMER, "Hello", body.data);
	assert_false(finding->is_solicitation);
	pw_finding_free(finding);
	pw_buf_reset(&body);
	for (i = 0; i < 5 * LINES; i++)
		pw_buf_adds(&body, "we withdraw our quote. ");
	pw_buf_adds(&body, ASK);
	check_found("in a sentence of its own", body.data);
	pw_buf_done(&body);
}

/* No sender needs room for all layers: memory would grow with their square. */
static void two_thousand_strangers_in_one_thread_are_read(void **state)
{
	enum { N = 1950 };
	char *raw = malloc((size_t)N * 260 + 2000), *at = raw;
	struct pw_finding *finding;
	int i;

	(void)state;
	assert_non_null(raw);
	at += sprintf(at, "From: Ana <ana@juniperfalls.example>\r\n"
			  "To: watch@ours.example\r\nSubject: Fwd: Renewal\r\n\r\n");
	for (i = 0; i < N; i++)
		at += sprintf(
			at,
			"Please have a look at the renewal quote for the licence that "
			"expires soon and say what you think of it.\r\n"
			"---------- Forwarded message ---------\r\n"
			"From: P%d <p%d@junk%d.example>\r\n"
			"Subject: Renewal\r\nTo: ana@juniperfalls.example\r\n\r\n",
			i, i, i);
	sprintf(at, "Your FortiGate expires on December 3, 2026. Can we quote your "
		    "renewal?\r\n");
	finding = detect(raw);
	assert_true(finding->is_solicitation);
	pw_finding_free(finding);
	free(raw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ask_behind_or_before_any_amount_of_junk_is_found),
		cmocka_unit_test(a_date_among_thousands_of_others_is_found),
		cmocka_unit_test(tied_dates_by_the_hundred_do_not_push_out_the_true_one),
		cmocka_unit_test(an_ask_below_a_forged_header_is_the_rivals),
		cmocka_unit_test(
			a_stranger_who_passes_on_the_vendors_notice_makes_at_most_a_notice),
		cmocka_unit_test(what_was_not_read_to_the_end_is_told),
		cmocka_unit_test(small_print_takes_no_ask_back),
		cmocka_unit_test(who_answers_to_a_rival_is_the_rival),
		cmocka_unit_test(
			an_ask_taken_back_thirty_thousand_times_in_one_sentence_is_read),
		cmocka_unit_test(two_thousand_strangers_in_one_thread_are_read),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
