/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.c - vendors named by words that mean them only between us and their customer.
 *
 * "Your Pure comes up" and "the FAS2820 in Bristol" name no vendor to somebody
 * who does not know what the customer has.  We know: the contracts say it.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/scan.h"

#define HELD_MAX      200 /* contracts of one customer */
#define ADDRESSES_MAX 40
#define WORDS_MAX     400 /* of all their products */
#define WORD_MAX      24

/* A word of a product, folded, and whose it is. */
struct held_word {
	char text[WORD_MAX];
	size_t len;
	int vendor;
};

struct held_words {
	struct held_word items[WORDS_MAX];
	size_t n;
	bool has_first[256]; /* letters that one of them begins with */
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "8x5xNBD" and "24x7" are terms of service. */
static bool is_hours(const char *s, size_t len)
{
	size_t n = strspn(s, "0123456789");

	return n > 0 && n + 1 < len && (s[n] == 'x' || s[n] == 'X') && is_digit(s[n + 1]);
}

/* A model ("SRX1500", "7050SX3") or a name that somebody made up ("FortiWiFi"):
   no word of a language. */
static bool is_telling(const char *s, size_t len)
{
	size_t letters = 0, digits = 0, inner = 0, i;

	for (i = 0; i < len; i++) {
		letters += is_letter(s[i]);
		digits += is_digit(s[i]);
		inner += i > 0 && s[i] >= 'A' && s[i] <= 'Z' && s[i - 1] >= 'a' &&
			 s[i - 1] <= 'z';
	}
	if (len >= WORD_MAX || letters + digits < len || is_hours(s, len))
		return false;
	return (letters && digits >= 3) || (letters >= 2 && digits >= 2 && len >= 5) ||
	       (inner && letters >= 6);
}

static void add_word(struct held_words *words, const char *s, size_t len, int vendor)
{
	struct held_word *word;
	size_t i;

	if (!is_telling(s, len) || words->n == WORDS_MAX)
		return;
	word = &words->items[words->n++];
	for (i = 0; i < len; i++)
		word->text[i] =
			s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] - 'A' + 'a') : s[i];
	word->len = len;
	word->vendor = vendor;
	words->has_first[(unsigned char)word->text[0]] = true;
}

static size_t word_at(const char *s)
{
	size_t n = 0;

	while (is_letter(s[n]) || is_digit(s[n]))
		n++;
	return n;
}

static void add_product(struct held_words *words, const char *product, int vendor)
{
	size_t len;

	while (*product) {
		len = word_at(product);
		add_word(words, product, len, vendor);
		product += len ? len : 1;
	}
}

/* What the mail's people hold of us. */
struct held {
	bool *vendors; /* by index */
	struct held_words words;
};

static void add_holder(const struct pw_scan *scan, struct held *held, const char *address)
{
	struct pw_known_held contracts[HELD_MAX];
	const char *domain = address ? pw_address_domain(address) : NULL;
	size_t n =
		domain ? pw_known_held_by(scan->known, domain, contracts, HELD_MAX) : 0;
	const struct pw_vendor *vendor;
	size_t i;

	for (i = 0; i < n; i++) {
		vendor = pw_ruleset_vendor(scan->ruleset, contracts[i].vendor);
		if (!vendor)
			continue;
		held->vendors[vendor - scan->ruleset->vendors] = true;
		add_product(&held->words, contracts[i].product,
			    (int)(vendor - scan->ruleset->vendors));
	}
}

/* Who passed it on and whom a layer was written to; a company's people once. */
static void find_held(const struct pw_scan *scan, struct held *held)
{
	const struct pw_addr *addr, *last = &scan->layers[0].layer->from;
	size_t l, i;

	add_holder(scan, held, last->address);
	for (l = 0; l < scan->n_layers; l++)
		for (i = 0; i < scan->layers[l].layer->to.n && i < ADDRESSES_MAX; i++) {
			addr = &scan->layers[l].layer->to.items[i];
			if (addr->address && last->address &&
			    pw_streq(pw_address_domain(addr->address),
				     pw_address_domain(last->address)))
				continue;
			add_holder(scan, held, addr->address);
			last = addr;
		}
}

/* Capitals begin a sentence in any case, and say nothing there. */
static bool is_within_sentence(const struct pw_scan_text *text, size_t at)
{
	while (at > 0 && strchr(" \"'(*", text->data[at - 1]))
		at--;
	return at > 0 && !strchr(".!?:\n", text->data[at - 1]);
}

static void settle_ambiguous(struct pw_layer_scan *layer, const struct held *held)
{
	size_t i;

	for (i = 0; i < layer->n_names; i++) {
		struct pw_named *named = &layer->names[i];

		if (named->name.kind == PW_NAME_VENDOR_AMBIGUOUS &&
		    held->vendors[named->name.owner] &&
		    (named->scope == PW_SCOPE_SUBJECT ||
		     (named->scope == PW_SCOPE_BODY &&
		      is_within_sentence(&layer->texts[PW_SCOPE_BODY],
					 named->name.start))))
			named->name.kind = PW_NAME_VENDOR;
	}
}

static bool names_vendor(const struct pw_layer_scan *layer)
{
	size_t i;

	for (i = 0; i < layer->n_names; i++)
		if (layer->names[i].scope != PW_SCOPE_FROM &&
		    (layer->names[i].name.kind == PW_NAME_VENDOR ||
		     layer->names[i].name.kind == PW_NAME_PRODUCT))
			return true;
	return false;
}

static const struct held_word *find_word(const struct held_words *words, const char *s,
					 size_t len)
{
	size_t i;

	if (!words->has_first[(unsigned char)*s])
		return NULL;
	for (i = 0; i < words->n; i++)
		if (words->items[i].len == len &&
		    memcmp(words->items[i].text, s, len) == 0)
			return &words->items[i];
	return NULL;
}

static void name_words(struct pw_scan *scan, struct pw_layer_scan *layer,
		       enum pw_scope scope, const struct held_words *words)
{
	const struct pw_scan_text *text = &layer->texts[scope];
	const struct held_word *word;
	size_t at, len;

	for (at = 0; at < text->len; at += len ? len : 1) {
		len = word_at(text->data + at);
		word = len ? find_word(words, text->data + at, len) : NULL;
		if (word)
			pw_scan_add_name(scan, layer, scope,
					 &(struct pw_name_hit){ PW_NAME_PRODUCT,
								word->vendor, at,
								at + len });
	}
}

void pw_name_held(struct pw_scan *scan)
{
	PW_CLEANUP(pw_freep) bool *vendors = NULL;
	PW_CLEANUP(pw_freep) struct held *held = NULL;
	size_t i;

	if (!scan->known || pw_known_n_contracts(scan->known) == 0 || !scan->n_layers)
		return;
	vendors = pw_alloc(scan->ruleset->n_vendors + 1, sizeof *vendors);
	held = pw_alloc(1, sizeof *held);
	held->vendors = vendors;
	find_held(scan, held);
	for (i = 0; i < scan->n_layers; i++) {
		settle_ambiguous(&scan->layers[i], held);
		if (scan->layers[i].not_candidate || names_vendor(&scan->layers[i]))
			continue;
		name_words(scan, &scan->layers[i], PW_SCOPE_SUBJECT, &held->words);
		name_words(scan, &scan->layers[i], PW_SCOPE_BODY, &held->words);
	}
}
