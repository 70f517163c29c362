/* SPDX-License-Identifier: Apache-2.0 */
/* contracts.h - the sub-commands of `poachwatch contracts`, one file each. */
#ifndef PW_COMMANDS_CONTRACTS_H
#define PW_COMMANDS_CONTRACTS_H

#include <jansson.h>

#include "agent/commands/cli.h"
#include "agent/commands/open_store.h"

int pw_contracts_cmd_import(const struct pw_globals *globals, int argc, char **argv);
int pw_contracts_cmd_list(const struct pw_globals *globals, int argc, char **argv);
int pw_contracts_cmd_show(const struct pw_globals *globals, int argc, char **argv);
int pw_contracts_cmd_due(const struct pw_globals *globals, int argc, char **argv);
int pw_contracts_cmd_touch(const struct pw_globals *globals, int argc, char **argv);

/* A contract with the keys of the import's columns; owned by the caller. */
json_t *pw_contract_to_json(const struct pw_contract_row *row);
/* Prints one object as one line and frees it. */
void pw_print_json(json_t *json);
/* "4,100 USD" as the next cell. */
void pw_contract_value_cell(struct pw_table *table, const struct pw_contract *contract);
/* "text", or "-" for none. */
const char *pw_or_dash(const char *text);

#endif
