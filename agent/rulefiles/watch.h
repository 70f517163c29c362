/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.h - wait until somebody saves a rule file.
 *
 * Editors write in place, or write another file and rename it over the old
 * one, in several steps: a change is told once they have come to rest.
 */
#ifndef PW_RULEFILES_WATCH_H
#define PW_RULEFILES_WATCH_H

#include <signal.h>

#include "agent/base/err.h"

struct pw_rulewatch;

/* Folders and files as for pw_rulefiles_read(), borrowed until
   pw_rulewatch_free(); they need not exist yet.  PW_EIO where the system has no
   inotify left. */
int pw_rulewatch_new(struct pw_rulewatch **ret, const char *const *folders, size_t n,
		     struct pw_err *err) PW_MUST_CHECK;
void pw_rulewatch_free(struct pw_rulewatch *watch);
PW_DEFINE_FREEP(struct pw_rulewatch, pw_rulewatch_free)

/* Wait for a change since the last call (or since the start): of a rule file, or
   of a mail beside one.  1: the name of what was saved last is in *ret_name
   (borrowed until the next call; NULL: not known); 0: a signal came that mask
   lets through; -1: PW_EIO. */
int pw_rulewatch_wait(struct pw_rulewatch *watch, const sigset_t *mask,
		      const char **ret_name, struct pw_err *err) PW_MUST_CHECK;

#endif
