/* SPDX-License-Identifier: Apache-2.0 */
/* stage_domains.c - one mail domain under two customers' names. */
#include "agent/base/str.h"
#include "agent/store/stage_internal.h"

/* The first line that has this domain says whose it is; *ret_is_new. */
static int claim(struct pw_stage *stage, const char *domain, const char *customer,
		 bool *ret_is_new, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, stage->scratch,
		       "INSERT OR IGNORE INTO domain(domain, customer, told)"
		       " VALUES (?, ?, 0)",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, domain);
	pw_db_text(&stmt, customer);
	if (pw_db_run(&stmt, err) < 0)
		return -1;
	*ret_is_new = sqlite3_changes(stage->scratch->db) > 0;
	return 0;
}

static int set_told(struct pw_stage *stage, const char *domain, struct pw_err *err)
{
	PW_STMT stmt = { 0 };

	if (pw_db_stmt(&stmt, stage->scratch,
		       "UPDATE domain SET told = 1 WHERE domain = ?", err) < 0)
		return -1;
	pw_db_text(&stmt, domain);
	return pw_db_run(&stmt, err);
}

int pw_stage_claim_domain(struct pw_stage *stage, const char *domain,
			  const char *customer, struct pw_arena *arena,
			  const char **ret_other, struct pw_err *err)
{
	PW_STMT stmt = { 0 };
	const char *other;
	bool is_new;

	*ret_other = NULL;
	if (claim(stage, domain, customer, &is_new, err) < 0)
		return -1;
	if (is_new)
		return 0;
	if (pw_db_stmt(&stmt, stage->scratch,
		       "SELECT customer FROM domain WHERE domain = ? AND NOT told",
		       err) < 0)
		return -1;
	pw_db_text(&stmt, domain);
	switch (pw_db_step(&stmt, err)) {
	case 0:
		return 0;
	case 1:
		break;
	default:
		return -1;
	}
	other = pw_db_get_text(&stmt, NULL);
	if (pw_streq(other, customer))
		return 0;
	*ret_other = pw_arena_strdup(arena, other);
	if (!*ret_other)
		return pw_db_full_arena(err);
	return set_told(stage, domain, err);
}
