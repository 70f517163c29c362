/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.h - rule files as bytes: one snapshot that all processes share.
 *
 * The agent reads the rule folders once into a bundle (agent/rulefiles/), and
 * hands the same bytes to every inspector, so that all judge by one version.
 */
#ifndef PW_RULES_BUNDLE_H
#define PW_RULES_BUNDLE_H

#include <stddef.h>

#include "agent/base/err.h"

struct pw_rule_source {
	const char *path; /* as shown in messages */
	const char *data; /* NUL-terminated */
	size_t len;
	int folder; /* later folders override earlier ones by name */
};

struct pw_bundle {
	struct pw_rule_source *files; /* by folder, then name */
	size_t n_files;
	char hash[65]; /* SHA-256 over paths and contents, hex */
	void *memory;  /* what files point into; owned */
	/* What the search engine made of these rules before, for a quicker start
	   (pw_ruleset_save()); NULL: nothing.  Owned; no part of the hash. */
	void *saved;
	size_t saved_len;
};

/* Replace bundle->saved by a copy of these bytes. */
void pw_bundle_save(struct pw_bundle *bundle, const void *bytes, size_t len);

/* Copy files into a bundle and hash it; owned by the caller. */
struct pw_bundle *pw_bundle_new(const struct pw_rule_source *files, size_t n);

/* One flat block of bytes for a memfd, and back.  pack: *ret owned by the
   caller (free()).  unpack copies. */
int pw_bundle_pack(const struct pw_bundle *bundle, void **ret, size_t *ret_len,
		   struct pw_err *err) PW_MUST_CHECK;
int pw_bundle_unpack(struct pw_bundle **ret, const void *bytes, size_t len,
		     struct pw_err *err) PW_MUST_CHECK;
void pw_bundle_free(struct pw_bundle *bundle);
PW_DEFINE_FREEP(struct pw_bundle, pw_bundle_free)

#endif
