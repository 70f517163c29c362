/* SPDX-License-Identifier: Apache-2.0 */
/* alerts_evidence.c - `alerts evidence`: the folder for the vendor's channel manager. */
#include "agent/commands/alerts.h"
#include "agent/evidence/evidence.h"

#define ARENA_BYTES ((size_t)16 << 20)

static int evidence(const struct pw_globals *globals, int64_t id, const char *out)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	PW_CLEANUP(pw_freep)
	char *folder =
		out ? pw_strdup(out) : pw_asprintf("evidence-case-%lld", (long long)id);
	struct pw_err err = PW_ERR_INIT;
	struct pw_case_row *row;
	struct pw_desk desk;
	int result;

	if (pw_desk_open(&desk, globals, PW_STORE_READER, &err) < 0)
		return pw_cli_fail(&err);
	result = pw_alerts_case(desk.store, id, arena, &row, &err);
	if (result == 0)
		result = pw_evidence_write(desk.store, row, desk.config->company_name,
					   folder, &err);
	if (result == 0)
		printf("%s: originals/, summary.html, summary.txt, manifest.json, "
		       "SHA256SUMS\n",
		       folder);
	pw_desk_close(&desk);
	return result < 0 ? pw_cli_fail(&err) : PW_EXIT_OK;
}

int pw_alerts_evidence(const struct pw_globals *globals, int argc, char **argv)
{
	const char *out = NULL;
	const struct pw_opt options[] = {
		{ "out", "DIR", "folder to make (evidence-case-ID)", PW_OPT_VALUE, &out },
	};
	const struct pw_usage usage = { "alerts evidence ID [--out DIR]",
					"Writes a folder for the vendor's channel "
					"manager: the original mails byte for\n"
					"byte with their hashes, a printable summary, "
					"proof of incumbency, the timeline.",
					options, PW_ARRAY_LEN(options), PW_ALERTS_ID };
	int64_t id;
	int status;

	if (!pw_alerts_parse(&usage, argc, argv, &id, &status))
		return status;
	return evidence(globals, id, out);
}
