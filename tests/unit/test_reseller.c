/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_reseller.c - notices that a mail names another reseller for a contract of ours.
 */
#include "tests/unit/detect_fixture.h"

#define NUMBER "Serial number: FGT60FTK21099887\r\n"

static bool gives_notice(const char *from, const char *body)
{
	struct pw_finding *finding =
		forwarded(from, "ana@juniperfalls.example", "Your subscription", body);
	bool result = finding->notice != NULL;

	assert_false(finding->is_solicitation);
	pw_finding_free(finding);
	return result;
}

struct value {
	const char *text;
	bool is_other;
};

/* Each behind a label in a vendor's mail about our contract. */
static const struct value values[] = {
	{ "Reseller of record: Larkspur Networks LLC", true },
	{ "Partner of record - LARKSPUR NETWORKS", true },
	{ "*Reseller:* Larkspur", true },
	{ "Reseller of record: renewals@larkspur.example", true },
	{ "Reseller of record: larkspur.example.", true },
	{ "Reseller of record: larkspur networks llc", true },
	{ "Reseller of record: Larkspur Networks LLC, formerly Harbourline Systems",
	  true },
	{ "Reseller of record: Larkspur (was Harbourline Systems)", true },
	{ "Reseller of record: Harbour Networks", true },
	{ "Reseller of record: Harbourline Systemhaus GmbH", true },
	{ "Reseller: Harbourline Systems\r\nNew reseller: Larkspur Networks", true },
	{ "Reseller of record: Ingram Micro", true },
	{ "Reseller of record: CDW", true },
	{ "Zuständiger Händler: Rautenfeld Systemhaus GmbH & Co. KG", true },
	{ "Revendeur attitré : Groupe Mistralis", true },
	{ "Distribuidor asignado: Cumbre Redes S.L.", true },
	{ "Rivenditore di riferimento: NordReti S.r.l.", true },
	{ "Revendedor: Atlântico Sistemas Ltda.", true },
	{ "Uw reseller: Polderdata B.V.", true },
	{ "販売店:株式会社ミナトソリューションズ", true },
	{ "经销商:上海明远科技有限公司", true },
	{ "리셀러: 한빛솔루션 주식회사", true },
	{ "Återförsäljare: Fjordnät AB", true },
	{ "Sprzedawca: Wisłatech Sp. z o.o.", true },
	{ "Партнёр: ООО Северлинк", true },
	{ "Your reseller for this product is Larkspur Networks.", true },
	{ "The renewal was placed through your partner Larkspur until 2028.", true },
	{ "The reseller was changed from Harbourline Systems to Larkspur.", true },

	{ "Reseller of record: Harbourline Systems", false },
	{ "Reseller of record: HARBOURLINE SYSTEMS, INC.", false },
	{ "Reseller of record: Harbourline-Systems GmbH & Co. KG", false },
	{ "Reseller of record: HarbourlineSystems Deutschland", false },
	{ "Reseller of record: Harbourline", false },
	{ "Reseller of record: Harbourline Syst", false },
	{ "Reseller of record: 0012345 / Harbourline Systems", false },
	{ "Reseller of record: Eva Lund (Harbourline Systems)", false },
	{ "Reseller of record: Eva Lund, Harbourline Systems", false },
	{ "Reseller of record: Eva Lund <eva.lund@ours.example>", false },
	{ "Reseller of record: ours.example", false },
	{ "Reseller of record: Harbourline Systems (distributor: Ingram Micro)", false },
	{ "The reseller was changed from Larkspur to Harbourline Systems.", false },
	{ "Your reseller for this product is Harbourline Systems.", false },
	{ "Reseller of record:", false },
	{ "Reseller of record:\r\nProduct: FortiCare", false },
	{ "Reseller of record: n/a", false },
	{ "Reseller of record: -", false },
	{ "Reseller of record: 12345", false },
	{ "Reseller of record: None on file", false },
	{ "Ihr Händler: keiner", false },
	{ "Reseller of record: Juniper Falls Dental", false },
	{ "Reseller of record: Fortinet Inc. (direct)", false },
	{ "Reseller: Direct", false },
	{ "Previous reseller: Larkspur Networks LLC", false },
	{ "Your partner: Ingram Micro", false },
	{ "Distributor: Larkspur Networks LLC", false },
	{ "Contact your reseller: they know your network.", false },
	{ "Fragen Sie Ihren Händler: Er berät Sie gern.", false },
	{ "Your reseller can help you. Contact your reseller\r\nBest regards", false },
	{ "Reseller Portal\r\nPartner Program", false },
};

static void another_reseller_is_told_of_and_we_are_not(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(values); i++) {
		char *body = pw_asprintf("Hello,\r\n\r\n" NUMBER "%s\r\n\r\nFortinet",
					 values[i].text);

		if (gives_notice("Fortinet <renewals@fortinet.com>", body) !=
		    values[i].is_other)
			fail_msg("%s", values[i].text);
		free(body);
	}
}

/* Of a company called Connect, which trades as Bluewave, too. */
static const struct value values_of_connect[] = {
	{ "Reseller of record: Connect", false },
	{ "Reseller of record: CONNECT GmbH & Co. KG", false },
	{ "Reseller of record: Eva Lund, Connect", false },
	{ "Reseller of record: Eva Lund (Connect Ltd)", false },
	{ "Your reseller for this product is Connect.", false },
	{ "Reseller of record: connect.example", false },
	{ "Reseller of record: Bluewave Germany GmbH", false },
	{ "Reseller of record: Connect Networks GmbH", true },
	{ "Reseller of record: Larkspur Connect", true },
	{ "Reseller of record: Connect-IT Ltd", true },
	{ "Reseller of record: Larkspur Networks LLC", true },
};

static void a_word_as_own_name_is_not_the_beginning_of_others(void **state)
{
	const struct value *value = values_of_connect;
	const size_t n = PW_ARRAY_LEN(values_of_connect);

	(void)state;
	ours.domain = "connect.example";
	ours.names[0] = "=Connect";
	ours.names[1] = "Bluewave";
	ours.n_names = 2;
	for (; value < values_of_connect + n; value++) {
		char *body = pw_asprintf("Hello,\r\n\r\n" NUMBER "%s\r\n\r\nFortinet",
					 value->text);

		if (gives_notice("Fortinet <renewals@fortinet.com>", body) !=
		    value->is_other)
			fail_msg("%s", value->text);
		free(body);
	}
	ours.domain = "ours.example";
	ours.names[0] = "Harbourline Systems";
	ours.n_names = 1;
}

static void a_name_counts_only_for_a_contract_of_ours(void **state)
{
	(void)state;
	/* his vendor, though no number is given */
	assert_true(gives_notice("Fortinet <renewals@fortinet.com>",
				 "Reseller of record: Larkspur Networks LLC"));
	/* he has nothing of this vendor from us */
	assert_false(gives_notice("Sophos <renewals@sophos.com>",
				  "Reseller of record: Larkspur Networks LLC"));
	assert_true(gives_notice("Ingram Micro <orders@ingrammicro.com>",
				 NUMBER "Sold to: Larkspur Networks LLC"));
	assert_false(gives_notice("Ingram Micro <orders@ingrammicro.com>",
				  NUMBER "Sold to: Juniper Falls Dental"));
}

/* An HTML mail of the vendor itself, to the watched mailbox. */
static bool table_gives_notice(const char *rows)
{
	char *raw = pw_asprintf("From: Fortinet <renewals@fortinet.com>\r\n"
				"To: watch@ours.example\r\nSubject: Renewals\r\n"
				"Content-Type: text/html; charset=utf-8\r\n\r\n"
				"<p>Dear partner,</p><table>%s</table>\r\n",
				rows);
	struct pw_finding *finding = detect(raw);
	bool result = finding->notice != NULL;

	pw_finding_free(finding);
	free(raw);
	return result;
}

#define ROW2(a, b) "<tr><td>" a "</td><td>" b "</td></tr>\r\n"
#define ROW3(a, b, c)                                                                    \
	"<tr><td>" a "</td><td><p>" b "</p></td><td><span>" c "</span></td></tr>\r\n"

static void names_are_read_from_the_cells_of_tables(void **state)
{
	(void)state;
	assert_true(table_gives_notice(ROW2("Serial", "FGT60FTK21099887") ROW2(
		"<b>Reseller of record</b>", "<i>Larkspur</i> Networks")));
	assert_false(table_gives_notice(ROW2("Serial", "FGT60FTK21099887") ROW2(
		"Reseller of record", "<b>Harbourline</b> Systems")));
	assert_false(table_gives_notice(ROW2("Serial", "FGT60FTK21099887") ROW2(
		"Reseller of record", "") ROW2("Product", "FortiCare")));
	assert_true(table_gives_notice(ROW2("Seriennummer", "FGT60FTK21099887") ROW2(
		"Ihr zuständiger Partner", "Rautenfeld Systemhaus")));
}

static void names_are_read_below_the_head_of_a_table(void **state)
{
	(void)state;
	assert_true(table_gives_notice(ROW3("Serial", "Reseller", "End date") ROW3(
		"FGT60FTK21099880", "Harbourline Systems",
		"2026-12-03") ROW3("FGT60FTK21099887", "Larkspur", "2026-12-03")));
	assert_false(table_gives_notice(ROW3("Serial", "Reseller", "End date") ROW3(
		"FGT60FTK21099887", "Harbourline Systems", "2026-12-03")));
	assert_false(table_gives_notice(ROW3("Serial", "End date", "Reseller") ROW3(
		"FGT60FTK21099887", "2026-12-03", "Harbourline Systems")));
}

static void the_notice_quotes_label_and_name(void **state)
{
	struct pw_finding *finding =
		forwarded("Fortinet <renewals@fortinet.com>", "ana@juniperfalls.example",
			  "Your subscription",
			  NUMBER "Reseller of record: Larkspur Networks LLC\r\nBye");

	(void)state;
	assert_string_equal(finding->notice_quote,
			    "Reseller of record: Larkspur Networks LLC");
	assert_int_equal(finding->n_vendors, 1);
	assert_string_equal(finding->vendors[0].vendor, "fortinet");
	pw_finding_free(finding);
}

static char *repeated(const char *text, size_t n)
{
	char *all = malloc(n * strlen(text) + 1), *at = all;

	assert_non_null(all);
	*at = '\0';
	while (n--)
		at = stpcpy(at, text);
	return all;
}

static void names_made_to_harm_are_read_to_a_maximum(void **state)
{
	char *name = repeated("Larkspur", 1250), *labels, *body;

	(void)state;
	body = pw_asprintf(NUMBER "Reseller of record: %s", name);
	assert_true(gives_notice("Fortinet <renewals@fortinet.com>", body));
	free(body);
	free(name);

	assert_true(gives_notice("Fortinet <renewals@fortinet.com>", NUMBER
				 "Reseller of record: \x1b[2JLark\x07spur\x1b]0;x"));

	labels = repeated("Reseller of record: Harbourline Systems\r\n", 5000);
	body = pw_asprintf(NUMBER "%s", labels);
	assert_false(gives_notice("Fortinet <renewals@fortinet.com>", body));
	free(body);
	body = pw_asprintf(NUMBER "%sReseller of record: Larkspur", labels);
	assert_true(gives_notice("Fortinet <renewals@fortinet.com>", body));
	free(body);
	free(labels);

	labels = repeated("Reseller of record: ", 5000);
	body = pw_asprintf(NUMBER "%s", labels);
	gives_notice("Fortinet <renewals@fortinet.com>", body);
	free(body);
	free(labels);
}

static void an_unlisted_sellers_invoice_for_our_contract_is_told_of(void **state)
{
	static const char *const bodies[] = {
		NUMBER "Invoice INV-771\r\nBill to: Juniper Falls Dental\r\nTotal: $900",
		NUMBER "confermiamo il Vostro ordine 8831: rinnovo FortiCare\r\n",
		NUMBER "Hiermit bestätigen wir Ihre Bestellung 4711 (FortiCare).",
		NUMBER "Nous confirmons votre commande 4711 (FortiCare).",
		NUMBER "Confirmamos su pedido 4711 (FortiCare).",
		NUMBER "Wij bevestigen uw bestelling 4711 (FortiCare).",
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(bodies); i++)
		if (!gives_notice("Office <office@larkspur.example>", bodies[i]))
			fail_msg("%s", bodies[i]);
	assert_false(gives_notice("Office <office@larkspur.example>",
				  "Invoice INV-771\r\nOffice chairs\r\nTotal: $900"));
}

static void a_request_to_release_the_contract_is_told_of(void **state)
{
	static const char *const bodies[] = {
		NUMBER "Please release this contract to the customer's new partner.",
		NUMBER "Bitte geben Sie den Vertrag bis Freitag frei.",
		NUMBER "Merci de libérer ce contrat.",
		NUMBER "Rogamos liberen el contrato.",
		NUMBER "Vi preghiamo di rilasciare il contratto.",
		NUMBER "Favor liberar o contrato.",
		NUMBER "Wilt u dit contract vrijgeven?",
		NUMBER "本契約の移管をお願いいたします。",
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(bodies); i++)
		if (!gives_notice("Ingram Micro <desk@ingrammicro.com>", bodies[i]))
			fail_msg("%s", bodies[i]);
	assert_false(gives_notice("Ingram Micro <desk@ingrammicro.com>",
				  NUMBER "See our press release."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_reseller_is_told_of_and_we_are_not),
		cmocka_unit_test(a_word_as_own_name_is_not_the_beginning_of_others),
		cmocka_unit_test(a_name_counts_only_for_a_contract_of_ours),
		cmocka_unit_test(names_are_read_from_the_cells_of_tables),
		cmocka_unit_test(names_are_read_below_the_head_of_a_table),
		cmocka_unit_test(the_notice_quotes_label_and_name),
		cmocka_unit_test(names_made_to_harm_are_read_to_a_maximum),
		cmocka_unit_test(an_unlisted_sellers_invoice_for_our_contract_is_told_of),
		cmocka_unit_test(a_request_to_release_the_contract_is_told_of),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
