/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/log/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"

#define LINE_MAX_BYTES 8192

void pw_log(enum pw_log_level level, const char *format, ...)
{
	char text[LINE_MAX_BYTES / 4];
	struct pw_buf line;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof text)
		len = (int)sizeof text - 1;
	pw_buf_init(&line, LINE_MAX_BYTES * 2);
	if (!isatty(STDERR_FILENO))
		pw_buf_addf(&line, "<%d>", (int)level);
	pw_str_escape(&line, text, (size_t)len, LINE_MAX_BYTES);
	pw_buf_addc(&line, '\n');
	if (write(STDERR_FILENO, line.data, line.len) < 0) {
		/* nobody is listening; there is nowhere to say so */
	}
	pw_buf_done(&line);
}
