/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compiled.h - rules compiled, with what earlier starts can save the next ones.
 *
 * Vectorscan's databases are compiled once, by the agent's process, and go to
 * the inspectors in the sealed memory that holds the rules.  The agent also
 * keeps them in a file between its runs, named by what they were made from: a
 * hash of the rule files and one of the strings looked for.
 *
 * Whoever could write that file could hand inspectors a database of his own,
 * and a database is not safe against that.  So it is only believed when it
 * and its folder belong to the user we run as and nobody else may write them:
 * he who can write it then could replace the rules, the store and the program's
 * memory as well.  Any other file is ignored, and replaced.
 */
#ifndef PW_RULEFILES_COMPILED_H
#define PW_RULEFILES_COMPILED_H

#include "rules/engine/ruleset.h"

/* Compile a bundle; folder: where databases are kept (made when it is missing),
   NULL: nowhere.  bundle->saved is set, so that inspectors need not compile.
   A folder that cannot be used costs time, no error.  Otherwise as
   pw_ruleset_new(). */
int pw_compiled_ruleset(struct pw_ruleset **ret, struct pw_bundle *bundle,
			const char *folder, struct pw_diags *diags,
			struct pw_err *err) PW_MUST_CHECK;

/* The folder that belongs to a store: beside it.  Owned by the caller. */
char *pw_compiled_folder(const char *store);

#endif
