/* SPDX-License-Identifier: Apache-2.0 */
/*
 * live_rules.h - which rules the agent judges by, written down for `status`.
 *
 * The agent tells; every other process only looks.
 */
#ifndef PW_LIVE_RULES_H
#define PW_LIVE_RULES_H

#include "agent/store/store.h"

struct pw_live_rules {
	const char *hash; /* of the bundle; NULL: no agent has said yet */
	int64_t since_ms; /* in force since */
	int64_t n_files;
	const char *const *folders;
	size_t n_folders;
	int64_t refused_ms;  /* a newer version was refused then; 0: none */
	const char *refused; /* why: "file:line:col: ..."; NULL: none */
};

/* These are in force from now on (the same as before: since then); what was
   refused before is settled. */
int pw_live_rules_set(struct pw_store *store, const struct pw_live_rules *live,
		      struct pw_err *err) PW_MUST_CHECK;
/* What is in force stays, because of this. */
int pw_live_rules_refuse(struct pw_store *store, int64_t now_ms, const char *why,
			 struct pw_err *err) PW_MUST_CHECK;
/* Strings live in arena. */
int pw_live_rules_get(struct pw_store *store, struct pw_arena *arena,
		      struct pw_live_rules *ret, struct pw_err *err) PW_MUST_CHECK;

#endif
