/* SPDX-License-Identifier: Apache-2.0 */
/* find_hs.c - strings found by vectorscan: the only file that knows it. */
#include "rules/engine/find.h"

#include <stdlib.h>
#include <string.h>

#ifdef PW_HAVE_HS
#include <hs.h>

struct pw_hs {
	const struct pw_find_string *strings;
	hs_database_t *database;
	hs_scratch_t *scratch;
	uint64_t digest; /* of the strings */
	bool is_saved;
};

static hs_database_t *compile(const struct pw_find_string *strings, size_t n)
{
	const char **texts = pw_alloc(n + 1, sizeof *texts);
	unsigned *flags = pw_alloc(n + 1, sizeof *flags);
	unsigned *ids = pw_alloc(n + 1, sizeof *ids);
	size_t *lens = pw_alloc(n + 1, sizeof *lens), i;
	hs_database_t *database = NULL;
	hs_compile_error_t *error = NULL;

	for (i = 0; i < n; i++) {
		texts[i] = strings[i].text;
		lens[i] = strings[i].len;
		ids[i] = (unsigned)i;
	}
	if (hs_compile_lit_multi(texts, flags, ids, lens, (unsigned)n, HS_MODE_BLOCK,
				 NULL, &database, &error) != HS_SUCCESS)
		database = NULL;
	if (error)
		hs_free_compile_error(error);
	free(texts);
	free(flags);
	free(ids);
	free(lens);
	return database;
}

/* FNV-1a over the strings: a database of others would cost hits. */
static uint64_t digest_of(const struct pw_find_string *strings, size_t n)
{
	uint64_t digest = 14695981039346656037u;
	size_t i, k;

	for (i = 0; i < n; i++) {
		digest = (digest ^ strings[i].len) * 1099511628211u;
		for (k = 0; k < strings[i].len; k++)
			digest = (digest ^ (unsigned char)strings[i].text[k]) *
				 1099511628211u;
	}
	return digest;
}

static hs_database_t *restore(struct pw_saved saved, uint64_t digest)
{
	hs_database_t *database = NULL;
	uint64_t saved_digest;

	if (!saved.bytes || saved.len <= sizeof digest)
		return NULL;
	memcpy(&saved_digest, saved.bytes, sizeof saved_digest);
	if (saved_digest != digest ||
	    hs_deserialize_database((const char *)saved.bytes + sizeof digest,
				    saved.len - sizeof digest, &database) != HS_SUCCESS)
		return NULL;
	return database;
}

struct pw_hs *pw_hs_new(const struct pw_find_string *strings, size_t n,
			struct pw_saved saved)
{
	struct pw_hs *hs = pw_alloc(1, sizeof *hs);

	hs->strings = strings;
	hs->digest = digest_of(strings, n);
	hs->database = restore(saved, hs->digest);
	hs->is_saved = hs->database != NULL;
	if (!hs->database && n)
		hs->database = compile(strings, n);
	if (!hs->database) {
		free(hs);
		return NULL;
	}
	if (hs_alloc_scratch(hs->database, &hs->scratch) != HS_SUCCESS)
		abort();
	return hs;
}

void pw_hs_free(struct pw_hs *hs)
{
	if (!hs)
		return;
	hs_free_scratch(hs->scratch);
	hs_free_database(hs->database);
	free(hs);
}

bool pw_hs_is_saved(const struct pw_hs *hs)
{
	return hs->is_saved;
}

void pw_hs_save(const struct pw_hs *hs, struct pw_buf *out)
{
	char *bytes = NULL;
	size_t len = 0;

	if (hs_serialize_database(hs->database, &bytes, &len) != HS_SUCCESS)
		return;
	pw_buf_add(out, &hs->digest, sizeof hs->digest);
	pw_buf_add(out, bytes, len);
	free(bytes);
}

struct match_context {
	const struct pw_hs *hs;
	const struct pw_find_listener *listener;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to,
		    unsigned flags, void *context)
{
	const struct match_context *match = context;

	(void)from;
	(void)flags;
	match->listener->hit(match->listener->context, id,
			     (size_t)to - match->hs->strings[id].len);
	return 0;
}

void pw_hs_scan(const struct pw_hs *hs, const char *text, size_t len,
		const struct pw_find_listener *listener)
{
	struct match_context match = { hs, listener };

	/* Only a misuse fails here; the answer must not be "no". */
	if (hs_scan(hs->database, text, (unsigned)len, 0, hs->scratch, on_match,
		    &match) != HS_SUCCESS)
		abort();
}

#else

struct pw_hs *pw_hs_new(const struct pw_find_string *strings, size_t n,
			struct pw_saved saved)
{
	(void)strings;
	(void)n;
	(void)saved;
	return NULL;
}

bool pw_hs_is_saved(const struct pw_hs *hs)
{
	return hs != NULL;
}

void pw_hs_save(const struct pw_hs *hs, struct pw_buf *out)
{
	(void)hs;
	(void)out;
}

void pw_hs_free(struct pw_hs *hs)
{
	(void)hs;
}

void pw_hs_scan(const struct pw_hs *hs, const char *text, size_t len,
		const struct pw_find_listener *listener)
{
	(void)hs;
	(void)text;
	(void)len;
	(void)listener;
	abort();
}
#endif
