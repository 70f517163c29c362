/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/contract_source.h"

static int by_id(void *self, const char *contract_id, struct pw_arena *arena,
		 struct pw_contract *ret, struct pw_err *err)
{
	struct pw_contract_row *row;

	if (pw_store_contract_get(self, contract_id, arena, &row, err) < 0)
		return -1;
	if (!row)
		return 0;
	*ret = row->contract;
	return 1;
}

static int of_customer(void *self, const char *customer, size_t max,
		       struct pw_arena *arena, struct pw_contract **ret, size_t *ret_n,
		       struct pw_err *err)
{
	struct pw_contract_row *rows;
	struct pw_contract *contracts;
	size_t i, n;

	if (pw_store_contracts_of_customer(self, customer, max, arena, &rows, &n, err) <
	    0)
		return -1;
	contracts = pw_arena_alloc(arena, n + 1, sizeof *contracts);
	if (!contracts)
		return pw_err_set(err, PW_ELIMIT, "too many contracts of one customer");
	for (i = 0; i < n; i++)
		contracts[i] = rows[i].contract;
	*ret = contracts;
	*ret_n = n;
	return 0;
}

struct pw_contract_source pw_contract_source_of(struct pw_store *store)
{
	return (struct pw_contract_source){ .self = store,
					    .by_id = by_id,
					    .of_customer = of_customer };
}
