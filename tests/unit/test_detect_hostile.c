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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ask_behind_or_before_any_amount_of_junk_is_found),
		cmocka_unit_test(a_date_among_thousands_of_others_is_found),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
