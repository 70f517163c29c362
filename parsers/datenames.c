/* SPDX-License-Identifier: Apache-2.0 */
/*
 * datenames.c - the dictionary of datenames.h: rows sorted by key, one row a
 * (key, meaning, language).  Owned by the process and never freed.
 */
#include "parsers/datenames.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "agent/base/arena.h"
#include "agent/base/str.h"
#include "parsers/key.h"

enum meaning { MEANS_MONTH, MEANS_WEEKDAY, MEANS_HALF, MEANS_OTHER_MONTH };

struct row {
	const char *key;
	char language[4];
	uint8_t meaning, value;
};

enum {
	ROWS_MAX = 60000,
	NAMES_BYTES_MAX = 16 << 20,
	WORD_UNITS_MAX = 48,
	MONTH_BYTES_MIN = 3,
	OTHER_STEP = 16, /* of a row's value, from one other calendar to the next */
	LETTERS = 27,    /* a to z, and none */
};

/* Written once under the once-flag, read-only afterwards. */
static struct {
	struct pw_arena *arena;
	struct row *rows;
	size_t n, cap;
	/* Bits of third letters by the first two, of all keys and their
	   beginnings; keys that begin otherwise are not in it. */
	uint32_t beginnings[LETTERS][LETTERS];
} names;

static once_flag names_once = ONCE_FLAG_INIT;

/* What ICU does not list: halves of the day that Chinese clients print. */
static const struct {
	const char *word;
	uint8_t half;
} more_halves[] = {
	{ "凌晨", 0 }, { "早上", 0 }, { "清晨", 0 }, { "中午", 1 },
	{ "晚上", 1 }, { "傍晚", 1 }, { "noon", 1 },
};

/* Month abbreviations that people write and ICU's locales lack. */
static const struct {
	const char *word, *language;
	uint8_t month;
} more_months[] = {
	{ "sept", "en", 9 },
	{ "mrz", "de", 3 },
	{ "mär", "de", 3 },
	{ "maerz", "de", 3 },
	{ "jänner", "de", 1 },
	{ "fév", "fr", 2 },
	{ "mrt", "nl", 3 },
	{ "set", "es", 9 },
	{ "agto", "es", 8 },
	{ "jly", "en", 7 },
	/* Windows counts the months of Vietnam in words. */
	{ "tháng giêng", "vi", 1 },
	{ "tháng một", "vi", 1 },
	{ "tháng hai", "vi", 2 },
	{ "tháng ba", "vi", 3 },
	{ "tháng tư", "vi", 4 },
	{ "tháng năm", "vi", 5 },
	{ "tháng sáu", "vi", 6 },
	{ "tháng bảy", "vi", 7 },
	{ "tháng tám", "vi", 8 },
	{ "tháng chín", "vi", 9 },
	{ "tháng mười", "vi", 10 },
	{ "tháng mười một", "vi", 11 },
	{ "tháng mười hai", "vi", 12 },
	{ "tháng chạp", "vi", 12 },
};

static void add_row(const char *word, size_t len, const char *language,
		    enum meaning meaning, int value)
{
	char key[PW_KEY_MAX];
	struct row *grown, *row;

	if (names.n >= ROWS_MAX || !pw_key(key, word, len, PW_KEY_NO_BLANKS))
		return;
	if (key[0] >= '0' && key[0] <= '9') /* "10월": a number with a unit */
		return;
	if (meaning == MEANS_MONTH && strlen(key) < MONTH_BYTES_MIN)
		return; /* too short to tell from "de" and "er" */
	grown = pw_arena_grow(names.arena, names.rows, names.n, &names.cap, sizeof(*row));
	if (!grown)
		return;
	names.rows = grown;
	row = &names.rows[names.n];
	row->key = pw_arena_strdup(names.arena, key);
	if (!row->key)
		return;
	memcpy(row->language, language, strlen(language) + 1);
	row->meaning = (uint8_t)meaning;
	row->value = (uint8_t)value;
	names.n++;
}

/* Endings that a month takes in a date where ICU only knows its own name. */
static const struct {
	const char *language, *ending;
} inflections[] = {
	{ "eu", "k" },   /* "azaroak 13" */
	{ "eu", "ren" }, /* "azaroaren 13" */
};

static void add_inflections(const char *word, const char *language, int month)
{
	char inflected[WORD_UNITS_MAX * 3 + 8];
	size_t i;
	int len;

	for (i = 0; i < PW_ARRAY_LEN(inflections); i++) {
		if (strcmp(inflections[i].language, language) != 0)
			continue;
		len = snprintf(inflected, sizeof(inflected), "%s%s", word,
			       inflections[i].ending);
		add_row(inflected, (size_t)len, language, MEANS_MONTH, month);
	}
}

static void add_symbols(const UDateFormat *format, UDateFormatSymbolType type,
			const char *language, enum meaning meaning, int first)
{
	int32_t i, n = udat_countSymbols(format, type);

	for (i = 0; i < n; i++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar units[WORD_UNITS_MAX];
		char word[WORD_UNITS_MAX * 3 + 1];
		int32_t len = 0;

		udat_getSymbols(format, type, i, units, WORD_UNITS_MAX, &status);
		u_strToUTF8(word, sizeof(word), &len, units, -1, &status);
		/* One letter ("J", "M") names nothing outside a calendar. */
		if (U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING &&
		    (len > 1 || meaning == MEANS_HALF))
			add_row(word, (size_t)len, language, meaning, i - first);
		if (U_SUCCESS(status) && meaning == MEANS_MONTH && type == UDAT_MONTHS)
			add_inflections(word, language, i - first);
	}
}

/* Where clients print a twelve-hour clock.  Elsewhere ICU's words for the
   halves are words of other languages ("de", "in", "to"). */
static bool has_twelve_hours(const char *language)
{
	static const char *const languages[] = { "en", "es", "ca", "gl", "el", "ar", "fa",
						 "ur", "zh", "ja", "ko", "vi", "tr", "sq",
						 "th", "hi", "ms", "bn", "mr", "ta", "te",
						 "pa", "gu", "kn", "ml", "ne", "si", "km",
						 "lo", "my", "am" };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(languages); i++)
		if (strcmp(languages[i], language) == 0)
			return true;
	return false;
}

static void add_locale(const char *locale, const char *language)
{
	static const struct {
		UDateFormatSymbolType type;
		enum meaning meaning;
		int first; /* months count from 1, weekdays' symbols have an empty one */
	} kinds[] = {
		{ UDAT_MONTHS, MEANS_MONTH, -1 },
		{ UDAT_SHORT_MONTHS, MEANS_MONTH, -1 },
		{ UDAT_STANDALONE_MONTHS, MEANS_MONTH, -1 },
		{ UDAT_STANDALONE_SHORT_MONTHS, MEANS_MONTH, -1 },
		{ UDAT_WEEKDAYS, MEANS_WEEKDAY, 1 },
		{ UDAT_SHORT_WEEKDAYS, MEANS_WEEKDAY, 1 },
		{ UDAT_STANDALONE_WEEKDAYS, MEANS_WEEKDAY, 1 },
		{ UDAT_STANDALONE_SHORT_WEEKDAYS, MEANS_WEEKDAY, 1 },
		{ UDAT_AM_PMS, MEANS_HALF, 0 },
	};
	static const UChar pattern[] = { 'y', 0 };
	UErrorCode status = U_ZERO_ERROR;
	UDateFormat *format;
	char id[ULOC_FULLNAME_CAPACITY];
	size_t i;

	if (strlen(language) > 3 || strlen(locale) + 20 > sizeof(id))
		return;
	strcpy(id, locale);
	strcat(id, "@calendar=gregorian");
	format = udat_open(UDAT_PATTERN, UDAT_PATTERN, id, NULL, 0, pattern, 1, &status);
	if (U_FAILURE(status))
		return;
	for (i = 0; i < PW_ARRAY_LEN(kinds); i++)
		if (kinds[i].meaning != MEANS_HALF || has_twelve_hours(language))
			add_symbols(format, kinds[i].type, language, kinds[i].meaning,
				    kinds[i].first);
	udat_close(format);
}

static int by_key(const void *a, const void *b)
{
	const struct row *left = a, *right = b;
	int order = strcmp(left->key, right->key);

	if (!order)
		order = left->meaning - right->meaning;
	if (!order)
		order = left->value - right->value;
	return order ? order : strcmp(left->language, right->language);
}

static void drop_duplicates(void)
{
	size_t i, kept = 0;

	for (i = 0; i < names.n; i++)
		if (!kept || by_key(&names.rows[kept - 1], &names.rows[i]) != 0)
			names.rows[kept++] = names.rows[i];
	names.n = kept;
}

/* 0 to 25 for a letter of either case, LETTERS - 1 for the end. */
static unsigned letter_at(const char *word, size_t len, size_t i)
{
	return i < len ? ((unsigned char)word[i] | 0x20u) - 'a' : LETTERS - 1;
}

static void add_beginnings(const char *key)
{
	const size_t len = strspn(key, "abcdefghijklmnopqrstuvwxyz");
	size_t n;

	for (n = 1; n <= len && n <= 3; n++)
		names.beginnings[letter_at(key, n, 0)][letter_at(key, n, 1)] |=
			1u << letter_at(key, n, 2);
}

bool pw_date_name_may_begin(const char *word, size_t len)
{
	unsigned letters[3];
	size_t i;

	pw_date_names_init();
	for (i = 0; i < PW_ARRAY_LEN(letters); i++) {
		letters[i] = letter_at(word, len, i);
		if (letters[i] >= LETTERS || (i < len && letters[i] == LETTERS - 1))
			return true; /* no plain letter: not in the table */
	}
	return names.beginnings[letters[0]][letters[1]] >> letters[2] & 1;
}

/* The languages that mail programs can be set to, and regions whose words
   differ from their language's own.  ICU knows more, but each costs time at
   start and brings words that mean something else elsewhere. */
static const char *const locales[] = {
	"en",    "de",    "fr",    "es",      "it",      "pt",    "nl",    "da",
	"sv",    "nb",    "fi",    "is",      "pl",      "cs",    "sk",    "hu",
	"ro",    "hr",    "sl",    "bs",      "sr",      "sq",    "mk",    "bg",
	"ru",    "uk",    "be",    "el",      "tr",      "et",    "lt",    "lv",
	"he",    "ar",    "fa",    "ur",      "zh",      "ja",    "ko",    "vi",
	"th",    "id",    "ms",    "fil",     "ca",      "eu",    "gl",    "af",
	"sw",    "az",    "kk",    "uz",      "ky",      "mn",    "hy",    "ka",
	"hi",    "bn",    "mr",    "ne",      "pa",      "gu",    "ta",    "te",
	"kn",    "ml",    "si",    "km",      "lo",      "my",    "am",    "en_GB",
	"en_AU", "en_CA", "de_AT", "fr_CA",   "es_MX",   "es_AR", "es_CO", "pt_PT",
	"ar_SY", "ar_MA", "ar_DZ", "zh_Hant", "sr_Latn", "cy",    "ga",    "mt",
	"fo",    "so",    "ps",
};

/* The months of other calendars. */
static const struct {
	const char *locale, *language;
	enum pw_calendar calendar;
} other_calendars[PW_CALENDARS] = {
	{ "fa@calendar=persian", "fa", PW_CALENDAR_PERSIAN },
	{ "ar@calendar=islamic-umalqura", "ar", PW_CALENDAR_HIJRI },
};

/* What Windows calls months of Hijra otherwise than ICU. */
static const struct {
	const char *word;
	uint8_t month;
} more_hijri[] = {
	{ "ربيع الثاني", 4 },
	{ "جمادى الثانية", 6 },
	{ "ذي القعدة", 11 },
	{ "ذي الحجة", 12 },
};

static int other_month(enum pw_calendar calendar, int month)
{
	return (int)calendar * OTHER_STEP + month;
}

static void add_other_calendars(void)
{
	static const UChar pattern[] = { 'y', 0 };
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(other_calendars); i++) {
		UErrorCode status = U_ZERO_ERROR;
		UDateFormat *format =
			udat_open(UDAT_PATTERN, UDAT_PATTERN, other_calendars[i].locale,
				  NULL, 0, pattern, 1, &status);

		if (U_FAILURE(status))
			continue;
		add_symbols(format, UDAT_MONTHS, other_calendars[i].language,
			    MEANS_OTHER_MONTH,
			    -other_month(other_calendars[i].calendar, 1));
		udat_close(format);
	}
	for (i = 0; i < PW_ARRAY_LEN(more_hijri); i++)
		add_row(more_hijri[i].word, strlen(more_hijri[i].word), "ar",
			MEANS_OTHER_MONTH,
			other_month(PW_CALENDAR_HIJRI, more_hijri[i].month));
}

static void build(void)
{
	char language[ULOC_LANG_CAPACITY];
	UErrorCode status;
	size_t k;

	names.arena = pw_arena_new(NAMES_BYTES_MAX);
	for (k = 0; k < PW_ARRAY_LEN(locales); k++) {
		status = U_ZERO_ERROR;
		uloc_getLanguage(locales[k], language, sizeof(language), &status);
		if (U_SUCCESS(status))
			add_locale(locales[k], language);
	}
	add_other_calendars();
	for (k = 0; k < PW_ARRAY_LEN(more_halves); k++)
		add_row(more_halves[k].word, strlen(more_halves[k].word), "zh",
			MEANS_HALF, more_halves[k].half);
	for (k = 0; k < PW_ARRAY_LEN(more_months); k++)
		add_row(more_months[k].word, strlen(more_months[k].word),
			more_months[k].language, MEANS_MONTH, more_months[k].month);
	if (names.n)
		qsort(names.rows, names.n, sizeof(*names.rows), by_key);
	drop_duplicates();
	for (k = 0; k < names.n; k++)
		add_beginnings(names.rows[k].key);
}

void pw_date_names_init(void)
{
	call_once(&names_once, build);
}

static size_t first_row(const char *key)
{
	size_t low = 0, high = names.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(names.rows[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct pw_date_name pw_date_name_find(const char *word, size_t len)
{
	struct pw_date_name found = { 0 };
	char key[PW_KEY_MAX];
	size_t i;

	pw_date_names_init();
	if (!pw_key(key, word, len, PW_KEY_NO_BLANKS))
		return found;
	i = first_row(key);
	found.index = (uint16_t)i;
	for (; i < names.n && strcmp(names.rows[i].key, key) == 0; i++, found.n_rows++) {
		const struct row *row = &names.rows[i];

		if (row->meaning == MEANS_MONTH)
			found.months |= (uint16_t)(1u << row->value);
		else if (row->meaning == MEANS_WEEKDAY)
			found.weekdays |= (uint8_t)(1u << row->value);
		else if (row->meaning == MEANS_OTHER_MONTH)
			found.other_months[row->value / OTHER_STEP] |=
				(uint16_t)(1u << row->value % OTHER_STEP);
		else
			found.halves |= (uint8_t)(1u << row->value);
	}
	return found;
}

int pw_date_name_month(const struct pw_date_name *name, const char *locale)
{
	size_t i, len;

	if (!locale)
		return 0;
	len = strcspn(locale, "-_");
	for (i = name->index; i < (size_t)name->index + name->n_rows; i++)
		if (names.rows[i].meaning == MEANS_MONTH &&
		    strlen(names.rows[i].language) == len &&
		    strncmp(names.rows[i].language, locale, len) == 0)
			return names.rows[i].value;
	return 0;
}
