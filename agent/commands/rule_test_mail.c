/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/rule_test_mail.h"

#include <string.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "agent/commands/mailfiles.h"

#define MESSAGE_MAX  ((size_t)4 << 20)
#define CUSTOMER     "Ana Reyes <ana.reyes@customer.invalid>"
#define DEFAULT_FROM "Robin Doe <robin@reseller.invalid>"

/* "2027-08-01" as a Date header; the day after it forwards. */
static void add_date(struct pw_buf *out, const char *day)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int year, month, number;
	pw_day parsed;

	if (!day || !pw_day_from_iso(day, &parsed))
		return;
	pw_day_to_civil(parsed, &year, &month, &number);
	pw_buf_addf(out, "Date: %d %s %d 09:00:00 +0000\r\n", number, months[month - 1],
		    year);
}

/* A value on one line. */
static void add_field(struct pw_buf *out, const char *name, const char *value)
{
	const char *at;

	pw_buf_addf(out, "%s: ", name);
	for (at = value; *at; at++)
		pw_buf_addc(out, *at == '\r' || *at == '\n' ? ' ' : *at);
	pw_buf_adds(out, "\r\n");
}

static void compose(const struct pw_rule_test *test, struct pw_buf *out)
{
	pw_buf_adds(out, "From: " CUSTOMER "\r\nTo: " PW_TEST_MAILBOX "\r\n");
	add_field(out, "Subject", "Fwd");
	add_date(out, test->date);
	pw_buf_adds(out,
		    "MIME-Version: 1.0\r\n"
		    "Content-Type: multipart/mixed; boundary=\"==rule-test==\"\r\n\r\n"
		    "--==rule-test==\r\nContent-Type: text/plain\r\n\r\nfyi\r\n"
		    "--==rule-test==\r\nContent-Type: message/rfc822\r\n\r\n");
	add_field(out, "From", test->from ? test->from : DEFAULT_FROM);
	add_field(out, "To", test->to ? test->to : CUSTOMER);
	if (test->subject)
		add_field(out, "Subject", test->subject);
	add_date(out, test->date);
	pw_buf_adds(out, "MIME-Version: 1.0\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n"
			 "Content-Transfer-Encoding: 8bit\r\n\r\n");
	pw_buf_adds(out, test->body ? test->body : "");
	pw_buf_adds(out, "\r\n--==rule-test==--\r\n");
}

/* The file lies beside the rule file that names it. */
static int read_file(const struct pw_rule_test *test, char **ret, size_t *ret_len,
		     struct pw_err *err)
{
	const char *slash = strrchr(test->origin.path, '/');
	PW_CLEANUP(pw_freep)
	char *path = *test->file == '/' || !slash
			     ? pw_strdup(test->file)
			     : pw_asprintf("%.*s/%s", (int)(slash - test->origin.path),
					   test->origin.path, test->file);
	const char *const paths[] = { path };
	PW_CLEANUP(pw_mailfiles_freep) struct pw_mailfiles *files = NULL;
	struct pw_mailfile file;
	int r;

	files = pw_mailfiles_new(paths, 1);
	r = pw_mailfiles_next(files, &file, err);
	if (r == 0)
		return pw_err_set(err, PW_EINPUT, "'%s' holds no message", path);
	if (r < 0)
		return -1;
	*ret = PW_TAKE(file.raw);
	*ret_len = file.len;
	pw_mailfile_done(&file);
	return 0;
}

int pw_rule_test_mail(const struct pw_rule_test *test, char **ret, size_t *ret_len,
		      struct pw_err *err)
{
	struct pw_buf message;

	if (test->file)
		return read_file(test, ret, ret_len, err);
	pw_buf_init(&message, MESSAGE_MAX);
	compose(test, &message);
	*ret_len = message.len;
	*ret = pw_buf_take(&message);
	return 0;
}
