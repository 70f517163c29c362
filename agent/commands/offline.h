/* SPDX-License-Identifier: Apache-2.0 */
/*
 * offline.h - everything needed to judge a message without a server: rules,
 * contracts, who we are, inspectors.
 *
 * What the command line does not say comes from the configuration, where there
 * is one.  Nothing is written anywhere.
 */
#ifndef PW_OFFLINE_H
#define PW_OFFLINE_H

#include "agent/commands/cli.h"
#include "agent/config/config.h"
#include "agent/contracts/known_image.h"
#include "agent/inspect/pool.h"
#include "agent/resolve.h"
#include "rules/engine/ruleset.h"

/* The options that scan and rules share; put PW_OFFLINE_OPTIONS into the
   table of options. */
struct pw_offline_options {
	struct pw_strings rules;   /* --rules, folders or files */
	const char *contracts;     /* --contracts, NULL: the store */
	struct pw_strings domains; /* --company-domain */
	const char *mailbox;       /* --mailbox */
	bool has_no_contracts;     /* not those of the store, unless --contracts */
	size_t n_inspectors;       /* 0: as configured, or one a core */
	const char *more_rules; /* text of a rule file put over the others; NULL: none */
};

#define PW_OFFLINE_OPTIONS(o)                                                            \
	{ "rules", "DIR", "rule files (again for more; later ones override)",            \
	  PW_OPT_LIST, &(o)->rules },                                                    \
		{ "contracts", "FILE.csv",                                               \
		  "contracts from an export instead of the store", PW_OPT_VALUE,         \
		  &(o)->contracts },                                                     \
		{ "company-domain", "DOMAIN", "a mail domain of ours (again for more)",  \
		  PW_OPT_LIST, &(o)->domains },                                          \
	{                                                                                \
		"mailbox", "ADDRESS", "the watched mailbox", PW_OPT_VALUE, &(o)->mailbox \
	}

/* Where the rules are: --rules, else the configuration's (NULL allowed), else
   those installed with the binary and /etc/poachwatch/rules.d.  Adds to ret;
   the strings are borrowed from the arguments. */
void pw_rule_folders(const struct pw_config *config, const struct pw_strings *given,
		     struct pw_strings *ret);

void pw_offline_options_done(struct pw_offline_options *options);

struct pw_offline {
	struct pw_config *config; /* NULL: none */
	struct pw_bundle *bundle;
	struct pw_ruleset *ruleset;
	struct pw_store *store; /* contracts; in memory, or the agent's read-only */
	struct pw_known_image image;
	struct pw_pool *pool;
	const char *mailbox;     /* NULL: unknown */
	const char *authserv_id; /* NULL: nobody's */
	int window_days;
};

/* Mistakes in rules, contracts and configuration are printed with their
   places; err names the first.  Undo with pw_offline_close(). */
int pw_offline_open(struct pw_offline *offline, const struct pw_globals *globals,
		    const struct pw_offline_options *options,
		    struct pw_err *err) PW_MUST_CHECK;
void pw_offline_close(struct pw_offline *offline);

/* From the answer of an inspector to a judgement.  *ret_finding and *ret are
   owned by the caller; the second borrows the first. */
int pw_offline_judge(const struct pw_offline *offline, const struct pw_job *job,
		     struct pw_finding **ret_finding, struct pw_resolved **ret,
		     struct pw_err *err) PW_MUST_CHECK;

#endif
