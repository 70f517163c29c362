/* SPDX-License-Identifier: Apache-2.0 */
/* suggest_rules.c - candidates for one mail, narrowest first. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/commands/predict.h"
#include "agent/commands/suggest.h"
#include "agent/contract_source.h"
#include "rules/engine/rules.h"

#define PHRASES_MAX   7
#define HEAVIER       100 /* number of a group */
#define CONTRACTS_MAX 200
#define LANGS_MAX     16
#define ARENA_BYTES   ((size_t)16 << 20)
#define NAME_BYTES    48

void pw_candidates_done(struct pw_candidates *candidates)
{
	size_t i, k;

	for (i = 0; i < candidates->n; i++)
		for (k = 0; k < candidates->items[i].n; k++) {
			free(candidates->items[i].entries[k].name);
			free(candidates->items[i].entries[k].text);
		}
	candidates->n = 0;
}

bool pw_yaml_quote(struct pw_buf *out, const char *text)
{
	struct pw_buf safe;
	bool is_plain;

	pw_buf_init(&safe, (size_t)16 << 10);
	pw_str_escape(&safe, text, strlen(text), (size_t)8 << 10);
	is_plain = *text && pw_streq(safe.data, text);
	pw_buf_done(&safe);
	if (!is_plain)
		return false;
	pw_buf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			pw_buf_addc(out, '\'');
		pw_buf_addc(out, *text);
	}
	pw_buf_addc(out, '\'');
	return true;
}

/* --- building ----------------------------------------------------------------- */

/* A name for a rule, of the ASCII letters in text; else of its hash. */
static void make_name(char out[NAME_BYTES], const char *prefix, const char *text)
{
	size_t n = (size_t)snprintf(out, NAME_BYTES, "%s", prefix), start = n;
	uint32_t hash = 2166136261u;
	const char *at;

	for (at = text; *at && n + 1 < NAME_BYTES; at++) {
		hash = (hash ^ (unsigned char)*at) * 16777619u;
		if ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9'))
			out[n++] = *at;
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
	if (n < start + 2)
		snprintf(out, NAME_BYTES, "%s%s%08x", prefix,
			 start && prefix[start - 1] != '-' ? "-" : "", hash);
}

/* A place for one more; NULL where there are enough. */
static struct pw_candidate_rule *new_candidate(struct pw_candidates *ret)
{
	return ret->n < PW_SUGGEST_TRIES ? &ret->items[ret->n++] : NULL;
}

static void add_entry(struct pw_candidate_rule *candidate, const char *section,
		      const char *name, struct pw_buf *body)
{
	struct pw_suggest_entry *entry = &candidate->entries[candidate->n++];

	entry->section = section;
	entry->name = pw_strdup(name);
	entry->text = pw_asprintf("  %s:\n%s", name, body->data);
	pw_buf_done(body);
}

static void add_one(struct pw_candidates *ret, const char *section, const char *name,
		    struct pw_buf *body)
{
	struct pw_candidate_rule *candidate = new_candidate(ret);

	if (candidate)
		add_entry(candidate, section, name, body);
	else
		pw_buf_done(body);
}

/* "    key: 'text'"; false where text cannot be shown as it is. */
static bool put_line(struct pw_buf *body, const char *key, const char *text)
{
	size_t before = body->len;

	pw_buf_addf(body, "    %s: ", key);
	if (text && pw_yaml_quote(body, text)) {
		pw_buf_addc(body, '\n');
		return true;
	}
	body->len = before;
	body->data[before] = '\0';
	return false;
}

static bool put_list(struct pw_buf *body, const char *key, const char *text)
{
	size_t before = body->len;

	pw_buf_addf(body, "    %s: [", key);
	if (text && pw_yaml_quote(body, text)) {
		pw_buf_adds(body, "]\n");
		return true;
	}
	body->len = before;
	body->data[before] = '\0';
	return false;
}

static const char *text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

/* --- where the decision fell ---------------------------------------------------- */

static bool can_solicit(enum pw_sender_class sender_class)
{
	return sender_class == PW_SENDER_RIVAL || sender_class == PW_SENDER_UNKNOWN ||
	       sender_class == PW_SENDER_FREEMAIL || sender_class == PW_SENDER_NONE;
}

static const json_t *parsed_layer(const struct pw_wrong *wrong, int id)
{
	const json_t *layer;
	size_t i;

	json_array_foreach(json_object_get(wrong->parsed, "layers"), i, layer)
	{
		if (json_integer_value(json_object_get(layer, "id")) == id)
			return layer;
	}
	return NULL;
}

static const char *address_of(const struct pw_wrong *wrong, int layer)
{
	const json_t *from = json_object_get(parsed_layer(wrong, layer), "from");
	const char *address = text_of(from, "address");

	return address ? address : "";
}

const struct pw_layer_note *pw_suggest_layer(const struct pw_wrong *wrong)
{
	const char *wanted = text_of(wrong->label, "solicitor_email");
	const struct pw_layer_note *best = NULL;
	size_t i;

	for (i = 0; i < wrong->finding->n_layers; i++) {
		const struct pw_layer_note *note = &wrong->finding->layers[i];

		if (!can_solicit(note->sender_class))
			continue;
		if (wanted && pw_strieq(wanted, address_of(wrong, note->layer)))
			return note;
		if (!best || note->score > best->score ||
		    (note->score == best->score && note->layer > best->layer))
			best = note;
	}
	return best;
}

/* --- rules that decided against it ------------------------------------------------ */

/* What suppressed the mail, taken out of force. */
static void add_off(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	const struct pw_finding *finding = wrong->finding;
	size_t i;

	for (i = 0; i < finding->n_hits; i++) {
		const struct pw_hit *hit = &finding->hits[i];
		const char *dot = strchr(hit->rule, '.');
		struct pw_buf body;

		if (!dot || (!pw_streq(hit->scope, "exclusion") &&
			     !pw_streq(hit->scope, "condition")))
			continue;
		pw_buf_init(&body, 200);
		pw_buf_adds(&body, "    off: true\n");
		add_one(ret, *hit->rule == 'e' ? "exclusions" : "conditions", dot + 1,
			&body);
	}
}

/* --- phrases ------------------------------------------------------------------------ */

/* The language whose rules hit most in the mail; NULL: none did. */
static const char *language_of(const struct pw_wrong *wrong)
{
	const struct pw_ruleset *ruleset = wrong->offline->ruleset;
	const char *langs[LANGS_MAX], *best = NULL;
	double sums[LANGS_MAX] = { 0 }, most = 0;
	size_t n = 0, i, k, l;

	for (i = 0; i < wrong->finding->n_hits; i++)
		for (k = 0; k < ruleset->n_signals; k++) {
			const struct pw_signal *signal = &ruleset->signals[k];

			if (!signal->lang ||
			    !pw_streq(signal->rule, wrong->finding->hits[i].rule))
				continue;
			for (l = 0; l < n && !pw_streq(langs[l], signal->lang); l++)
				;
			if (l == LANGS_MAX)
				continue;
			if (l == n)
				langs[n++] = signal->lang;
			sums[l] += fabs(wrong->finding->hits[i].points) + 0.1;
		}
	for (l = 0; l < n; l++)
		if (sums[l] > most) {
			most = sums[l];
			best = langs[l];
		}
	return best;
}

static double missing_points(const struct pw_wrong *wrong)
{
	const struct pw_finding *finding = wrong->finding;
	double missing = finding->threshold - finding->score;

	return missing > 0 ? ceil(missing * 2) / 2 : 0;
}

/* A signal on a phrase; its own sample is the sentence it was found in. */
static bool make_signal(struct pw_candidate_rule *candidate,
			const struct pw_phrase *phrase, const char *kind,
			const char *lang, double weight)
{
	char name[NAME_BYTES];
	struct pw_buf body;

	pw_buf_init(&body, 4000);
	if (!put_list(&body, "text", phrase->text)) {
		pw_buf_done(&body);
		return false;
	}
	if (kind)
		pw_buf_addf(&body, "    kind: %s\n", kind);
	if (weight > 0)
		pw_buf_addf(&body, "    weight: %g\n", weight);
	if (lang)
		pw_buf_addf(&body, "    lang: %s\n", lang);
	(void)put_list(&body, "ok", phrase->sentence);
	make_name(name, kind && pw_streq(kind, "renewal") ? "about-" : "missed-",
		  phrase->text);
	add_entry(candidate, "signals", name, &body);
	return true;
}

static void add_signal(struct pw_candidates *ret, const struct pw_phrase *phrase,
		       const char *kind, const char *lang, double weight)
{
	struct pw_candidate_rule *candidate = new_candidate(ret);

	if (candidate && !make_signal(candidate, phrase, kind, lang, weight))
		ret->n--;
}

/* One phrase asks, another says that it is about a renewal. */
static void add_pair(struct pw_candidates *ret, const struct pw_phrase *ask,
		     const struct pw_phrase *renewal, const char *lang, double weight)
{
	struct pw_candidate_rule *candidate = new_candidate(ret);

	if (!candidate)
		return;
	if (!make_signal(candidate, ask, "ask", lang, weight) ||
	    !make_signal(candidate, renewal, "renewal", lang, 1)) {
		while (candidate->n > 0) {
			free(candidate->entries[--candidate->n].name);
			free(candidate->entries[candidate->n].text);
		}
		ret->n--;
	}
}

/* Mark what came since `first` as one group. */
static void group(struct pw_candidates *ret, size_t first, int number)
{
	for (; first < ret->n; first++)
		ret->items[first].group = number;
}

static void add_phrases(const struct pw_wrong *wrong, const struct pw_layer_note *layer,
			struct pw_candidates *ret)
{
	static const char *const kinds[] = { "ask", "it", "expiry", NULL };
	struct pw_phrase phrases[PHRASES_MAX];
	size_t n = pw_suggest_phrases(wrong, layer->layer, phrases, PHRASES_MAX), i, k;
	const char *lang = language_of(wrong);
	double missing = missing_points(wrong);
	bool is_asked = !layer->why || !strstr(layer->why, "does not ask");
	size_t first;

	for (k = 0; k < PW_ARRAY_LEN(kinds); k++) {
		double weight = missing + (kinds[k] && !is_asked ? 1 : 0);

		/* It asked already: words of asking are not what lacks. */
		if (is_asked && kinds[k] && strcmp(kinds[k], "it") != 0)
			continue;
		if (!is_asked && !kinds[k])
			continue;
		first = ret->n;
		for (i = 0; i < n && i < 5; i++)
			add_signal(ret, &phrases[i], kinds[k], lang,
				   weight > 0 ? weight : 1);
		group(ret, first, (int)k + 1);
	}
	first = ret->n;
	for (i = 0; i < n && i < 3; i++)
		for (k = 0; k < n && !is_asked && k < 3; k++)
			if (i != k)
				add_pair(ret, &phrases[i], &phrases[k], lang,
					 missing > 2 ? missing : 2);
	group(ret, first, (int)PW_ARRAY_LEN(kinds) + 1);
	for (i = 0; i < n; i++) {
		free(phrases[i].text);
		free(phrases[i].sentence);
	}
}

/* --- vendors and rivals ---------------------------------------------------------------
 */

static void put_vendor(struct pw_candidates *ret, const struct pw_vendor *known,
		       const char *vendor, const char *product)
{
	PW_CLEANUP(pw_freep) char *folded = pw_text_fold(vendor);
	char name[NAME_BYTES];
	struct pw_buf body;
	bool is_good = true;

	pw_buf_init(&body, 4000);
	if (known) {
		is_good = put_list(&body, "products+", product);
	} else {
		is_good = put_line(&body, "name", vendor);
		if (product)
			is_good = is_good && put_list(&body, "products", product);
	}
	make_name(name, "", folded + strspn(folded, " "));
	if (is_good)
		add_one(ret, "vendors", known ? known->slug : name, &body);
	else
		pw_buf_done(&body);
}

/* The words of a product that stand in the mail and that rules do not know. */
static void add_products(const struct pw_wrong *wrong, const char *text,
			 const struct pw_contract *contract, struct pw_candidates *ret)
{
	const struct pw_ruleset *ruleset = wrong->offline->ruleset;
	const struct pw_vendor *known = pw_ruleset_vendor(ruleset, contract->vendor);
	const char *at = contract->product ? contract->product : "";

	while (*at) {
		size_t len = strcspn(at, " ,;/()");
		PW_CLEANUP(pw_freep) char *word = pw_strndup(at, len);
		PW_CLEANUP(pw_freep) char *folded = pw_text_fold(word);
		const char *start = folded + strspn(folded, " ");

		if (len >= 5 && (unsigned char)*word < 0x80 && *word >= 'A' &&
		    *word <= 'Z' && !pw_ruleset_vendor(ruleset, word) &&
		    pw_text_holds(text, start) &&
		    pw_texts_count(wrong->must_not, start) == 0)
			put_vendor(ret, known, contract->vendor, word);
		at += len + (at[len] != '\0');
	}
}

static void add_vendor_of(const struct pw_wrong *wrong, const char *text,
			  const struct pw_contract *contract, struct pw_candidates *ret)
{
	PW_CLEANUP(pw_freep) char *name = pw_text_fold(contract->vendor);
	const char *start = name + strspn(name, " ");

	if (!pw_ruleset_vendor(wrong->offline->ruleset, contract->vendor) &&
	    pw_text_holds(text, start))
		put_vendor(ret, NULL, contract->vendor, NULL);
	add_products(wrong, text, contract, ret);
}

/* Contracts of the customers in the mail whose vendor or product the rules do
   not know. */
static void add_vendors(const struct pw_wrong *wrong, const char *text,
			struct pw_candidates *ret)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_contract_source source = pw_contract_source_of(wrong->offline->store);
	const struct pw_finding *finding = wrong->finding;
	const char *vendor = text_of(wrong->label, "vendor");
	struct pw_contract *contracts;
	struct pw_err err = PW_ERR_INIT;
	size_t i, k, n;

	if (vendor) {
		const struct pw_contract labelled = { .vendor = vendor };

		add_vendor_of(wrong, text, &labelled, ret);
	}
	for (i = 0; i < finding->n_customers && ret->n < 12; i++) {
		n = 0;
		if (source.of_customer(source.self, finding->customers[i].customer,
				       CONTRACTS_MAX, arena, &contracts, &n, &err) < 0)
			continue;
		for (k = 0; k < n && ret->n < 12; k++)
			if (contracts[k].vendor)
				add_vendor_of(wrong, text, &contracts[k], ret);
	}
}

static bool is_host(const char *domain)
{
	return *domain &&
	       strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(domain);
}

static bool is_slug(const char *text)
{
	return text && *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

/* The sender as a rival: a known one's further domain, or a new one. */
static void add_rival(const struct pw_wrong *wrong, const struct pw_layer_note *layer,
		      const char *slug, struct pw_candidates *ret)
{
	const char *domain = pw_address_domain(address_of(wrong, layer->layer));
	PW_CLEANUP(pw_freep) char *lower = pw_strdup(domain ? domain : "");
	char name[NAME_BYTES], *at;
	struct pw_buf body;

	for (at = lower; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at + 32);
	if (!is_host(lower) || layer->sender_class != PW_SENDER_UNKNOWN)
		return;
	pw_buf_init(&body, 1000);
	make_name(name, "", slug ? slug : lower);
	if (!pw_ruleset_rival_name(wrong->offline->ruleset, name)) {
		put_line(&body, "name", slug ? slug : lower);
		put_list(&body, "domains", lower);
	} else {
		put_list(&body, "domains+", lower);
	}
	add_one(ret, "rivals", name, &body);
}

/* --- weights
 * ---------------------------------------------------------------------------- */

static void add_weight(struct pw_candidates *ret, const char *rule, double weight)
{
	struct pw_buf body;

	pw_buf_init(&body, 200);
	pw_buf_addf(&body, "    weight: %g\n", weight);
	add_one(ret, "signals", rule + strlen("signals."), &body);
}

/* A signal that hit, made as heavy as it takes. */
static void add_heavier(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	double missing = missing_points(wrong);
	size_t i, n = 0, first = ret->n;

	for (i = 0; missing > 0 && n < 6 && i < wrong->finding->n_hits; i++) {
		const struct pw_hit *hit = &wrong->finding->hits[i];

		if (hit->points > 0 && pw_starts_with(hit->rule, "signals.") &&
		    !pw_streq(hit->scope, "fact")) {
			add_weight(ret, hit->rule, hit->points + missing);
			n++;
		}
	}
	group(ret, first, HEAVIER);
}

/* A signal that made the difference, made lighter. */
static void add_lighter(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	double margin = wrong->finding->score - wrong->finding->threshold;
	size_t i, n = 0;

	for (i = 0; n < 4 && i < wrong->finding->n_hits; i++) {
		const struct pw_hit *hit = &wrong->finding->hits[i];

		if (hit->points > margin && pw_starts_with(hit->rule, "signals.")) {
			double weight = hit->points - margin - 0.5;

			add_weight(ret, hit->rule, weight > 0 ? weight : 0);
			n++;
		}
	}
}

/* --- false alarms
 * ------------------------------------------------------------------------ */

static void add_regex(struct pw_buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\^$.|?*+()[]{}", *text))
			pw_buf_addc(out, '\\');
		if (*text == ' ')
			pw_buf_adds(out, "[ -]");
		else
			pw_buf_addc(out, *text);
	}
}

static void put_because(struct pw_buf *body, const struct pw_wrong *wrong)
{
	const char *notes = text_of(wrong->label, "notes");
	PW_CLEANUP(pw_freep)
	char *because =
		notes && *notes
			? pw_strndup(notes, pw_utf8_cut(notes, strlen(notes), 120))
			: pw_strdup("Was no solicitation");

	if (!put_line(body, "because", because))
		pw_buf_adds(body, "    because: Was no solicitation\n");
}

/* From the sender with his subject to the sender, or a phrase of his. */
static void add_exclusion(const struct pw_wrong *wrong, const char *from,
			  const char *subject, const char *phrase,
			  struct pw_candidates *ret)
{
	PW_CLEANUP(pw_freep) char *folded = pw_text_fold(subject ? subject : "");
	const char *what = phrase ? phrase : from ? from : folded;
	struct pw_buf body, regex;
	char name[NAME_BYTES];
	bool is_good = true;

	pw_buf_init(&body, 4000);
	pw_buf_init(&regex, 2000);
	if (from)
		is_good = put_list(&body, "from", from);
	if (subject) {
		char *end = folded + strlen(folded);

		while (end > folded && end[-1] == ' ')
			*--end = '\0';
		pw_buf_addc(&regex, '^');
		add_regex(&regex, folded + strspn(folded, " "));
		pw_buf_addc(&regex, '$');
		is_good = is_good && regex.len > 8 &&
			  put_line(&body, "subject", regex.data);
	}
	if (phrase)
		is_good = is_good && put_list(&body, "text", phrase);
	put_because(&body, wrong);
	pw_buf_done(&regex);
	make_name(name, "not-", what + strspn(what, " "));
	if (is_good && (from || subject || phrase))
		add_one(ret, "exclusions", name, &body);
	else
		pw_buf_done(&body);
}

static void add_exclusions(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	const struct pw_solicitor *solicitor = &wrong->finding->solicitor;
	struct pw_phrase phrases[3];
	size_t n, i;

	if (solicitor->subject && *solicitor->subject)
		add_exclusion(wrong, solicitor->email, solicitor->subject, NULL, ret);
	n = pw_suggest_phrases(wrong, solicitor->layer, phrases, PW_ARRAY_LEN(phrases));
	for (i = 0; i < n; i++)
		if (solicitor->email)
			add_exclusion(wrong, solicitor->email, NULL, phrases[i].text,
				      ret);
	for (i = 0; i < n; i++) {
		add_exclusion(wrong, NULL, NULL, phrases[i].text, ret);
		free(phrases[i].text);
		free(phrases[i].sentence);
	}
	if (solicitor->email)
		add_exclusion(wrong, solicitor->email, NULL, NULL, ret);
}

void pw_suggest_candidates(const struct pw_wrong *wrong, struct pw_candidates *ret)
{
	const struct pw_layer_note *layer = pw_suggest_layer(wrong);
	const char *rival = text_of(wrong->label, "rival");
	bool is_told = strcmp(pw_verdict_of(wrong->said), "ignore") != 0;
	struct pw_texts own = { 0 };

	if (strcmp(pw_verdict_of(wrong->label), "ignore") == 0) {
		if (is_told)
			add_exclusions(wrong, ret);
		add_lighter(wrong, ret);
		return;
	}
	pw_texts_add(&own, wrong->parsed);
	if (own.n)
		add_vendors(wrong, own.items[0], ret);
	pw_texts_done(&own);
	if (is_told || !layer)
		return; /* whose contract it is no phrase can tell */
	if (is_slug(rival))
		add_rival(wrong, layer, rival, ret);
	add_off(wrong, ret);
	add_phrases(wrong, layer, ret);
	add_heavier(wrong, ret);
	add_rival(wrong, layer, NULL, ret);
}
