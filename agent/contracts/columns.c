/* SPDX-License-Identifier: Apache-2.0 */
/* columns.c - a table of header names. */
#include "agent/contracts/columns.h"

#include <ctype.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/str.h"

/* Folded names, the most telling first: where an export has several, the
   first in this list is taken. */
static const struct {
	const char *name;
	const char *const aliases[40];
} columns_table[PW_N_COLUMNS] = {
	[PW_COL_CONTRACT_ID] = { "contract_id",
				 { "contractid", "renewalid", "agreementid", "recordid",
				   "internalid", "opportunityid", "id" } },
	[PW_COL_CUSTOMER] = { "customer",
			      { "customer",        "customername", "endcustomer",
				"endcustomername", "enduser",      "endusername",
				"enduseraccount",  "accountname",  "account",
				"company",         "companyname",  "organization",
				"organisation",    "client",       "clientname",
				"installsitename", "sitename",     "kunde",
				"kundenname",      "endkunde",     "raisonsociale",
				"nomduclient",     "cliente",      "klant",
				"empresa" } },
	[PW_COL_DOMAINS] = { "customer_domains",
			     { "customerdomains", "customerdomain", "emaildomain",
			       "emaildomains", "maildomain", "domain", "domains",
			       "companydomain", "website", "webaddress", "websiteurl",
			       "url", "domaene" } },
	[PW_COL_VENDOR] = { "vendor",
			    { "vendor", "vendorname", "manufacturer", "manufacturername",
			      "publisher", "supplier", "suppliername", "brand", "oem",
			      "hersteller", "herstellername", "anbieter", "editeur",
			      "éditeur", "constructeur", "fabricante", "fabbricante",
			      "proveedor", "leverancier" } },
	[PW_COL_PRODUCT] = { "product",
			     { "product", "productname", "productdescription",
			       "configurationname", "agreementname", "itemdescription",
			       "item", "dealname", "description", "sku", "produkt",
			       "bezeichnung", "artikel", "produit", "producto",
			       "prodotto" } },
	[PW_COL_NUMBER] = { "contract_number",
			    { "contractnumber",
			      "contractno",
			      "contract",
			      "agreementnumber",
			      "agreementno",
			      "externalcontractnumber",
			      "supportcontract",
			      "supportid",
			      "supportnumber",
			      "subscriptionid",
			      "said",
			      "referencenumber",
			      "reference",
			      "ref",
			      "vertragsnummer",
			      "vertragsnr",
			      "numerodecontrat",
			      "numérodecontrat",
			      "numerodecontrato",
			      "númerodecontrato",
			      "numerocontratto",
			      "contractnummer" } },
	[PW_COL_SERIALS] = { "serials",
			     { "serials",        "serialnumber",  "serialnumbers",
			       "serialno",       "serial",        "serialpak",
			       "instancenumber", "servicetag",    "tagnumber",
			       "assettag",       "licensekey",    "licencekey",
			       "activationcode", "activationkey", "seriennummer",
			       "seriennummern",  "serienummer",   "seriennr",
			       "numerodeserie",  "numérodesérie", "númerodeserie",
			       "numerodiserie" } },
	[PW_COL_QUANTITY] = { "quantity",
			      { "quantity", "qty", "seats", "units", "licenses", "users",
				"cores", "menge", "anzahl", "stück", "stueck", "quantité",
				"cantidad", "aantal" } },
	[PW_COL_START] = { "start_date",
			   { "startdate", "contractstartdate", "datestart",
			     "coveragestartdate", "agreementstartdate",
			     "coveredproductlinestartdate", "start", "begindate",
			     "startdatum", "vertragsbeginn", "beginn", "laufzeitbeginn",
			     "datededébut", "datedebut", "fechadeinicio", "datainizio",
			     "startdatumcontract" } },
	[PW_COL_END] = { "end_date",
			 { "enddate",
			   "contractenddate",
			   "dateend",
			   "expirationdate",
			   "expirydate",
			   "coverageenddate",
			   "agreementenddate",
			   "coveredproductlineenddate",
			   "renewaldate",
			   "expires",
			   "expiration",
			   "warrantyexpiration",
			   "warrantyexpirationdate",
			   "end",
			   "closedate",
			   "enddatum",
			   "vertragsende",
			   "ablaufdatum",
			   "laufzeitende",
			   "ende",
			   "gueltigbis",
			   "gültigbis",
			   "endedatum",
			   "datedefin",
			   "datefin",
			   "échéance",
			   "echeance",
			   "datedéchéance",
			   "fechadefin",
			   "fechafin",
			   "vencimiento",
			   "fechadevencimiento",
			   "datafine",
			   "scadenza",
			   "datadiscadenza",
			   "einddatum",
			   "vervaldatum" } },
	[PW_COL_VALUE] = { "annual_value",
			   { "annualvalue", "acv", "arr", "renewalvalue", "renewalamount",
			     "amount", "value", "annualamount", "extendedprice",
			     "lineamount", "listprice", "jahreswert", "betrag", "wert",
			     "vertragswert", "montant", "importe", "importo",
			     "bedrag" } },
	[PW_COL_CURRENCY] = { "currency",
			      { "currency", "currencycode", "currencyisocode",
				"amountcurrency", "waehrung", "währung" } },
	[PW_COL_OWNER] = { "owner_email",
			   { "owneremail",
			     "accountmanageremail",
			     "contractowneremail",
			     "dealowneremail",
			     "accountowneremail",
			     "repemail",
			     "salesrepemail",
			     "owner",
			     "accountmanager",
			     "contractowner",
			     "dealowner",
			     "accountowner",
			     "rep",
			     "salesrep",
			     "kundenbetreuer",
			     "betreuer",
			     "vertrieb",
			     "responsable",
			     "commercial",
			     "accountmanagername" } },
	[PW_COL_STATUS] = { "status",
			    { "substatus", "status", "contractstatus", "dealstage",
			      "stage", "opportunitystage", "opportunitystatus",
			      "renewalstatus" } },
	[PW_COL_ALIASES] = { "customer_aliases",
			     { "customeraliases", "customeralias", "aliases",
			       "alsoknownas", "othernames", "subsidiaries" } },
	[PW_COL_CONTACT_NAME] = { "contact_name",
				  { "contactname", "primarycontact", "primarycontactname",
				    "contact", "ansprechpartner", "contactpersoon",
				    "interlocuteur" } },
	[PW_COL_CONTACT_EMAIL] = { "contact_email",
				   { "contactemail", "primarycontactemail",
				     "contactemailaddress" } },
	[PW_COL_CONTACT_PHONE] = { "contact_phone",
				   { "contactphone", "primarycontactphone",
				     "contactphonenumber" } },
};

/* Columns that hold the price of one line. */
static const char *const line_prices[] = { "extendedprice", "listprice", "lineamount" };

static const enum pw_column required[] = { PW_COL_CUSTOMER, PW_COL_VENDOR, PW_COL_END };

const char *pw_column_name(enum pw_column column)
{
	return columns_table[column].name;
}

/* Lower case, ASCII letters and digits and everything beyond ASCII. */
static void fold(const char *header, char out[64])
{
	size_t n = 0;

	for (; *header && n + 1 < 64; header++) {
		unsigned char c = (unsigned char)*header;

		if (c >= 0x80 || isalnum(c))
			out[n++] = (char)(c < 0x80 ? tolower(c) : c);
	}
	out[n] = '\0';
}

static bool is_line_price(const char *header)
{
	char folded[64];
	size_t i;

	fold(header, folded);
	for (i = 0; i < PW_ARRAY_LEN(line_prices); i++)
		if (pw_streq(line_prices[i], folded))
			return true;
	return false;
}

/* The headers of one of our columns, best alias first. */
static void find_sources(struct pw_columns *ret, enum pw_column column,
			 const char *const *headers, size_t n, bool *used)
{
	const size_t max = column == PW_COL_SERIALS ? PW_SOURCES_MAX : 1;
	char folded[64];
	size_t a, i;

	for (a = 0; a < 20 && columns_table[column].aliases[a]; a++) {
		for (i = 0; i < n && ret->sources[column].n < max; i++) {
			fold(headers[i], folded);
			if (used[i] ||
			    !pw_streq(folded, columns_table[column].aliases[a]))
				continue;
			ret->sources[column].at[ret->sources[column].n++] = i;
			used[i] = true;
		}
	}
}

size_t pw_columns_find(struct pw_columns *ret, const char *const *headers, size_t n,
		       bool *used)
{
	size_t column, found = 0;

	memset(ret, 0, sizeof *ret);
	memset(used, 0, n * sizeof *used);
	for (column = 0; column < PW_N_COLUMNS; column++) {
		find_sources(ret, (enum pw_column)column, headers, n, used);
		found += ret->sources[column].n > 0;
	}
	if (ret->sources[PW_COL_VALUE].n)
		ret->has_line_prices =
			is_line_price(headers[ret->sources[PW_COL_VALUE].at[0]]);
	return found;
}

static bool find_ours(const char *name, enum pw_column *ret)
{
	size_t i;

	for (i = 0; i < PW_N_COLUMNS; i++)
		if (pw_strieq(columns_table[i].name, name)) {
			*ret = (enum pw_column)i;
			return true;
		}
	return false;
}

static bool find_header(const char *name, const char *const *headers, size_t n,
			size_t *ret)
{
	char wanted[64], folded[64];
	size_t i;

	fold(name, wanted);
	for (i = 0; i < n; i++) {
		fold(headers[i], folded);
		if (pw_streq(wanted, folded)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* "A, B, C" for messages; a stranger may have written them. */
static void list_headers(struct pw_buf *out, const char *const *headers, size_t n)
{
	size_t i;

	for (i = 0; i < n && out->len < 400; i++) {
		pw_buf_adds(out, i ? ", " : "");
		pw_str_escape(out, headers[i], strlen(headers[i]), 40);
	}
	if (i < n)
		pw_buf_adds(out, " ...");
}

static int unknown_map(const char *map, struct pw_err *err)
{
	const char *names[PW_N_COLUMNS];
	PW_CLEANUP(pw_freep) char *left = pw_strndup(map, strcspn(map, "="));
	const char *near;
	size_t i;

	for (i = 0; i < PW_N_COLUMNS; i++)
		names[i] = columns_table[i].name;
	near = pw_str_nearest(left, names, PW_N_COLUMNS);
	return pw_err_set(
		err, PW_EINPUT,
		"--map '%s': neither side is a column of ours%s%s%s; a map looks "
		"like customer=Kunde",
		map, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int pw_columns_map(struct pw_columns *columns, const char *map,
		   const char *const *headers, size_t n, struct pw_err *err)
{
	const char *equals = strchr(map, '=');
	PW_CLEANUP(pw_freep)
	char *left = pw_strndup(map, equals ? (size_t)(equals - map) : 0);
	PW_CLEANUP(pw_buf_done) struct pw_buf list = { 0 };
	const char *right = equals ? equals + 1 : "", *header;
	enum pw_column ours;
	size_t at;

	if (find_ours(left, &ours))
		header = right;
	else if (find_ours(right, &ours))
		header = left;
	else
		return unknown_map(map, err);
	if (!find_header(header, headers, n, &at)) {
		pw_buf_init(&list, 1024);
		list_headers(&list, headers, n);
		return pw_err_set(err, PW_EINPUT,
				  "--map '%s': the file has no column '%s'; it has: %s",
				  map, header, list.data);
	}
	columns->sources[ours].n = 1;
	columns->sources[ours].at[0] = at;
	if (ours == PW_COL_VALUE)
		columns->has_line_prices = is_line_price(header);
	return 0;
}

void pw_columns_mark_used(const struct pw_columns *columns, bool *used, size_t n)
{
	size_t column, i;

	memset(used, 0, n * sizeof *used);
	for (column = 0; column < PW_N_COLUMNS; column++)
		for (i = 0; i < columns->sources[column].n; i++)
			used[columns->sources[column].at[i]] = true;
}

int pw_columns_check(const struct pw_columns *columns, const char *const *headers,
		     size_t n, struct pw_err *err)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf list = { 0 }, others = { 0 };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(required); i++) {
		const char *name = columns_table[required[i]].name;

		if (columns->sources[required[i]].n)
			continue;
		pw_buf_init(&list, 1024);
		list_headers(&list, headers, n);
		pw_buf_init(&others, 128);
		for (i++; i < PW_ARRAY_LEN(required); i++)
			if (!columns->sources[required[i]].n)
				pw_buf_addf(&others, ", nor as '%s'",
					    columns_table[required[i]].name);
		return pw_err_set(err, PW_EINPUT,
				  "no column is recognised as '%s'%s; say which it is "
				  "with --map %s=NAME; the file has: %s",
				  name, others.data, name, list.data);
	}
	if (columns->sources[PW_COL_CONTRACT_ID].n || columns->sources[PW_COL_NUMBER].n ||
	    columns->sources[PW_COL_SERIALS].n)
		return 0;
	return pw_err_set(err, PW_EINPUT,
			  "no column is recognised as contract_id, contract_number or "
			  "serials: one of them must tell contracts apart (--map)");
}
