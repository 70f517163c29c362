/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notesblock.h - the headers that Lotus Notes prints without labels before
 * sender and date.
 *
 * Inside the unwrapping code only.
 */
#ifndef PW_PARSERS_NOTESBLOCK_H
#define PW_PARSERS_NOTESBLOCK_H

#include "parsers/headerblock.h"

/* Does such a block begin at line i?  Two layouts are known: sender and date
   in a left column beside "To:", "cc:", "Subject:" in a right one; and sender,
   date, then each label on a line of its own above its value. */
bool pw_notesblock_read(struct pw_arena *arena, const struct pw_body *body, size_t i,
			struct pw_headerblock *ret);

#endif
