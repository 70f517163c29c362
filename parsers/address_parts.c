/* SPDX-License-Identifier: Apache-2.0 */
/* address_parts.c - see address_parts.h. */
#include "parsers/address_parts.h"

#include <ctype.h>

#include "agent/base/str.h"
#include "parsers/domain.h"
#include "parsers/key.h"

static bool is_local_char(unsigned char c)
{
	return c > ' ' && c != 0x7F && !strchr("<>()[],;:\"\\@", c);
}

static bool is_domain(const char *text, size_t len)
{
	size_t i;
	bool has_dot = false;

	if (!len || len > PW_DOMAIN_MAX || strchr(".-", text[0]) ||
	    strchr(".-", text[len - 1]))
		return false;
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		has_dot |= c == '.';
		if (c == '.' && text[i - 1] == '.')
			return false;
		if (c < 0x80 && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= 'a' && c <= 'z') && c != '-' && c != '.' && c != '_')
			return false;
	}
	return has_dot || (len == 9 && strncasecmp(text, "localhost", 9) == 0);
}

bool pw_is_address(const char *text, size_t len)
{
	const char *sign = memrchr(text, '@', len);
	const char *p;

	if (!sign || sign == text || sign - text > PW_LOCAL_PART_MAX)
		return false;
	for (p = text; p < sign; p++)
		if (!is_local_char((unsigned char)*p))
			return false;
	/* "Jane Roe/Sales/ACME@ACME" of Lotus Notes has no dot and is no address. */
	return is_domain(sign + 1, (size_t)(text + len - sign - 1));
}

/* A copy with the domain in its one form. */
static const char *copy_address(struct pw_arena *arena, const char *text, size_t len)
{
	const char *sign = memrchr(text, '@', len);
	size_t local = (size_t)(sign + 1 - text), n;
	char domain[PW_DOMAIN_MAX + 1], *copy;

	n = pw_domain_normal(domain, (struct pw_bytes){ sign + 1, len - local });
	copy = pw_arena_alloc(arena, local + n + 1, 1);
	if (!copy)
		return NULL;
	memcpy(copy, text, local);
	memcpy(copy + local, domain, n);
	return copy;
}

static const char *address_prefix(const char *text, size_t *len)
{
	static const char *const prefixes[] = { "mailto:", "smtp:", "mail:", "email:" };
	size_t i, n;

	for (i = 0; i < PW_ARRAY_LEN(prefixes); i++) {
		n = strlen(prefixes[i]);
		if (*len > n && strncasecmp(text, prefixes[i], n) == 0) {
			*len -= n;
			return text + n;
		}
	}
	return text;
}

static bool is_name_sign(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80);
}

/* "o'neil@host": an apostrophe inside the local part is its own. */
static bool is_apostrophe(const char *text, size_t len, size_t i)
{
	return text[i] == '\'' && i > 0 && i + 1 < len && is_name_sign(text[i - 1]) &&
	       is_name_sign(text[i + 1]) && !memchr(text, '@', i);
}

/* The address in text[0, len) without blanks (a client may have wrapped it),
   quotes, "mailto:" and a query; NULL when there is none. */
const char *pw_address_in(struct pw_arena *arena, const char *text, size_t len)
{
	char *packed;
	size_t i, n = 0, start = 0;

	if (len > PW_LOCAL_PART_MAX + PW_DOMAIN_MAX || !memchr(text, '@', len))
		return NULL;
	packed = pw_arena_alloc(arena, len + 1, 1);
	if (!packed)
		return NULL;
	for (i = 0; i < len; i++)
		if (!strchr(" \t\n\"'<>", text[i]) || is_apostrophe(text, len, i))
			packed[n++] = text[i];
	text = address_prefix(packed, &n);
	start = (size_t)(text - packed);
	packed[start + n] = '\0';
	n = strcspn(text, "?");
	while (n && strchr(".,;:", text[n - 1]))
		n--;
	return pw_is_address(text, n) ? copy_address(arena, text, n) : NULL;
}

/* ---- names ---- */

static const char *const name_quotes[][2] = {
	{ "\"", "\"" }, { "'", "'" }, { "«", "»" }, { "“", "”" }, { "„", "“" },
	{ "‘", "’" },   { "„", "”" }, { "*", "*" }, { "`", "'" }, { "「", "」" },
};

static void trim(const char **text, size_t *len)
{
	uint32_t cp;
	size_t step;

	while (*len && (step = pw_utf8_next(*text, *len, &cp)) &&
	       (pw_cp_is_blank(cp) || strchr(",;", (int)(cp < 0x80 ? cp : 'x')))) {
		*text += step;
		*len -= step;
	}
	while (*len && strchr(" \t,;", (*text)[*len - 1]))
		(*len)--;
	while (*len >= 2 && memcmp(*text + *len - 2, "\xC2\xA0", 2) == 0)
		*len -= 2;
}

static bool unquote(const char **text, size_t *len)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(name_quotes); i++) {
		size_t open = strlen(name_quotes[i][0]);
		size_t shut = strlen(name_quotes[i][1]);

		if (*len < open + shut || memcmp(*text, name_quotes[i][0], open) != 0 ||
		    memcmp(*text + *len - shut, name_quotes[i][1], shut) != 0)
			continue;
		*text += open;
		*len -= open + shut;
		trim(text, len);
		return true;
	}
	return false;
}

/* "[Jane Roe](mailto:jane@host)": Windows Mail prints links so in plain text. */
static void unwrap_link_text(const char **text, size_t *len)
{
	if (*len < 3 || **text != '[' || (*text)[*len - 1] != ']' ||
	    memchr(*text + 1, '[', *len - 1) || memchr(*text, ']', *len - 1))
		return;
	++*text;
	*len -= 2;
	trim(text, len);
}

/* "CN=Jane Roe/OU=Sales/O=ACME", "Jane Roe/Sales/ACME@ACME": Lotus Notes. */
static void unwrap_notes_name(const char **text, size_t *len)
{
	const char *slash = memchr(*text, '/', *len);
	bool canonical = *len > 3 && strncasecmp(*text, "CN=", 3) == 0;

	if (!slash || (!canonical && !memchr(slash, '@', *len - (size_t)(slash - *text))))
		return;
	*len = (size_t)(slash - *text);
	if (canonical) {
		*text += 3;
		*len -= 3;
	}
}

/* The name as a person reads it; NULL when nothing is left or it only
   repeats the address. */
const char *pw_name_clean(struct pw_arena *arena, const char *text, size_t len,
			  const char *address)
{
	char *name;
	size_t i, n = 0;

	trim(&text, &len);
	while (unquote(&text, &len))
		;
	while (len > 2 && text[len - 2] == ' ' && strchr("-|:", text[len - 1])) {
		len--; /* "Jane Roe - jane@acme.example" */
		trim(&text, &len);
	}
	unwrap_link_text(&text, &len);
	unwrap_notes_name(&text, &len);
	if (!len ||
	    (address && strlen(address) == len && strncasecmp(text, address, len) == 0))
		return NULL;
	name = pw_arena_alloc(arena, len + 1, 1);
	for (i = 0; name && i < len; i++) {
		char c = text[i] == '\t' || text[i] == '\n' ? ' ' : text[i];

		if (c != ' ' || (n && name[n - 1] != ' '))
			name[n++] = c;
	}
	return n ? name : NULL;
}
