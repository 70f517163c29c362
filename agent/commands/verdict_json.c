/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/verdict_json.h"

#include "agent/commands/jsonout.h"

static json_t *day_json(pw_day day)
{
	char text[PW_DAY_TEXT];

	return day == PW_DAY_NONE ? json_null() : json_string(pw_day_to_iso(day, text));
}

static void set(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, pw_json_text(text));
}

/* --- why ------------------------------------------------------------------ */

static json_t *rules_json(const struct pw_finding *finding)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < finding->n_hits; i++) {
		const struct pw_hit *hit = &finding->hits[i];
		json_t *object = json_object();

		set(object, "rule", hit->rule);
		set(object, "at", hit->origin);
		json_object_set_new(object, "layer", json_integer(hit->layer));
		set(object, "where", hit->scope);
		set(object, "matched", hit->matched);
		json_object_set_new(object, "points", json_real(hit->points));
		if (hit->is_negated)
			json_object_set_new(object, "negated", json_true());
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *matches_json(const struct pw_judgement *judgement)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < judgement->n_matched; i++) {
		const struct pw_candidate *candidate = judgement->matched[i];
		json_t *object = json_object();

		set(object, "contract", candidate->contract.contract_id);
		set(object, "how", pw_how_name(candidate->how));
		set(object, "evidence", candidate->evidence);
		set(object, "vendor_evidence", candidate->vendor_evidence);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *layers_json(const struct pw_finding *finding)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < finding->n_layers; i++) {
		const struct pw_layer_note *note = &finding->layers[i];
		json_t *object = json_object();

		json_object_set_new(object, "layer", json_integer(note->layer));
		set(object, "sender", pw_sender_class_name(note->sender_class));
		set(object, "who", note->who);
		json_object_set_new(object, "score", json_real(note->score));
		set(object, "why", note->why);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *quotes_json(const struct pw_finding *finding)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < finding->n_claims; i++) {
		json_t *object = json_object();

		set(object, "claim", finding->claims[i].claim);
		set(object, "quote", finding->claims[i].quote);
		set(object, "rule", finding->claims[i].rule);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *fields_json(const struct pw_finding *finding)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < finding->n_fields; i++) {
		json_t *object = json_object();

		set(object, "field", finding->fields[i].field);
		set(object, "value", finding->fields[i].value);
		set(object, "rule", finding->fields[i].rule);
		json_array_append_new(list, object);
	}
	return list;
}

/* Rules whose search was stopped: they count as not asked, not as no. */
static json_t *rule_errors_json(const struct pw_finding *finding)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < finding->n_rule_errors; i++)
		json_array_append_new(list, pw_json_text(finding->rule_errors[i]));
	return list;
}

static json_t *why_json(const struct pw_finding *finding,
			const struct pw_resolved *resolved)
{
	json_t *why = json_object();

	set(why, "decided", resolved->judgement->why);
	set(why, "detection", finding->decided_by);
	json_object_set_new(why, "score", json_real(finding->score));
	json_object_set_new(why, "threshold", json_real(finding->threshold));
	json_object_set_new(why, "rules", rules_json(finding));
	json_object_set_new(why, "contracts", matches_json(resolved->judgement));
	json_object_set_new(why, "claims", quotes_json(finding));
	json_object_set_new(why, "fields", fields_json(finding));
	if (finding->n_rule_errors)
		json_object_set_new(why, "rule_errors", rule_errors_json(finding));
	json_object_set_new(why, "layers", layers_json(finding));
	return why;
}

/* --- the keys --------------------------------------------------------------- */

static json_t *contracts_json(const struct pw_judgement *judgement)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < judgement->n_matched; i++)
		json_array_append_new(
			list, pw_json_text(judgement->matched[i]->contract.contract_id));
	return list;
}

static json_t *claims_json(unsigned claims)
{
	static const enum pw_claim all[] = { PW_CLAIM_FALSE_EXPIRY,
					     PW_CLAIM_PARTNER_CHANGE,
					     PW_CLAIM_VENDOR_SHARED };
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(all); i++)
		if (claims & all[i])
			json_array_append_new(list, json_string(pw_claim_name(all[i])));
	return list;
}

static json_t *others_json(const struct pw_finding *finding)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < finding->n_others; i++) {
		const struct pw_solicitor *other = &finding->others[i];
		json_t *object = json_object();

		set(object, "rival", other->rival);
		set(object, "solicitor_email", other->email);
		set(object, "solicitor_name", other->name);
		json_object_set_new(object, "original_date", day_json(other->date.day));
		set(object, "original_subject", other->subject);
		json_array_append_new(list, object);
	}
	return list;
}

/* Everything that an ignored message does not have. */
static json_t *empty_json(const char *file, enum pw_verdict verdict)
{
	static const char *const nulls[] = {
		"rival",         "solicitor_email",  "solicitor_name",
		"original_date", "original_subject", "forwarder",
		"customer"
	};
	json_t *object = json_object();
	size_t i;

	set(object, "file", file);
	set(object, "verdict", pw_verdict_name(verdict));
	for (i = 0; i < PW_ARRAY_LEN(nulls); i++)
		json_object_set_new(object, nulls[i], json_null());
	json_object_set_new(object, "contracts", json_array());
	json_object_set_new(object, "vendor", json_null());
	json_object_set_new(object, "timing", json_null());
	json_object_set_new(object, "stated_expiry", json_null());
	json_object_set_new(object, "claims", json_array());
	json_object_set_new(object, "why", json_null());
	json_object_set_new(object, "notice", json_null());
	json_object_set_new(object, "others", json_array());
	return object;
}

static void set_solicitation(json_t *object, const struct pw_finding *finding,
			     const struct pw_judgement *judgement)
{
	const struct pw_solicitor *solicitor = &finding->solicitor;

	set(object, "rival", solicitor->rival);
	set(object, "solicitor_email", solicitor->email);
	set(object, "solicitor_name", solicitor->name);
	json_object_set_new(object, "original_date", day_json(solicitor->date.day));
	set(object, "original_subject", solicitor->subject);
	set(object, "customer", judgement->customer);
	json_object_set_new(object, "contracts", contracts_json(judgement));
	set(object, "vendor", judgement->vendor);
	if (judgement->timing != PW_TIMING_NONE)
		set(object, "timing", pw_timing_name(judgement->timing));
	json_object_set_new(object, "stated_expiry", day_json(judgement->stated_expiry));
	json_object_set_new(object, "claims", claims_json(judgement->claims));
	json_object_set_new(object, "others", others_json(finding));
}

json_t *pw_verdict_json(const char *file, const struct pw_finding *finding,
			const struct pw_resolved *resolved)
{
	const struct pw_judgement *judgement = resolved->judgement;
	json_t *object = empty_json(file, judgement->verdict);

	set(object, "forwarder", finding->forwarder);
	set(object, "notice", finding->notice);
	json_object_set_new(object, "why", why_json(finding, resolved));
	if (judgement->verdict != PW_VERDICT_IGNORE)
		set_solicitation(object, finding, judgement);
	return object;
}

json_t *pw_verdict_unreadable_json(const char *file, const char *why)
{
	json_t *object = empty_json(file, PW_VERDICT_REVIEW);
	json_t *reason = json_object();

	set(reason, "decided", "unreadable");
	set(reason, "error", why);
	json_object_set_new(object, "why", reason);
	return object;
}
