/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox_part.h - the mailbox inside an attribution line of any language.
 *
 * Inside the unwrapping code only.
 */
#ifndef PW_PARSERS_MAILBOX_PART_H
#define PW_PARSERS_MAILBOX_PART_H

#include <stdbool.h>

#include "parsers/bytes.h"

/* "sent by jane@acme.example to the following": a sentence goes on behind the
   address, a mailbox does not. */
bool pw_mailbox_goes_on(const char *text, size_t len);

/* "Wiadomość napisana przez Jane Roe <...> w dniu": with the address in
   brackets the name stands right before them, and in a language of which we
   know no verb it begins behind the last word that cannot be of it. */
struct pw_bytes pw_mailbox_part(struct pw_bytes phrase, bool has_verb);

#endif
