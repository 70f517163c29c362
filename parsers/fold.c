/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include "agent/base/str.h"
#include "parsers/bytes.h"
#include "parsers/invisible.h"
#include "parsers/lookalike.h"

/* Longest run of one letter and its accents that is looked at as a whole. */
#define CLUSTER_MAX 32

/* Punctuation that has an ASCII form; 0: dropped (marks of trade, which NFKC
   would glue to the word as letters). */
static const struct {
	uint16_t first, last;
	char ascii;
} punctuation[] = {
	{ 0xA9, 0xA9, '\0' },     { 0xAB, 0xAB, '"' },      { 0xAE, 0xAE, '\0' },
	{ 0xB4, 0xB4, '\'' },     { 0xBB, 0xBB, '"' },      { 0x2BC, 0x2BC, '\'' },
	{ 0x2010, 0x2015, '-' },  { 0x2018, 0x201B, '\'' }, { 0x201C, 0x201F, '"' },
	{ 0x2032, 0x2032, '\'' }, { 0x2033, 0x2033, '"' },  { 0x2039, 0x203A, '\'' },
	{ 0x2120, 0x2120, '\0' }, { 0x2122, 0x2122, '\0' }, { 0x2212, 0x2212, '-' },
	{ 0xFE58, 0xFE58, '-' },  { 0xFE63, 0xFE63, '-' },  { 0xFF0D, 0xFF0D, '-' },
};

/* Letters whose stroke or tie is no accent to Unicode, though people leave it
   out as they do accents. */
static const struct {
	uint16_t cp;
	char ascii[3];
} strokes[] = {
	{ 0xE6, "ae" }, { 0xF8, "o" },  { 0x111, "d" },  { 0x127, "h" },
	{ 0x131, "i" }, { 0x142, "l" }, { 0x153, "oe" }, { 0x167, "t" },
};

/* The copy as it grows; both arrays are the caller's arena's. */
struct folder {
	struct pw_arena *arena;
	char *data;
	uint32_t *origin;
	size_t n, cap;
	bool is_full;
	const UNormalizer2 *casefold, *decompose;
};

void pw_fold_init(void)
{
	UErrorCode status = U_ZERO_ERROR;

	unorm2_getNFKCCasefoldInstance(&status);
	unorm2_getNFDInstance(&status);
}

/* Make room for len more; false where the arena is full. */
static bool has_room(struct folder *f, size_t len)
{
	size_t cap = f->cap * 2 + len;
	uint32_t *origins;
	char *data;

	if (f->is_full || f->n + len + 1 <= f->cap)
		return !f->is_full;
	data = pw_arena_alloc(f->arena, cap, 1);
	origins = pw_arena_alloc(f->arena, cap, sizeof *origins);
	if (!data || !origins) {
		f->is_full = true;
		return false;
	}
	memcpy(data, f->data, f->n);
	memcpy(origins, f->origin, f->n * sizeof *origins);
	f->data = data;
	f->origin = origins;
	f->cap = cap;
	return true;
}

static void put(struct folder *f, const char *bytes, size_t len, size_t origin)
{
	size_t i;

	if (!has_room(f, len))
		return;
	for (i = 0; i < len; i++) {
		f->data[f->n] = bytes[i];
		f->origin[f->n++] = (uint32_t)origin;
	}
}

static void put_blank(struct folder *f, size_t origin)
{
	if (!f->n || f->data[f->n - 1] != ' ')
		put(f, " ", 1, origin);
}

static void put_cp(struct folder *f, uint32_t cp, size_t origin)
{
	char utf8[4];
	size_t i;

	for (i = 0; cp <= 0x167 && i < PW_ARRAY_LEN(strokes); i++)
		if (strokes[i].cp == cp) {
			put(f, strokes[i].ascii, strlen(strokes[i].ascii), origin);
			return;
		}
	put(f, utf8, pw_utf8_put(utf8, cp), origin);
}

/* Latin or Greek, where an accent leaves the letter what it is.  In other
   scripts it makes another letter (Cyrillic short i, voiced kana). */
static bool drops_accents(uint32_t cp)
{
	UErrorCode status = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript((UChar32)cp, &status);

	return script == USCRIPT_LATIN || script == USCRIPT_GREEK;
}

static void put_utf16(struct folder *f, const UChar *text, int32_t len, bool no_accents,
		      size_t origin)
{
	int32_t i = 0;
	UChar32 cp;

	while (i < len) {
		U16_NEXT(text, i, len, cp);
		if (no_accents && u_charType(cp) == U_NON_SPACING_MARK)
			continue;
		if (cp == ' ')
			put_blank(f, origin);
		else
			put_cp(f, (uint32_t)cp, origin);
	}
}

/* One letter and the accents that follow it; returns the bytes taken. */
static size_t fold_cluster(struct folder *f, const char *text, size_t len, size_t origin)
{
	UChar in[CLUSTER_MAX * 2], folded[CLUSTER_MAX * 8], plain[CLUSTER_MAX * 16];
	UErrorCode status = U_ZERO_ERROR;
	int32_t n_in = 0, n;
	size_t at = 0, step;
	uint32_t cp, first = 0;
	bool no_accents;

	while (at < len && n_in < CLUSTER_MAX) {
		step = pw_utf8_next(text + at, len - at, &cp);
		if (at && unorm2_hasBoundaryBefore(f->casefold, (UChar32)cp))
			break;
		first = at ? first : cp;
		U16_APPEND_UNSAFE(in, n_in, (UChar32)cp);
		at += step;
	}
	n = unorm2_normalize(f->casefold, in, n_in, folded, PW_ARRAY_LEN(folded),
			     &status);
	if (U_FAILURE(status)) {
		put(f, text, at, origin);
		return at;
	}
	no_accents = drops_accents(first);
	if (no_accents) {
		n = unorm2_normalize(f->decompose, folded, n, plain, PW_ARRAY_LEN(plain),
				     &status);
		if (U_SUCCESS(status)) {
			put_utf16(f, plain, n, true, origin);
			return at;
		}
	}
	put_utf16(f, folded, n, false, origin);
	return at;
}

/* The ASCII form of cp in *ret ('\0': nothing); false: it has none. */
static bool punctuation_of(uint32_t cp, char *ret)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(punctuation); i++)
		if (cp >= punctuation[i].first && cp <= punctuation[i].last) {
			*ret = punctuation[i].ascii;
			return true;
		}
	return false;
}

/* Ideographs and syllables that no folding changes. */
static bool is_stable(uint32_t cp)
{
	return (cp >= 0x4E00 && cp < 0xA000) || (cp >= 0xAC00 && cp < 0xD7A4) ||
	       (cp >= 0x3041 && cp < 0x3097) || (cp >= 0x30A1 && cp < 0x30FB) ||
	       (cp >= 0x430 && cp < 0x450);
}

/* One character beyond ASCII; returns the bytes taken. */
static size_t fold_other(struct folder *f, const char *text, size_t len, size_t origin,
			 bool is_disguise)
{
	uint32_t cp;
	size_t step = pw_utf8_next(text, len, &cp);
	char ascii;

	if (pw_is_invisible(cp))
		return step;
	if (pw_is_wide_blank(cp)) {
		put_blank(f, origin);
		return step;
	}
	if (punctuation_of(cp, &ascii)) {
		if (ascii)
			put(f, &ascii, 1, origin);
		return step;
	}
	ascii = is_disguise ? pw_lookalike(cp) : '\0';
	if (ascii) {
		put(f, &ascii, 1, origin);
		return step;
	}
	/* An accent behind an ASCII letter. */
	if (f->n && pw_is_ascii_word(f->data[f->n - 1]) &&
	    u_charType((UChar32)cp) == U_NON_SPACING_MARK)
		return step;
	if (is_stable(cp)) {
		/* A mark may follow and make another letter of it. */
		if (step == len || !(text[step] & 0x80)) {
			put(f, text, step, origin);
			return step;
		}
	}
	return fold_cluster(f, text, len, origin);
}

/* ASCII from text[at] up to end. */
static void fold_ascii(struct folder *f, const char *text, size_t at, size_t end)
{
	if (!has_room(f, end - at))
		return;
	for (; at < end; at++) {
		char c = text[at];

		if (c == ' ' || c == '\t' || c == '\r') {
			if (f->n && f->data[f->n - 1] == ' ')
				continue;
			c = ' ';
		} else if (c >= 'A' && c <= 'Z') {
			c = (char)(c | 0x20);
		} else if (c == '`') {
			c = '\'';
		} else if ((c < ' ' && c != '\n') || c == 0x7F) {
			continue;
		}
		f->data[f->n] = c;
		f->origin[f->n++] = (uint32_t)at;
	}
}

/* Where the words end, from text[at] on, that are ASCII to their ends. */
static size_t ascii_end(const char *text, size_t len, size_t at)
{
	size_t end = at + pw_bytes_ascii_run((struct pw_bytes){ text + at, len - at });

	while (end < len && end > at && pw_is_ascii_word(text[end - 1]))
		end--;
	return end;
}

static void fold_all(struct folder *f, const char *text, size_t len)
{
	size_t at = 0, end, word_len;
	bool is_disguise;

	while (at < len && !f->is_full) {
		end = ascii_end(text, len, at);
		fold_ascii(f, text, at, end);
		at = end;
		if (at == len)
			return;
		/* A word that is not all ASCII, or a character that is in none. */
		is_disguise = pw_is_disguised(text + at, len - at, &word_len);
		end = at + word_len;
		do {
			if (text[at] & 0x80) {
				at += fold_other(f, text + at, len - at, at, is_disguise);
			} else {
				fold_ascii(f, text, at, at + 1);
				at++;
			}
		} while (at < end && !f->is_full);
	}
}

bool pw_fold(struct pw_arena *arena, const char *text, size_t len, struct pw_fold *ret)
{
	UErrorCode status = U_ZERO_ERROR;
	struct folder f = { .arena = arena, .cap = len + 16 };

	f.casefold = unorm2_getNFKCCasefoldInstance(&status);
	f.decompose = unorm2_getNFDInstance(&status);
	f.data = pw_arena_alloc(arena, f.cap, 1);
	f.origin = pw_arena_alloc(arena, f.cap, sizeof *f.origin);
	if (U_FAILURE(status) || !f.data || !f.origin)
		return false;
	fold_all(&f, text, len);
	put(&f, "", 1, len);
	if (f.is_full)
		return false;
	*ret = (struct pw_fold){ f.data, f.n - 1, f.origin };
	return true;
}

const char *pw_fold_string(struct pw_arena *arena, const char *text)
{
	struct pw_fold fold;

	return pw_fold(arena, text, strlen(text), &fold) ? fold.data : NULL;
}

void pw_fold_origin(const struct pw_fold *fold, size_t start, size_t end,
		    size_t *ret_start, size_t *ret_end)
{
	*ret_start = fold->origin[start];
	/* Part of a character that became several stands for all of it. */
	while (end > start && end < fold->len &&
	       fold->origin[end] == fold->origin[end - 1])
		end++;
	*ret_end = fold->origin[end];
}
