/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding_json.c - findings to JSON and strictly back, by tables.
 *
 * An inspector may have been taken over by the mail it read: the reader
 * trusts no key, type, length or enumeration, and everything it makes lies in
 * one capped arena.
 */
#include <math.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/finding.h"

#define FINDING_ARENA_MAX ((size_t)32 << 20)
#define MAX_STRING        ((size_t)1 << 20)
#define MAX_ITEMS         20000

enum field_kind {
	F_STRING, /* const char *, null allowed */
	F_INT,    /* int */
	F_UNSIGNED,
	F_SIZE, /* size_t */
	F_DOUBLE,
	F_BOOL,
	F_DATE,    /* struct pw_date */
	F_CLASS,   /* enum pw_sender_class */
	F_HOW,     /* enum pw_how */
	F_STRUCT,  /* a struct in place */
	F_LIST,    /* pointer to structs, count at count_offset */
	F_STRINGS, /* const char *const *, count at count_offset */
};

struct table;

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset;
	size_t count_offset;
	const struct table *table;
};

struct table {
	const struct field *fields;
	size_t n;
	size_t size;
};

#define FIELD(type, kind_, member)                                                       \
	{                                                                                \
#member, kind_, offsetof(struct type, member), 0, NULL                   \
	}
#define TABLE(type, fields_)                                                             \
	{                                                                                \
		fields_, PW_ARRAY_LEN(fields_), sizeof(struct type)                      \
	}

static const struct field date_fields[] = {
	FIELD(pw_date, F_BOOL, has_time),
	FIELD(pw_date, F_BOOL, has_offset),
	FIELD(pw_date, F_BOOL, is_ambiguous),
	FIELD(pw_date, F_BOOL, is_two_digit_year),
};

static const struct field hit_fields[] = {
	FIELD(pw_hit, F_STRING, rule),     FIELD(pw_hit, F_STRING, origin),
	FIELD(pw_hit, F_INT, layer),       FIELD(pw_hit, F_STRING, scope),
	FIELD(pw_hit, F_STRING, matched),  FIELD(pw_hit, F_STRING, context),
	FIELD(pw_hit, F_SIZE, context_at), FIELD(pw_hit, F_DOUBLE, points),
	FIELD(pw_hit, F_STRING, claim),    FIELD(pw_hit, F_BOOL, is_negated),
};
static const struct table hit_table = TABLE(pw_hit, hit_fields);

static const struct field identifier_fields[] = {
	FIELD(pw_identifier_hit, F_STRING, contract_id),
	FIELD(pw_identifier_hit, F_STRING, identifier),
	FIELD(pw_identifier_hit, F_STRING, written),
	FIELD(pw_identifier_hit, F_STRING, quote),
	FIELD(pw_identifier_hit, F_INT, layer),
	FIELD(pw_identifier_hit, F_HOW, how),
	FIELD(pw_identifier_hit, F_STRING, why),
};
static const struct table identifier_table = TABLE(pw_identifier_hit, identifier_fields);

static const struct field customer_fields[] = {
	FIELD(pw_customer_hit, F_STRING, customer),
	FIELD(pw_customer_hit, F_STRING, evidence),
	FIELD(pw_customer_hit, F_INT, layer),
	FIELD(pw_customer_hit, F_HOW, how),
	FIELD(pw_customer_hit, F_BOOL, is_forwarder),
};
static const struct table customer_table = TABLE(pw_customer_hit, customer_fields);

static const struct field vendor_fields[] = {
	FIELD(pw_vendor_hit, F_STRING, vendor),   FIELD(pw_vendor_hit, F_STRING, name),
	FIELD(pw_vendor_hit, F_STRING, evidence), FIELD(pw_vendor_hit, F_STRING, how),
	FIELD(pw_vendor_hit, F_INT, layer),       FIELD(pw_vendor_hit, F_SIZE, at),
};
static const struct table vendor_table = TABLE(pw_vendor_hit, vendor_fields);

static const struct field stated_fields[] = {
	FIELD(pw_stated_date, F_DATE, date),   FIELD(pw_stated_date, F_STRING, quote),
	FIELD(pw_stated_date, F_STRING, rule), FIELD(pw_stated_date, F_INT, layer),
	FIELD(pw_stated_date, F_SIZE, at),     FIELD(pw_stated_date, F_BOOL, is_loose),
};
static const struct table stated_table = TABLE(pw_stated_date, stated_fields);

static const struct field claim_fields[] = {
	FIELD(pw_claim_hit, F_STRING, claim),
	FIELD(pw_claim_hit, F_STRING, quote),
	FIELD(pw_claim_hit, F_STRING, rule),
	FIELD(pw_claim_hit, F_INT, layer),
};
static const struct table claim_table = TABLE(pw_claim_hit, claim_fields);

static const struct field solicitor_fields[] = {
	FIELD(pw_solicitor, F_INT, layer),    FIELD(pw_solicitor, F_CLASS, sender_class),
	FIELD(pw_solicitor, F_STRING, rival), FIELD(pw_solicitor, F_STRING, rival_name),
	FIELD(pw_solicitor, F_STRING, email), FIELD(pw_solicitor, F_STRING, name),
	FIELD(pw_solicitor, F_DATE, date),    FIELD(pw_solicitor, F_STRING, subject),
	FIELD(pw_solicitor, F_DOUBLE, score),
};
static const struct table solicitor_table = TABLE(pw_solicitor, solicitor_fields);

static const struct field layer_fields[] = {
	FIELD(pw_layer_note, F_INT, layer),  FIELD(pw_layer_note, F_CLASS, sender_class),
	FIELD(pw_layer_note, F_STRING, who), FIELD(pw_layer_note, F_DOUBLE, score),
	FIELD(pw_layer_note, F_STRING, why),
};
static const struct table layer_table = TABLE(pw_layer_note, layer_fields);

static const struct field address_fields[] = {
	FIELD(pw_addr, F_STRING, name),
	FIELD(pw_addr, F_STRING, address),
};
static const struct table address_table = TABLE(pw_addr, address_fields);

#define LIST(member, table_)                                                             \
	{                                                                                \
#member, F_LIST, offsetof(struct pw_finding, member),                    \
			offsetof(struct pw_finding, n_##member), &table_                 \
	}

static const struct field finding_fields[] = {
	FIELD(pw_finding, F_STRING, forwarder),
	FIELD(pw_finding, F_STRING, forwarder_name),
	FIELD(pw_finding, F_STRING, subject),
	FIELD(pw_finding, F_STRING, message_id),
	FIELD(pw_finding, F_DATE, outer_date),
	FIELD(pw_finding, F_STRING, authentication),
	FIELD(pw_finding, F_BOOL, is_auto_reply),
	FIELD(pw_finding, F_BOOL, is_bounce),
	FIELD(pw_finding, F_BOOL, is_from_us),
	FIELD(pw_finding, F_BOOL, is_solicitation),
	{ "solicitor", F_STRUCT, offsetof(struct pw_finding, solicitor), 0,
	  &solicitor_table },
	LIST(others, solicitor_table),
	{ "recipients", F_LIST, offsetof(struct pw_finding, recipients.items),
	  offsetof(struct pw_finding, recipients.n), &address_table },
	FIELD(pw_finding, F_STRING, text),
	LIST(vendors, vendor_table),
	LIST(identifiers, identifier_table),
	LIST(customers, customer_table),
	LIST(stated, stated_table),
	LIST(claims, claim_table),
	LIST(hits, hit_table),
	LIST(layers, layer_table),
	FIELD(pw_finding, F_DOUBLE, score),
	FIELD(pw_finding, F_DOUBLE, threshold),
	FIELD(pw_finding, F_STRING, decided_by),
	FIELD(pw_finding, F_STRING, severity),
	FIELD(pw_finding, F_BOOL, is_report_only),
	FIELD(pw_finding, F_STRING, notice),
	FIELD(pw_finding, F_STRING, notice_quote),
	FIELD(pw_finding, F_UNSIGNED, capped),
	{ "rule_errors", F_STRINGS, offsetof(struct pw_finding, rule_errors),
	  offsetof(struct pw_finding, n_rule_errors), NULL },
};
static const struct table finding_table = TABLE(pw_finding, finding_fields);

/* Writing. */

static json_t *write_struct(const struct table *table, const void *at);

static json_t *write_string(const char *text)
{
	json_t *string;
	struct pw_buf clean;

	if (!text)
		return json_null();
	string = json_string(text);
	if (string)
		return string;
	/* Not UTF-8: shown escaped rather than lost. */
	pw_buf_init(&clean, MAX_STRING);
	pw_str_escape(&clean, text, strlen(text), MAX_STRING / 8);
	string = json_string(clean.data);
	pw_buf_done(&clean);
	return string ? string : json_null();
}

static json_t *write_date(const struct pw_date *date)
{
	json_t *object;
	char day[PW_DAY_TEXT];
	size_t i;

	if (date->day == PW_DAY_NONE)
		return json_null();
	object = json_object();
	json_object_set_new(object, "day", json_string(pw_day_to_iso(date->day, day)));
	for (i = 0; i < PW_ARRAY_LEN(date_fields); i++)
		json_object_set_new(object, date_fields[i].key,
				    json_boolean(*(const bool *)((const char *)date +
								 date_fields[i].offset)));
	json_object_set_new(object, "hour", json_integer(date->hour));
	json_object_set_new(object, "minute", json_integer(date->minute));
	json_object_set_new(object, "second", json_integer(date->second));
	json_object_set_new(object, "offset", json_integer(date->offset_minutes));
	return object;
}

static json_t *write_list(const struct field *field, const void *base)
{
	const char *items = *(const char *const *)((const char *)base + field->offset);
	size_t n = *(const size_t *)((const char *)base + field->count_offset), i;
	json_t *list = json_array();

	for (i = 0; i < n; i++)
		if (field->kind == F_STRINGS)
			json_array_append_new(
				list, write_string(((const char *const *)items)[i]));
		else
			json_array_append_new(
				list, write_struct(field->table,
						   items + i * field->table->size));
	return list;
}

static json_t *write_field(const struct field *field, const void *base)
{
	const void *at = (const char *)base + field->offset;

	switch (field->kind) {
	case F_STRING:
		return write_string(*(const char *const *)at);
	case F_INT:
		return json_integer(*(const int *)at);
	case F_UNSIGNED:
		return json_integer(*(const unsigned *)at);
	case F_SIZE:
		return json_integer((json_int_t) * (const size_t *)at);
	case F_DOUBLE:
		return json_real(*(const double *)at);
	case F_BOOL:
		return json_boolean(*(const bool *)at);
	case F_DATE:
		return write_date(at);
	case F_CLASS:
		return json_string(
			pw_sender_class_name(*(const enum pw_sender_class *)at));
	case F_HOW:
		return json_string(pw_how_name(*(const enum pw_how *)at));
	case F_STRUCT:
		return write_struct(field->table, at);
	case F_LIST:
	case F_STRINGS:
		return write_list(field, base);
	}
	return NULL;
}

static json_t *write_struct(const struct table *table, const void *at)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < table->n; i++)
		json_object_set_new(object, table->fields[i].key,
				    write_field(&table->fields[i], at));
	return object;
}

json_t *pw_finding_to_json(const struct pw_finding *finding)
{
	return write_struct(&finding_table, finding);
}

/* Owning. */

static int own_struct(struct pw_arena *arena, const struct table *table, void *at);

static int own_string(struct pw_arena *arena, const char **at)
{
	if (*at && !(*at = pw_arena_strdup(arena, *at)))
		return -1;
	return 0;
}

static int own_field(struct pw_arena *arena, const struct field *field, void *base)
{
	void *at = (char *)base + field->offset;
	size_t n, i;

	if (field->kind == F_STRING)
		return own_string(arena, at);
	if (field->kind == F_STRUCT)
		return own_struct(arena, field->table, at);
	if (field->kind != F_LIST)
		return 0;
	n = *(const size_t *)((const char *)base + field->count_offset);
	for (i = 0; i < n; i++)
		if (own_struct(arena, field->table,
			       *(char **)at + i * field->table->size) < 0)
			return -1;
	return 0;
}

static int own_struct(struct pw_arena *arena, const struct table *table, void *at)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		if (own_field(arena, &table->fields[i], at) < 0)
			return -1;
	return 0;
}

int pw_finding_own(struct pw_finding *finding, struct pw_err *err)
{
	if (own_struct(finding->arena, &finding_table, finding) < 0)
		return pw_err_set(err, PW_ELIMIT, "the finding needs too much memory");
	return 0;
}

/* Reading. */

struct reader {
	struct pw_arena *arena;
	struct pw_err *err;
};

static int read_struct(const struct reader *reader, const struct table *table,
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
	for (i = 0; i < PW_ARRAY_LEN(date_fields); i++) {
		flag = json_object_get(json, date_fields[i].key);
		if (!json_is_boolean(flag))
			return wrong(reader, key);
		*(bool *)((char *)&date + date_fields[i].offset) = json_is_true(flag);
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

static int read_enum(const struct reader *reader, const struct field *field,
		     const json_t *json, void *at)
{
	const char *word = json_string_value(json);
	int i;

	for (i = 0; word && field->kind == F_CLASS && i <= PW_SENDER_NONE; i++)
		if (strcmp(word, pw_sender_class_name((enum pw_sender_class)i)) == 0) {
			*(enum pw_sender_class *)at = (enum pw_sender_class)i;
			return 0;
		}
	for (i = 0; word && field->kind == F_HOW && i <= PW_HOW_NEAR_IDENTIFIER; i++)
		if (strcmp(word, pw_how_name((enum pw_how)i)) == 0) {
			*(enum pw_how *)at = (enum pw_how)i;
			return 0;
		}
	return wrong(reader, field->key);
}

static int read_list(const struct reader *reader, const struct field *field,
		     const json_t *json, void *base)
{
	size_t n = json_array_size(json), i;
	size_t size = field->kind == F_STRINGS ? sizeof(char *) : field->table->size;
	char *items;

	if (!json_is_array(json) || n > MAX_ITEMS)
		return wrong(reader, field->key);
	items = pw_arena_alloc(reader->arena, n + 1, size);
	if (!items)
		return wrong(reader, field->key);
	for (i = 0; i < n; i++) {
		const json_t *item = json_array_get(json, i);
		int result = field->kind == F_STRINGS
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

static int read_scalar(const struct reader *reader, const struct field *field,
		       const json_t *json, void *at)
{
	json_int_t number;

	if (field->kind == F_DOUBLE) {
		if (!json_is_number(json) || !isfinite(json_number_value(json)))
			return wrong(reader, field->key);
		*(double *)at = json_number_value(json);
		return 0;
	}
	if (field->kind == F_BOOL) {
		if (!json_is_boolean(json))
			return wrong(reader, field->key);
		*(bool *)at = json_is_true(json);
		return 0;
	}
	if (read_number(reader, field->key, json, field->kind == F_INT ? INT32_MIN : 0,
			field->kind == F_SIZE ? UINT32_MAX : INT32_MAX, &number) < 0)
		return -1;
	if (field->kind == F_INT)
		*(int *)at = (int)number;
	else if (field->kind == F_UNSIGNED)
		*(unsigned *)at = (unsigned)number;
	else
		*(size_t *)at = (size_t)number;
	return 0;
}

static int read_field(const struct reader *reader, const struct field *field,
		      const json_t *json, void *base)
{
	void *at = (char *)base + field->offset;

	if (!json)
		return wrong(reader, field->key);
	switch (field->kind) {
	case F_STRING:
		return read_string(reader, field->key, json, at);
	case F_DATE:
		return read_date(reader, field->key, json, at);
	case F_CLASS:
	case F_HOW:
		return read_enum(reader, field, json, at);
	case F_STRUCT:
		return read_struct(reader, field->table, json, at);
	case F_LIST:
	case F_STRINGS:
		return read_list(reader, field, json, base);
	default:
		return read_scalar(reader, field, json, at);
	}
}

static int read_struct(const struct reader *reader, const struct table *table,
		       const json_t *json, void *at)
{
	size_t i;

	if (!json_is_object(json) || json_object_size(json) != table->n)
		return pw_err_set(reader->err, PW_EFORMAT,
				  "finding: an object does not have its %zu keys",
				  table->n);
	for (i = 0; i < table->n; i++)
		if (read_field(reader, &table->fields[i],
			       json_object_get(json, table->fields[i].key), at) < 0)
			return -1;
	return 0;
}

int pw_finding_from_json(struct pw_finding **ret, const json_t *json, struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = pw_finding_new();
	const struct reader reader = { finding->arena, err };

	if (read_struct(&reader, &finding_table, json, finding) < 0)
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
