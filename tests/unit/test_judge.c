/* SPDX-License-Identifier: Apache-2.0 */
/* Golden tables of the judge: what was found in, what was decided out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/resolve.h"
#include "rules/match/match.h"

/* The book: every row a contract. */
static const struct {
	const char *id, *customer, *vendor, *number, *serials, *end;
	enum pw_status status;
} book[] = {
	{ "T-01", "Fernhill", "Cisco", "208841973", "FOC2841L0QX;FOC2841L0QY",
	  "2026-12-10", PW_STATUS_ACTIVE },
	{ "T-02", "Fernhill", "Cisco", "208841974", NULL, "2027-03-31",
	  PW_STATUS_ACTIVE },
	{ "T-03", "Fernhill", "Veeam", "02918374", NULL, "2026-11-24", PW_STATUS_QUOTED },
	{ "T-04", "Fernhill", "Adobe", NULL, NULL, "2026-09-30", PW_STATUS_RENEWED },
	{ "T-05", "Fernhill", "Sophos", "L0010778812", NULL, "2026-08-01",
	  PW_STATUS_ACTIVE },
	{ "T-06", "Fernhill", "Citrix", "50998112", NULL, "2026-12-24", PW_STATUS_LOST },
	{ "T-07", "Fernhill", "Dell", NULL, "4HQ7KM2", "2027-01-29", PW_STATUS_ACTIVE },
	{ "T-08", "Fernhill", "Dell", NULL, "5HQ7KM2", "2026-12-31", PW_STATUS_LOST },
	{ "T-09", "Orrin Bay", "Cisco", "208999111", NULL, "2026-11-30",
	  PW_STATUS_PROCESSING },
	{ "T-10", "Orrin Bay", "HPE", "104822997710", NULL, NULL, PW_STATUS_ACTIVE },
};

static pw_day day_of(const char *iso)
{
	pw_day day = PW_DAY_NONE;
	if (iso)
		assert_true(pw_day_from_iso(iso, &day));
	return day;
}

static void fill(size_t i, struct pw_contract *c)
{
	*c = (struct pw_contract){ .contract_id = book[i].id,
				   .customer = book[i].customer,
				   .vendor = book[i].vendor,
				   .number = book[i].number,
				   .serials = book[i].serials,
				   .start = PW_DAY_NONE,
				   .end = day_of(book[i].end),
				   .status = book[i].status };
}

static int by_id(void *self, const char *id, struct pw_arena *arena,
		 struct pw_contract *ret, struct pw_err *err)
{
	(void)self, (void)arena, (void)err;
	for (size_t i = 0; i < PW_ARRAY_LEN(book); i++) {
		if (strcmp(book[i].id, id) == 0) {
			fill(i, ret);
			return 1;
		}
	}
	return 0;
}

static int of_customer(void *self, const char *customer, size_t max,
		       struct pw_arena *arena, struct pw_contract **ret, size_t *ret_n,
		       struct pw_err *err)
{
	(void)self, (void)err;
	struct pw_contract *list =
		pw_arena_alloc(arena, PW_ARRAY_LEN(book), sizeof(*list));
	size_t n = 0;
	for (size_t i = 0; i < PW_ARRAY_LEN(book) && n < max; i++)
		if (strcmp(book[i].customer, customer) == 0)
			fill(i, &list[n++]);
	*ret = list;
	*ret_n = n;
	return 0;
}

static const struct pw_contract_source source = { NULL, by_id, of_customer };

/* A finding in short, and what must come out.  ';' between items. */
struct golden {
	const char *name;
	bool is_ignored;
	const char *day;      /* of the solicitation, NULL: not written */
	const char *customer; /* found by a recipient's address, NULL: none */
	const char *hits;     /* "T-01 208841973", "~T-01 ..." for a near one */
	const char *vendors;
	const char *stated; /* "2026-12-10 sentence", "~2026 ..." tied to nothing */
	const char *claims;
	/* verdict|contracts|customer|vendor|timing|stated expiry|claims|severity,
	   "-" for nothing */
	const char *judgement;
};

/* clang-format off */
static const struct golden table[] = {
	{ "no solicitation", true,
	  "2026-10-01", "Fernhill", "T-01 208841973", "Cisco", "2026-12-10 x", "",
	  "ignore|-|-|-|-|-|-|low" },
	{ "stranger", false,
	  "2026-10-01", NULL, "", "Cisco", "2026-12-10 x", "",
	  "review|-|-|Cisco|-|2026-12-10|-|low" },
	{ "vendor not held", false,
	  "2026-10-01", "Fernhill", "", "Okta", "", "",
	  "review|-|Fernhill|Okta|-|-|-|normal" },
	{ "no vendor", false,
	  "2026-10-01", "Fernhill", "", "", "", "",
	  "review|-|Fernhill|-|-|-|-|normal" },
	{ "customer the store does not know", false,
	  "2026-10-01", "Nobody", "", "Cisco", "", "",
	  "review|-|-|Cisco|-|-|-|low" },
	{ "all contracts with the vendor", false,
	  "2026-10-01", "Fernhill", "", "Cisco", "", "",
	  "alert|T-01 T-02|Fernhill|Cisco|in_window|-|-|normal" },
	{ "a number narrows", false,
	  "2026-10-01", "Fernhill", "T-02 208841974", "Cisco", "", "",
	  "alert|T-02|Fernhill|Cisco|premature|-|-|low" },
	{ "a number alone", false,
	  "2026-10-01", NULL, "T-02 208841974", "", "", "",
	  "alert|T-02|Fernhill|Cisco|premature|-|-|low" },
	{ "a number that the contract does not have", false,
	  "2026-10-01", NULL, "T-02 999999999", "Cisco", "", "",
	  "review|-|-|Cisco|-|-|-|low" },
	{ "a number of another customer outweighs the addressee", false,
	  "2026-10-01", "Fernhill", "T-09 208999111", "Cisco", "", "",
	  "alert|T-09|Orrin Bay|Cisco|processing|-|-|urgent" },
	{ "two vendors, one by number", false,
	  "2026-10-01", "Fernhill", "T-02 208841974", "Cisco;Veeam", "", "",
	  "alert|T-02 T-03|Fernhill|Veeam|processing|-|-|urgent" },
	{ "lost is not ours", false,
	  "2026-10-01", "Fernhill", "", "Citrix", "", "",
	  "review|-|Fernhill|Citrix|-|-|-|normal" },
	{ "lost beside held", false,
	  "2026-10-01", "Fernhill", "", "Dell", "", "",
	  "alert|T-07|Fernhill|Dell|premature|-|-|low" },
	{ "the number of a lost one", false,
	  "2026-10-01", "Fernhill", "T-08 5HQ7KM2", "Dell", "", "",
	  "review|-|Fernhill|Dell|-|-|-|normal" },
	{ "near is only a hint", false,
	  "2026-10-01", NULL, "~T-01 208841973", "Cisco", "", "",
	  "review|-|-|Cisco|-|-|-|low" },
	{ "90 days are in the window", false,
	  "2026-09-11", "Fernhill", "T-01 208841973", "Cisco", "", "",
	  "alert|T-01|Fernhill|Cisco|in_window|-|-|normal" },
	{ "91 days are premature", false,
	  "2026-09-10", "Fernhill", "T-01 208841973", "Cisco", "", "",
	  "alert|T-01|Fernhill|Cisco|premature|-|-|low" },
	{ "the last day is in the window", false,
	  "2026-12-10", "Fernhill", "T-01 FOC2841L0QX", "Cisco", "", "",
	  "alert|T-01|Fernhill|Cisco|in_window|-|-|high" },
	{ "the day after has lapsed", false,
	  "2026-12-11", "Fernhill", "T-01 208841973", "Cisco", "", "",
	  "alert|T-01|Fernhill|Cisco|lapsed|-|-|high" },
	{ "without a date the day received counts", false,
	  NULL, "Fernhill", "T-01 208841973", "Cisco", "", "",
	  "alert|T-01|Fernhill|Cisco|in_window|-|-|high" },
	{ "quoted means processing, even when it ended", false,
	  "2026-12-20", "Fernhill", "", "Veeam", "", "",
	  "alert|T-03|Fernhill|Veeam|processing|-|-|urgent" },
	{ "renewed", false,
	  "2026-12-20", "Fernhill", "", "Adobe", "", "",
	  "alert|T-04|Fernhill|Adobe|renewed|-|-|low" },
	{ "no end date is premature", false,
	  "2026-12-20", "Orrin Bay", "", "HPE", "2026-12-31 x", "",
	  "alert|T-10|Orrin Bay|HPE|premature|2026-12-31|-|low" },
	{ "the stated day is right", false,
	  "2026-10-01", "Fernhill", "T-01 208841973", "Cisco", "2026-12-10 x", "",
	  "alert|T-01|Fernhill|Cisco|in_window|2026-12-10|-|normal" },
	{ "the stated day is false", false,
	  "2026-10-01", "Fernhill", "T-01 208841973", "Cisco", "2026-12-01 x", "",
	  "alert|T-01|Fernhill|Cisco|in_window|2026-12-01|false_expiry|high" },
	{ "of several stated days the true one counts", false,
	  "2026-10-01", "Fernhill", "T-01 208841973", "Cisco", "2026-12-01 x;2026-12-10 y", "",
	  "alert|T-01|Fernhill|Cisco|in_window|2026-12-10|-|normal" },
	{ "each vendor its day", false,
	  "2026-10-01", "Fernhill", "", "Veeam;Sophos", "2026-08-15 Sophos ends;2026-11-24 Veeam ends", "",
	  "alert|T-03 T-05|Fernhill|Sophos|lapsed|2026-08-15|false_expiry|high" },
	{ "the other vendor's day is not this one's", false,
	  "2026-10-01", "Fernhill", "", "Veeam;Sophos", "2026-11-24 Veeam ends", "",
	  "alert|T-03 T-05|Fernhill|Sophos|lapsed|-|-|high" },
	{ "a change of partner is urgent", false,
	  "2026-10-01", "Fernhill", "", "Adobe", "", "partner_change_request;vendor_shared_contact",
	  "alert|T-04|Fernhill|Adobe|renewed|-|partner_change_request vendor_shared_contact|urgent" },
	{ "unknown claims are no claims", false,
	  "2026-10-01", "Fernhill", "", "Cisco", "", "cheaper",
	  "alert|T-01 T-02|Fernhill|Cisco|in_window|-|-|normal" },
	{ "a lost contract says which date is meant", false,
	  "2026-10-01", "Fernhill", "", "Citrix", "~2026-12-24 ended then", "",
	  "review|-|Fernhill|Citrix|-|2026-12-24|-|normal" },
};
/* clang-format on */

/* The next item of a list, copied; NULL at the end. */
static const char *next_item(struct pw_arena *arena, const char **list)
{
	if (!*list || !**list)
		return NULL;
	size_t len = strcspn(*list, ";");
	const char *item = pw_arena_strndup(arena, *list, len);
	*list += len + ((*list)[len] == ';');
	return item;
}

static void fill_hits(struct pw_finding *f, const char *list)
{
	const char *hit;
	while ((hit = next_item(f->arena, &list))) {
		bool is_near = hit[0] == '~';
		f->identifiers[f->n_identifiers++] = (struct pw_identifier_hit){
			.contract_id = pw_arena_strndup(f->arena, hit + is_near, 4),
			.identifier = hit + is_near + 5,
			.written = hit + is_near + 5,
			.how = is_near ? PW_HOW_NEAR_IDENTIFIER : PW_HOW_IDENTIFIER,
			.why = PW_WHY_EXACT,
		};
	}
}

static struct pw_finding *make_finding(const struct golden *g)
{
	struct pw_finding *f = pw_alloc(1, sizeof(*f));
	const char *vendors = g->vendors, *stated = g->stated, *claims = g->claims, *item;
	f->arena = pw_arena_new(1 << 20);
	f->is_solicitation = !g->is_ignored;
	f->solicitor.date.day = day_of(g->day);
	f->identifiers = pw_arena_alloc(f->arena, 4, sizeof(*f->identifiers));
	f->vendors = pw_arena_alloc(f->arena, 4, sizeof(*f->vendors));
	f->stated = pw_arena_alloc(f->arena, 4, sizeof(*f->stated));
	f->claims = pw_arena_alloc(f->arena, 4, sizeof(*f->claims));
	f->customers = pw_arena_alloc(f->arena, 1, sizeof(*f->customers));
	f->n_customers = g->customer ? 1 : 0;
	f->customers[0] = (struct pw_customer_hit){ g->customer, "a@b.example", 0,
						    PW_HOW_RECIPIENT, false };
	fill_hits(f, g->hits);
	while ((item = next_item(f->arena, &vendors))) {
		f->vendors[f->n_vendors] =
			(struct pw_vendor_hit){ item,   item, item,
						"name", 0,    10 * f->n_vendors };
		f->n_vendors++;
	}
	while ((item = next_item(f->arena, &stated))) {
		struct pw_stated_date *date = &f->stated[f->n_stated++];
		date->is_loose = *item == '~';
		item += date->is_loose;
		date->date.day = day_of(pw_arena_strndup(f->arena, item, 10));
		date->quote = item + 11;
		date->at = 100;
	}
	while ((item = next_item(f->arena, &claims)))
		f->claims[f->n_claims++].claim = item;
	return f;
}

static void join(struct pw_buf *out, const char *word)
{
	if (out->len > 0)
		pw_buf_addc(out, ' ');
	pw_buf_adds(out, word);
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void check(const struct golden *g, const struct pw_judgement *j)
{
	char iso[PW_DAY_TEXT];
	PW_CLEANUP(pw_buf_done) struct pw_buf contracts;
	PW_CLEANUP(pw_buf_done) struct pw_buf claims;
	PW_CLEANUP(pw_buf_done) struct pw_buf all;
	pw_buf_init(&contracts, 1000);
	pw_buf_init(&claims, 1000);
	pw_buf_init(&all, 4000);
	for (size_t i = 0; i < j->n_matched; i++)
		join(&contracts, j->matched[i]->contract.contract_id);
	for (unsigned bit = 1; bit <= PW_CLAIM_VENDOR_SHARED; bit <<= 1)
		if (j->claims & bit)
			join(&claims, pw_claim_name(bit));
	pw_buf_addf(&all, "%s|%s|%s|%s|%s|%s|%s|%s", pw_verdict_name(j->verdict),
		    or_dash(contracts.data), or_dash(j->customer), or_dash(j->vendor),
		    or_dash(pw_timing_name(j->timing)),
		    or_dash(pw_day_to_iso(j->stated_expiry, iso)), or_dash(claims.data),
		    pw_severity_name(j->severity));
	if (strcmp(all.data, g->judgement) != 0)
		fail_msg("%s:\n  got  %s\n  want %s", g->name, all.data, g->judgement);
}

static const struct pw_resolve_options options = { .received = 20789 /* 2026-12-02 */,
						   .window_days = 90 };

static void every_row_of_the_golden_table_comes_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < PW_ARRAY_LEN(table); i++) {
		struct pw_err err = PW_ERR_INIT;
		struct pw_finding *f = make_finding(&table[i]);
		PW_CLEANUP(pw_resolved_freep) struct pw_resolved *r = NULL;
		assert_int_equal(pw_resolve(&r, f, &source, NULL, &options, &err), 0);
		check(&table[i], r->judgement);
		pw_arena_free(f->arena);
		free(f);
	}
}

static void a_notice_names_the_contracts_but_stays_ignored(void **state)
{
	(void)state;
	struct pw_err err = PW_ERR_INIT;
	static const struct golden g = { "notice", true, "2026-10-01", "Fernhill", "",
					 "Cisco",  "",   "",           "" };
	struct pw_finding *f = make_finding(&g);
	f->notice = "a vendor asks to release a contract";
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *r = NULL;
	assert_int_equal(pw_resolve(&r, f, &source, NULL, &options, &err), 0);
	assert_int_equal(r->judgement->verdict, PW_VERDICT_IGNORE);
	assert_int_equal(r->judgement->n_matched, 2);
	assert_string_equal(r->judgement->soonest->contract.contract_id, "T-01");
	assert_int_equal(r->judgement->severity, PW_SEVERITY_HIGH);
	pw_arena_free(f->arena);
	free(f);
}

static void a_date_that_could_be_read_both_ways_is_read_as_it_fits(void **state)
{
	(void)state;
	struct pw_err err = PW_ERR_INIT;
	static const struct golden g = {
		"ambiguous", false,          "2026-10-01", "Fernhill", "T-01 208841973",
		"Cisco",     "2026-10-12 x", "",           ""
	};
	struct pw_finding *f = make_finding(&g);
	f->stated[0].date.is_ambiguous = true;
	PW_CLEANUP(pw_resolved_freep) struct pw_resolved *r = NULL;
	assert_int_equal(pw_resolve(&r, f, &source, NULL, &options, &err), 0);
	assert_int_equal(r->judgement->stated_expiry, day_of("2026-12-10"));
	assert_int_equal(r->judgement->claims, 0);
	pw_arena_free(f->arena);
	free(f);
}

static void a_short_number_of_another_customer_is_a_coincidence(void **state)
{
	(void)state;
	struct pw_err err = PW_ERR_INIT;
	static const struct golden g = {
		"coincidence", false, "2026-10-01", "Fernhill", "T-09 208999111",
		"Cisco",       "",    "",           ""
	};
	static const char *const whys[] = { "label nearby", PW_WHY_EXACT };
	for (size_t i = 0; i < PW_ARRAY_LEN(whys); i++) {
		struct pw_finding *f = make_finding(&g);
		f->identifiers[0].why = whys[i];
		PW_CLEANUP(pw_resolved_freep) struct pw_resolved *r = NULL;
		assert_int_equal(pw_resolve(&r, f, &source, NULL, &options, &err), 0);
		assert_string_equal(r->judgement->soonest->contract.contract_id,
				    i == 0 ? "T-01" : "T-09");
		pw_arena_free(f->arena);
		free(f);
	}
}

static int failing_source(void *self, const char *id, struct pw_arena *arena,
			  struct pw_contract *ret, struct pw_err *err)
{
	(void)self, (void)id, (void)arena, (void)ret;
	return pw_err_set(err, PW_ESTORE, "the store is gone");
}

static void a_failing_store_fails_the_judgement(void **state)
{
	(void)state;
	struct pw_err err = PW_ERR_INIT;
	static const struct pw_contract_source broken = { NULL, failing_source,
							  of_customer };
	struct pw_finding *f = make_finding(&table[6]);
	struct pw_resolved *r = NULL;
	assert_int_equal(pw_resolve(&r, f, &broken, NULL, &options, &err), -1);
	assert_int_equal(err.code, PW_ESTORE);
	assert_null(r);
	pw_arena_free(f->arena);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_golden_table_comes_out),
		cmocka_unit_test(a_notice_names_the_contracts_but_stays_ignored),
		cmocka_unit_test(a_date_that_could_be_read_both_ways_is_read_as_it_fits),
		cmocka_unit_test(a_short_number_of_another_customer_is_a_coincidence),
		cmocka_unit_test(a_failing_store_fails_the_judgement),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
