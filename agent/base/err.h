/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err.h - what went wrong, in one code and one line.
 *
 * The code decides what the program does next (see the failure table in
 * ARCHITECTURE.md); the message is made once, where it happened: one line,
 * lower case, values in single quotes, never a secret, a stranger's bytes only
 * escaped (pw_str_escape()).  Outer layers add context with pw_err_wrap() and
 * never replace it.
 */
#ifndef PW_BASE_ERR_H
#define PW_BASE_ERR_H

#include "agent/base/mem.h"

enum pw_code {
	PW_OK = 0,
	PW_ENOMEM,  /* no memory: the process ends, systemd starts it anew */
	PW_EINPUT,  /* unusable input or arguments: tell the user, exit 2 */
	PW_ECONFIG, /* configuration or rules refused: refuse to start, or keep the last
		       good */
	PW_ELIMIT,  /* a stated maximum was reached: degrade, record, go on */
	PW_EFORMAT, /* data does not have the form it should: skip and record the message
		     */
	PW_ENOTFOUND, /* the thing asked for is not there */
	PW_ENET,      /* connection failed or broke: retry with back-off */
	PW_ETLS,      /* certificate or TLS refused: retry with back-off, tell a person */
	PW_EAUTH,     /* login refused: retry slowly, tell a person */
	PW_EPROTO,    /* server broke the protocol: drop the connection, retry */
	PW_EREFUSED,  /* server said no for good (SMTP 5xx): do not retry as is */
	PW_ETEMP,     /* server said not now (SMTP 4xx): retry with back-off */
	PW_ETIMEOUT,  /* a deadline passed */
	PW_ECANCELED, /* we were asked to stop */
	PW_EBUSY,     /* somebody else holds it: wait, or refuse */
	PW_ESTORE,    /* the store failed: stop acknowledging mail, retry */
	PW_EDAMAGED,  /* store or file damaged or not ours: refuse, never write */
	PW_ECRASH,    /* an inspector died or stalled: replace it, record the message */
	PW_EIO,       /* a system call failed */
};

#define PW_ERR_MSG_MAX 1024

struct pw_err {
	enum pw_code code;
	char msg[PW_ERR_MSG_MAX];
};

#define PW_ERR_INIT                                                                      \
	{                                                                                \
		PW_OK, ""                                                                \
	}

/* Set code and message; always returns -1, so that a failing path is
   `return pw_err_set(err, ...)`.  NULL err allowed. */
int pw_err_set(struct pw_err *err, enum pw_code code, const char *format, ...)
	PW_PRINTF(3, 4);

/* Put context in front of the message that is there ("context: message");
   the code stays.  Always returns -1. */
int pw_err_wrap(struct pw_err *err, const char *format, ...) PW_PRINTF(2, 3);

/* As pw_err_set(), with ": " and the text of errno added. */
int pw_err_errno(struct pw_err *err, enum pw_code code, const char *format, ...)
	PW_PRINTF(3, 4);

/* A short fixed name of the code, for logs and tests ("net", "limit" ...). */
const char *pw_code_name(enum pw_code code);

#endif
