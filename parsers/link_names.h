/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_names.h - addresses that only the links of a body tell.
 *
 * Outlook prints persons as "<a href="mailto:jane@acme.example">Jane Roe</a>".
 */
#ifndef PW_PARSERS_LINK_NAMES_H
#define PW_PARSERS_LINK_NAMES_H

#include "parsers/body.h"
#include "parsers/mail.h"

/* Give the persons of a layer who have a name only the address of the link
   that shows this name. */
void pw_link_addresses(struct pw_arena *arena, const struct pw_bodies *bodies,
		       struct pw_layer *layer);

#endif
