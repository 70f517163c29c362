/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h - what the readers of the configuration's parts share.
 *
 * Each reads one map into one struct: 0, or -1 with every mistake reported.
 * Strings are borrowed from the document or live in its arena.
 */
#ifndef PW_CONFIG_INTERNAL_H
#define PW_CONFIG_INTERNAL_H

#include "agent/config/config.h"
#include "rules/engine/yaml.h"

/* Stands in error messages and names the default files of a login. */
struct pw_login_place {
	const char *name;         /* "renewals-watch", or "smtp" */
	const char *store;        /* token files lie beside it */
	const char *scope_preset; /* "imap" or "smtp" */
};

/* The keys of a login, as they stand in a mailbox and in smtp. */
struct pw_login_nodes {
	const struct pw_node *map; /* where they stand */
	const char *user;
	const char *file, *command, *credential;
	const struct pw_node *oauth2;
};

int pw_config_server(const struct pw_node *node, const char *protocol,
		     const struct pw_node *tls, const char *ca_file,
		     struct pw_server *ret);
int pw_config_login(const struct pw_login_nodes *nodes,
		    const struct pw_login_place *place, struct pw_login *ret);
int pw_config_mailbox_read(const struct pw_node *map, const char *store,
			   struct pw_mailbox_config *ret);
int pw_config_smtp_read(const struct pw_node *map, const char *store,
			struct pw_smtp_config *ret);

/* "30d" with its unit: a bare number could mean anything. */
int pw_config_period(const struct pw_node *node, int64_t *ret_ms);

/* The one form of a domain or mail address (parsers/domain.h: "Bücher.example"
   is xn--bcher-kva.example), in arena or the text itself; NULL where it is none. */
typedef const char *pw_config_name_fn(struct pw_arena *arena, const char *text);
pw_config_name_fn pw_config_as_domain, pw_config_as_address;
int pw_config_address(const struct pw_node *node, const char **ret);
/* A list of names, each in the first of the forms that fits; of one that fits none
   "'x' is WANTED" is reported. */
int pw_config_names(const struct pw_node *node, const char *wanted,
		    pw_config_name_fn *const *forms, size_t n_forms,
		    struct pw_names *ret);
/* Text in the document's arena. */
char *pw_config_text(const struct pw_node *node, const char *format, ...) PW_PRINTF(2, 3);

#endif
