/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parser_fixture.h - what the tests of the parsers share.
 */
#ifndef PW_TESTS_PARSER_FIXTURE_H
#define PW_TESTS_PARSER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "parsers/bytes.h"
#include "parsers/mail.h"

/* An exact-size heap copy, so that a sanitizer sees one byte too far. */
static inline PW_UNUSED struct pw_bytes exact_copy(const void *data, size_t len)
{
	char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	if (len)
		memcpy(copy, data, len);
	return (struct pw_bytes){ copy, len };
}

static inline PW_UNUSED void copy_done(struct pw_bytes *bytes)
{
	free((char *)bytes->data);
	bytes->data = NULL;
}

/* Processor time that a hostile text may take: ten times what the slowest does
   under sanitizers on a busy machine; what grows with the square of its size
   takes longer. */
#define HOSTILE_LIMIT ((clock_t)5 * CLOCKS_PER_SEC)

#define EXACT(literal) exact_copy(literal, sizeof(literal) - 1)

static inline PW_UNUSED int new_arena(void **state)
{
	*state = pw_arena_new((size_t)64 << 20);
	return 0;
}

static inline PW_UNUSED int free_arena(void **state)
{
	pw_arena_free(*state);
	return 0;
}

#define arena_test(test) cmocka_unit_test_setup_teardown(test, new_arena, free_arena)

/* Compare and name the case. */
static inline PW_UNUSED void string_is(const char *name, const char *got,
				       const char *want)
{
	if (!got || strcmp(got, want) != 0)
		fail_msg("%s: got '%s', want '%s'", name, got ? got : "(null)", want);
}

/* Parse a message from an exact copy. */
static inline PW_UNUSED struct pw_mail *parse_mail(const void *raw, size_t len)
{
	struct pw_bytes copy = exact_copy(raw, len);
	struct pw_err err = PW_ERR_INIT;
	struct pw_mail *mail = NULL;

	if (pw_mail_parse(&mail, copy.data, copy.len, &err) < 0)
		fail_msg("parse: %s", err.msg);
	copy_done(&copy);
	return mail;
}

#endif
