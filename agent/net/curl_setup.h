/* SPDX-License-Identifier: Apache-2.0 */
/*
 * curl_setup.h - what every connection of ours has in common.
 *
 * Certificates and host names are always verified, TLS is 1.2 or newer, the
 * environment (proxies, .netrc) has no say, memory that libcurl gives back
 * is wiped because passwords were in it, and a readable abort fd ends a
 * transfer at once.
 */
#ifndef PW_NET_CURL_SETUP_H
#define PW_NET_CURL_SETUP_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/base/err.h"

/* A new easy handle with all of the above set; owned by the caller.  ca_file
   (NULL: the system's trust store) is copied.  NULL when there is no memory. */
CURL *pw_curl_new(const char *ca_file);

/* Run the transfer of easy within multi (which must be empty).  Returns
   libcurl's result; CURLE_ABORTED_BY_CALLBACK when abort_fd became readable.
   easy stays in multi: a CONNECT_ONLY connection lives there. */
CURLcode pw_curl_run(CURLM *multi, CURL *easy, int abort_fd);

/* A login of this thread begins; at its end the copies of the secret (NULL
   allowed), plain and in base64, that libcurl would hold while the connection lasts are
   wiped.  After a failure NULL is to be given: what belongs to a lost connection may be
   freed by another thread, and is wiped there. */
void pw_curl_login_begin(void);
void pw_curl_login_end(const char *secret);

/* Free both.  With is_aborted nothing is waited for, not even the resolver. */
void pw_curl_free(CURLM *multi, CURL *easy, bool is_aborted);

#endif
