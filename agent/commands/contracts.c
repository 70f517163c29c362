/* SPDX-License-Identifier: Apache-2.0 */
/* contracts.c - the sub-commands of `contracts`, and what they share. */
#include "agent/commands/contracts.h"

#include "agent/alert/alert.h"

#include <string.h>

#include "agent/commands/subcommand.h"

static const struct pw_command subcommands[] = {
	{ "import", "take contracts from a CSV export", pw_contracts_cmd_import },
	{ "list", "the contracts we own", pw_contracts_cmd_list },
	{ "show", "everything about one contract, and its history",
	  pw_contracts_cmd_show },
	{ "due", "what ends soon, and what nobody has cared for", pw_contracts_cmd_due },
	{ "touch", "note that somebody cared for a contract", pw_contracts_cmd_touch },
};

int pw_command_contracts(const struct pw_globals *globals, int argc, char **argv)
{
	return pw_run_subcommand("contracts", subcommands, PW_ARRAY_LEN(subcommands),
				 globals, argc, argv);
}

void pw_contract_value_cell(struct pw_table *table, const struct pw_contract *contract)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf value;

	pw_buf_init(&value, 256);
	pw_money(&value, contract->annual_value, contract->currency);
	pw_table_cell(table, PW_PLAIN, "%s", value.len ? value.data : "-");
}

const char *pw_or_dash(const char *text)
{
	return text && *text ? text : "-";
}

void pw_print_json(json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	if (text)
		puts(text);
	free(text);
	json_decref(json);
}

/* "a;b" as ["a", "b"]. */
static json_t *list_to_json(const char *list)
{
	json_t *array = json_array();
	const char *at = list ? list : "";

	while (*at) {
		size_t len = strcspn(at, ";");

		json_array_append_new(array, json_stringn(at, len));
		at += len + (at[len] == ';');
	}
	return array;
}

static json_t *day_to_json(pw_day day)
{
	char text[PW_DAY_TEXT];

	return day == PW_DAY_NONE ? json_null() : json_string(pw_day_to_iso(day, text));
}

json_t *pw_contract_to_json(const struct pw_contract_row *row)
{
	const struct pw_contract *c = &row->contract;

	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s?, s:s?, s:o, s:s?, s:o, s:o,"
			 " s:s?, s:s?, s:s?, s:s, s:s?, s:s?, s:s?, s:b}",
			 "contract_id", c->contract_id, "customer", c->customer,
			 "customer_domains", list_to_json(row->customer_domains),
			 "customer_aliases", list_to_json(row->customer_aliases),
			 "vendor", c->vendor, "product", c->product, "contract_number",
			 c->number, "serials", list_to_json(c->serials), "quantity",
			 c->quantity, "start_date", day_to_json(c->start), "end_date",
			 day_to_json(c->end), "annual_value", c->annual_value, "currency",
			 c->currency, "owner_email", c->owner_email, "status",
			 pw_status_name(c->status), "contact_name", row->contact_name,
			 "contact_email", row->contact_email, "contact_phone",
			 row->contact_phone, "missing", row->missing_ms != 0);
}
