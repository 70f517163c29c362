/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/net/host.h"

#include <arpa/inet.h>
#include <string.h>

#include "agent/base/str.h"

bool pw_host_is_loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;

	if (pw_strieq(host, "localhost"))
		return true;
	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, host, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six);
	return false;
}

bool pw_host_is_valid(const char *host)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	struct in6_addr six;
	size_t len = strlen(host);

	if (!len || len > 253)
		return false;
	if (inet_pton(AF_INET6, host, &six) == 1)
		return true;
	return strspn(host, allowed) == len && host[0] != '-' && host[0] != '.';
}
