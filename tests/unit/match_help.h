/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_help.h - a made-up book of contracts and made-up mails for the
 * tests of the matcher.
 */
#ifndef PW_TEST_MATCH_HELP_H
#define PW_TEST_MATCH_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "agent/base/str.h"
#include "rules/match/known.h"
#include "rules/match/match.h"

struct book_row {
	const char *customer, *contract_id, *vendor;
	const char *identifiers[4];
};

struct book_customer {
	const char *name;
	const char *domains[3];
	const char *aliases[3];
};

struct book {
	void *image;
	size_t len;
	struct pw_known *known;
};

static inline size_t count_strings(const char *const *list, size_t max)
{
	size_t n = 0;
	while (n < max && list[n])
		n++;
	return n;
}

static inline void book_open(struct book *book, const struct book_customer *customers,
			     size_t n_customers, const struct book_row *rows,
			     size_t n_rows)
{
	struct pw_err err = PW_ERR_INIT;
	PW_CLEANUP(pw_known_builder_freep)
	struct pw_known_builder *builder = pw_known_builder_new();
	for (size_t i = 0; i < n_customers; i++) {
		const struct book_customer *c = &customers[i];
		uint32_t number = pw_known_add_customer(
			builder, c->name, c->domains, count_strings(c->domains, 3),
			c->aliases, count_strings(c->aliases, 3));
		for (size_t r = 0; r < n_rows; r++)
			if (strcmp(rows[r].customer, c->name) == 0)
				pw_known_add_contract(
					builder, number, rows[r].contract_id,
					rows[r].vendor, rows[r].identifiers,
					count_strings(rows[r].identifiers, 4));
	}
	assert_int_equal(pw_known_build(builder, &book->image, &book->len, &err), 0);
	assert_int_equal(pw_known_open(&book->known, book->image, book->len, &err), 0);
}

static inline void book_close(struct book *book)
{
	pw_known_close(book->known);
	free(book->image);
}

/* A mail of one layer; texts are exact-size copies in its arena. */
static inline struct pw_mail *make_mail(struct pw_arena *arena, const char *subject,
					const char *text, size_t len)
{
	struct pw_mail *mail = pw_arena_alloc(arena, 1, sizeof(*mail));
	mail->arena = arena;
	mail->layers = pw_arena_alloc(arena, 4, sizeof(*mail->layers));
	mail->n_layers = 1;
	mail->layers[0].parent = -1;
	mail->layers[0].subject = subject;
	mail->layers[0].text.data = pw_arena_strndup(arena, text, len);
	mail->layers[0].text.len = len;
	return mail;
}

/* Match a text; the finding is the caller's (pw_finding_free()). */
static inline struct pw_finding *match_text(const struct book *book, const char *subject,
					    const char *text, size_t len)
{
	static const bool wanted[4] = { true, true, true, true };
	struct pw_err err = PW_ERR_INIT;
	struct pw_finding *finding = pw_alloc(1, sizeof(*finding));
	finding->arena = pw_arena_new((size_t)64 << 20);
	PW_CLEANUP(pw_arena_freep)
	struct pw_arena *arena = pw_arena_new((size_t)64 << 20);
	struct pw_mail *mail = make_mail(arena, subject, text, len);
	assert_int_equal(pw_match(finding, NULL, book->known, mail, wanted, &err), 0);
	return finding;
}

static inline void drop_finding(struct pw_finding *finding)
{
	pw_arena_free(finding->arena);
	free(finding);
}

static inline size_t n_exact(const struct pw_finding *finding)
{
	size_t n = 0;
	for (size_t i = 0; i < finding->n_identifiers; i++)
		n += finding->identifiers[i].how == PW_HOW_IDENTIFIER;
	return n;
}

static inline bool has_exact(const struct pw_finding *finding, const char *contract_id)
{
	for (size_t i = 0; i < finding->n_identifiers; i++)
		if (finding->identifiers[i].how == PW_HOW_IDENTIFIER &&
		    strcmp(finding->identifiers[i].contract_id, contract_id) == 0)
			return true;
	return false;
}

/* Repeatable randomness. */
static inline uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*state >> 33);
}

#endif
