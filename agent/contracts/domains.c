/* SPDX-License-Identifier: Apache-2.0 */
/*
 * domains.c - the mail domains of a customer.
 *
 * A domain that many companies share would make strangers' mails this
 * customer's, so public mail providers and public suffixes are refused.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/contracts/note.h"
#include "parsers/domain.h"

/* "yahoo." means every yahoo.TLD. */
static const char *const public_domains[] = {
	"gmail.com",      "googlemail.com", "outlook.",    "hotmail.",
	"live.",          "msn.com",        "yahoo.",      "ymail.com",
	"rocketmail.com", "aol.com",        "aim.com",     "icloud.com",
	"me.com",         "mac.com",        "proton.me",   "protonmail.com",
	"protonmail.ch",  "pm.me",          "gmx.",        "web.de",
	"t-online.de",    "freenet.de",     "mail.de",     "posteo.de",
	"mailbox.org",    "tutanota.com",   "tuta.io",     "zoho.com",
	"fastmail.com",   "hey.com",        "mail.com",    "email.com",
	"yandex.ru",      "yandex.com",     "mail.ru",     "bk.ru",
	"qq.com",         "163.com",        "126.com",     "sina.com",
	"foxmail.com",    "naver.com",      "hanmail.net", "daum.net",
	"orange.fr",      "wanadoo.fr",     "free.fr",     "laposte.net",
	"sfr.fr",         "libero.it",      "virgilio.it", "alice.it",
	"tiscali.it",     "terra.com.br",   "uol.com.br",  "bol.com.br",
	"comcast.net",    "verizon.net",    "att.net",     "sbcglobal.net",
	"bellsouth.net",  "cox.net",        "charter.net", "btinternet.com",
	"sky.com",        "talktalk.net",   "bigpond.com", "optusnet.com.au",
	"rediffmail.com", "seznam.cz",      "wp.pl",       "o2.pl",
	"onet.pl",        "ziggo.nl",       "kpnmail.nl",  "telenet.be",
	"skynet.be",      "bluewin.ch",     "rogers.com",  "sympatico.ca",
	"shaw.ca",        "docomo.ne.jp",   "ezweb.ne.jp",
};

/* Suffixes under which anybody registers; those without a dot are refused anyway. */
static const char *const second_levels[] = { "co",  "com", "org", "net", "gov",
					     "edu", "ac",  "or",  "ne",  "go" };

/* Is it the domain of a public mail provider, or of everybody (co.uk)? */
static bool is_public(const char *domain)
{
	const char *dot = strchr(domain, '.');
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(public_domains); i++) {
		const char *known = public_domains[i];
		size_t len = strlen(known);

		if (known[len - 1] == '.'
			    ? pw_starts_with_i(domain, known) && strlen(domain + len) <= 6
			    : pw_strieq(domain, known))
			return true;
	}
	if (!dot || strlen(dot + 1) != 2)
		return false;
	for (i = 0; i < PW_ARRAY_LEN(second_levels); i++)
		if (strlen(second_levels[i]) == (size_t)(dot - domain) &&
		    !strncasecmp(domain, second_levels[i], (size_t)(dot - domain)))
			return true;
	return false;
}

/* Cut a web address or mail address down to its domain, in place. */
static char *strip(char *text)
{
	char *at = strstr(text, "://");

	if (at)
		text = at + 3;
	at = strrchr(text, '@');
	if (at)
		text = at + 1;
	text[strcspn(text, "/?#:")] = '\0';
	if (!strncasecmp(text, "www.", 4) && strchr(text + 4, '.'))
		text += 4;
	while (*text && text[strlen(text) - 1] == '.')
		text[strlen(text) - 1] = '\0';
	return text;
}

/* Letters of any script, digits, hyphens; at least one dot; no empty label. */
static bool is_domain(const char *text)
{
	const char *at;

	if (!strchr(text, '.') || text[0] == '.' || strstr(text, ".."))
		return false;
	for (at = text; *at; at++)
		if (!isalnum((unsigned char)*at) && *at != '-' && *at != '.' &&
		    (unsigned char)*at < 0x80)
			return false;
	return true;
}

static void add_domain(struct pw_buf *list, char *text, struct pw_note *note)
{
	char domain[PW_DOMAIN_MAX + 1];
	struct pw_bytes written = pw_bytes_of(strip(text));

	if (!written.len)
		return;
	pw_domain_normal(domain, written);
	if (written.len > PW_DOMAIN_MAX || !is_domain(domain))
		pw_note(note, PW_NOTE_ERROR, domain, "is no mail domain");
	else if (is_public(domain))
		pw_note(note, PW_NOTE_ERROR, domain,
			"is shared by many: everybody there would count as this "
			"customer");
	else
		pw_buf_addf(list, "%s%s", list->len ? ";" : "", domain);
}

const char *pw_value_domains(struct pw_arena *arena, const char *text,
			     struct pw_note *note)
{
	PW_CLEANUP(pw_buf_done) struct pw_buf list = { 0 };
	const char *at = text;

	pw_buf_init(&list, 64 << 10);
	while (*at) {
		size_t len = strcspn(at, "; ,|\n\r\t");
		PW_CLEANUP(pw_freep) char *part = pw_strndup(at, len);

		add_domain(&list, part, note);
		at += len + (at[len] != '\0');
	}
	return list.len ? pw_arena_strdup(arena, list.data) : NULL;
}
