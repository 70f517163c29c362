/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host.h - questions about host names that need no network.
 */
#ifndef PW_NET_HOST_H
#define PW_NET_HOST_H

#include <stdbool.h>

/* "localhost", 127.0.0.0/8 or ::1: bytes to it never leave the machine
   (libcurl maps "localhost" to the loopback itself). */
bool pw_host_is_loopback(const char *host);
/* A name or address that may stand in a URL: letters, digits, '.', '-', '_',
   or an IPv6 address (without brackets); at most 253 bytes. */
bool pw_host_is_valid(const char *host);

#endif
