/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding_read.c - findings strictly back from JSON.
 *
 * An inspector may have been taken over by the mail it read: the reader
 * trusts no key, type, length or enumeration, and everything it makes lies in
 * one capped arena.
 */
#include <math.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/finding_fields.h"

#define FINDING_ARENA_MAX ((size_t)32 << 20)
#define MAX_STRING        ((size_t)1 << 20)
#define MAX_ITEMS         20000

struct reader {
	struct pw_arena *arena;
	struct pw_err *err;
};

static int read_struct(const struct reader *reader, const struct pw_struct_of *table,
		       const json_t *json, void *at);

static int wrong(const struct reader *reader, const char *key)
{
	return pw_err_set(reader->err, PW_EFORMAT, "finding: '%s' is missing or wrong",
			  key);
}

static int read_string(const struct reader *reader, const char *key, const json_t *json,
		       const char **ret)
{
	if (json_is_null(json)) {
		*ret = NULL;
		return 0;
	}
	if (!json_is_string(json) || json_string_length(json) > MAX_STRING)
		return wrong(reader, key);
	*ret = pw_arena_strndup(reader->arena, json_string_value(json),
				json_string_length(json));
	return *ret && strlen(*ret) == json_string_length(json) ? 0 : wrong(reader, key);
}

static int read_number(const struct reader *reader, const char *key, const json_t *json,
		       json_int_t min, json_int_t max, json_int_t *ret)
{
	if (!json_is_integer(json) || json_integer_value(json) < min ||
	    json_integer_value(json) > max)
		return wrong(reader, key);
	*ret = json_integer_value(json);
	return 0;
}

static int read_date(const struct reader *reader, const char *key, const json_t *json,
		     struct pw_date *ret)
{
	static const struct {
		const char *key;
		int min, max;
	} parts[] = { { "hour", 0, 23 },
		      { "minute", 0, 59 },
		      { "second", 0, 60 },
		      { "offset", -1440, 1440 } };
	json_int_t values[PW_ARRAY_LEN(parts)];
	struct pw_date date = { .day = PW_DAY_NONE };
	const json_t *flag;
	size_t i;

	*ret = date;
	if (json_is_null(json))
		return 0;
	if (!json_is_object(json) || json_object_size(json) != 9 ||
	    !json_is_string(json_object_get(json, "day")) ||
	    !pw_day_from_iso(json_string_value(json_object_get(json, "day")), &date.day))
		return wrong(reader, key);
	for (i = 0; i < PW_N_DATE_FLAGS; i++) {
		flag = json_object_get(json, pw_date_flags[i].key);
		if (!json_is_boolean(flag))
			return wrong(reader, key);
		*(bool *)((char *)&date + pw_date_flags[i].offset) = json_is_true(flag);
	}
	for (i = 0; i < PW_ARRAY_LEN(parts); i++)
		if (read_number(reader, key, json_object_get(json, parts[i].key),
				parts[i].min, parts[i].max, &values[i]) < 0)
			return -1;
	date.hour = (int8_t)values[0];
	date.minute = (int8_t)values[1];
	date.second = (int8_t)values[2];
	date.offset_minutes = (int16_t)values[3];
	*ret = date;
	return 0;
}

static int read_enum(const struct reader *reader, const struct pw_field_of *field,
		     const json_t *json, void *at)
{
	const char *word = json_string_value(json);
	int i;

	for (i = 0; word && field->kind == PW_F_CLASS && i <= PW_SENDER_NONE; i++)
		if (strcmp(word, pw_sender_class_name((enum pw_sender_class)i)) == 0) {
			*(enum pw_sender_class *)at = (enum pw_sender_class)i;
			return 0;
		}
	for (i = 0; word && field->kind == PW_F_HOW && i <= PW_HOW_NEAR_IDENTIFIER; i++)
		if (strcmp(word, pw_how_name((enum pw_how)i)) == 0) {
			*(enum pw_how *)at = (enum pw_how)i;
			return 0;
		}
	return wrong(reader, field->key);
}

static int read_list(const struct reader *reader, const struct pw_field_of *field,
		     const json_t *json, void *base)
{
	size_t n = json_array_size(json), i;
	size_t size = field->kind == PW_F_STRINGS ? sizeof(char *) : field->table->size;
	char *items;

	if (!json_is_array(json) || n > MAX_ITEMS)
		return wrong(reader, field->key);
	items = pw_arena_alloc(reader->arena, n + 1, size);
	if (!items)
		return wrong(reader, field->key);
	for (i = 0; i < n; i++) {
		const json_t *item = json_array_get(json, i);
		int result = field->kind == PW_F_STRINGS
				     ? read_string(reader, field->key, item,
						   &((const char **)(void *)items)[i])
				     : read_struct(reader, field->table, item,
						   items + i * size);
		if (result < 0)
			return -1;
	}
	*(char **)((char *)base + field->offset) = items;
	*(size_t *)((char *)base + field->count_offset) = n;
	return 0;
}

static int read_scalar(const struct reader *reader, const struct pw_field_of *field,
		       const json_t *json, void *at)
{
	json_int_t number = 0;

	if (field->kind == PW_F_DOUBLE) {
		if (!json_is_number(json) || !isfinite(json_number_value(json)))
			return wrong(reader, field->key);
		*(double *)at = json_number_value(json);
		return 0;
	}
	if (field->kind == PW_F_BOOL) {
		if (!json_is_boolean(json))
			return wrong(reader, field->key);
		*(bool *)at = json_is_true(json);
		return 0;
	}
	if (read_number(reader, field->key, json, field->kind == PW_F_INT ? INT32_MIN : 0,
			field->kind == PW_F_SIZE ? UINT32_MAX : INT32_MAX, &number) < 0)
		return -1;
	if (field->kind == PW_F_INT)
		*(int *)at = (int)number;
	else if (field->kind == PW_F_UNSIGNED)
		*(unsigned *)at = (unsigned)number;
	else
		*(size_t *)at = (size_t)number;
	return 0;
}

static int read_field(const struct reader *reader, const struct pw_field_of *field,
		      const json_t *json, void *base)
{
	void *at = (char *)base + field->offset;

	if (!json)
		return wrong(reader, field->key);
	switch (field->kind) {
	case PW_F_STRING:
		return read_string(reader, field->key, json, at);
	case PW_F_DATE:
		return read_date(reader, field->key, json, at);
	case PW_F_CLASS:
	case PW_F_HOW:
		return read_enum(reader, field, json, at);
	case PW_F_STRUCT:
		return read_struct(reader, field->table, json, at);
	case PW_F_LIST:
	case PW_F_STRINGS:
		return read_list(reader, field, json, base);
	default:
		return read_scalar(reader, field, json, at);
	}
}

static int read_struct(const struct reader *reader, const struct pw_struct_of *table,
		       const json_t *json, void *at)
{
	size_t n_read = 0, i;

	for (i = 0; i < table->n; i++) {
		const struct pw_field_of *field = &table->fields[i];
		const json_t *value = json_object_get(json, field->key);

		if (!value && field->is_later)
			continue;
		if (read_field(reader, field, value, at) < 0)
			return -1;
		n_read++;
	}
	if (json_object_size(json) != n_read)
		return pw_err_set(reader->err, PW_EFORMAT,
				  "finding: an object does not have its %zu keys",
				  table->n);
	return 0;
}

int pw_finding_from_json(struct pw_finding **ret, const json_t *json, struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = pw_finding_new();
	const struct reader reader = { finding->arena, err };

	if (read_struct(&reader, &pw_finding_fields, json, finding) < 0)
		return -1;
	*ret = PW_TAKE(finding);
	return 0;
}

struct pw_finding *pw_finding_new(void)
{
	struct pw_finding *finding = pw_alloc(1, sizeof *finding);

	finding->arena = pw_arena_new(FINDING_ARENA_MAX);
	finding->outer_date.day = PW_DAY_NONE;
	finding->solicitor.date.day = PW_DAY_NONE;
	return finding;
}

void pw_finding_free(struct pw_finding *finding)
{
	if (!finding)
		return;
	pw_arena_free(finding->arena);
	free(finding);
}
