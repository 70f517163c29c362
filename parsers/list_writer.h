/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_writer.h - who wrote to a mailing list that puts itself into From.
 */
#ifndef PW_PARSERS_LIST_WRITER_H
#define PW_PARSERS_LIST_WRITER_H

#include "parsers/mail.h"

/* Lists rewrite From so that DMARC holds ("'Jane Roe' via Purchasing
   <purchasing@acme.example>") and keep the writer in other fields.  True and
   *ret, when the fields of layer say so and its From does too. */
bool pw_list_writer(struct pw_arena *arena, const struct pw_layer *layer,
		    struct pw_addr *ret);

#endif
