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
#include <ftw.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/mail.h"

#define ROUNDS    7
#define MAILS_MAX 2000
/* Each round parses at least so many bytes, so that a tick is nothing. */
#define ROUND_BYTES ((size_t)12 << 20)

struct message {
	char *raw;
	size_t len;
};

static struct message messages[MAILS_MAX];
static size_t n_messages;

static void die(const char *what)
{
	fprintf(stderr, "bench_parse: %s\n", what);
	exit(1);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int load(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	struct message *message = &messages[n_messages];
	FILE *file;

	(void)ftw;
	if (type != FTW_F || !pw_ends_with_i(path, ".eml") || n_messages == MAILS_MAX)
		return 0;
	file = fopen(path, "rb");
	message->len = (size_t)status->st_size;
	message->raw = malloc(message->len + 1);
	if (!file || !message->raw ||
	    fread(message->raw, 1, message->len, file) != message->len)
		die(path);
	fclose(file);
	n_messages++;
	return 0;
}

static void parse_ours(const struct message *message)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_mail *mail;

	if (pw_mail_parse(&mail, message->raw, message->len, &err) < 0)
		die(err.msg);
	pw_mail_free(mail);
}

static void parse_gmime(const struct message *message)
{
	GMimeStream *stream =
		g_mime_stream_mem_new_with_buffer(message->raw, message->len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *parsed = g_mime_parser_construct_message(parser, NULL);

	/* What GMime gives up on costs it nothing; that is its affair. */
	if (parsed)
		g_object_unref(parsed);
	g_object_unref(parser);
	g_object_unref(stream);
}

static double seconds(void (*parse)(const struct message *), const struct message *items,
		      size_t n, size_t times)
{
	double start = now_s();
	size_t i;

	for (; times; times--)
		for (i = 0; i < n; i++)
			parse(&items[i]);
	return now_s() - start;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof *values, compare);
	return values[ROUNDS / 2];
}

static void measure(const struct message *items, size_t n)
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
	       n, bytes, median(ours) * (double)n, median(ours) * mb,
	       median(theirs) * (double)n, median(theirs) * mb, median(ratios));
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
static struct message generated(size_t bytes)
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
	return (struct message){ out.data, out.len };
}

int main(int argc, char **argv)
{
	struct message message;
	int i;

	if (argc < 2 || nftw(argv[1], load, 16, FTW_PHYS) < 0 || !n_messages)
		die("usage: bench_parse FOLDER [BYTES...] (.eml files in FOLDER)");
	pw_parsers_init();
	measure(messages, n_messages);
	for (i = 2; i < argc; i++) {
		message = generated(strtoul(argv[i], NULL, 10));
		measure(&message, 1);
		free(message.raw);
	}
	return 0;
}
