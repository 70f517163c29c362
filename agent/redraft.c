/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/redraft.h"

#include <string.h>

#include "agent/contract_source.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define RAW_BYTES   ((size_t)64 << 20)

void pw_redraft_done(struct pw_redraft *redraft)
{
	pw_resolved_free(redraft->resolved);
	pw_finding_free(redraft->finding);
	pw_arena_free(redraft->arena);
	free(redraft->raw);
	*redraft = (struct pw_redraft){ 0 };
}

static int read_finding(struct pw_finding **ret, const char *text, struct pw_err *err)
{
	json_t *json = json_loads(text, 0, NULL);
	int r;

	if (!json)
		return pw_err_set(err, PW_EFORMAT, "a stored finding is no JSON");
	r = pw_finding_from_json(ret, json, err);
	json_decref(json);
	return r;
}

static int resolve(struct pw_redraft *redraft, const struct pw_post *post,
		   const struct pw_ruleset *ruleset, int64_t received_ms,
		   struct pw_err *err)
{
	struct pw_contract_source source = pw_contract_source_of(post->store);
	const struct pw_resolve_options options = {
		.received = received_ms > 0 ? pw_day_of_ms(received_ms) : PW_DAY_NONE,
		.window_days = post->config->alerts.window_days,
	};

	return pw_resolve(&redraft->resolved, redraft->finding, &source, ruleset,
			  &options, err);
}

static int load(struct pw_redraft *redraft, const struct pw_post *post,
		const struct pw_ruleset *ruleset, int64_t message_id, bool with_original,
		struct pw_err *err)
{
	const struct pw_mailbox_config *mailbox;
	struct pw_message_row *row;
	size_t len = 0;

	if (pw_store_message_get(post->store, message_id, redraft->arena, &row, err) < 0)
		return -1;
	if (!row || !row->finding)
		return 0;
	if (read_finding(&redraft->finding, row->finding, err) < 0 ||
	    resolve(redraft, post, ruleset, row->received_ms, err) < 0)
		return -1;
	if (with_original && pw_store_message_raw(post->store, message_id, RAW_BYTES,
						  &redraft->raw, &len, err) < 0)
		return -1;
	mailbox = pw_config_mailbox(post->config, row->mailbox);
	redraft->mail = (struct pw_alert_mail){
		.finding = redraft->finding,
		.resolved = redraft->resolved,
		.ruleset = ruleset,
		.mailbox = mailbox ? mailbox->address : row->mailbox,
		.received_ms = row->received_ms,
		.case_id = row->case_id,
		.message_id = message_id,
		.original = redraft->raw,
		.original_len = len,
	};
	return 1;
}

int pw_redraft_message(struct pw_redraft *ret, const struct pw_post *post,
		       const struct pw_ruleset *ruleset, int64_t message_id,
		       bool with_original, struct pw_err *err)
{
	struct pw_redraft redraft = { .arena = pw_arena_new(ARENA_BYTES) };
	int r = load(&redraft, post, ruleset, message_id, with_original, err);

	if (r > 0)
		*ret = redraft;
	else
		pw_redraft_done(&redraft);
	return r;
}
