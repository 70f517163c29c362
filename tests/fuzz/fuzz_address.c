/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_address.c - mailbox lists and single mailboxes. */
#include <stdint.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/address.h"
#include "parsers/limits.h"
#include "tests/fuzz/check_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct pw_addr *address)
{
	if (address->address) {
		PROMISE(pw_address_domain(address->address));
		PROMISE(!strpbrk(address->address, " \t\n<>,;"));
	}
	PROMISE(!address->name || *address->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw_arena *arena = pw_arena_new((size_t)32 << 20);
	struct pw_addr from, behalf;
	struct pw_addrs list;
	size_t i;

	list = pw_addrs_parse(arena, (const char *)data, size);
	PROMISE(list.n <= PW_MAX_ADDRESSES);
	for (i = 0; i < list.n; i++) {
		PROMISE(list.items[i].name || list.items[i].address);
		check(&list.items[i]);
	}
	from = pw_addr_parse(arena, (const char *)data, size, &behalf);
	check(&from);
	check(&behalf);
	pw_arena_free(arena);
	return 0;
}
