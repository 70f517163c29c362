/* SPDX-License-Identifier: Apache-2.0 */
/* finding_fields.c - the tables of a finding, and what only needs them. */
#include "rules/engine/finding_fields.h"

#define KEY(key_) key_, ",\"" key_ "\":", sizeof key_ + 3
#define FIELD(type, kind_, member)                                                       \
	{                                                                                \
		KEY(#member), kind_, offsetof(struct type, member), 0, NULL, false       \
	}
#define TABLE(type, fields_)                                                             \
	{                                                                                \
		fields_, PW_ARRAY_LEN(fields_), sizeof(struct type)                      \
	}

const struct pw_field_of pw_date_flags[PW_N_DATE_FLAGS] = {
	FIELD(pw_date, PW_F_BOOL, has_time),
	FIELD(pw_date, PW_F_BOOL, has_offset),
	FIELD(pw_date, PW_F_BOOL, is_ambiguous),
	FIELD(pw_date, PW_F_BOOL, is_two_digit_year),
};

static const struct pw_field_of hit_fields[] = {
	FIELD(pw_hit, PW_F_STRING, rule),     FIELD(pw_hit, PW_F_STRING, origin),
	FIELD(pw_hit, PW_F_INT, layer),       FIELD(pw_hit, PW_F_STRING, scope),
	FIELD(pw_hit, PW_F_STRING, matched),  FIELD(pw_hit, PW_F_STRING, context),
	FIELD(pw_hit, PW_F_SIZE, context_at), FIELD(pw_hit, PW_F_DOUBLE, points),
	FIELD(pw_hit, PW_F_STRING, claim),    FIELD(pw_hit, PW_F_BOOL, is_negated),
};
static const struct pw_struct_of hit_table = TABLE(pw_hit, hit_fields);

static const struct pw_field_of identifier_fields[] = {
	FIELD(pw_identifier_hit, PW_F_STRING, contract_id),
	FIELD(pw_identifier_hit, PW_F_STRING, identifier),
	FIELD(pw_identifier_hit, PW_F_STRING, written),
	FIELD(pw_identifier_hit, PW_F_STRING, quote),
	FIELD(pw_identifier_hit, PW_F_INT, layer),
	FIELD(pw_identifier_hit, PW_F_HOW, how),
	FIELD(pw_identifier_hit, PW_F_STRING, why),
};
static const struct pw_struct_of identifier_table =
	TABLE(pw_identifier_hit, identifier_fields);

static const struct pw_field_of customer_fields[] = {
	FIELD(pw_customer_hit, PW_F_STRING, customer),
	FIELD(pw_customer_hit, PW_F_STRING, evidence),
	FIELD(pw_customer_hit, PW_F_INT, layer),
	FIELD(pw_customer_hit, PW_F_HOW, how),
	FIELD(pw_customer_hit, PW_F_BOOL, is_forwarder),
};
static const struct pw_struct_of customer_table = TABLE(pw_customer_hit, customer_fields);

static const struct pw_field_of vendor_fields[] = {
	FIELD(pw_vendor_hit, PW_F_STRING, vendor),
	FIELD(pw_vendor_hit, PW_F_STRING, name),
	FIELD(pw_vendor_hit, PW_F_STRING, evidence),
	FIELD(pw_vendor_hit, PW_F_STRING, how),
	FIELD(pw_vendor_hit, PW_F_INT, layer),
	FIELD(pw_vendor_hit, PW_F_SIZE, at),
};
static const struct pw_struct_of vendor_table = TABLE(pw_vendor_hit, vendor_fields);

static const struct pw_field_of stated_fields[] = {
	FIELD(pw_stated_date, PW_F_DATE, date),
	FIELD(pw_stated_date, PW_F_STRING, quote),
	FIELD(pw_stated_date, PW_F_STRING, rule),
	FIELD(pw_stated_date, PW_F_INT, layer),
	FIELD(pw_stated_date, PW_F_SIZE, at),
	FIELD(pw_stated_date, PW_F_BOOL, is_loose),
};
static const struct pw_struct_of stated_table = TABLE(pw_stated_date, stated_fields);

static const struct pw_field_of claim_fields[] = {
	FIELD(pw_claim_hit, PW_F_STRING, claim),
	FIELD(pw_claim_hit, PW_F_STRING, quote),
	FIELD(pw_claim_hit, PW_F_STRING, rule),
	FIELD(pw_claim_hit, PW_F_INT, layer),
};
static const struct pw_struct_of claim_table = TABLE(pw_claim_hit, claim_fields);

static const struct pw_field_of field_fields[] = {
	FIELD(pw_field_hit, PW_F_STRING, field),
	FIELD(pw_field_hit, PW_F_STRING, value),
	FIELD(pw_field_hit, PW_F_STRING, rule),
	FIELD(pw_field_hit, PW_F_INT, layer),
};
static const struct pw_struct_of field_table = TABLE(pw_field_hit, field_fields);

static const struct pw_field_of solicitor_fields[] = {
	FIELD(pw_solicitor, PW_F_INT, layer),
	FIELD(pw_solicitor, PW_F_CLASS, sender_class),
	FIELD(pw_solicitor, PW_F_STRING, rival),
	FIELD(pw_solicitor, PW_F_STRING, rival_name),
	FIELD(pw_solicitor, PW_F_STRING, email),
	FIELD(pw_solicitor, PW_F_STRING, name),
	FIELD(pw_solicitor, PW_F_DATE, date),
	FIELD(pw_solicitor, PW_F_STRING, subject),
	FIELD(pw_solicitor, PW_F_DOUBLE, score),
};
static const struct pw_struct_of solicitor_table = TABLE(pw_solicitor, solicitor_fields);

static const struct pw_field_of layer_fields[] = {
	FIELD(pw_layer_note, PW_F_INT, layer),
	FIELD(pw_layer_note, PW_F_CLASS, sender_class),
	FIELD(pw_layer_note, PW_F_STRING, who),
	FIELD(pw_layer_note, PW_F_DOUBLE, score),
	FIELD(pw_layer_note, PW_F_STRING, why),
};
static const struct pw_struct_of layer_table = TABLE(pw_layer_note, layer_fields);

static const struct pw_field_of address_fields[] = {
	FIELD(pw_addr, PW_F_STRING, name),
	FIELD(pw_addr, PW_F_STRING, address),
};
static const struct pw_struct_of address_table = TABLE(pw_addr, address_fields);

#define LIST(member, table_)                                                             \
	{                                                                                \
		KEY(#member), PW_F_LIST, offsetof(struct pw_finding, member),            \
			offsetof(struct pw_finding, n_##member), &table_, false          \
	}

static const struct pw_field_of finding_fields[] = {
	FIELD(pw_finding, PW_F_STRING, forwarder),
	FIELD(pw_finding, PW_F_STRING, forwarder_name),
	FIELD(pw_finding, PW_F_STRING, subject),
	FIELD(pw_finding, PW_F_STRING, message_id),
	FIELD(pw_finding, PW_F_DATE, outer_date),
	FIELD(pw_finding, PW_F_STRING, authentication),
	FIELD(pw_finding, PW_F_BOOL, is_auto_reply),
	FIELD(pw_finding, PW_F_BOOL, is_bounce),
	FIELD(pw_finding, PW_F_BOOL, is_from_us),
	FIELD(pw_finding, PW_F_BOOL, is_solicitation),
	{ KEY("solicitor"), PW_F_STRUCT, offsetof(struct pw_finding, solicitor), 0,
	  &solicitor_table, false },
	LIST(others, solicitor_table),
	{ KEY("recipients"), PW_F_LIST, offsetof(struct pw_finding, recipients.items),
	  offsetof(struct pw_finding, recipients.n), &address_table, false },
	FIELD(pw_finding, PW_F_STRING, text),
	LIST(vendors, vendor_table),
	LIST(identifiers, identifier_table),
	LIST(customers, customer_table),
	LIST(stated, stated_table),
	LIST(claims, claim_table),
	{ KEY("fields"), PW_F_LIST, offsetof(struct pw_finding, fields),
	  offsetof(struct pw_finding, n_fields), &field_table, true },
	LIST(hits, hit_table),
	LIST(layers, layer_table),
	FIELD(pw_finding, PW_F_DOUBLE, score),
	FIELD(pw_finding, PW_F_DOUBLE, threshold),
	FIELD(pw_finding, PW_F_STRING, decided_by),
	FIELD(pw_finding, PW_F_STRING, severity),
	FIELD(pw_finding, PW_F_BOOL, is_report_only),
	FIELD(pw_finding, PW_F_STRING, notice),
	FIELD(pw_finding, PW_F_STRING, notice_quote),
	FIELD(pw_finding, PW_F_UNSIGNED, capped),
	{ KEY("rule_errors"), PW_F_STRINGS, offsetof(struct pw_finding, rule_errors),
	  offsetof(struct pw_finding, n_rule_errors), NULL, false },
};
const struct pw_struct_of pw_finding_fields = TABLE(pw_finding, finding_fields);

/* Owning. */

static int own_struct(struct pw_arena *arena, const struct pw_struct_of *table, void *at);

static int own_string(struct pw_arena *arena, const char **at)
{
	if (*at && !(*at = pw_arena_strdup(arena, *at)))
		return -1;
	return 0;
}

static int own_field(struct pw_arena *arena, const struct pw_field_of *field, void *base)
{
	void *at = (char *)base + field->offset;
	size_t n, i;

	if (field->kind == PW_F_STRING)
		return own_string(arena, at);
	if (field->kind == PW_F_STRUCT)
		return own_struct(arena, field->table, at);
	if (field->kind != PW_F_LIST)
		return 0;
	n = *(const size_t *)((const char *)base + field->count_offset);
	for (i = 0; i < n; i++)
		if (own_struct(arena, field->table,
			       *(char **)at + i * field->table->size) < 0)
			return -1;
	return 0;
}

static int own_struct(struct pw_arena *arena, const struct pw_struct_of *table, void *at)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		if (own_field(arena, &table->fields[i], at) < 0)
			return -1;
	return 0;
}

int pw_finding_own(struct pw_finding *finding, struct pw_err *err)
{
	if (own_struct(finding->arena, &pw_finding_fields, finding) < 0)
		return pw_err_set(err, PW_ELIMIT, "the finding needs too much memory");
	return 0;
}
