/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h - the configuration file as a value.
 *
 * Read once, checked whole, immutable afterwards; a reload makes a new one.
 * Every string lives as long as the struct pw_config.  Secrets are not in it,
 * only where they come from (agent/secret/secret.h).
 */
#ifndef PW_CONFIG_H
#define PW_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/buf.h"
#include "agent/base/err.h"

enum pw_tls_mode {
	PW_TLS_IMPLICIT, /* imaps://, smtps:// */
	PW_TLS_STARTTLS, /* imap://, smtp://: required, never optional */
	PW_TLS_NONE,     /* `tls: none`: loopback only */
};

struct pw_server {
	const char *text; /* as written, for messages */
	const char *host; /* without brackets */
	uint16_t port;    /* never 0 */
	enum pw_tls_mode tls;
	const char *ca_file; /* NULL: the system's */
};

enum pw_secret_kind {
	PW_SECRET_NONE,       /* no login (SMTP relays only) */
	PW_SECRET_FILE,       /* password_file */
	PW_SECRET_COMMAND,    /* password_command */
	PW_SECRET_CREDENTIAL, /* password_credential: a name in $CREDENTIALS_DIRECTORY */
	PW_SECRET_OAUTH2,     /* oauth2 */
};

enum pw_oauth2_flow {
	PW_OAUTH2_CODE,   /* authorization code with PKCE, answered on loopback */
	PW_OAUTH2_DEVICE, /* device code */
	PW_OAUTH2_CLIENT, /* client credentials: no person takes part */
};

/* OAuth 2.0 of one login, with the preset's values filled in. */
struct pw_oauth2 {
	enum pw_oauth2_flow flow;
	const char *client_id;
	const char *client_secret_file; /* NULL: a public client */
	const char *authorize_url;      /* NULL where the flow needs none */
	const char *device_url;         /* NULL where the flow needs none */
	const char *token_url;
	const char *scope;
	const char *token_file; /* where tokens are kept, mode 0600 */
	const char *ca_file;    /* of the token server; NULL: the system's */
	const char *mechanism;  /* "XOAUTH2" or "OAUTHBEARER" */
};

struct pw_login {
	const char *user; /* NULL: no login */
	enum pw_secret_kind kind;
	const char *where;              /* path, command or credential name */
	const struct pw_oauth2 *oauth2; /* NULL unless kind is PW_SECRET_OAUTH2 */
};

struct pw_names {
	const char *const *items;
	size_t n;
};

enum pw_after { PW_AFTER_KEEP, PW_AFTER_MOVE };
enum pw_accept { PW_ACCEPT_ANYONE, PW_ACCEPT_KNOWN_CUSTOMERS, PW_ACCEPT_LIST };

struct pw_mailbox_config {
	const char *name;    /* unique; letters, digits, '.', '_' and '-' */
	const char *address; /* where customers forward to */
	struct pw_server server;
	struct pw_login login;
	const char *folder; /* UTF-8; "INBOX" unless said */
	enum pw_after after;
	const char *move_to; /* folder for `after: move`, "Poachwatch" unless said */
	enum pw_accept accept;
	struct pw_names accept_list; /* addresses and domains, PW_ACCEPT_LIST only */
	const char *authserv_id;     /* NULL: no Authentication-Results are believed */
	int64_t poll_ms;             /* where the server has no IDLE; 5 min unless said */
	int64_t since_ms;            /* how old mail may be at the first run; 30 d */
	size_t max_message_bytes;    /* 50 MB */
};

struct pw_smtp_config {
	struct pw_server server;
	struct pw_login login;
	const char *from_name;    /* NULL where none is written */
	const char *from_address; /* envelope sender */
};

enum pw_digest { PW_DIGEST_OFF, PW_DIGEST_DAILY, PW_DIGEST_WEEKLY };

struct pw_alerts_config {
	const char *review_to;
	const char *fallback_to;
	int window_days;
	size_t attach_max_bytes;
	enum pw_digest digest;
	bool acknowledge;
	int max_per_hour; /* alerts beyond it are summarised; 60 unless said */
};

struct pw_retry_config {
	int64_t first_ms;   /* 1 min: the pause after the first failure, doubling */
	int64_t max_ms;     /* 1 h: the longest pause */
	int64_t give_up_ms; /* 5 d */
};

struct pw_inspect_config {
	int processes;       /* 0: one per core, at most 4 */
	int64_t deadline_ms; /* per message; 10 s */
	size_t memory_bytes; /* address space of each; 512 MB */
};

struct pw_config {
	const char *path;
	const char *company_name;        /* the first, as letters call us */
	struct pw_names company_names;   /* all, "=Connect" as written: pw_us */
	struct pw_names company_domains; /* in their one form, at least one */
	const char *store;
	struct pw_names rules; /* later folders override earlier ones */
	struct pw_mailbox_config *mailboxes;
	size_t n_mailboxes; /* at least one */
	struct pw_smtp_config smtp;
	struct pw_alerts_config alerts;
	struct pw_retry_config retry;
	struct pw_inspect_config inspect;
	int64_t keep_ms;     /* raw mail of messages without a case; 30 d */
	const char *metrics; /* "127.0.0.1:9425"; NULL: off */
	void *memory;        /* private: owns everything above */
};

/* Read and check the file.  On success *ret is owned by the caller; on
   failure it is untouched, err (PW_ECONFIG) holds the first mistake as one
   line "file:line:col: ..." and, where report is not NULL, it gets every
   mistake with the line, a caret and a suggestion, ready for a terminal.
   Warnings go to the report too, on success as well. */
int pw_config_load(struct pw_config **ret, const char *path, struct pw_buf *report,
		   struct pw_err *err) PW_MUST_CHECK;
/* The same from memory; path is only a name.  Relative file names in it stay
   as they are. */
int pw_config_parse(struct pw_config **ret, const char *path, const char *text,
		    size_t len, struct pw_buf *report, struct pw_err *err) PW_MUST_CHECK;
void pw_config_free(struct pw_config *config);
PW_DEFINE_FREEP(struct pw_config, pw_config_free)

/* The mailbox of that name, NULL where there is none. */
const struct pw_mailbox_config *pw_config_mailbox(const struct pw_config *config,
						  const char *name);

#endif
