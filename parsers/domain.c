/* SPDX-License-Identifier: Apache-2.0 */
/* domain.c - see domain.h.  ASCII without "xn--", the common case, never
   reaches ICU. */
#include "parsers/domain.h"

#include <threads.h>
#include <unicode/uidna.h>

/* Owned by the process and never freed; NULL where ICU has no data for it. */
static UIDNA *idna;
static once_flag idna_once = ONCE_FLAG_INIT;

/* Without the rules of STD 3 it would write a fullwidth "<" or "@", or an iota
   with its space, as the plain sign: a domain that ends an address. */
static void open_idna(void)
{
	UErrorCode status = U_ZERO_ERROR;

	idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_USE_STD3_RULES,
			       &status);
	if (U_FAILURE(status))
		idna = NULL;
}

void pw_domain_init(void)
{
	call_once(&idna_once, open_idna);
}

static size_t lower(char out[PW_DOMAIN_MAX + 1], struct pw_bytes domain)
{
	size_t i;

	for (i = 0; i < domain.len && i < PW_DOMAIN_MAX; i++)
		out[i] = domain.data[i] >= 'A' && domain.data[i] <= 'Z'
				 ? (char)(domain.data[i] + 32)
				 : domain.data[i];
	out[i] = '\0';
	return i;
}

static bool is_simple(const char *domain, size_t len)
{
	return pw_bytes_is_ascii((struct pw_bytes){ domain, len }) &&
	       !strstr(domain, "xn--");
}

size_t pw_domain_normal(char out[PW_DOMAIN_MAX + 1], struct pw_bytes domain)
{
	UErrorCode status = U_ZERO_ERROR;
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	char ascii[PW_DOMAIN_MAX + 1];
	size_t len = lower(out, domain);
	int32_t n;

	if (len < domain.len || is_simple(out, len))
		return len;
	pw_domain_init();
	if (!idna)
		return len;
	n = uidna_nameToASCII_UTF8(idna, out, (int32_t)len, ascii, sizeof ascii, &info,
				   &status);
	if (U_FAILURE(status) || info.errors || n <= 0 || n > PW_DOMAIN_MAX)
		return len;
	memcpy(out, ascii, (size_t)n);
	out[n] = '\0';
	return (size_t)n;
}

/* The host in a web address, or the domain of a mail address. */
static struct pw_bytes host_of(const char *url)
{
	const char *start = strstr(url, "://"), *sign;
	size_t len, port;

	start = start ? start + 3 : url;
	len = strcspn(start, "/?#");
	sign = memrchr(start, '@', len);
	if (sign) {
		len -= (size_t)(sign + 1 - start);
		start = sign + 1;
	} else if (start == url) {
		len = 0; /* neither */
	}
	port = strcspn(start, ":");
	return (struct pw_bytes){ start, port < len ? port : len };
}

const char *pw_url_normal(struct pw_arena *arena, const char *url)
{
	struct pw_bytes host = host_of(url);
	char form[PW_DOMAIN_MAX + 1], *out;
	size_t before = (size_t)(host.data - url), len, after;

	len = pw_domain_normal(form, host);
	if (!host.len || host.len > PW_DOMAIN_MAX ||
	    (len == host.len && memcmp(form, host.data, len) == 0))
		return url;
	after = strlen(host.data + host.len);
	out = pw_arena_alloc(arena, before + len + after + 1, 1);
	if (!out)
		return NULL;
	memcpy(out, url, before);
	memcpy(out + before, form, len);
	memcpy(out + before + len, host.data + host.len, after);
	return out;
}
