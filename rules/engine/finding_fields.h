/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding_fields.h - the members of a finding as a table, for JSON and copies.
 *
 * Private to finding_*.c.
 */
#ifndef PW_RULES_FINDING_FIELDS_H
#define PW_RULES_FINDING_FIELDS_H

#include <stddef.h>

#include "rules/engine/finding.h"

enum pw_field_kind {
	PW_F_STRING, /* const char *, null allowed */
	PW_F_INT,    /* int */
	PW_F_UNSIGNED,
	PW_F_SIZE, /* size_t */
	PW_F_DOUBLE,
	PW_F_BOOL,
	PW_F_DATE,    /* struct pw_date */
	PW_F_CLASS,   /* enum pw_sender_class */
	PW_F_HOW,     /* enum pw_how */
	PW_F_STRUCT,  /* a struct in place */
	PW_F_LIST,    /* pointer to structs, count at count_offset */
	PW_F_STRINGS, /* const char *const *, count at count_offset */
};

struct pw_struct_of;

struct pw_field_of {
	const char *key;
	const char *json; /* ,"key": */
	size_t json_len;
	enum pw_field_kind kind;
	size_t offset;
	size_t count_offset;
	const struct pw_struct_of *table;
	bool is_later; /* findings stored before it was there are read without it */
};

struct pw_struct_of {
	const struct pw_field_of *fields;
	size_t n;
	size_t size;
};

extern const struct pw_struct_of pw_finding_fields;

/* Those members of a struct pw_date that are true or false. */
#define PW_N_DATE_FLAGS 4
extern const struct pw_field_of pw_date_flags[PW_N_DATE_FLAGS];

#endif
