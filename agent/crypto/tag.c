/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/crypto/tag.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#define KEY_BYTES   32
#define MAC_BYTES   32
#define MAC_SHOWN   20 /* bytes of the MAC in the id: 160 bits */
#define UNIQUE_MAX  64
#define ID_PREFIX   "pw."
#define ID_ALPHABET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

static void put_hex(const unsigned char *bytes, size_t n, char *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

int pw_tag_key_new(char out[PW_TAG_KEY_HEX], struct pw_err *err)
{
	unsigned char key[KEY_BYTES];
	int r = gnutls_rnd(GNUTLS_RND_KEY, key, sizeof key);

	if (r < 0)
		return pw_err_set(err, PW_EIO, "no random numbers: %s",
				  gnutls_strerror(r));
	put_hex(key, sizeof key, out);
	gnutls_memset(key, 0, sizeof key);
	return 0;
}

/* MAC over "unique@domain", as hex. */
static int make_mac(const char *key, const char *unique, size_t unique_len,
		    const char *domain, char out[2 * MAC_SHOWN + 1])
{
	unsigned char mac[MAC_BYTES];
	char text[PW_TAG_MAX];
	int len = snprintf(text, sizeof text, "%.*s@%s", (int)unique_len, unique, domain);

	if (len < 0 || (size_t)len >= sizeof text ||
	    gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, strlen(key), text, (size_t)len,
			     mac) < 0)
		return -1;
	put_hex(mac, MAC_SHOWN, out);
	return 0;
}

int pw_tag_make(const char *key, const char *unique, const char *domain,
		char out[PW_TAG_MAX], struct pw_err *err)
{
	char mac[2 * MAC_SHOWN + 1], id[PW_TAG_MAX];
	size_t unique_len = strlen(unique);
	int len;

	if (unique_len == 0 || unique_len > UNIQUE_MAX ||
	    strspn(unique, ID_ALPHABET) != unique_len)
		return pw_err_set(err, PW_EINPUT, "not a part of a Message-ID");
	if (make_mac(key, unique, unique_len, domain, mac) < 0)
		return pw_err_set(err, PW_EIO, "cannot make a Message-ID");
	len = snprintf(id, sizeof id, ID_PREFIX "%s.%s@%s", unique, mac, domain);
	if (len < 0 || (size_t)len >= sizeof id)
		return pw_err_set(err, PW_ELIMIT, "the domain is too long");
	memcpy(out, id, (size_t)len + 1);
	return 0;
}

bool pw_tag_check(const char *key, const char *message_id, size_t len)
{
	char id[PW_TAG_MAX], mac[2 * MAC_SHOWN + 1];
	const char *unique, *theirs, *domain;

	if (len >= 2 && message_id[0] == '<' && message_id[len - 1] == '>') {
		message_id++;
		len -= 2;
	}
	if (len >= sizeof id || memchr(message_id, '\0', len))
		return false;
	memcpy(id, message_id, len);
	id[len] = '\0';
	if (strncmp(id, ID_PREFIX, strlen(ID_PREFIX)) != 0)
		return false;
	unique = id + strlen(ID_PREFIX);
	theirs = strchr(unique, '.');
	domain = strchr(unique, '@');
	if (!theirs || !domain || theirs > domain ||
	    (size_t)(domain - theirs - 1) != (size_t)(2 * MAC_SHOWN))
		return false;
	if (make_mac(key, unique, (size_t)(theirs - unique), domain + 1, mac) < 0)
		return false;
	return gnutls_memcmp(mac, theirs + 1, (size_t)(2 * MAC_SHOWN)) == 0;
}

const char *pw_tag_find(const char *key, const char *bytes, size_t n, size_t *ret_len)
{
	const char *at = bytes, *end = bytes + n;

	while (at && (at = memmem(at, (size_t)(end - at), "<pw.", 4)) != NULL) {
		const char *stop = memchr(at, '>', (size_t)(end - at));
		size_t len = stop ? (size_t)(stop - at) + 1 : 0;

		if (stop && len < PW_TAG_MAX && pw_tag_check(key, at, len)) {
			*ret_len = len - 2;
			return at + 1;
		}
		at += 4;
	}
	return NULL;
}
