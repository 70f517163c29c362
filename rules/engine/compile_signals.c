/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_signals.c - signals: what counts, for whom, and how much.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/compile.h"

const char *const pw_scope_names[PW_N_SCOPES] = {
	"subject", "body", "from", "to", "header", "attachment-name", "link",
};

const char *const pw_kind_names[PW_N_KINDS] = {
	"sign",      "ask",     "renewal",    "expiry",   "it",
	"introduce", "request", "against",    "end-date", "not-end-date",
	"negation",  "boast",   "notice",     "offer",    "withdrawal",
	"new-offer", "cover",   "not-needed", "vague",
};

const char *const pw_fact_names[PW_N_FACTS] = {
	"none",     "identifier", "vendor",     "product",         "shape",
	"end-date", "customer",   "attachment", "several-vendors", "contract-end",
	"contract",
};

static const char *const with_words[PW_N_WITH] = { "rival", "vendor", "identifier",
						   "customer", "vendor-near" };
static const char *const where_words[PW_N_WHERE] = { "any", "outermost", "inner" };
const char *const pw_claim_words[PW_N_CLAIM_WORDS] = { "partner_change_request",
						       "vendor_shared_contact" };

#define SENDERS_DEFAULT                                                                  \
	(1u << PW_SENDER_RIVAL | 1u << PW_SENDER_UNKNOWN | 1u << PW_SENDER_FREEMAIL |    \
	 1u << PW_SENDER_NONE)

struct signal_fields {
	const struct pw_node *text, *match, *in, *sender, *with, *ok, *not_ok;
	const char *notice, *lang, *about, *false_positives;
	int fact, kind, claim, where;
	double weight;
	bool off;
};

static const struct pw_field signal_table[] = {
	{ .key = "text",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct signal_fields, text) },
	{ .key = "match",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct signal_fields, match) },
	{ .key = "fact",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct signal_fields, fact),
	  .words = pw_fact_names,
	  .n_words = PW_N_FACTS },
	{ .key = "in",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct signal_fields, in) },
	{ .key = "weight",
	  .kind = PW_FIELD_NUMBER,
	  .offset = offsetof(struct signal_fields, weight),
	  .min = -100,
	  .max = 100 },
	{ .key = "kind",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct signal_fields, kind),
	  .words = pw_kind_names,
	  .n_words = PW_N_KINDS },
	{ .key = "claim",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct signal_fields, claim),
	  .words = pw_claim_words,
	  .n_words = PW_N_CLAIM_WORDS },
	{ .key = "notice",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct signal_fields, notice) },
	{ .key = "sender",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct signal_fields, sender) },
	{ .key = "with",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct signal_fields, with) },
	{ .key = "layer",
	  .kind = PW_FIELD_CHOICE,
	  .offset = offsetof(struct signal_fields, where),
	  .words = where_words,
	  .n_words = PW_N_WHERE },
	{ .key = "lang",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct signal_fields, lang) },
	{ .key = "ok",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct signal_fields, ok) },
	{ .key = "not",
	  .kind = PW_FIELD_NODE,
	  .offset = offsetof(struct signal_fields, not_ok) },
	{ .key = "about",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct signal_fields, about) },
	{ .key = "false_positives",
	  .kind = PW_FIELD_STRING,
	  .offset = offsetof(struct signal_fields, false_positives) },
	{ .key = "off",
	  .kind = PW_FIELD_BOOL,
	  .offset = offsetof(struct signal_fields, off) },
};

/* "english" would be a language of its own, beside "en". */
static void check_lang(struct pw_compile *compile, const struct pw_node *lang)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (!lang || !lang->text ||
	    (strlen(lang->text) == 2 && strspn(lang->text, letters) == 2))
		return;
	pw_yaml_error(lang, "'%s' is no language of two letters", lang->text);
	pw_diags_hint(compile->diags, "as in ISO 639: en, de, ja");
}

static void check_one_source(struct pw_compile *compile, const struct pw_entry *entry,
			     const struct signal_fields *fields)
{
	int given = (fields->text != NULL) + (fields->match != NULL) +
		    (fields->fact != PW_FACT_NONE);

	/* A misspelt fact has been told of. */
	if (given == 1 || (!given && pw_yaml_get(entry->node, "fact")))
		return;
	pw_yaml_error(entry->key,
		      given ? "signal '%s' has more than one of text, match and "
			      "fact"
			    : "signal '%s' has neither text nor match nor fact",
		      entry->name);
	if (!given)
		pw_compile_suggest_overridden(compile, PW_SECTION_SIGNALS, entry);
}

/* One string for all signals of a language, so that the same language is the
   same pointer. */
static const char *language_of(struct pw_compile *compile, const char *lang)
{
	const struct pw_signal *signals = compile->ruleset->signals;
	size_t i;

	for (i = compile->ruleset->n_signals; lang && i-- > 0;)
		if (pw_streq(signals[i].lang, lang))
			return signals[i].lang;
	return pw_compile_text(compile, lang);
}

static int capture_of(const struct pw_pattern *pattern, const char *name)
{
	const char *const *names;
	size_t n = pw_pattern_captures(pattern, &names), i;

	for (i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

/* A capture by any other name is none that code knows. */
static void check_captures(struct pw_compile *compile, const struct pw_node *node,
			   const struct pw_pattern *pattern)
{
	static const char *const known[] = { "contract", "serial",   "end_date", "quote",
					     "seats",    "reseller", "partner",  "cell" };
	const char *const *names;
	size_t n = pw_pattern_captures(pattern, &names), i, k;
	char *written;
	const char *at;

	for (i = 0; i < n; i++) {
		for (k = 0; k < PW_ARRAY_LEN(known); k++)
			if (strcmp(names[i], known[k]) == 0)
				break;
		if (k < PW_ARRAY_LEN(known))
			continue;
		written = pw_asprintf("<%s>", names[i]);
		at = strcasestr(node->text, written);
		pw_yaml_warn_at(node, at ? (size_t)(at - node->text) + 1 : 0,
				"nothing is made of a capture '%s'", names[i]);
		if (pw_str_nearest(names[i], known, PW_ARRAY_LEN(known)))
			pw_diags_suggest(compile->diags, names[i], known,
					 PW_ARRAY_LEN(known));
		else
			pw_diags_hint(
				compile->diags,
				"known are contract, serial, end_date, quote, seats; "
				"where it only groups, write (?:...)");
		free(written);
	}
}

/* Fields, and whom a notice's regex names. */
static void find_captures(struct pw_compile *compile, struct pw_signal *signal)
{
	const struct pw_pattern *pattern;
	int i;

	signal->reseller = signal->cell = -1;
	if (signal->pattern < 0)
		return;
	pattern = compile->ruleset->patterns[signal->pattern];
	for (i = 0; i < PW_N_CAPTURES; i++) {
		signal->captures[i] = capture_of(pattern, pw_capture_names[i]);
		signal->has_captures |= signal->captures[i] >= 0;
	}
	if (signal->kind != PW_KIND_NOTICE)
		return;
	signal->reseller = capture_of(pattern, "reseller");
	signal->cell = capture_of(pattern, "cell");
	if (signal->reseller < 0) {
		signal->reseller = capture_of(pattern, "partner");
		signal->is_partner = signal->reseller >= 0;
	}
}

static void compile_signal(struct pw_compile *compile, const struct pw_entry *entry)
{
	struct pw_signal *signal =
		&compile->ruleset->signals[compile->ruleset->n_signals];
	struct signal_fields fields = { .claim = -1 };
	bool is_read;

	is_read = pw_yaml_read(entry->node, signal_table, PW_ARRAY_LEN(signal_table),
			       &fields) == 0;
	check_one_source(compile, entry, &fields);
	signal->name = pw_compile_text(compile, entry->name);
	signal->rule = pw_compile_rule_name(compile, "signals", entry->name);
	signal->origin = pw_compile_entry_origin(compile, entry);
	signal->pattern = fields.text    ? pw_compile_phrases(compile, fields.text)
			  : fields.match ? pw_compile_regex(compile, fields.match)
					 : -1;
	if (fields.text || fields.match)
		signal->pattern_origin = pw_compile_origin(
			compile, fields.text ? fields.text : fields.match);
	signal->fact = (enum pw_fact)fields.fact;
	signal->scopes = 1u << PW_SCOPE_SUBJECT | 1u << PW_SCOPE_BODY;
	signal->senders = SENDERS_DEFAULT;
	if (fields.in)
		pw_compile_bits(fields.in, pw_scope_names, PW_N_SCOPES, &signal->scopes);
	if (fields.sender)
		pw_compile_bits(fields.sender, pw_sender_words,
				PW_ARRAY_LEN(pw_sender_words), &signal->senders);
	if (fields.with)
		pw_compile_bits(fields.with, with_words, PW_N_WITH, &signal->with);
	signal->where = (enum pw_where)fields.where;
	signal->kind = (enum pw_kind)fields.kind;
	signal->weight = fields.weight;
	signal->claim = fields.claim >= 0 ? pw_claim_words[fields.claim] : NULL;
	signal->notice = pw_compile_text(compile, fields.notice);
	signal->lang = language_of(compile, fields.lang);
	check_lang(compile, pw_yaml_get(entry->node, "lang"));
	find_captures(compile, signal);
	if (fields.match && signal->pattern >= 0)
		check_captures(compile, fields.match,
			       compile->ruleset->patterns[signal->pattern]);
	if (signal->kind == PW_KIND_NOTICE && !signal->notice)
		pw_yaml_error(entry->key,
			      "a signal of kind notice needs 'notice:', why the "
			      "owner should know");
	pw_compile_samples(compile, fields.ok, fields.not_ok, &signal->samples);
	if (is_read && (signal->pattern >= 0 || signal->fact != PW_FACT_NONE))
		compile->ruleset->n_signals++;
}

void pw_compile_signals(struct pw_compile *compile)
{
	const struct pw_entries *entries = &compile->files->sections[PW_SECTION_SIGNALS];
	size_t i;

	compile->ruleset->signals = pw_arena_alloc(compile->arena, entries->n + 1,
						   sizeof *compile->ruleset->signals);
	if (!compile->ruleset->signals)
		return;
	for (i = 0; i < entries->n; i++)
		if (entries->items[i].node && !entries->items[i].is_off)
			compile_signal(compile, &entries->items[i]);
}
