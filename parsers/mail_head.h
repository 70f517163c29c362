/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_head.h - the exact header of a mail as a layer.
 */
#ifndef PW_PARSERS_MAIL_HEAD_H
#define PW_PARSERS_MAIL_HEAD_H

#include "parsers/mail.h"
#include "parsers/mime.h"

/* Fill in what the fields of an entity say.  False when the arena is
   exhausted. */
bool pw_mail_head(struct pw_arena *arena, const struct pw_part *entity,
		  struct pw_layer *layer);

#endif
