/* SPDX-License-Identifier: Apache-2.0 */
/* where.c - statements whose conditions depend on a filter. */
#include <assert.h>

#include "agent/store/db.h"

void pw_where_init(struct pw_where *where, const char *select)
{
	*where = (struct pw_where){ .has_one = false };
	pw_buf_init(&where->sql, 4096);
	pw_buf_adds(&where->sql, select);
}

void pw_where_done(struct pw_where *where)
{
	pw_buf_done(&where->sql);
}

void pw_where_is(struct pw_where *where, bool wanted, const char *condition)
{
	if (!wanted)
		return;
	pw_buf_addf(&where->sql, " %s %s", where->has_one ? "AND" : "WHERE", condition);
	where->has_one = true;
}

void pw_where_text(struct pw_where *where, const char *value, const char *condition)
{
	assert(where->n < PW_WHERE_MAX);
	pw_where_is(where, value != NULL, condition);
	if (value)
		where->values[where->n++].text = value;
}

void pw_where_int(struct pw_where *where, int64_t value, const char *condition)
{
	assert(where->n < PW_WHERE_MAX);
	pw_where_is(where, value != 0, condition);
	if (value)
		where->values[where->n++].number = value;
}

int pw_where_open(struct pw_stmt *ret, struct pw_where *where, struct pw_store *store,
		  const char *order, size_t limit, struct pw_err *err)
{
	size_t i;

	pw_buf_addf(&where->sql, " %s", order);
	if (pw_db_open_stmt(ret, store, where->sql.data, false, err) < 0)
		return -1;
	for (i = 0; i < where->n; i++)
		if (where->values[i].text)
			pw_db_text(ret, where->values[i].text);
		else
			pw_db_int(ret, where->values[i].number);
	pw_db_int(ret, (int64_t)limit);
	return 0;
}
