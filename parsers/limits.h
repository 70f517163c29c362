/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.h - every maximum of the parsers in one place.
 *
 * Everything in a mail is written by strangers.  Over a maximum the parsers
 * degrade (they stop descending, cut, or treat the rest as text) and set the
 * matching bit in struct pw_mail.capped; they never drop a message.
 */
#ifndef PW_PARSERS_LIMITS_H
#define PW_PARSERS_LIMITS_H

#define PW_MAX_MESSAGE_BYTES ((size_t)64 << 20)  /* longer input is cut */
#define PW_MAX_HEADER_BYTES  ((size_t)64 << 10)  /* one header field's value */
#define PW_MAX_HEADERS_BYTES ((size_t)1 << 20)   /* all fields of one part */
#define PW_MAX_FIELDS        50000               /* fields of all heads together */
#define PW_MAX_DELIMITERS    20000               /* lines that begin with "--" */
#define PW_MAX_READINGS      16                  /* passes over a message, on average */
#define PW_MAX_PARTS         5000                /* MIME parts of a message */
#define PW_MAX_MIME_DEPTH    2500                /* nesting of multiparts and messages */
#define PW_MAX_PARAMS        64                  /* parameters of a Content-Type */
#define PW_MAX_LAYERS        2000                /* layers of a message */
#define PW_MAX_LAYER_DEPTH   1200                /* layers inside layers */
#define PW_MAX_TEXT_BYTES    ((size_t)4 << 20)   /* readable text of one part */
#define PW_MAX_LINES         200000              /* lines of one part's text */
#define PW_MAX_HTML_DEPTH    512                 /* open elements of a document */
#define PW_MAX_ADDRESSES     200                 /* mailboxes of one field */
#define PW_MAX_LINKS         500                 /* links of one layer */
#define PW_MAX_ATTACHMENTS   200                 /* attachments of one layer */
#define PW_MAX_ARENA_BYTES   ((size_t)512 << 20) /* all memory of one message */

#endif
