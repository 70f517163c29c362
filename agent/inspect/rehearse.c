/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearse.c - mails that make the libraries do everything once.
 *
 * ICU opens converters and locale data, GLib its tables, libxml2 its entity
 * tables when they are first needed; some of that wants a system call that
 * the sandbox kills.  What these mails do not reach is found by the tests
 * that run every odd mail inside the sandbox.
 */
#include "agent/inspect/work.h"

#include <string.h>

#include "agent/base/buf.h"

static const char plain_mail[] =
	"From: =?gb18030?B?zfXQocP3?= <wang@customer.example>\r\n"
	"To: renewals@reseller.example\r\n"
	"Cc: =?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <yamada@customer.example>\r\n"
	"Subject: =?windows-1252?Q?Fw=3A_R=E9novation=85?=\r\n"
	"Date: Mon, 5 Oct 2026 09:00:00 +0200\r\n"
	"Message-ID: <rehearsal@customer.example>\r\n"
	"MIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
	"--b\r\nContent-Type: multipart/alternative; boundary=\"c\"\r\n\r\n"
	"--c\r\nContent-Type: text/plain; charset=gb18030\r\n"
	"Content-Transfer-Encoding: base64\r\n\r\nxPq6w6O6IMfr0PjUvKGj\r\n"
	"--c\r\nContent-Type: text/html; charset=windows-1252\r\n"
	"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	"<html><body><p>Ihr Vertrag l=E4uft am 30.11.2026 ab &ndash; "
	"<a href=3D\"https://x.example/\">&auml;ndern</a></p><hr>"
	"<table><tr><td>a</td></tr></table></body></html>\r\n"
	"--c--\r\n"
	"--b\r\nContent-Type: message/rfc822\r\n\r\n"
	"From: Rival Sales <sales@rival.example>\r\nTo: wang@customer.example\r\n"
	"Subject: Renewal\r\nDate: Thu, 1 Oct 2026 10:00:00 -0500\r\n"
	"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
	"\x1b$B7@Ls$r99?7$7$F$/$@$5$$!#\x1b(B\r\n"
	"Your support contract expires on October 30, 2026.\r\n"
	"> ---- Original Message ----\r\n> From: a@b.example\r\n> Sent: 1. Oktober "
	"2026\r\n"
	"> To: c@d.example\r\n> Subject: Offer\r\n>\r\n> hello\r\n"
	"--b\r\nContent-Type: application/octet-stream; name*=utf-8''o%C3%A9.eml\r\n"
	"Content-Transfer-Encoding: "
	"base64\r\n\r\nRnJvbTogYUBiLmV4YW1wbGUNCg0KaGkNCg==\r\n"
	"--b--\r\n";

static const char unknown_charset_mail[] =
	"From: a@b.example\r\nSubject: \xe4\xf6\xfc\r\n"
	"Content-Type: text/plain\r\n\r\n"
	"Le contrat arrive \xe0 \xe9"
	"ch\xe9"
	"ance le 3 d\xe9"
	"cembre 2026.\r\n";

static void rehearse_one(const struct pw_work *work, enum pw_job_kind kind,
			 const char *mail, size_t len)
{
	static const char meta[] = "{\"received\":20700}";
	struct pw_job_head head = { .kind = kind, .meta_len = sizeof meta - 1 };
	struct pw_err ignored = PW_ERR_INIT;
	struct pw_buf job, answer;

	pw_buf_init(&job, (size_t)64 << 10);
	pw_buf_add(&job, &head, sizeof head);
	pw_buf_add(&job, meta, sizeof meta - 1);
	pw_buf_add(&job, mail, len);
	pw_buf_init(&answer, PW_WORK_ANSWER_MAX);
	/* What it says, or that it fails, is of no interest. */
	if (pw_work_do(&answer, work, job.data, job.len, &ignored) < 0)
		pw_buf_reset(&answer);
	pw_buf_done(&answer);
	pw_buf_done(&job);
}

void pw_work_rehearse(const struct pw_work *work)
{
	static const enum pw_job_kind kinds[] = { PW_JOB_PARSE, PW_JOB_INSPECT,
						  PW_JOB_TEXT };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(kinds); i++) {
		rehearse_one(work, kinds[i], plain_mail, sizeof plain_mail - 1);
		rehearse_one(work, kinds[i], unknown_charset_mail,
			     sizeof unknown_charset_mail - 1);
	}
}
