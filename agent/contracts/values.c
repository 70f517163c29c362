/* SPDX-License-Identifier: Apache-2.0 */
/* values.c - numbers, money, domains, addresses and states as exports write them. */
#include "agent/contracts/values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/contracts/note.h"

void pw_note(struct pw_note *note, enum pw_note_level level, const char *cell,
	     const char *words)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf escaped = { 0 };

	if (level <= note->level)
		return;
	pw_buf_init(&escaped, 256);
	pw_str_escape(&escaped, cell, strlen(cell), 60);
	note->level = level;
	snprintf(note->text, sizeof note->text, "'%s' %s", escaped.data, words);
}

const char *pw_value_text(struct pw_arena *arena, const char *text)
{
	char *copy = pw_arena_strdup(arena, text), *to = copy;
	const char *from = copy;

	if (!copy || !*copy)
		return NULL;
	while (*from) {
		bool is_space = false;

		for (;; is_space = true) {
			if (isspace((unsigned char)*from) || *from == '\x7f' ||
			    (*from > 0 && *from < ' '))
				from++;
			else if (!strncmp(from, "\xC2\xA0", 2))
				from += 2;
			else
				break;
		}
		if (is_space && to > copy && *from)
			*to++ = ' ';
		if (*from)
			*to++ = *from++;
	}
	*to = '\0';
	return *copy ? copy : NULL;
}

/* "1.05E+11": what a spreadsheet makes of a long number. */
static bool is_rounded(const char *text)
{
	const char *at = text + strspn(text, "0123456789");

	if (at == text)
		return false;
	if (*at == '.' || *at == ',')
		at += 1 + strspn(at + 1, "0123456789");
	if ((*at != 'E' && *at != 'e') || at[1] != '+')
		return false;
	at += 2;
	return *at && at[strspn(at, "0123456789")] == '\0';
}

bool pw_value_is_formula(const char *text)
{
	size_t capitals;

	if (*text == '=')
		return true;
	if (*text != '#')
		return false;
	capitals = strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ/");
	return capitals > 1 && (!text[1 + capitals] || strchr("!?0", text[1 + capitals]));
}

const char *pw_value_identifier(struct pw_arena *arena, const char *text,
				struct pw_note *note)
{
	char *copy = (char *)pw_value_text(arena, text);
	size_t len = copy ? strlen(copy) : 0;

	if (len >= 3 && copy[0] == '=' && copy[1] == '"' && copy[len - 1] == '"') {
		copy[len - 1] = '\0'; /* ="00123": the way to keep zeros */
		copy += 2;
		len -= 3;
	}
	if (len && copy[0] == '\'')
		copy++, len--;
	if (!len || !strcmp(copy, "-") || pw_strieq(copy, "n/a") ||
	    pw_strieq(copy, "none") || pw_strieq(copy, "null"))
		return NULL;
	if (pw_value_is_formula(copy)) {
		pw_note(note, PW_NOTE_ERROR, copy,
			"is no number, but a formula or its failure: export values, or "
			"empty the cell");
		return NULL;
	}
	if (is_rounded(copy)) {
		pw_note(note, PW_NOTE_ERROR, copy,
			"was damaged by a spreadsheet: format the column as text and "
			"export it again");
		return NULL;
	}
	if (len > 2 && !strcmp(copy + len - 2, ".0") &&
	    strspn(copy, "0123456789") == len - 2) {
		pw_note(note, PW_NOTE_WARNING, copy,
			"looks like a number that was a text; read without '.0'");
		copy[len - 2] = '\0';
	}
	return copy;
}

const char *pw_value_identifiers(struct pw_arena *arena, const char *text,
				 struct pw_note *note)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf list = { 0 };
	const char *at = text;

	pw_buf_init(&list, 1 << 20);
	while (*at) {
		size_t len = strcspn(at, ";,|\n\r\t");
		PW_CLEANUP(pw_freep) char *part = pw_strndup(at, len);
		const char *one = pw_value_identifier(arena, part, note);

		if (one)
			pw_buf_addf(&list, "%s%s", list.len ? ";" : "", one);
		at += len + (at[len] != '\0');
	}
	if (pw_buf_failed(&list))
		pw_note(note, PW_NOTE_ERROR, "serials", "are too many for one cell");
	return list.len ? pw_arena_strdup(arena, list.data) : NULL;
}

static const struct {
	const char *sign, *currency;
} currencies[] = {
	{ "$", "USD" }, { "€", "EUR" }, { "£", "GBP" }, { "¥", "JPY" }, { "₹", "INR" },
};

/* Where the decimals begin: the last of , and . unless three digits follow
   and it is alone (a thousands separator). */
static const char *find_decimals(const char *text)
{
	const char *dot = strrchr(text, '.'), *comma = strrchr(text, ',');
	const char *last = !dot || (comma && comma > dot) ? comma : dot;
	const char *first = last ? strchr(text, *last) : NULL;
	size_t digits = last ? strspn(last + 1, "0123456789") : 0;

	if (!last || first != last || (digits == 3 && !(dot && comma)))
		return NULL;
	return last;
}

static void find_currency(const char *text, struct pw_arena *arena, const char **ret)
{
	const char *at;
	char code[4] = "";
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(currencies); i++)
		if (strstr(text, currencies[i].sign))
			*ret = currencies[i].currency;
	for (at = text; *at; at++)
		if (isupper((unsigned char)at[0]) && isupper((unsigned char)at[1]) &&
		    isupper((unsigned char)at[2])) {
			memcpy(code, at, 3);
			*ret = pw_arena_strdup(arena, code);
			return;
		}
}

static bool is_amount_sign(unsigned char c)
{
	return isalnum(c) || strchr(" .,'$-", c) || c >= 0x80;
}

const char *pw_value_money(struct pw_arena *arena, const char *text,
			   const char **ret_currency, struct pw_note *note)
{
	const char *at, *decimals;
	char out[32];
	size_t n = 0;

	if (!*text || !strcmp(text, "-") || pw_strieq(text, "n/a"))
		return NULL;
	find_currency(text, arena, ret_currency);
	decimals = find_decimals(text);
	for (at = text; *at; at++) {
		if (n + 2 >= sizeof out || *at == '(' || (*at == '-' && n == 0) ||
		    !is_amount_sign((unsigned char)*at)) {
			pw_note(note, PW_NOTE_ERROR, text, "is no amount");
			return NULL;
		}
		if (at == decimals)
			out[n++] = '.';
		else if (isdigit((unsigned char)*at))
			out[n++] = *at;
	}
	if (n && out[n - 1] == '.')
		n--;
	out[n] = '\0';
	if (!n || !isdigit((unsigned char)out[0])) {
		pw_note(note, PW_NOTE_ERROR, text, "is no amount");
		return NULL;
	}
	return pw_arena_strdup(arena, out);
}

const char *pw_value_address(struct pw_arena *arena, const char *text,
			     struct pw_note *note)
{
	const char *open = strrchr(text, '<'), *close = open ? strchr(open, '>') : NULL;
	char *address =
		close ? pw_arena_strndup(arena, open + 1, (size_t)(close - open - 1))
		      : pw_arena_strdup(arena, text);
	const char *domain;

	if (!address || !*address)
		return NULL;
	domain = pw_address_domain(address);
	if (!domain || !strchr(domain, '.') || strpbrk(address, " ,;\"\t\r\n") ||
	    domain - 1 == address) {
		pw_note(note, PW_NOTE_WARNING, text,
			"is no mail address; alerts go to the fallback instead");
		return NULL;
	}
	return address;
}

static const struct {
	const char *word;
	enum pw_status status;
} statuses[] = {
	{ "", PW_STATUS_ACTIVE },
	{ "active", PW_STATUS_ACTIVE },
	{ "open", PW_STATUS_ACTIVE },
	{ "new", PW_STATUS_ACTIVE },
	{ "current", PW_STATUS_ACTIVE },
	{ "covered", PW_STATUS_ACTIVE },
	{ "signed", PW_STATUS_ACTIVE },
	{ "inforce", PW_STATUS_ACTIVE },
	{ "expiring", PW_STATUS_ACTIVE },
	{ "expired", PW_STATUS_ACTIVE }, /* its end date says so */
	{ "overdue", PW_STATUS_ACTIVE },
	{ "prospecting", PW_STATUS_ACTIVE },
	{ "appointmentscheduled", PW_STATUS_ACTIVE },
	{ "qualifiedtobuy", PW_STATUS_ACTIVE },
	{ "presentationscheduled", PW_STATUS_ACTIVE },
	{ "decisionmakerboughtin", PW_STATUS_ACTIVE },
	{ "qualification", PW_STATUS_ACTIVE },
	{ "pendingrenewal", PW_STATUS_ACTIVE },
	{ "aktiv", PW_STATUS_ACTIVE },
	{ "offen", PW_STATUS_ACTIVE },
	{ "quoted", PW_STATUS_QUOTED },
	{ "quote", PW_STATUS_QUOTED },
	{ "quotesent", PW_STATUS_QUOTED },
	{ "quotepending", PW_STATUS_QUOTED },
	{ "quotation", PW_STATUS_QUOTED },
	{ "proposal", PW_STATUS_QUOTED },
	{ "contractsent", PW_STATUS_QUOTED },
	{ "proposalsent", PW_STATUS_QUOTED },
	{ "proposalpricequote", PW_STATUS_QUOTED },
	{ "negotiation", PW_STATUS_QUOTED },
	{ "negotiationreview", PW_STATUS_QUOTED },
	{ "angeboten", PW_STATUS_QUOTED },
	{ "inangebot", PW_STATUS_QUOTED },
	{ "angebot", PW_STATUS_QUOTED },
	{ "angebotversendet", PW_STATUS_QUOTED },
	{ "processing", PW_STATUS_PROCESSING },
	{ "inprogress", PW_STATUS_PROCESSING },
	{ "readytoorder", PW_STATUS_PROCESSING },
	{ "ordered", PW_STATUS_PROCESSING },
	{ "orderplaced", PW_STATUS_PROCESSING },
	{ "orderreceived", PW_STATUS_PROCESSING },
	{ "orderinhand", PW_STATUS_PROCESSING },
	{ "poreceived", PW_STATUS_PROCESSING },
	{ "bestellt", PW_STATUS_PROCESSING },
	{ "renewed", PW_STATUS_RENEWED },
	{ "won", PW_STATUS_RENEWED },
	{ "closedwon", PW_STATUS_RENEWED },
	{ "verlängert", PW_STATUS_RENEWED },
	{ "lost", PW_STATUS_LOST },
	{ "closedlost", PW_STATUS_LOST },
	{ "cancelled", PW_STATUS_LOST },
	{ "canceled", PW_STATUS_LOST },
	{ "terminated", PW_STATUS_LOST },
	{ "churned", PW_STATUS_LOST },
	{ "verloren", PW_STATUS_LOST },
	{ "gekündigt", PW_STATUS_LOST },
};

/* Lower case without anything but letters. */
static void fold_status(const char *text, char out[48])
{
	size_t n = 0;

	for (; *text && n + 1 < 48; text++)
		if (isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80)
			out[n++] = (char)tolower((unsigned char)*text);
	out[n] = '\0';
}

/* --map status:WORD=ours */
static bool is_mapped(const char *folded, const char *const *maps, size_t n,
		      enum pw_status *ret)
{
	size_t i = n;

	while (i-- > 0) { /* the latest wins */
		const char *equals = strchr(maps[i], '=');
		PW_CLEANUP(pw_freep) char *word = NULL;
		char wanted[48];

		if (!equals || !pw_starts_with_i(maps[i], PW_STATUS_MAP))
			continue;
		word = pw_strndup(maps[i] + strlen(PW_STATUS_MAP),
				  (size_t)(equals - maps[i]) - strlen(PW_STATUS_MAP));
		fold_status(word, wanted);
		if (pw_streq(wanted, folded) && pw_status_from_name(equals + 1, ret))
			return true;
	}
	return false;
}

enum pw_status pw_value_status(const char *text, const char *const *maps, size_t n_maps,
			       struct pw_note *note)
{
	enum pw_status status;
	char folded[48];
	size_t i;

	fold_status(text, folded);
	if (is_mapped(folded, maps, n_maps, &status))
		return status;
	for (i = 0; i < PW_ARRAY_LEN(statuses); i++)
		if (!strcmp(statuses[i].word, folded))
			return statuses[i].status;
	if (!strcmp(folded, "closed"))
		pw_note(note, PW_NOTE_WARNING, text,
			"does not say whether it was won or lost; read as active");
	else
		pw_note(note, PW_NOTE_ERROR, text,
			"is no known status (active, quoted, processing, renewed, lost); "
			"say "
			"what it means with --map \"status:WORD=active\"");
	return PW_STATUS_ACTIVE;
}
