/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_near.c - identifiers that differ from ours by one slip of a finger.
 *
 * All strings one edit away are tried by arithmetic on the hash: replacing,
 * dropping, adding or swapping characters costs one multiplication each, and
 * the image's filter answers nearly all of them at once.
 */
#include <string.h>

#include "agent/base/str.h"
#include "rules/match/match_parts.h"

/* Every character that a skeleton can hold. */
static const char alphabet[] = "0123456789ACDEFGHJKMNPQRTUVWXYZ";

struct near {
	const struct pw_known *known;
	const struct pw_match_span *span;
	char skeleton[PW_IDENTIFIER_MAX + 1];
	size_t len;
	uint64_t prefix[PW_IDENTIFIER_MAX + 2]; /* hash of the first n characters */
	uint64_t power[PW_IDENTIFIER_MAX + 2];  /* PW_HASH_FACTOR to the n */
	struct pw_known_contract found;
	const char *why;
};

/* The hash of what follows the first n characters. */
static uint64_t suffix(const struct near *n, size_t at)
{
	return n->prefix[n->len] - n->prefix[at] * n->power[n->len - at];
}

/* Is there one of ours with this hash, and is it really near? */
static bool is_ours(struct near *n, uint64_t hash)
{
	struct pw_known_cursor cursor = { 0 };
	while (pw_known_identifier_next(n->known, pw_hash_mix(hash), &cursor,
					&n->found)) {
		char ours[PW_IDENTIFIER_MAX + 1];
		size_t len = pw_identifier_normalise(n->found.identifier,
						     strlen(n->found.identifier), ours,
						     sizeof(ours));
		if (strcmp(ours, n->span->normal) == 0)
			continue; /* exact, but refused for want of a label */
		for (size_t i = 0; i < len; i++)
			ours[i] = pw_unit_skeleton(ours[i]);
		size_t distance = pw_str_distance(ours, n->skeleton, 2);
		if (distance > 1)
			continue;
		n->why = distance == 0 ? "characters that look alike"
				       : "one character off";
		return true;
	}
	return false;
}

static bool try_replaced(struct near *n, size_t at)
{
	uint64_t base = n->prefix[at] * PW_HASH_FACTOR;
	for (const char *c = alphabet; *c; c++)
		if (*c != n->skeleton[at] &&
		    is_ours(n, (base + (unsigned char)*c) * n->power[n->len - at - 1] +
				       suffix(n, at + 1)))
			return true;
	return false;
}

static bool try_added(struct near *n, size_t at)
{
	uint64_t base = n->prefix[at] * PW_HASH_FACTOR;
	for (const char *c = alphabet; *c; c++)
		if (is_ours(n, (base + (unsigned char)*c) * n->power[n->len - at] +
				       suffix(n, at)))
			return true;
	return false;
}

static bool try_dropped(struct near *n, size_t at)
{
	return is_ours(n, n->prefix[at] * n->power[n->len - at - 1] + suffix(n, at + 1));
}

static bool try_swapped(struct near *n, size_t at)
{
	if (at + 1 >= n->len || n->skeleton[at] == n->skeleton[at + 1])
		return false;
	uint64_t hash = pw_hash_step(pw_hash_step(n->prefix[at], n->skeleton[at + 1]),
				     n->skeleton[at]);
	return is_ours(n, hash * n->power[n->len - at - 2] + suffix(n, at + 2));
}

static bool try_all(struct near *n)
{
	if (pw_known_has_length(n->known, n->len)) {
		if (is_ours(n, n->prefix[n->len]))
			return true;
		for (size_t at = 0; at < n->len; at++)
			if (try_replaced(n, at) || try_swapped(n, at))
				return true;
	}
	if (pw_known_has_length(n->known, n->len - 1))
		for (size_t at = 0; at < n->len; at++)
			if (try_dropped(n, at))
				return true;
	if (pw_known_has_length(n->known, n->len + 1))
		for (size_t at = 0; at <= n->len; at++)
			if (try_added(n, at))
				return true;
	return false;
}

bool pw_match_near(struct pw_match_run *run, const struct pw_match_span *span,
		   struct pw_known_contract *ret, const char **ret_why)
{
	struct near n = { .known = run->known, .span = span, .len = span->n_normal };
	n.power[0] = 1;
	for (size_t i = 0; i < n.len; i++) {
		n.skeleton[i] = pw_unit_skeleton(span->normal[i]);
		n.prefix[i + 1] = pw_hash_step(n.prefix[i], n.skeleton[i]);
	}
	for (size_t i = 0; i <= n.len; i++)
		n.power[i + 1] = n.power[i] * PW_HASH_FACTOR;
	if (!try_all(&n))
		return false;
	*ret = n.found;
	*ret_why = n.why;
	return true;
}
