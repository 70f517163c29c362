/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rulefile.h - rule files put together: sections, entries, later folders over earlier.
 */
#ifndef PW_RULES_RULEFILE_H
#define PW_RULES_RULEFILE_H

#include "rules/engine/bundle.h"
#include "rules/engine/strmap.h"
#include "rules/engine/yaml.h"

enum pw_section {
	PW_SECTION_RIVALS,
	PW_SECTION_VENDORS,
	PW_SECTION_SIGNALS,
	PW_SECTION_EXCLUSIONS,
	PW_SECTION_CONDITIONS,
	PW_SECTION_THRESHOLDS, /* its entries are single values */
	PW_N_SECTIONS
};
extern const char *const pw_section_names[PW_N_SECTIONS];

/* One definition, all folders put together. */
struct pw_entry {
	const char *name;
	const struct pw_node *key;  /* where it was defined first */
	const struct pw_node *last; /* where a folder spoke of it last */
	const struct pw_node *node; /* a map whose values may come from several files, or
				       (thresholds) the value */
	int folder;                 /* that spoke last */
	bool is_off;
};

struct pw_entries {
	struct pw_entry *items;
	size_t n, cap;
	struct pw_strmap names;
};

struct pw_rulefiles {
	struct pw_arena *arena;
	struct pw_yaml **files;
	size_t n_files;
	struct pw_entries sections[PW_N_SECTIONS];
	/* Lists that add up over all files. */
	const struct pw_node **freemail, **introductions, **nobody, **tests;
	size_t n_freemail, n_introductions, n_nobody, n_tests;
	size_t cap_freemail, cap_introductions, cap_nobody, cap_tests;
	struct pw_diags *diags;
};

/* Read and put together; every mistake goes to diags, what could be read is
   in *ret (owned by the caller), so that later checks find more at once. */
struct pw_rulefiles *pw_rulefiles_new(const struct pw_bundle *bundle,
				      struct pw_diags *diags);
void pw_rulefiles_free(struct pw_rulefiles *files);
PW_DEFINE_FREEP(struct pw_rulefiles, pw_rulefiles_free)

/* Entry by name, NULL: none. */
const struct pw_entry *pw_rulefiles_entry(const struct pw_rulefiles *files,
					  enum pw_section section, const char *name);

#endif
