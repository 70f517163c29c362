/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resent.h - was a message passed on unchanged?
 *
 * Source: RFC 5322 3.6.6 (Resent-*); what Gmail's automatic forwarding and
 * Exchange's inbox rules leave behind.  Such a message's From is the writer,
 * not who passed it on.
 */
#ifndef PW_PARSERS_RESENT_H
#define PW_PARSERS_RESENT_H

#include "parsers/mail.h"

/* Says by what the redirection shows (static, for found_by); NULL: the
   message came from its From itself. */
const char *pw_resent_by(const struct pw_layer *layer);

#endif
