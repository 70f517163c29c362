/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_parse.c - what taking a mail apart costs, beside bare GMime.
 *
 * usage: bench_parse FOLDER [BYTES...]
 *
 * Parses every *.eml below FOLDER to layers (MIME, charsets, HTML, inner
 * mails) and, in turns in the same process, to nothing but GMime's tree;
 * then a generated mail of each size.  Prints one JSON object a line:
 * mails, bytes, and medians of the rounds: parse_per_s, parse_mb_s,
 * gmime_per_s, gmime_mb_s, ratio (of the rates in the same round).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/buf.h"
#include "parsers/mail.h"
#include "tests/bench/measure.h"

#define ROUNDS 7
/* Each round parses at least so many bytes, so that a tick is nothing. */
#define ROUND_BYTES ((size_t)12 << 20)

static void parse_gmime(const struct bench_mail *mail)
{
	bench_gmime(mail, false);
}

static void parse_ours(const struct bench_mail *mail)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_mail *parsed;

	if (pw_mail_parse(&parsed, mail->raw, mail->len, &err) < 0)
		bench_die(err.msg);
	pw_mail_free(parsed);
}

static double seconds(void (*parse)(const struct bench_mail *),
		      const struct bench_mail *items, size_t n, size_t times)
{
	double start = bench_now_s();
	size_t i;

	for (; times; times--)
		for (i = 0; i < n; i++)
			parse(&items[i]);
	return bench_now_s() - start;
}

static void measure(const struct bench_mail *items, size_t n)
{
	double ours[ROUNDS], theirs[ROUNDS], ratios[ROUNDS], bytes = 0, mb;
	size_t i, times;

	for (i = 0; i < n; i++)
		bytes += (double)items[i].len;
	times = 1 + ROUND_BYTES / (size_t)bytes;
	for (i = 0; i < ROUNDS; i++) {
		ours[i] = (double)times / seconds(parse_ours, items, n, times);
		theirs[i] = (double)times / seconds(parse_gmime, items, n, times);
		ratios[i] = ours[i] / theirs[i];
	}
	mb = bytes / 1e6;
	printf("{\"mails\": %zu, \"bytes\": %.0f, \"parse_per_s\": %.0f, "
	       "\"parse_mb_s\": %.1f, \"gmime_per_s\": %.0f, \"gmime_mb_s\": %.1f, "
	       "\"ratio\": %.3f}\n",
	       n, bytes, bench_median(ours, ROUNDS) * (double)n,
	       bench_median(ours, ROUNDS) * mb, bench_median(theirs, ROUNDS) * (double)n,
	       bench_median(theirs, ROUNDS) * mb, bench_median(ratios, ROUNDS));
	fflush(stdout);
}

static void write_text(struct pw_buf *out, size_t bytes, bool is_html)
{
	size_t end = out->len + bytes, i;

	for (i = 0; out->len < end; i++)
		pw_buf_addf(
			out,
			is_html ? "<p>Item %zu of the <b>renewal</b> ends on 14 "
				  "December 2026; <a "
				  "href=\"https://x.example/%zu\">details</a>.</p>\r\n"
				: "Item %zu of the renewal ends on 14 December "
				  "2026; details under number %zu.\r\n",
			i, i * 7919);
}

/* A forward whose text, HTML and attachment are a third of it each; no part
   is larger than what is read of one. */
static struct bench_mail generated(size_t bytes)
{
	struct pw_buf out;
	size_t n = 1 + bytes / 3000000, piece = bytes / 3 / n, end;

	pw_buf_init(&out, bytes * 2 + 65536);
	pw_buf_adds(&out, "From: Pat <pat@client.example>\r\nSubject: Fwd: Renewal\r\n"
			  "Date: Mon, 02 Nov 2026 09:00:00 +0000\r\n"
			  "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
			  "--b\r\nContent-Type: text/plain\r\n\r\n"
			  "---------- Forwarded message ---------\r\n"
			  "From: Lee <lee@reseller.example>\r\nSubject: Renewal\r\n"
			  "Date: Mon, Nov 2, 2026 at 8:00 AM\r\n\r\n");
	for (; n; n--) {
		write_text(&out, piece, false);
		pw_buf_adds(&out, "\r\n--b\r\nContent-Type: text/html\r\n\r\n");
		write_text(&out, piece, true);
		pw_buf_adds(&out, "\r\n--b\r\nContent-Type: application/pdf; name=x.pdf"
				  "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
		for (end = out.len + piece; out.len < end;)
			pw_buf_adds(&out, "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC9UeXBlL0NhdG"
					  "Fsb2cvUGFnZXMgMiAwIFI+PgplbmRv\r\n");
		pw_buf_adds(&out, "\r\n--b\r\nContent-Type: text/plain\r\n\r\n");
	}
	pw_buf_adds(&out, "\r\n--b--\r\n");
	return (struct bench_mail){ out.data, out.len };
}

int main(int argc, char **argv)
{
	struct bench_mails mails;
	int i;

	if (argc < 2)
		bench_die("usage: bench_parse FOLDER [BYTES...] (.eml files in FOLDER)");
	mails = bench_read_mails(argv + 1, 1);
	if (!mails.n)
		bench_die("no mails in that folder");
	pw_parsers_init();
	measure(mails.items, mails.n);
	for (i = 2; i < argc; i++) {
		struct bench_mail mail = generated(strtoul(argv[i], NULL, 10));

		measure(&mail, 1);
		free(mail.raw);
	}
	return 0;
}
