/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/measure.h"

#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "agent/commands/mailfiles.h"

void bench_die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

struct bench_mails bench_read_mails(char *const *paths, size_t n)
{
	PW_CLEANUP(pw_mailfiles_freep)
	struct pw_mailfiles *files = pw_mailfiles_new((const char *const *)paths, n);
	struct bench_mails mails = { 0 };
	struct pw_err err = PW_ERR_INIT;
	struct pw_mailfile file;
	int r;

	while ((r = pw_mailfiles_next(files, &file, &err)) == 1) {
		mails.items = pw_realloc(mails.items, mails.n + 1, sizeof *mails.items);
		mails.items[mails.n++] =
			(struct bench_mail){ PW_TAKE(file.raw), file.len };
		pw_mailfile_done(&file);
	}
	if (r < 0)
		bench_die(err.msg);
	return mails;
}

/* A part as its reader needs it: a text in UTF-8, anything else decoded. */
static void read_part(GMimeObject *parent, GMimeObject *part, void *unused)
{
	GMimeStream *bytes;

	(void)parent;
	if (GMIME_IS_MESSAGE_PART(part)) {
		GMimeMessage *inner =
			g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));

		if (inner)
			g_mime_message_foreach(inner, read_part, unused);
	} else if (GMIME_IS_TEXT_PART(part)) {
		g_free(g_mime_text_part_get_text(GMIME_TEXT_PART(part)));
	} else if (GMIME_IS_PART(part)) {
		GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));

		bytes = g_mime_stream_mem_new();
		if (content)
			g_mime_data_wrapper_write_to_stream(content, bytes);
		g_object_unref(bytes);
	}
}

void bench_gmime(const struct bench_mail *mail, bool is_read)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail->raw, mail->len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *parsed = g_mime_parser_construct_message(parser, NULL);

	/* What GMime gives up on costs it nothing; that is its affair. */
	if (parsed && is_read)
		g_mime_message_foreach(parsed, read_part, NULL);
	if (parsed)
		g_object_unref(parsed);
	g_object_unref(parser);
	g_object_unref(stream);
}

double bench_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(double *values, size_t n)
{
	qsort(values, n, sizeof *values, compare);
	return values[n / 2];
}

uint32_t bench_random(void)
{
	static uint64_t state = 42;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 33);
}
