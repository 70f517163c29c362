/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rulefiles.h - the rule folders of the disk, read once into a bundle.
 */
#ifndef PW_RULEFILES_H
#define PW_RULEFILES_H

#include <stddef.h>

#include "rules/engine/bundle.h"

/* Read every .yaml file of the folders and their sub-folders, in the order of the
   folders, then by path.  A path that is a file is read alone.  Hidden files
   are passed over.  PW_EINPUT where a folder cannot be read or nothing is
   found in any; at most 2,000 files of 16 MB.  *ret owned by the caller. */
int pw_rulefiles_read(struct pw_bundle **ret, const char *const *folders, size_t n,
		      struct pw_err *err) PW_MUST_CHECK;

/* Changes whenever a file below the folders is added, removed or written
   (names, sizes and times of modification); 0 where nothing can be read. */
unsigned long long pw_rulefiles_stamp(const char *const *folders, size_t n);

#endif
