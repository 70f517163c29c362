/* SPDX-License-Identifier: Apache-2.0 */
/* folder_name.c - IMAP's own UTF-7 for folder names (RFC 3501 5.1.3). */
#include "agent/imap/internal.h"

#include <string.h>

#include "agent/base/str.h"

#define NAME_MAX_BYTES 4096

struct shifter {
	struct pw_buf *out;
	bool is_open;
	uint32_t bits;
	int n_bits;
};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+,";

static void add_unit(struct shifter *s, uint32_t unit)
{
	if (!s->is_open)
		pw_buf_addc(s->out, '&');
	s->is_open = true;
	s->bits = s->bits << 16 | unit;
	for (s->n_bits += 16; s->n_bits >= 6; s->n_bits -= 6)
		pw_buf_addc(s->out, alphabet[s->bits >> (s->n_bits - 6) & 63]);
}

static void close_shift(struct shifter *s)
{
	if (!s->is_open)
		return;
	if (s->n_bits)
		pw_buf_addc(s->out, alphabet[s->bits << (6 - s->n_bits) & 63]);
	pw_buf_addc(s->out, '-');
	s->is_open = false;
	s->bits = 0;
	s->n_bits = 0;
}

char *pw_imap_folder_name(const char *utf8)
{
	struct pw_buf out;
	struct shifter s = { .out = &out };
	size_t left = strlen(utf8), step;
	uint32_t cp;

	pw_buf_init(&out, NAME_MAX_BYTES);
	for (; left; utf8 += step, left -= step) {
		step = pw_utf8_next(utf8, left, &cp);
		if (cp >= 0x20 && cp < 0x7F) {
			close_shift(&s);
			pw_buf_addc(&out, (char)cp);
			if (cp == '&')
				pw_buf_addc(&out, '-');
		} else if (cp > 0xFFFF) {
			add_unit(&s, 0xD800 + ((cp - 0x10000) >> 10));
			add_unit(&s, 0xDC00 + ((cp - 0x10000) & 0x3FF));
		} else {
			add_unit(&s, cp);
		}
	}
	close_shift(&s);
	return pw_buf_take(&out);
}
