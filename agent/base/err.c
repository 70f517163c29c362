/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const code_names[] = {
	[PW_OK] = "ok",
	[PW_ENOMEM] = "memory",
	[PW_EINPUT] = "input",
	[PW_ECONFIG] = "config",
	[PW_ELIMIT] = "limit",
	[PW_EFORMAT] = "format",
	[PW_ENOTFOUND] = "not-found",
	[PW_ENET] = "net",
	[PW_ETLS] = "tls",
	[PW_EAUTH] = "auth",
	[PW_EPROTO] = "protocol",
	[PW_EREFUSED] = "refused",
	[PW_ETEMP] = "not-now",
	[PW_ETIMEOUT] = "timeout",
	[PW_ECANCELED] = "canceled",
	[PW_EBUSY] = "busy",
	[PW_ESTORE] = "store",
	[PW_EDAMAGED] = "damaged",
	[PW_ECRASH] = "crash",
	[PW_EIO] = "io",
};

int pw_err_set(struct pw_err *err, enum pw_code code, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	err->code = code;
	va_start(args, format);
	vsnprintf(err->msg, sizeof err->msg, format, args);
	va_end(args);
	return -1;
}

int pw_err_wrap(struct pw_err *err, const char *format, ...)
{
	char old[PW_ERR_MSG_MAX];
	va_list args;
	int used;

	if (!err)
		return -1;
	memcpy(old, err->msg, sizeof old);
	va_start(args, format);
	used = vsnprintf(err->msg, sizeof err->msg, format, args);
	va_end(args);
	if (used >= 0 && (size_t)used < sizeof err->msg)
		snprintf(err->msg + used, sizeof err->msg - (size_t)used, ": %s", old);
	return -1;
}

int pw_err_errno(struct pw_err *err, enum pw_code code, const char *format, ...)
{
	int saved = errno;
	size_t used;
	va_list args;

	if (!err)
		return -1;
	err->code = code;
	va_start(args, format);
	vsnprintf(err->msg, sizeof err->msg, format, args);
	va_end(args);
	used = strlen(err->msg);
	snprintf(err->msg + used, sizeof err->msg - used, ": %s", strerrordesc_np(saved));
	return -1;
}

const char *pw_code_name(enum pw_code code)
{
	return (size_t)code < PW_ARRAY_LEN(code_names) ? code_names[code] : "unknown";
}
