/* SPDX-License-Identifier: Apache-2.0 */
/* match.c - customers first (they tell chance from intent), then identifiers. */
#include "rules/match/match.h"

#include <string.h>

#include "rules/match/match_parts.h"

static void match_text(struct pw_match_run *run, const struct pw_layer *layer,
		       const char *text, size_t len)
{
	struct pw_match_text t = { .layer = layer, .text = text, .len = len };
	if (!text || len == 0)
		return;
	run->scratch = pw_arena_new(PW_MATCH_SCRATCH_BYTES);
	pw_match_identifiers(run, &t);
	pw_arena_free(run->scratch);
	run->scratch = NULL;
}

int pw_match(struct pw_finding *finding, const struct pw_ruleset *ruleset,
	     const struct pw_known *known, const struct pw_mail *mail,
	     const bool *layer_wanted, struct pw_err *err)
{
	struct pw_match_run run = { .finding = finding,
				    .ruleset = ruleset,
				    .known = known,
				    .mail = mail,
				    .layer_wanted = layer_wanted,
				    .cap_identifiers = finding->n_identifiers };
	if (!known)
		return 0;
	pw_match_customers(finding, known, mail, layer_wanted);
	for (size_t i = 0; i < mail->n_layers; i++) {
		const struct pw_layer *layer = &mail->layers[i];
		if (!layer_wanted[i])
			continue;
		match_text(&run, layer, layer->subject,
			   layer->subject ? strlen(layer->subject) : 0);
		match_text(&run, layer, layer->text.data, layer->text.len);
	}
	if (!run.is_exhausted)
		return 0;
	finding->capped |= PW_CAPPED_MEMORY;
	if (finding->n_identifiers > 0 || finding->n_customers > 0)
		return 0;
	return pw_err_set(err, PW_ELIMIT, "no memory left for matches in this message");
}
