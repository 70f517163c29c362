/* SPDX-License-Identifier: Apache-2.0 */
/* strmap.h - from strings to small numbers, while rules are being compiled. */
#ifndef PW_RULES_STRMAP_H
#define PW_RULES_STRMAP_H

#include <stddef.h>

struct pw_strmap {
	struct pw_strmap_slot {
		const char *key; /* borrowed */
		size_t value;
	} * slots;
	size_t n, n_slots;
};

void pw_strmap_init(struct pw_strmap *map);
void pw_strmap_done(struct pw_strmap *map);
/* The value of key; a new key gets `fresh` (which is then returned). */
size_t pw_strmap_put(struct pw_strmap *map, const char *key, size_t fresh);
/* (size_t)-1: not there. */
size_t pw_strmap_get(const struct pw_strmap *map, const char *key);

#endif
