/* SPDX-License-Identifier: Apache-2.0 */
/* find_hs.c - strings found by vectorscan: the only file that knows it. */
#include "rules/engine/find.h"

#include <stdlib.h>

#ifdef PW_HAVE_HS
#include <hs.h>

struct pw_hs {
	const struct pw_find_string *strings;
	hs_database_t *database;
	hs_scratch_t *scratch;
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

struct pw_hs *pw_hs_new(const struct pw_find_string *strings, size_t n)
{
	hs_database_t *database = n ? compile(strings, n) : NULL;
	struct pw_hs *hs;

	if (!database)
		return NULL;
	hs = pw_alloc(1, sizeof *hs);
	hs->strings = strings;
	hs->database = database;
	if (hs_alloc_scratch(database, &hs->scratch) != HS_SUCCESS)
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

struct pw_hs *pw_hs_new(const struct pw_find_string *strings, size_t n)
{
	(void)strings;
	(void)n;
	return NULL;
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
