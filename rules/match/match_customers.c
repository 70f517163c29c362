/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_customers.c - whose mail this is: by address, else by name.
 *
 * Addresses decide: the solicitation's recipients, then who passed it on,
 * then the other people in the thread.  Only where no address tells, names
 * in the subject, a greeting or a signature do; a name in the middle of a
 * text may be a rival's reference and counts only where nobody unknown was
 * written to.
 */
#include <string.h>

#include "agent/base/str.h"
#include "parsers/fold.h"
#include "rules/match/match_parts.h"
#include "rules/match/name_words.h"

#define CUSTOMERS_MAX   32
#define ADDRESSES_MAX   200
#define WORDS_MAX       20000
#define GREETING_LINES  3
#define SIGNATURE_LINES 12

/* Where in a text names count. */
enum edge { EDGE_ALL, EDGE_BOTH, EDGE_GREETING };

struct search {
	struct pw_finding *finding;
	const struct pw_known *known;
	const struct pw_mail *mail;
	const bool *layer_wanted;
	size_t cap_customers;
	struct pw_arena *scratch; /* goes when a layer is done */
};

static void add_customer(struct search *run, const char *customer, const char *evidence,
			 int layer, enum pw_how how)
{
	struct pw_finding *f = run->finding;
	for (size_t i = 0; i < f->n_customers; i++)
		if (strcmp(f->customers[i].customer, customer) == 0)
			return;
	if (f->n_customers >= CUSTOMERS_MAX)
		return;
	struct pw_customer_hit *hits =
		pw_arena_grow(f->arena, f->customers, f->n_customers, &run->cap_customers,
			      sizeof(*hits));
	if (hits)
		f->customers = hits;
	struct pw_customer_hit hit = { pw_arena_strdup(f->arena, customer),
				       pw_arena_strdup(f->arena, evidence), layer, how,
				       false };
	if (!hits || !hit.customer || !hit.evidence)
		f->capped |= PW_CAPPED_MEMORY;
	else
		hits[f->n_customers++] = hit;
}

static void try_address(struct search *run, const char *address, int layer,
			enum pw_how how)
{
	const char *domain = address ? pw_address_domain(address) : NULL;
	const char *customer =
		domain ? pw_known_customer_of_domain(run->known, domain) : NULL;
	if (customer)
		add_customer(run, customer, address, layer, how);
}

static void try_addresses(struct search *run, const struct pw_addrs *addresses, int layer,
			  enum pw_how how)
{
	for (size_t i = 0; i < addresses->n && i < ADDRESSES_MAX; i++)
		try_address(run, addresses->items[i].address, layer, how);
}

/* Whatever told of the customer first: he wrote to us himself. */
static void mark_forwarder(struct search *run)
{
	struct pw_finding *f = run->finding;
	const char *domain = f->forwarder ? pw_address_domain(f->forwarder) : NULL;
	const char *customer =
		domain ? pw_known_customer_of_domain(run->known, domain) : NULL;
	for (size_t i = 0; customer && i < f->n_customers; i++)
		if (strcmp(f->customers[i].customer, customer) == 0)
			f->customers[i].is_forwarder = true;
}

/* What servers write down when they pass a mail on by themselves. */
static void try_trace_headers(struct search *run)
{
	static const char *const names[] = {
		"X-Forwarded-For", "Resent-From",   "X-MS-Exchange-Inbox-Rules-Loop",
		"Delivered-To",    "X-Original-To", "X-Forwarded-To",
		"Resent-Sender",
	};
	const struct pw_layer *outer = &run->mail->layers[0];
	for (size_t i = 0; outer->is_exact && i < PW_ARRAY_LEN(names); i++) {
		const char *value = pw_layer_header(outer, names[i]);
		char address[320];
		size_t n = value ? strcspn(value, " ,;>") : 0;
		if (value && *value == '<') {
			value++;
			n = strcspn(value, " ,;>");
		}
		if (n == 0 || n >= sizeof(address))
			continue;
		memcpy(address, value, n);
		address[n] = '\0';
		try_address(run, address, 0, PW_HOW_FORWARDER);
	}
}

static void by_address(struct search *run)
{
	const struct pw_finding *f = run->finding;
	int solicitation = f->is_solicitation ? f->solicitor.layer : -1;
	try_addresses(run, &f->recipients, solicitation < 0 ? 0 : solicitation,
		      PW_HOW_RECIPIENT);
	if (solicitation >= 0 && (size_t)solicitation < run->mail->n_layers) {
		const struct pw_layer *layer = &run->mail->layers[solicitation];
		try_addresses(run, &layer->to, solicitation, PW_HOW_RECIPIENT);
		try_addresses(run, &layer->cc, solicitation, PW_HOW_RECIPIENT);
	}
	try_address(run, f->forwarder, 0, PW_HOW_FORWARDER);
	mark_forwarder(run);
	try_trace_headers(run);
	for (size_t i = 0; i < run->mail->n_layers; i++) {
		const struct pw_layer *layer = &run->mail->layers[i];
		if (!run->layer_wanted[i])
			continue;
		try_address(run, layer->from.address, layer->id, PW_HOW_SENDER_OF_LAYER);
		try_addresses(run, &layer->to, layer->id, PW_HOW_SENDER_OF_LAYER);
		try_addresses(run, &layer->cc, layer->id, PW_HOW_SENDER_OF_LAYER);
		try_addresses(run, &layer->reply_to, layer->id, PW_HOW_SENDER_OF_LAYER);
	}
}

static bool is_address_char(char c)
{
	return pw_is_host_char(c) || c == '_' || c == '+';
}

/* Addresses that stand in a text (a signature that was pasted along). */
static void by_address_in_text(struct search *run, const struct pw_layer *layer)
{
	const char *text = layer->text.data;
	unsigned n = 0;
	for (const char *at = text ? strchr(text, '@') : NULL; at && n < ADDRESSES_MAX;
	     at = strchr(at + 1, '@'), n++) {
		const char *start = at, *end = at + 1;
		while (start > text && at - start < 64 && is_address_char(start[-1]))
			start--;
		while (is_address_char(*end) && end - at < 200)
			end++;
		while (end > at && end[-1] == '.')
			end--;
		char address[320];
		size_t len = (size_t)(end - start);
		memcpy(address, start, len);
		address[len] = '\0';
		try_address(run, address, layer->id, PW_HOW_ALIAS);
	}
}

/* A text whose words are looked up as names. */
struct names {
	struct search *run;
	int layer;
	const char *text; /* as written: for capitals */
	struct pw_fold fold;
	struct pw_name_word *words;
	size_t n;
	enum edge edge;
	size_t greeting_end, signature_start; /* bytes of text */
};

static size_t origin(const struct names *names, size_t word)
{
	return names->fold.origin[names->words[word].start];
}

static bool is_capital_at(const struct names *names, size_t word)
{
	char c = names->text[origin(names, word)];
	return c >= 'A' && c <= 'Z';
}

/* Words that may follow a name without being part of it. */
static bool may_follow(const char *word)
{
	static const char *const words[] = {
		"team",         "it",      "renewal",    "renewals",    "account",
		"subscription", "support", "contract",   "license",     "licence",
		"quote",        "attn",    "purchasing", "procurement", "einkauf",
		"department",   "ref",     "re",
	};
	for (size_t i = 0; i < PW_ARRAY_LEN(words); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* "Pinnacle Packaging" in "Pinnacle Packaging Partners" is another company:
   does the name go on after word last? */
static bool goes_on(const struct names *names, size_t last)
{
	const struct pw_name_word *word = &names->words[last];
	if (last + 1 >= names->n || word->gap != PW_GAP_TIED || word->is_line_end ||
	    word->is_ideograph)
		return false;
	const struct pw_name_word *next = word + 1;
	size_t end = names->fold.origin[word->end];
	if (names->text[end] == '\'' || names->text[end] == (char)0xE2)
		return false; /* a possessive */
	if (next->is_legal_form || next->is_connector || may_follow(next->word))
		return false;
	return is_capital_at(names, last + 1);
}

/* One ordinary word is a name only with its legal form, or alone on a line. */
static bool stands_as_name(const struct names *names, size_t first, size_t last)
{
	const struct pw_name_word *words = names->words;
	if (last + 1 < names->n && words[last].gap != PW_GAP_HARD &&
	    words[last + 1].is_legal_form &&
	    (words[last].is_ideograph || is_capital_at(names, last + 1)))
		return true; /* "AS", not "as" */
	if (first > 0 && words[first - 1].is_legal_form &&
	    words[first - 1].gap == PW_GAP_TIED)
		return true;
	return (first == 0 || words[first - 1].is_line_end) && words[last].is_line_end &&
	       (words[first].is_ideograph || is_capital_at(names, first));
}

static bool is_at_edge(const struct names *names, size_t word)
{
	size_t at = origin(names, word);
	return names->edge == EDGE_ALL || at < names->greeting_end ||
	       (names->edge == EDGE_BOTH && at >= names->signature_start);
}

/* The longest name that begins at word first; its last word, or SIZE_MAX. */
static size_t try_name(struct names *names, size_t first, const char **ret)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf key;
	pw_buf_init(&key, 1024);
	size_t found = SIZE_MAX, n_words = 0;
	size_t max = pw_known_name_words(names->run->known);
	for (size_t i = first; i < names->n && n_words < max; i++) {
		if (i > first && names->words[i - 1].gap == PW_GAP_HARD)
			break;
		if (names->words[i].is_connector)
			continue;
		if (n_words++ > 0)
			pw_buf_addc(&key, ' ');
		pw_buf_adds(&key, names->words[i].word);
		bool is_short;
		const char *customer =
			pw_known_customer_of_name(names->run->known, key.data, &is_short);
		if (!customer || goes_on(names, i) ||
		    (is_short && !stands_as_name(names, first, i)))
			continue;
		*ret = customer;
		found = i;
	}
	return found;
}

static void look_for_names(struct names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		const char *customer;
		if (names->words[i].is_connector || names->words[i].is_legal_form ||
		    !is_at_edge(names, i))
			continue;
		size_t last = try_name(names, i, &customer);
		if (last == SIZE_MAX)
			continue;
		size_t start, end;
		pw_fold_origin(&names->fold, names->words[i].start,
			       names->words[last].end, &start, &end);
		char *evidence = pw_arena_strndup(names->run->scratch,
						  names->text + start, end - start);
		if (evidence)
			add_customer(names->run, customer, evidence, names->layer,
				     PW_HOW_ALIAS);
		i = last;
	}
}

static void names_of_text(struct search *run, const struct pw_layer *layer,
			  const struct pw_text *body, const char *text, enum edge edge)
{
	size_t len = body ? body->len : (text ? strlen(text) : 0);
	struct names names = { .run = run,
			       .layer = layer->id,
			       .text = body ? body->data : text,
			       .edge = edge,
			       .greeting_end = len };
	if (len == 0 || !names.text)
		return;
	if (body && body->n_lines > GREETING_LINES + SIGNATURE_LINES) {
		names.greeting_end = body->lines[GREETING_LINES].start;
		names.signature_start =
			body->lines[body->n_lines - SIGNATURE_LINES].start;
	}
	if (!pw_fold(run->scratch, names.text, len, &names.fold)) {
		run->finding->capped |= PW_CAPPED_MEMORY;
		return;
	}
	names.n = pw_name_words(run->scratch, names.fold.data, names.fold.len, WORDS_MAX,
				&names.words);
	look_for_names(&names);
}

/* Was the solicitation written to somebody whose company we do not know? */
static bool is_to_strangers(const struct search *run)
{
	const struct pw_addrs *to = &run->finding->recipients;
	for (size_t i = 0; i < to->n; i++)
		if (to->items[i].address)
			return true;
	return false;
}

/* A rival who writes to strangers may name our customer as a reference. */
static bool is_rivals(const struct search *run, const struct pw_layer *layer)
{
	const struct pw_finding *f = run->finding;
	return f->is_solicitation && f->solicitor.layer == layer->id;
}

static void by_name(struct search *run)
{
	bool is_strange = is_to_strangers(run);
	for (size_t i = 0; i < run->mail->n_layers; i++) {
		const struct pw_layer *layer = &run->mail->layers[i];
		if (!run->layer_wanted[i])
			continue;
		run->scratch = pw_arena_new(PW_MATCH_SCRATCH_BYTES);
		by_address_in_text(run, layer);
		for (size_t a = 0; a < layer->to.n && a < ADDRESSES_MAX; a++)
			names_of_text(run, layer, NULL, layer->to.items[a].name,
				      EDGE_ALL);
		names_of_text(run, layer, NULL, layer->subject, EDGE_ALL);
		names_of_text(run, layer, &layer->text, NULL,
			      !is_strange             ? EDGE_ALL
			      : is_rivals(run, layer) ? EDGE_GREETING
						      : EDGE_BOTH);
		pw_arena_free(run->scratch);
		run->scratch = NULL;
	}
}

void pw_match_customers(struct pw_finding *finding, const struct pw_known *known,
			const struct pw_mail *mail, const bool *layer_wanted)
{
	struct search search = { .finding = finding,
				 .known = known,
				 .mail = mail,
				 .layer_wanted = layer_wanted };
	finding->customers = NULL;
	finding->n_customers = 0;
	if (!known)
		return;
	by_address(&search);
	if (finding->n_customers == 0)
		by_name(&search);
}
