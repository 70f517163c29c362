/* SPDX-License-Identifier: Apache-2.0 */
/* note.h - saying what is wrong with a cell (internal). */
#ifndef PW_CONTRACTS_NOTE_H
#define PW_CONTRACTS_NOTE_H

#include "agent/contracts/values.h"

/* "'cell' words"; an error is never replaced by a warning. */
void pw_note(struct pw_note *note, enum pw_note_level level, const char *cell,
	     const char *words);

#endif
