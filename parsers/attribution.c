/* SPDX-License-Identifier: Apache-2.0 */
/* attribution.c - see attribution.h. */
#include "parsers/attribution.h"

#include <unicode/uchar.h>

#include "agent/base/buf.h"
#include "agent/base/str.h"
#include "parsers/date_span.h"
#include "parsers/headerblock.h"
#include "parsers/key.h"
#include "parsers/labels.h"
#include "parsers/mailbox_part.h"

enum {
	LINES_MAX = 4,   /* a long attribution is wrapped into as many */
	BYTES_MAX = 400, /* of the joined line */
	NAME_BYTES_MAX = 120,
	NAME_WORDS_MAX = 8,
	PARTICLE_BYTES_MAX = 4, /* van, von, de, della */
	READING_SEARCHES = 10,  /* look-ups that reading one line costs */
	REST_BYTES_MAX = 40,    /* beside the person: "in message <id@host>" is longer */
	WORD_TOKENS_MAX = 5,    /* words of one phrase: "het volgende geschreven" */
};

struct phrase {
	const char *text;
	size_t len;
};

struct reading {
	struct pw_arena *arena;
	unsigned counts[PW_LANGUAGES_MAX];
	bool has_verb, has_lead;
	bool is_sentence; /* words go on behind the address */
};

static const char end_signs[] = ".,;:：、，·|*_-–—";

/* ---- the words at both ends ---- */

static bool is_border(const char *text, size_t len, size_t at)
{
	uint32_t cp;

	if (at >= len)
		return true;
	pw_utf8_next(text + at, len - at, &cp);
	/* Scripts without blanks have a border everywhere. */
	return pw_cp_is_blank(cp) || cp >= 0x2E80 ||
	       strchr(",.:;<(\"'", (int)(cp < 0x80 ? cp : 'x')) || cp == 0xAB ||
	       cp == 0x201C || cp == 0x201E || cp == 0x200F || cp == 0x200E;
}

static bool note_word(struct reading *reading, const char *text, size_t len)
{
	struct pw_word_pair found;
	size_t i;

	if (!pw_word_find_pair(PW_WORD_WROTE, PW_WORD_ASIDE, text, len, &found))
		return false;
	for (i = 0; i < pw_n_languages; i++)
		reading->counts[i] += found.first ? (unsigned)(found.first >> i & 1) * 2
						  : (unsigned)(found.second >> i & 1);
	reading->has_verb |= found.first != 0;
	reading->has_lead |= !found.first;
	return true;
}

/* The longest known phrase at the start; bytes, 0: none. */
static size_t known_start(struct reading *reading, const char *text, size_t len)
{
	size_t ends[WORD_TOKENS_MAX * 4], n = 0, at = 0;
	uint32_t cp;

	while (at < len && n < PW_ARRAY_LEN(ends)) {
		at += pw_utf8_next(text + at, len - at, &cp);
		if (is_border(text, len, at))
			ends[n++] = at;
	}
	while (n-- > 0)
		if (note_word(reading, text, ends[n]))
			return ends[n];
	return 0;
}

static size_t known_end(struct reading *reading, const char *text, size_t len)
{
	size_t starts[WORD_TOKENS_MAX * 4], n = 0, at = len;
	uint32_t cp = 0, own = 0;

	while (at > 0 && n < PW_ARRAY_LEN(starts)) {
		size_t before;

		for (at--; at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80; at--)
			;
		pw_utf8_next(text + at, len - at, &own);
		for (before = at; before > 0;) {
			before--;
			if (((unsigned char)text[before] & 0xC0) != 0x80)
				break;
		}
		if (at > 0)
			pw_utf8_next(text + before, at - before, &cp);
		if (at == 0 || pw_cp_is_blank(cp) || own >= 0x2E80 ||
		    strchr(",.;>()\"'", (int)(cp < 0x80 ? cp : 'x')))
			starts[n++] = at;
	}
	while (n-- > 0)
		if (note_word(reading, text + starts[n], len - starts[n]))
			return len - starts[n];
	return 0;
}

/* Take known words and signs off both ends until none is left. */
static void strip_words(struct reading *reading, struct phrase *phrase)
{
	size_t n;

	for (;;) {
		pw_text_trim(&phrase->text, &phrase->len, end_signs);
		n = known_start(reading, phrase->text, phrase->len);
		phrase->text += n;
		phrase->len -= n;
		if (n)
			continue;
		while (phrase->len && strchr("( ", phrase->text[phrase->len - 1]))
			phrase->len--; /* "ezt írta (időpont: ..." */
		n = known_end(reading, phrase->text, phrase->len);
		phrase->len -= n;
		if (!n)
			return;
	}
}

/* ---- what is left ---- */

static size_t count_words(const char *text)
{
	size_t n = 0;

	while (*text) {
		text += strspn(text, " ");
		n += *text != '\0';
		text += strcspn(text, " ");
	}
	return n;
}

static bool is_name(const char *name)
{
	return strlen(name) <= NAME_BYTES_MAX && count_words(name) <= NAME_WORDS_MAX &&
	       !strpbrk(name, "?!;{}=");
}

/* "please do x" is no name: in scripts with cases, its longer words begin
   with capitals. */
static bool is_capitalised(const char *name)
{
	size_t len = strlen(name), at = 0, step, word;
	uint32_t cp;

	for (; at < len; at += word) {
		at += strspn(name + at, " ");
		word = strcspn(name + at, " ");
		step = pw_utf8_next(name + at, len - at, &cp);
		if (step && word > PARTICLE_BYTES_MAX && u_islower((UChar32)cp))
			return false;
	}
	return true;
}

static bool is_person(const struct pw_addr *from)
{
	return (from->address || from->name) && (!from->name || is_name(from->name));
}

/* The writer stands last: "in message <id@host>, Jane Roe <...> wrote". */
static struct pw_addr last_person(struct pw_arena *arena, const char *text, size_t len)
{
	struct pw_addrs list = pw_addrs_parse(arena, text, len);

	if (list.n > 1 && list.items[list.n - 1].address)
		return list.items[list.n - 1];
	return pw_addr_parse(arena, text, len, NULL);
}

static struct pw_addr person_of(struct reading *reading, struct phrase *before,
				struct phrase *after)
{
	const struct phrase *chosen;
	struct pw_bytes box;

	strip_words(reading, before);
	strip_words(reading, after);
	if (before->len && memchr(before->text, '@', before->len))
		chosen = before;
	else if (after->len && memchr(after->text, '@', after->len))
		chosen = after;
	else
		chosen = before->len > after->len ? before : after;
	reading->is_sentence = pw_mailbox_goes_on(chosen->text, chosen->len);
	box = pw_mailbox_part((struct pw_bytes){ chosen->text, chosen->len },
			      reading->has_verb);
	return last_person(reading->arena, box.data, box.len);
}

/* ---- the line ---- */

/* ":" in any script, or what Zoho ("wrote ----") and GroupWise (">>>") print.
   Returns the length without it, 0: not the end of an attribution. */
static size_t ends_as_attribution(const char *text, size_t len)
{
	static const char *const ends[] = { ":", "：", "----", "---", ">>>", ":-" };
	size_t i, n;

	while (len && (text[len - 1] == '*' || text[len - 1] == '_'))
		len--;
	for (i = 0; i < PW_ARRAY_LEN(ends); i++) {
		n = strlen(ends[i]);
		if (len > n && memcmp(text + len - n, ends[i], n) == 0)
			return len - n;
	}
	return 0;
}

static bool join_lines(const struct pw_body *body, size_t first, size_t last,
		       struct pw_buf *ret)
{
	size_t i;

	pw_buf_reset(ret);
	for (i = first; i <= last; i++) {
		if (i > first)
			pw_buf_addc(ret, ' ');
		pw_buf_add(ret, body->lines[i].text, body->lines[i].len);
	}
	return !pw_buf_failed(ret);
}

/* A new depth or a cite container right below speaks for an attribution. */
static bool leads_to_quote(const struct pw_body *body, size_t i)
{
	size_t next = pw_body_skip_blank(body, i + 1);

	return next < body->n && (body->lines[next].depth > body->lines[i].depth ||
				  body->lines[next].marks & PW_MARK_CITE);
}

/* What speaks for an attribution, beside a person. */
struct evidence {
	bool has_date, has_time;
	bool leads;         /* to a quote */
	bool is_marked;     /* by GroupWise's signs */
	bool is_clean;      /* nothing else is on the line */
	bool is_date_first; /* the line begins with the date */
};

static bool accept(const struct reading *reading, const struct pw_addr *from,
		   const struct evidence *seen)
{
	bool speaks = reading->has_verb || seen->is_marked || seen->leads;

	if (!is_person(from))
		return false;
	if (!from->address) /* a name alone must look like one */
		return seen->is_clean && is_capitalised(from->name) &&
		       (seen->has_date
				? reading->has_verb || (seen->is_marked && seen->leads)
				: reading->has_verb && seen->leads);
	if (reading->is_sentence && !speaks)
		return false;
	if (!seen->has_date)
		return reading->has_verb;
	return speaks || reading->has_lead || (seen->is_date_first && seen->has_time);
}

/* Brackets around the date: "(időpont: 2026. okt. 8.)" */
static void open_brackets(struct phrase *before, struct phrase *after)
{
	while (before->len && strchr("([ :\t", before->text[before->len - 1]))
		before->len--;
	while (after->len && strchr(")] \t", *after->text)) {
		after->text++;
		after->len--;
	}
}

/* Ticket systems leave the year out: "On Thu, 8 Oct at 3:59 PM". */
static bool read_yearless(const char *line, size_t len, const struct pw_date_hints *hints,
			  struct pw_date_reading *ret)
{
	struct pw_date_reading found;

	if (hints->near == PW_DAY_NONE || !pw_date_read(line, len, hints, true, &found) ||
	    !found.date.has_time)
		return false;
	*ret = found;
	return true;
}

static bool read_joined(struct reading *reading, const char *line, size_t len,
			const struct pw_date_hints *hints, bool leads,
			struct pw_attribution *ret)
{
	struct pw_date_reading date = { .date = { .day = PW_DAY_NONE } };
	struct evidence seen = { .leads = leads };
	struct phrase before, after;
	size_t end = ends_as_attribution(line, len), left;

	if (!end)
		return false;
	seen.is_marked = len > 6 && memcmp(line + len - 3, ">>>", 3) == 0;
	for (; seen.is_marked && end && *line == '>'; line++)
		end--; /* GroupWise marks both ends */
	seen.has_date = pw_date_read(line, end, hints, false, &date) ||
			read_yearless(line, end, hints, &date);
	seen.has_time = date.date.has_time;
	seen.is_date_first = seen.has_date && date.start == 0;
	before = (struct phrase){ line, seen.has_date ? date.start : end };
	after = (struct phrase){ line + (seen.has_date ? date.end : end),
				 seen.has_date ? end - date.end : 0 };
	if (seen.has_date)
		open_brackets(&before, &after);
	ret->from = person_of(reading, &before, &after);
	left = before.len < after.len ? before.len : after.len;
	seen.is_clean = !left;
	if (!accept(reading, &ret->from, &seen))
		return false;
	/* More than a person and a date: a sentence, no attribution. */
	if (left > (reading->has_verb ? REST_BYTES_MAX : 0))
		return false;
	ret->date = date.date;
	ret->date_text = seen.has_date
				 ? pw_arena_strndup(reading->arena, line + date.start,
						    date.end - date.start)
				 : NULL;
	ret->language = pw_language_of(reading->counts, false);
	return true;
}

static bool may_join(const struct pw_body *body, size_t first, size_t i, size_t from)
{
	return first >= from && !pw_line_is_blank(body, first) &&
	       body->lines[first].depth == body->lines[i].depth &&
	       !pw_line_is_rule(&body->lines[first]);
}

/* Without an address, a digit of a date or a quote below it is none; and
   readings are counted, because each costs many look-ups. */
static bool is_worth_reading(struct pw_body *body, const struct pw_buf *line, bool leads)
{
	if (body->searches_left < READING_SEARCHES ||
	    (!leads && !memchr(line->data, '@', line->len) &&
	     !pw_has_digit(line->data, line->len)))
		return false;
	body->searches_left -= READING_SEARCHES;
	return true;
}

bool pw_attribution_read(struct pw_arena *arena, struct pw_body *body, size_t from,
			 size_t i, const struct pw_date_hints *hints,
			 struct pw_attribution *ret)
{
	const struct pw_bodyline *line = &body->lines[i];
	struct pw_attribution undated = { .end = 0 };
	bool leads, found = false;
	struct pw_buf joined;
	size_t k;

	if (line->len > BYTES_MAX || !ends_as_attribution(line->text, line->len))
		return false;
	leads = leads_to_quote(body, i);
	pw_buf_init(&joined, BYTES_MAX);
	for (k = 0; k < LINES_MAX && k <= i && may_join(body, i - k, i, from); k++) {
		struct reading reading = { .arena = arena };
		struct pw_attribution read = { .first = i - k,
					       .end = i + 1,
					       .depth = line->depth };

		if (!join_lines(body, i - k, i, &joined))
			break;
		if (!is_worth_reading(body, &joined, leads) ||
		    !read_joined(&reading, joined.data, joined.len, hints, leads, &read))
			continue;
		if (read.date.day != PW_DAY_NONE) {
			*ret = read;
			found = true;
			break;
		}
		if (!undated.end)
			undated = read;
	}
	pw_buf_done(&joined);
	if (!found && undated.end) {
		*ret = undated;
		found = true;
	}
	return found;
}
