/* SPDX-License-Identifier: Apache-2.0 */
#include "parsers/bytes.h"

#include <stdint.h>
#include <strings.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct pw_bytes pw_bytes_trim(struct pw_bytes bytes)
{
	while (bytes.len && is_blank(bytes.data[0])) {
		bytes.data++;
		bytes.len--;
	}
	while (bytes.len && is_blank(bytes.data[bytes.len - 1]))
		bytes.len--;
	return bytes;
}

bool pw_bytes_line(struct pw_bytes *rest, struct pw_bytes *ret)
{
	const char *end;
	size_t taken;

	if (!rest->len)
		return false;
	end = memchr(rest->data, '\n', rest->len);
	ret->data = rest->data;
	ret->len = end ? (size_t)(end - rest->data) : rest->len;
	taken = ret->len + (end ? 1 : 0);
	rest->data += taken;
	rest->len -= taken;
	while (ret->len && ret->data[ret->len - 1] == '\r')
		ret->len--;
	return true;
}

bool pw_bytes_ieq(struct pw_bytes bytes, const char *string)
{
	/* Most differ in their first letter. */
	if (bytes.len && (bytes.data[0] ^ string[0]) & ~0x20)
		return false;
	return strlen(string) == bytes.len &&
	       (!bytes.len || strncasecmp(bytes.data, string, bytes.len) == 0);
}

size_t pw_bytes_ascii_run(struct pw_bytes bytes)
{
	size_t i = 0;
	uint64_t word;

	for (; i + sizeof word <= bytes.len; i += sizeof word) {
		memcpy(&word, bytes.data + i, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < bytes.len && !(bytes.data[i] & 0x80))
		i++;
	return i;
}

bool pw_bytes_is_ascii(struct pw_bytes bytes)
{
	return pw_bytes_ascii_run(bytes) == bytes.len;
}
