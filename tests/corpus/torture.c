/* SPDX-License-Identifier: Apache-2.0 */
/*
 * torture.c - broken mails, and mutations of them, must all be taken apart.
 *
 * usage: torture FOLDER [VARIANTS]
 *
 * Every file is parsed as it is, then VARIANTS mutations of them all (default
 * 10,000).  The mutations are the same in every run.  A mail under 1 MB must
 * take less than a second of processor time; a message that cannot be parsed,
 * or a promise of check_text.h that does not hold, ends the run.  Exit status
 * 77 where the folder is not there.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "parsers/mail.h"
#include "tests/fuzz/check_text.h"

#define SKIPPED    77
#define FILES_MAX  2000
#define FILE_MAX   ((size_t)16 << 20)
#define GROWTH_MAX 65536

/* Sanitizers and unoptimised code are slower; the limit is for users. */
#ifdef PW_SANITIZED
#define SECONDS_PER_MB 5.0
#else
#define SECONDS_PER_MB 1.0
#endif

struct sample {
	char name[256];
	uint8_t *data;
	size_t len;
};

static struct sample samples[FILES_MAX];
static size_t n_samples;
static double slowest;
static char slowest_name[300];

/* xorshift64*: the same numbers on every machine. */
static uint64_t state = 88172645463325252u;

static uint64_t any(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(2685821657736338717);
}

static size_t below(size_t n)
{
	return n ? (size_t)(any() % n) : 0;
}

static void load(const char *folder, const char *name)
{
	struct sample *sample = &samples[n_samples];
	char path[4096];
	FILE *file;
	long size;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	snprintf(sample->name, sizeof sample->name, "%s", name);
	file = fopen(path, "rb");
	if (!file)
		return;
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	if (size >= 0 && (size_t)size <= FILE_MAX) {
		sample->data = malloc((size_t)size + 1);
		sample->len =
			sample->data ? fread(sample->data, 1, (size_t)size, file) : 0;
		n_samples++;
	}
	fclose(file);
}

static int load_all(const char *folder)
{
	struct dirent **names;
	int i, n = scandir(folder, &names, NULL, alphasort);

	for (i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.' && n_samples < FILES_MAX)
			load(folder, names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return n;
}

static void check(const char *name, const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct pw_mail *mail = NULL;
	struct pw_err err = PW_ERR_INIT;
	clock_t start = clock();
	double seconds, limit;
	size_t i;

	PROMISE(copy);
	memcpy(copy, data, len);
	if (pw_mail_parse(&mail, copy, len, &err) < 0) {
		fprintf(stderr, "%s: %s\n", name, err.msg);
		exit(1);
	}
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	PROMISE(mail->n_layers >= 1 && mail->n_layers <= PW_MAX_LAYERS);
	for (i = 0; i < mail->n_layers; i++) {
		PROMISE(mail->layers[i].parent < (int)i);
		check_text(&mail->layers[i].text);
	}
	pw_mail_free(mail);
	free(copy);
	limit = SECONDS_PER_MB * (len > 1000000 ? (double)len / 1000000 : 1);
	if (seconds > slowest) {
		slowest = seconds;
		snprintf(slowest_name, sizeof slowest_name, "%s", name);
	}
	if (seconds > limit) {
		fprintf(stderr, "%s: %zu bytes took %.2f s\n", name, len, seconds);
		exit(1);
	}
}

/* Pieces that mean something to one reader or another. */
static const char *const pieces[] = {
	"\r\n",
	"\n\n",
	"--",
	"\r\n--b\r\n",
	"=?utf-8?Q?",
	"?=",
	"=\r\n",
	"=00",
	"<div>",
	"</blockquote>",
	"<table><tr><td>",
	"<style>",
	"<!--",
	"\"",
	">",
	"> > >",
	"&#x",
	"From: ",
	"On Mon, 2 Nov 2026, A wrote:\n",
	"-----Original Message-----\n",
	"Content-Type: multipart/mixed; boundary=b\n",
	"Content-Transfer-Encoding: base64\n",
	"Content-Type: message/rfc822\n\n",
	"\x1B$B",
	"\xC3",
	"\xEF\xBB\xBF",
	"\xFF\xFE",
	"charset=utf-16",
	"(((((((((",
	"a@b,,;:<>",
	"\t",
	"31/12/2026",
};

static size_t insert(uint8_t *data, size_t len, size_t at, const void *what, size_t n)
{
	memmove(data + at + n, data + at, len - at);
	memcpy(data + at, what, n);
	return len + n;
}

/* One random change; data has room for GROWTH_MAX bytes more than len. */
static size_t mutate(uint8_t *data, size_t len)
{
	const struct sample *other = &samples[below(n_samples)];
	const char *piece = pieces[below(PW_ARRAY_LEN(pieces))];
	size_t at = below(len + 1), n = below(2000), from;

	switch (below(6)) {
	case 0:
		if (at < len)
			data[at] = (uint8_t)any();
		return len;
	case 1:
		return insert(data, len, at, piece, strlen(piece));
	case 2: /* cut a range out */
		n = n < len - at ? n : len - at;
		memmove(data + at, data + at + n, len - at - n);
		return len - n;
	case 3: /* repeat a piece */
		for (from = 0; from < 50; from++)
			len = insert(data, len, at, piece, strlen(piece));
		return len;
	case 4: /* a range of another mail */
		from = below(other->len + 1);
		n = n < other->len - from ? n : other->len - from;
		return insert(data, len, at, other->data + from, n);
	default: /* lose the end */
		return below(8) ? len : at;
	}
}

static void check_variant(size_t i)
{
	const struct sample *sample = &samples[i % n_samples];
	uint8_t *data = malloc(sample->len + GROWTH_MAX);
	size_t len = sample->len, changes = 1 + below(8);
	char name[300];

	PROMISE(data);
	memcpy(data, sample->data, len);
	while (changes-- > 0)
		len = mutate(data, len);
	snprintf(name, sizeof name, "variant %zu of %s", i, sample->name);
	check(name, data, len);
	free(data);
}

int main(int argc, char **argv)
{
	size_t i, variants = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000;

	if (argc < 2 || load_all(argv[1]) < 0 || !n_samples) {
		printf("skipped: no mails in %s\n", argc < 2 ? "(no folder)" : argv[1]);
		return SKIPPED;
	}
	pw_parsers_init();
	for (i = 0; i < n_samples; i++)
		check(samples[i].name, samples[i].data, samples[i].len);
	for (i = 0; i < variants; i++)
		check_variant(i);
	printf("%zu mails and %zu variants; slowest %.3f s: %s\n", n_samples, variants,
	       slowest, slowest_name);
	for (i = 0; i < n_samples; i++)
		free(samples[i].data);
	return 0;
}
