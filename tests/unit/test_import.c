/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/base/str.h"
#include "agent/contracts/import.h"
#include "tests/unit/store_fixture.h"

/* Everything that an import says, as lines. */
struct heard {
	struct pw_buf problems, changes;
};

static void hear_problem(void *self, const struct pw_import_problem *p)
{
	struct heard *heard = self;

	pw_buf_addf(&heard->problems, "%s %llu %s: %s\n",
		    p->is_error ? "error" : "warning", (unsigned long long)p->line,
		    p->column ? p->column : "-", p->text);
}

static void hear_change(void *self, const struct pw_change *change)
{
	struct heard *heard = self;
	const struct pw_contract_row *row =
		change->after ? change->after : change->before;
	char before[256], after[256];
	const char *column;
	int at = 0;

	if (change->kind != PW_CHANGE_CHANGED) {
		pw_buf_addf(&heard->changes, "%s %s\n",
			    change->kind == PW_CHANGE_ADDED ? "added" : "missing",
			    row->contract.contract_id);
		return;
	}
	while (pw_change_next(change, &at, &column, before, after))
		pw_buf_addf(&heard->changes, "%s %s: %s -> %s\n",
			    row->contract.contract_id, column, before, after);
}

/* A store in memory and what an import into it said. */
struct bench {
	struct fixture *f;
	struct pw_store *store;
	struct heard heard;
	struct pw_import_options options;
	struct pw_import_result result;
	struct pw_err err;
};

static void bench_init(struct bench *b, struct fixture *f)
{
	memset(b, 0, sizeof *b);
	b->f = f;
	b->store = fixture_memory(f);
	pw_buf_init(&b->heard.problems, 1 << 20);
	pw_buf_init(&b->heard.changes, 1 << 20);
	b->options.problem = hear_problem;
	b->options.self = &b->heard;
	b->options.watch.change = hear_change;
	b->options.watch.self = &b->heard;
}

static void bench_done(struct bench *b)
{
	pw_store_close(b->store);
	pw_buf_done(&b->heard.problems);
	pw_buf_done(&b->heard.changes);
}

static int import_bytes(struct bench *b, const char *bytes, size_t len)
{
	int fd = memfd_create("export", 0), rc;

	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	pw_buf_reset(&b->heard.problems);
	pw_buf_reset(&b->heard.changes);
	b->err = (struct pw_err)PW_ERR_INIT;
	rc = pw_contracts_import(b->store, fd, "export.csv", &b->options, &b->result,
				 &b->err);
	close(fd);
	return rc;
}

static int import_text(struct bench *b, const char *text)
{
	return import_bytes(b, text, strlen(text));
}

static void must_import(struct bench *b, const char *text)
{
	if (import_text(b, text) < 0)
		fail_msg("%s\n%s", b->err.msg, b->heard.problems.data);
}

static struct pw_contract_row *must_get(struct bench *b, const char *id)
{
	struct pw_contract_row *row = NULL;

	assert_int_equal(pw_store_contract_get(b->store, id, b->f->arena, &row, &b->err),
			 0);
	if (!row)
		fail_msg("no contract '%s'", id);
	return row;
}

static void assert_day(pw_day day, const char *iso)
{
	char text[PW_DAY_TEXT];

	assert_string_equal(pw_day_to_iso(day, text), iso);
}

#define PLAIN_HEADER                                                                     \
	"contract_id,customer,customer_domains,vendor,product,contract_number,serials,"  \
	"quantity,start_date,end_date,annual_value,currency,owner_email,status\n"
#define PLAIN_A                                                                          \
	"A-1,Harrow Mutual,harrow.example,Cisco,\"SmartNet, stack\",204118375,"          \
	"FOC1;FOC2,2,2025-11-01,2026-10-31,9420.00,USD,ann@us.example,quoted\n"
#define PLAIN_B                                                                          \
	"A-2,Harrow Mutual,harrow.example,VMware,vSphere,0042918836,,192,2024-03-01,"    \
	"2027-02-28,36480.00,USD,ann@us.example,active\n"

static void a_plain_export_arrives_whole(void **state)
{
	struct bench b;
	struct pw_contract_row *row;

	bench_init(&b, *state);
	must_import(&b, PLAIN_HEADER PLAIN_A PLAIN_B);
	assert_int_equal(b.result.counts.added, 2);
	assert_string_equal(b.heard.problems.data, "");
	row = must_get(&b, "A-1");
	assert_string_equal(row->contract.customer, "Harrow Mutual");
	assert_string_equal(row->customer_domains, "harrow.example");
	assert_string_equal(row->contract.product, "SmartNet, stack");
	assert_string_equal(row->contract.serials, "FOC1;FOC2");
	assert_string_equal(row->contract.annual_value, "9420.00");
	assert_int_equal(row->contract.status, PW_STATUS_QUOTED);
	assert_day(row->contract.start, "2025-11-01");
	assert_day(row->contract.end, "2026-10-31");
	assert_string_equal(must_get(&b, "A-2")->contract.number, "0042918836");
	bench_done(&b);
}

/* Ten exports as other programs write them. */

static void semicolons_a_mark_and_german_numbers(void **state)
{
	struct bench b;
	struct pw_contract_row *row;

	bench_init(&b, *state);
	must_import(&b, "\xEF\xBB\xBF"
			"Vertragsnummer;Kunde;Website;Hersteller;Enddatum;Jahreswert;"
			"Seriennummer;Status\r\n"
			"4711;M\xC3\xBCller & S\xC3\xB6hne;https://www.mueller.example/;"
			"Veeam;31.12.2026;\"31.800,00 \xE2\x82\xAC\";S1;Aktiv\r\n");
	assert_string_equal(b.result.encoding, "UTF-8");
	assert_int_equal(b.result.delimiter, ';');
	assert_non_null(strstr(b.heard.changes.data, "added veeam-4711-"));
	row = must_get(&b, b.heard.changes.data[0]
				   ? strtok(b.heard.changes.data + 6, "\n")
				   : "");
	assert_string_equal(row->contract.customer, "M\xC3\xBCller & S\xC3\xB6hne");
	assert_string_equal(row->customer_domains, "mueller.example");
	assert_string_equal(row->contract.annual_value, "31800.00");
	assert_string_equal(row->contract.currency, "EUR");
	assert_day(row->contract.end, "2026-12-31");
	bench_done(&b);
}

static void utf_16_with_tabs(void **state)
{
	static const char text[] =
		"Contract ID\tCompany\tManufacturer\tExpiration Date\r\n"
		"T-1\tZo\xEB Ltd\tFortinet\t2026-12-14\r\n";
	char bytes[2 * sizeof text + 2];
	struct bench b;
	size_t i, n = 0, mark;

	bench_init(&b, *state);
	for (mark = 0; mark < 2; mark++) { /* with and without its mark */
		n = 0;
		if (mark) {
			bytes[n++] = '\xFF';
			bytes[n++] = '\xFE';
		}
		for (i = 0; i + 1 < sizeof text; i++) {
			bytes[n++] = text[i];
			bytes[n++] = 0;
		}
		if (import_bytes(&b, bytes, n) < 0)
			fail_msg("%s", b.err.msg);
		assert_string_equal(b.result.encoding, "UTF-16LE");
		assert_string_equal(must_get(&b, "T-1")->contract.customer,
				    "Zo\xC3\xAB Ltd");
	}
	bench_done(&b);
}

static void windows_1252_with_old_line_ends(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b,
		    "Record ID,Account Name,Supplier,End Date,Amount\r"
		    "W-1,Caf\xE9 \x93Ol\xE9\x94,Citrix,2026-05-01,\"\x80 1'250.50\"\r");
	assert_string_equal(b.result.encoding, "windows-1252");
	assert_string_equal(must_get(&b, "W-1")->contract.customer,
			    "Caf\xC3\xA9 \xE2\x80\x9COl\xC3\xA9\xE2\x80\x9D");
	assert_string_equal(must_get(&b, "W-1")->contract.annual_value, "1250.50");
	assert_string_equal(must_get(&b, "W-1")->contract.currency, "EUR");
	bench_done(&b);
}

static void one_line_per_serial(void **state)
{
	struct bench b;
	struct pw_contract_row *row;

	bench_init(&b, *state);
	must_import(&b, "Contract Number,End Customer,Vendor,Serial/PAK,Quantity,"
			"Covered Product Line End Date,Extended Price\n"
			"204118375,Harrow Mutual,Cisco,FOC1,1,2026-10-31,\"3,140.00\"\n"
			"204118375,Harrow Mutual,Cisco,FOC2,1,2026-10-31,\"3,140.00\"\n"
			"204118375,Harrow Mutual,Cisco,FOC3,1,2026-10-30,\"3,140.00\"\n"
			"204118375,Lomnice Foods,Cisco,FOC4,1,2026-10-31,5.00\n");
	assert_int_equal(b.result.counts.contracts, 2);
	assert_non_null(strstr(b.heard.problems.data,
			       "warning 4 Covered Product Line End Date: line 2"));
	strtok(b.heard.changes.data + 6, "\n");
	row = must_get(&b, b.heard.changes.data + 6);
	if (!pw_streq(row->contract.customer, "Harrow Mutual"))
		row = must_get(&b, strtok(NULL, "\n") + 6);
	assert_string_equal(row->contract.serials, "FOC1;FOC2;FOC3");
	assert_string_equal(row->contract.quantity, "3");
	assert_string_equal(row->contract.annual_value, "9420.00");
	assert_day(row->contract.end, "2026-10-30");
	bench_done(&b);
}

static void american_dates_that_show_themselves(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "id,client_name,vendor,Start Date,End Date\n"
			"1,Harrow,Cisco,3/4/2025,3/4/2026\n"
			"2,Harrow,Cisco,1/2/2025,12/31/2026 12:00 AM\n");
	assert_int_equal(b.result.dates, PW_DATES_MDY);
	assert_day(must_get(&b, "1")->contract.end, "2026-03-04");
	assert_day(must_get(&b, "1")->contract.start, "2025-03-04");
	bench_done(&b);
}

static void spreadsheet_serials_and_month_names(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "id,customer,vendor,Start Date,End Date\n"
			"1,Harrow,Cisco,45992,46370.0\n"
			"2,Harrow,Cisco,14-Dec-2025,\"Dec 14, 2026\"\n"
			"3,Harrow,Cisco,14. Dez 2025,20261214\n"
			"4,Harrow,Cisco,2 mars 2026,2026-12-14T00:00:00Z\n");
	assert_day(must_get(&b, "1")->contract.start, "2025-12-01");
	assert_day(must_get(&b, "1")->contract.end, "2026-12-14");
	assert_day(must_get(&b, "2")->contract.start, "2025-12-14");
	assert_day(must_get(&b, "2")->contract.end, "2026-12-14");
	assert_day(must_get(&b, "3")->contract.start, "2025-12-14");
	assert_day(must_get(&b, "3")->contract.end, "2026-12-14");
	assert_day(must_get(&b, "4")->contract.start, "2026-03-02");
	assert_day(must_get(&b, "4")->contract.end, "2026-12-14");
	bench_done(&b);
}

static void titles_above_the_header_and_line_breaks_in_cells(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "sep=;\r\n"
			"Renewals report;;;;\r\n"
			"\r\n"
			"Renewal ID;Account Name;Vendor;End Date;Product;;\r\n"
			"R-1;\"Harrow\r\nMutual\";Cisco;2026-10-31;\"24\"\" rack\";;\r\n"
			";;;;;;\r\n");
	assert_string_equal(must_get(&b, "R-1")->contract.customer, "Harrow Mutual");
	assert_string_equal(must_get(&b, "R-1")->contract.product, "24\" rack");
	bench_done(&b);
}

static void marks_that_keep_zeros_and_floats_that_lost_them(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "id,customer,vendor,end date,contract number\n"
			"1,Harrow,VMware,2026-10-31,\"=\"\"0042918836\"\"\"\n"
			"2,Harrow,VMware,2026-10-31,'0041938828\n"
			"3,Harrow,Cisco,2026-10-31,204118375.0\n");
	assert_string_equal(must_get(&b, "1")->contract.number, "0042918836");
	assert_string_equal(must_get(&b, "2")->contract.number, "0041938828");
	assert_string_equal(must_get(&b, "3")->contract.number, "204118375");
	assert_non_null(strstr(b.heard.problems.data, "without '.0'"));
	bench_done(&b);
}

static void an_owner_without_address_and_serials_in_two_columns(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "id|customer|vendor|end date|owner|serial number|license key\n"
			"1|Harrow|Cisco|2026-10-31|Ann Lee|FOC1|K-1, K-2\n"
			"2|Harrow|Cisco|2026-10-31|Ann Lee <ann@us.example>|FOC2|\n");
	assert_int_equal(b.result.delimiter, '|');
	assert_null(must_get(&b, "1")->contract.owner_email);
	assert_non_null(strstr(b.heard.problems.data, "warning 2 owner: 'Ann Lee'"));
	assert_string_equal(must_get(&b, "1")->contract.serials, "FOC1;K-1;K-2");
	assert_string_equal(must_get(&b, "2")->contract.owner_email, "ann@us.example");
	bench_done(&b);
}

static void headers_that_only_a_map_explains(void **state)
{
	static const char text[] = "Nr,Firma,Marke,Bis\nX1,Harrow,Cisco,2026-10-31\n";
	const char *const maps[] = { "contract_id=Nr", "Firma=customer", "vendor=marke",
				     "end_date=BIS" };
	struct bench b;

	bench_init(&b, *state);
	assert_int_equal(import_text(&b, text), -1);
	assert_non_null(strstr(b.err.msg, "--map customer=NAME"));
	assert_non_null(strstr(b.err.msg, "Nr, Firma, Marke, Bis"));
	b.options.maps = maps;
	b.options.n_maps = 4;
	must_import(&b, text);
	assert_string_equal(must_get(&b, "X1")->contract.customer, "Harrow");
	/* The next import remembers. */
	b.options.n_maps = 0;
	must_import(&b, text);
	assert_true(b.result.used_saved);
	assert_int_equal(b.result.counts.unchanged, 1);
	bench_done(&b);
}

/* What is refused, and what it says. */

static void what_is_wrong_is_named_by_line_and_column(void **state)
{
	static const struct {
		const char *name, *text, *said;
	} rows[] = {
		{ "no customer", "id,customer,vendor,end date\n1,,Cisco,2026-10-31\n",
		  "error 2 customer: is empty" },
		{ "no end", "id,customer,vendor,End Date\n1,H,Cisco,\n",
		  "error 2 End Date: is empty" },
		{ "no date", "id,customer,vendor,End Date\n\n1,H,Cisco,soon\n",
		  "error 3 End Date: 'soon' is no date" },
		{ "no such day", "id,customer,vendor,End Date\n1,H,Cisco,2026-02-30\n",
		  "error 2 End Date: '2026-02-30' is no date" },
		{ "rounded number",
		  "id,customer,vendor,end date,Contract Number\n"
		  "1,H,Cisco,2026-10-31,1.05E+11\n",
		  "error 2 Contract Number: '1.05E+11' was damaged by a spreadsheet" },
		{ "failed formula",
		  "id,customer,vendor,end date,Contract Number\n"
		  "1,H,Cisco,2026-10-31,#N/A\n",
		  "error 2 Contract Number: '#N/A' is no number, but a formula" },
		{ "formula",
		  "id,customer,vendor,end date,serial\n1,H,Cisco,2026-10-31,=A2\n",
		  "error 2 serial: '=A2' is no number" },
		{ "formula for a quantity",
		  "id,customer,vendor,end date,qty\n1,H,Cisco,2026-10-31,#REF!\n",
		  "error 2 qty: '#REF!' is a formula or its failure" },
		{ "formula for a customer",
		  "id,customer,vendor,end date\n1,#N/A,Cisco,2026-10-31\n",
		  "error 2 customer: '#N/A' is a formula or its failure" },
		{ "freemail",
		  "id,customer,vendor,end date,domain\n1,H,Cisco,2026-10-31,GMail.com\n",
		  "error 2 domain: 'gmail.com' is shared by many" },
		{ "public suffix",
		  "id,customer,vendor,end date,domain\n1,H,Cisco,2026-10-31,co.uk\n",
		  "'co.uk' is shared by many" },
		{ "status",
		  "id,customer,vendor,end date,status\n1,H,Cisco,2026-10-31,dunno\n",
		  "error 2 status: 'dunno' is no known status" },
		{ "short line", "id,customer,vendor,status,end date\n1,H,Cisco,active\n",
		  "error 2 -: has 4 cells, the header 5" },
		{ "end before start",
		  "id,customer,vendor,start date,end date\n1,H,C,2026-10-31,2025-10-31\n",
		  "lies before the start" },
		{ "amount",
		  "id,customer,vendor,end date,amount\n1,H,Cisco,2026-10-31,lots\n",
		  "error 2 amount: 'lots' is no amount" },
		{ "two customers of one contract",
		  "id,customer,vendor,end date\n1,H,C,2026-10-31\n1,O,C,2026-10-31\n",
		  "error 3 customer: line 2 says otherwise of the same contract '1'" },
		{ "terminal tricks",
		  "id,customer,vendor,end date\n1,H,Cisco,\"\x1b[31msoon\"\n",
		  "'\\u{1b}[31msoon' is no date" },
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(rows); i++) {
		struct bench b;
		int64_t version;

		bench_init(&b, *state);
		if (import_text(&b, rows[i].text) != -1 || b.err.code != PW_EINPUT ||
		    !strstr(b.heard.problems.data, rows[i].said))
			fail_msg("%s: %s\n%s", rows[i].name, b.err.msg,
				 b.heard.problems.data);
		assert_int_equal(pw_store_contracts_version(b.store, &version, &b.err),
				 0);
		assert_int_equal(version, 0); /* nothing was changed */
		bench_done(&b);
	}
}

static void what_cannot_be_read_at_all_says_why(void **state)
{
	static const struct {
		const char *bytes;
		size_t len; /* 0: of the string */
		const char *said;
	} rows[] = {
		{ "PK\003\004xxxx", 8, "is a spreadsheet" },
		{ "\0\1\2\3\0\0\0\0", 8, "" },
		{ "\n\n", 0, "empty" },
		{ "id,customer,vendor,end date\n", 0, "no line" },
		{ "id,customer,vendor,end date\n1,\"H,C,2026\n\n", 0, "never closed" },
		{ "id,customer,vendor,end date\n\xC3\xA9\xC3\xA9,H,C,2026-10-31\n"
		  "\xE9,H,C,2026-10-31\n",
		  0, "mixes encodings: line 3" },
		{ "id,customer,vendor,end date\n1,H,C,3/4/2026\n", 0,
		  "--dates dmy or --dates mdy" },
		{ "id,customer,vendor,end date\n1,H,C,13/4/2026\n1,H,C,4/13/2026\n", 0,
		  "mixes day/month/year (line 2) and month/day/year (line 3)" },
		{ "Firma,Wer,Nummer\nH,C,204\n", 0,
		  "as 'customer', nor as 'vendor', nor as 'end_date'" },
		{ "customer,vendor,end date\nH,C,2026-04-03\n", 40,
		  "tell contracts apart" },
	};
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(rows); i++) {
		struct bench b;

		bench_init(&b, *state);
		if (import_bytes(&b, rows[i].bytes,
				 rows[i].len ? rows[i].len : strlen(rows[i].bytes)) !=
			    -1 ||
		    !strstr(b.err.msg, rows[i].said))
			fail_msg("row %zu: %s", i, b.err.msg);
		bench_done(&b);
	}
}

static void an_ambiguous_order_that_was_told_is_remembered(void **state)
{
	static const char text[] = "id,customer,vendor,end date\n1,H,C,3/4/2026\n";
	struct bench b;

	bench_init(&b, *state);
	b.options.dates = PW_DATES_DMY;
	must_import(&b, text);
	assert_day(must_get(&b, "1")->contract.end, "2026-04-03");
	assert_false(b.result.used_saved);
	b.options.dates = PW_DATES_UNKNOWN;
	must_import(&b, text);
	assert_true(b.result.used_saved);
	assert_int_equal(b.result.counts.unchanged, 1);
	bench_done(&b);
}

static void words_of_status_are_mapped_and_remembered(void **state)
{
	static const char text[] = "id,customer,vendor,end date,Deal Stage\n"
				   "1,H,C,2026-10-31,Angebot raus!\n"
				   "2,H,C,2026-10-31,Closed Won\n"
				   "3,H,C,2026-10-31,closedlost\n"
				   "4,H,C,2026-10-31,Closed\n";
	const char *const wrong[] = { "status:x=y" };
	const char *const maps[] = { "status:angebot raus=quoted" };
	struct bench b;

	bench_init(&b, *state);
	assert_int_equal(import_text(&b, text), -1);
	assert_non_null(strstr(b.heard.problems.data, "'Angebot raus!' is no known"));
	b.options.maps = wrong;
	b.options.n_maps = 1;
	assert_int_equal(import_text(&b, text), -1);
	assert_non_null(strstr(b.err.msg, "must be active"));
	b.options.maps = maps;
	must_import(&b, text);
	b.options.n_maps = 0;
	must_import(&b, text);
	assert_int_equal(must_get(&b, "1")->contract.status, PW_STATUS_QUOTED);
	assert_int_equal(must_get(&b, "2")->contract.status, PW_STATUS_RENEWED);
	assert_int_equal(must_get(&b, "3")->contract.status, PW_STATUS_LOST);
	assert_int_equal(must_get(&b, "4")->contract.status, PW_STATUS_ACTIVE);
	assert_non_null(strstr(b.heard.problems.data, "warning 5 Deal Stage: 'Closed'"));
	bench_done(&b);
}

static void lost_zeros_are_noticed(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, PLAIN_HEADER PLAIN_B);
	must_import(&b, "contract_id,customer,vendor,end_date,contract_number\n"
			"A-2,Harrow Mutual,VMware,2027-02-28,42918836\n");
	assert_non_null(strstr(b.heard.problems.data, "was '0042918836' so far"));
	must_import(&b, "id,customer,vendor,end_date,contract_number\n"
			"1,H,Acme,2027-02-28,10419388\n2,H,Acme,2027-02-28,20419388\n"
			"3,H,Acme,2027-02-28,30419388\n4,H,Acme,2027-02-28,419388\n");
	assert_non_null(strstr(b.heard.problems.data,
			       "warning 5 -: 1 number of 'Acme' has 6 digits"));
	must_import(&b, "id,customer,vendor,end_date,serials\n"
			"1,H,Palo,2027-02-28,116201044815;116201044816\n"
			"2,H,Palo,2027-02-28,216201044815;16201044817\n");
	assert_non_null(strstr(b.heard.problems.data,
			       "warning 3 -: 1 serial of 'Palo' has 11 digits"));
	bench_done(&b);
}

static void a_column_that_is_given_twice_is_told_of(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "id,customer,vendor,end_date,End_Date\n"
			"1,H,Acme,2027-02-28,2027-03-31\n");
	assert_non_null(
		strstr(b.heard.problems.data, "End_Date (again: the first one counts)"));
	bench_done(&b);
}

static void totals_and_headers_in_the_middle_are_no_contracts(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "Contract ID,Customer,Vendor,End Date,Amount\n"
			"A-1,Total Sports Ltd,Cisco,2027-01-31,10\n"
			"Total: 1,,,,10\n"
			"\xEF\xBB\xBF"
			"contract id,Customer,Vendor,End Date,Amount\n"
			"A-2,Boro,Cisco,2027-01-31,20\n"
			",Grand total,,,30\n");
	assert_int_equal(b.result.counts.contracts, 2);
	assert_int_equal(b.result.n_skipped, 0);
	assert_string_equal(must_get(&b, "A-1")->contract.customer, "Total Sports Ltd");
	assert_non_null(
		strstr(b.heard.problems.data, "warning 3 -: is a total: left out"));
	assert_non_null(
		strstr(b.heard.problems.data, "warning 4 -: is the header again"));
	assert_non_null(
		strstr(b.heard.problems.data, "warning 6 -: is a total: left out"));
	bench_done(&b);
}

static void empty_cells_at_the_end_of_a_line_may_be_missing(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "id,customer,vendor,end date,serials,status,owner\n"
			"1,H,Cisco,2026-10-31\n");
	assert_null(must_get(&b, "1")->contract.serials);
	assert_non_null(
		strstr(b.heard.problems.data, "warning 2 -: has 4 cells, the header 7"));
	bench_done(&b);
}

static void one_domain_of_two_customers_is_told_once(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	must_import(&b, "id,customer,domain,vendor,end date\n"
			"1,Acme Inc,acme.example,C,2026-10-31\n"
			"2,Acme Inc,acme.example,C,2026-10-31\n"
			"3,\"ACME, \x1bInc.\",acme.example,C,2026-10-31\n"
			"4,\"ACME, Inc.\",acme.example,C,2026-10-31\n");
	assert_string_equal(
		b.heard.problems.data,
		"warning 4 domain: 'acme.example' is 'Acme Inc' elsewhere and "
		"'ACME, Inc.' here: two customers, or one in two spellings?\n");
	bench_done(&b);
}

static void skip_bad_imports_the_rest(void **state)
{
	struct bench b;

	bench_init(&b, *state);
	b.options.skip_bad = true;
	must_import(&b, PLAIN_HEADER PLAIN_A "A-9,,,,,,,,,,,,,\n" PLAIN_B);
	assert_int_equal(b.result.n_skipped, 1);
	assert_int_equal(b.result.counts.added, 2);
	bench_done(&b);
}

static void importing_the_same_again_changes_nothing(void **state)
{
	struct bench b;
	int64_t before, after;

	bench_init(&b, *state);
	must_import(&b, PLAIN_HEADER PLAIN_A PLAIN_B);
	assert_int_equal(pw_store_contracts_version(b.store, &before, &b.err), 0);
	must_import(&b, PLAIN_HEADER PLAIN_B PLAIN_A);
	assert_int_equal(b.result.counts.unchanged, 2);
	assert_string_equal(b.heard.changes.data, "");
	assert_int_equal(pw_store_contracts_version(b.store, &after, &b.err), 0);
	assert_int_equal(before, after);
	bench_done(&b);
}

static void a_dry_run_tells_and_changes_nothing(void **state)
{
	struct bench b;
	struct pw_contract_row *row;

	bench_init(&b, *state);
	must_import(&b, PLAIN_HEADER PLAIN_A PLAIN_B);
	b.options.dry_run = true;
	must_import(
		&b, PLAIN_HEADER
		"A-1,Harrow Mutual,harrow.example,Cisco,\"SmartNet, stack\",204118375,"
		"FOC1;FOC2,2,2025-11-01,2027-10-31,9420.00,USD,ann@us.example,"
		"processing\n"
		"A-3,Lomnice Foods,ostrava.example,Dell,,,TAG1234,1,,2026-12-17,,,,\n");
	assert_string_equal(b.heard.changes.data,
			    "A-1 end_date: 2026-10-31 -> 2027-10-31\n"
			    "A-1 status: quoted -> processing\n"
			    "added A-3\n"
			    "missing A-2\n");
	assert_int_equal(b.result.counts.added, 1);
	assert_int_equal(b.result.counts.changed, 1);
	assert_int_equal(b.result.counts.missing, 1);
	assert_day(must_get(&b, "A-1")->contract.end, "2026-10-31");
	assert_int_equal(pw_store_contract_get(b.store, "A-3", b.f->arena, &row, &b.err),
			 0);
	assert_null(row);
	bench_done(&b);
}

static void every_state_of_a_contract_is_kept(void **state)
{
	struct bench b;
	struct pw_contract_row *rows;
	struct pw_touch *touches;
	size_t n;

	bench_init(&b, *state);
	must_import(&b, PLAIN_HEADER PLAIN_A PLAIN_B);
	b.f->now_ms += DAY_MS;
	must_import(
		&b, PLAIN_HEADER
		"A-1,Harrow Mutual,harrow.example,Cisco,\"SmartNet, stack\",204118375,"
		"FOC1;FOC3,2,2025-11-01,2026-10-31,9420.00,USD,ann@us.example,"
		"renewed\n");
	assert_int_equal(pw_store_contract_history(b.store, "A-1", 10, b.f->arena, &rows,
						   &n, &b.err),
			 0);
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].contract.status, PW_STATUS_QUOTED);
	assert_int_equal(rows[0].until_ms, NOON_MS + DAY_MS);
	assert_int_equal(rows[1].contract.status, PW_STATUS_RENEWED);
	assert_int_equal(rows[1].until_ms, 0);
	/* A status that moved is a touch. */
	assert_int_equal(
		pw_store_touches(b.store, "A-1", 10, b.f->arena, &touches, &n, &b.err),
		0);
	assert_int_equal(n, 1);
	assert_string_equal(touches[0].note, "status renewed, was quoted");
	/* What is not listed any more is kept, and marked. */
	assert_int_equal(must_get(&b, "A-2")->missing_ms, NOON_MS + DAY_MS);
	must_import(&b, PLAIN_HEADER PLAIN_A PLAIN_B);
	assert_int_equal(must_get(&b, "A-2")->missing_ms, 0);
	bench_done(&b);
}

static void contracts_are_found_by_any_identifier(void **state)
{
	static const char *const written[] = { "foc-2", "FOC 2", "204 118 375",
					       "0042918836" };
	static const char *const ids[] = { "A-1", "A-1", "A-1", "A-2" };
	struct pw_contract_row *rows;
	struct bench b;
	size_t n, i;

	bench_init(&b, *state);
	must_import(&b, PLAIN_HEADER PLAIN_A PLAIN_B);
	for (i = 0; i < PW_ARRAY_LEN(written); i++) {
		assert_int_equal(pw_store_contracts_by_identifier(b.store, written[i], 9,
								  b.f->arena, &rows, &n,
								  &b.err),
				 0);
		assert_int_equal(n, 1);
		assert_string_equal(rows[0].contract.contract_id, ids[i]);
	}
	/* A serial that was taken off the contract finds it no more. */
	must_import(
		&b, PLAIN_HEADER
		"A-1,Harrow Mutual,harrow.example,Cisco,x,204118375,FOC1,2,2025-11-01,"
		"2026-10-31,9420.00,USD,ann@us.example,quoted\n");
	assert_int_equal(pw_store_contracts_by_identifier(b.store, "FOC2", 9, b.f->arena,
							  &rows, &n, &b.err),
			 0);
	assert_int_equal(n, 0);
	bench_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(a_plain_export_arrives_whole),
		store_test(semicolons_a_mark_and_german_numbers),
		store_test(utf_16_with_tabs),
		store_test(windows_1252_with_old_line_ends),
		store_test(one_line_per_serial),
		store_test(american_dates_that_show_themselves),
		store_test(spreadsheet_serials_and_month_names),
		store_test(titles_above_the_header_and_line_breaks_in_cells),
		store_test(marks_that_keep_zeros_and_floats_that_lost_them),
		store_test(an_owner_without_address_and_serials_in_two_columns),
		store_test(headers_that_only_a_map_explains),
		store_test(what_is_wrong_is_named_by_line_and_column),
		store_test(what_cannot_be_read_at_all_says_why),
		store_test(an_ambiguous_order_that_was_told_is_remembered),
		store_test(words_of_status_are_mapped_and_remembered),
		store_test(lost_zeros_are_noticed),
		store_test(a_column_that_is_given_twice_is_told_of),
		store_test(totals_and_headers_in_the_middle_are_no_contracts),
		store_test(empty_cells_at_the_end_of_a_line_may_be_missing),
		store_test(one_domain_of_two_customers_is_told_once),
		store_test(skip_bad_imports_the_rest),
		store_test(importing_the_same_again_changes_nothing),
		store_test(a_dry_run_tells_and_changes_nothing),
		store_test(every_state_of_a_contract_is_kept),
		store_test(contracts_are_found_by_any_identifier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
