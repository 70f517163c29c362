/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/crypto/hash.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define DIGEST_BYTES 32

/* Fields that servers on the way put on top.  Authentication results and
   filters' verdicts differ between two deliveries of one mail as well. */
static const char *const trace_fields[] = {
	"Received",
	"Return-Path",
	"Delivered-To",
	"X-Original-To",
	"Envelope-To",
	"Delivery-Date",
	"X-Delivered-To",
	"Received-SPF",
	"Authentication-Results",
	"ARC-Seal",
	"ARC-Message-Signature",
	"ARC-Authentication-Results",
	"X-Received",
	"X-Google-Smtp-Source",
	"X-Gm-Message-State",
	"X-MS-Exchange-Organization-*",
	"X-MS-Exchange-CrossTenant-*",
	"X-MS-Exchange-Transport-*",
	"X-Spam-*",
	"X-Virus-*",
	"X-Sieve",
	"X-UID",
	"X-Keywords",
	"X-Status",
	"Status",
};

static void to_hex(const unsigned char *digest, char out[PW_HASH_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < DIGEST_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[2 * DIGEST_BYTES] = '\0';
}

int pw_sha256_hex(const void *bytes, size_t len, char out[PW_HASH_TEXT],
		  struct pw_err *err)
{
	unsigned char digest[DIGEST_BYTES];
	int r = gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, len, digest);

	if (r < 0)
		return pw_err_set(err, PW_EIO, "cannot hash: %s", gnutls_strerror(r));
	to_hex(digest, out);
	return 0;
}

static bool is_named(const char *line, size_t len, const char *field)
{
	size_t n = strlen(field);

	if (field[n - 1] == '*')
		return len >= n - 1 && strncasecmp(line, field, n - 1) == 0;
	return len > n && line[n] == ':' && strncasecmp(line, field, n) == 0;
}

static bool is_trace(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(trace_fields); i++)
		if (is_named(line, len, trace_fields[i]))
			return true;
	return false;
}

/* Hash one line with LF at its end; a CR before it does not count. */
static void add_line(gnutls_hash_hd_t hash, const char *line, size_t len, bool has_end)
{
	if (has_end && len > 0 && line[len - 1] == '\r')
		len--;
	gnutls_hash(hash, line, len);
	if (has_end)
		gnutls_hash(hash, "\n", 1);
}

static void add_message(gnutls_hash_hd_t hash, const char *at, const char *end)
{
	bool is_header = true, is_skipped = false;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((stop ? stop : end) - at);

		if (is_header && (n == 0 || (n == 1 && *at == '\r')))
			is_header = is_skipped = false;
		if (is_header && *at != ' ' && *at != '\t')
			is_skipped = is_trace(at, n);
		if (!is_skipped)
			add_line(hash, at, n, stop != NULL);
		at = stop ? stop + 1 : end;
	}
}

int pw_message_hash(const void *raw, size_t len, char out[PW_HASH_TEXT],
		    struct pw_err *err)
{
	unsigned char digest[DIGEST_BYTES];
	gnutls_hash_hd_t hash;
	int r = gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);

	if (r < 0)
		return pw_err_set(err, PW_EIO, "cannot hash: %s", gnutls_strerror(r));
	add_message(hash, raw, (const char *)raw + len);
	gnutls_hash_deinit(hash, digest);
	to_hex(digest, out);
	return 0;
}
