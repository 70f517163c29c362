/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known_image.h - how the image of known.h lies in memory.
 *
 * A header, then sections of fixed-size records; strings are offsets into
 * the section of strings, which ends with a NUL, so that every offset inside
 * it is a string.  Hash tables are arrays of slots that hold the number of
 * the newest record of their chain; a record's `next` is always an older one,
 * so no chain can loop.  Numbers are stored plus one; 0 is "none".
 */
#ifndef PW_RULES_KNOWN_IMAGE_H
#define PW_RULES_KNOWN_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/match/normalise.h"

#define PW_KNOWN_MAGIC      "PWKNOWN3"
#define PW_KNOWN_ENDIAN     0x01020304u
#define PW_KNOWN_NAME_WORDS 24 /* a longer name is compared by its first words only */

enum pw_known_section {
	PW_SECTION_STRINGS,
	PW_SECTION_CUSTOMERS,
	PW_SECTION_CONTRACTS,
	PW_SECTION_IDENTIFIERS,
	PW_SECTION_DOMAINS,
	PW_SECTION_NAMES,
	PW_SECTION_IDENTIFIER_SLOTS,
	PW_SECTION_DOMAIN_SLOTS,
	PW_SECTION_NAME_SLOTS,
	PW_SECTION_FILTER, /* one bit pattern an identifier: most look-ups end here */
	PW_SECTION_COUNT,
};

struct pw_image_header {
	char magic[8];
	uint32_t endian, version;
	uint64_t bytes; /* of the whole image */
	struct {
		uint64_t at, n; /* offset in bytes, number of records */
	} sections[PW_SECTION_COUNT];
	uint64_t identifier_lengths; /* bit n: there is one of n + 1 characters */
	uint64_t name_words;         /* words of the longest name */
};

struct pw_image_customer {
	uint32_t name;
	uint32_t contracts; /* the newest, plus one */
};

struct pw_image_contract {
	uint32_t contract_id, vendor, product; /* strings */
	uint32_t customer;                     /* its number, from 0 */
	int32_t end;                           /* pw_day */
	uint32_t next; /* an older one of the same customer, plus one */
};

/* An entry of any of the three tables: text is what is looked up. */
struct pw_image_entry {
	uint32_t hash;
	uint32_t text;  /* identifier as imported, domain, or name key */
	uint32_t owner; /* contract or customer, from 0 */
	uint32_t next;
};

/* A name key that stands for one word only, or needs more care. */
#define PW_NAME_IS_SHORT 0x80000000u /* in owner of names: one ordinary word */

/* The polynomial hash of an identifier's skeleton: changing, dropping or
   adding one character changes it by one multiplication. */
#define PW_HASH_FACTOR 0x9E3779B97F4A7C15ull
static inline uint64_t pw_hash_step(uint64_t hash, char c)
{
	return hash * PW_HASH_FACTOR + (uint64_t)(unsigned char)c;
}

/* Spread a polynomial hash over all bits. */
static inline uint64_t pw_hash_mix(uint64_t hash)
{
	hash ^= hash >> 32;
	hash *= 0xD6E8FEB86659FD93ull;
	hash ^= hash >> 29;
	hash *= 0xD6E8FEB86659FD93ull;
	return hash ^ (hash >> 32);
}

static inline uint64_t pw_hash_text(const char *text, size_t len)
{
	uint64_t hash = 0;
	for (size_t i = 0; i < len; i++)
		hash = pw_hash_step(hash, text[i]);
	return pw_hash_mix(hash);
}

/* Of a normalised identifier: look-alike characters give the same. */
static inline uint64_t pw_identifier_hash(const char *normal, size_t len)
{
	uint64_t hash = 0;
	for (size_t i = 0; i < len; i++)
		hash = pw_hash_step(hash, pw_unit_skeleton(normal[i]));
	return pw_hash_mix(hash);
}

/* The filter: each identifier sets two bits of one word. */
static inline uint64_t pw_filter_bits(uint64_t mixed)
{
	return (1ull << (mixed & 63)) | (1ull << ((mixed >> 6) & 63));
}
static inline size_t pw_filter_word(uint64_t mixed, uint64_t n_words)
{
	return (size_t)((mixed >> 12) & (n_words - 1));
}

#endif
