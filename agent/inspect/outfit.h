/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outfit.h - what an inspector is started with: rules, known contracts, who we
 * are.  All that start between two changes get the same bytes.
 */
#ifndef PW_INSPECT_OUTFIT_H
#define PW_INSPECT_OUTFIT_H

#include "agent/base/buf.h"
#include "agent/inspect/pool.h"

struct pw_outfit {
	int bundle_fd, known_fd; /* sealed memory; owned, -1: not yet loaded */
	struct pw_buf hello;     /* JSON of the first frame, at most 128 KB */
};

void pw_outfit_init(struct pw_outfit *outfit);
void pw_outfit_done(struct pw_outfit *outfit);
/* Replace what it holds; on failure that stays.  PW_ELIMIT: too many domains and
   names of our company.  memory_bytes: what each inspector may use. */
int pw_outfit_load(struct pw_outfit *outfit, const struct pw_pool_setup *setup,
		   size_t memory_bytes, struct pw_err *err) PW_MUST_CHECK;

#endif
