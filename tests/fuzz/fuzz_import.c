/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_import.c - any bytes as a list of contracts: compared with a store in
 * memory, which stays empty, as opening one takes longer than all the rest.
 */
#undef NDEBUG /* a replay shows something in release builds too */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/contracts/import.h"

#define NOON_MS INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t now(void *self)
{
	(void)self;
	return NOON_MS;
}

static void check_problem(void *self, const struct pw_import_problem *problem)
{
	(void)self;
	assert(problem->text && problem->text[0]);
	assert(!strchr(problem->text, '\n') && !strchr(problem->text, '\033'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pw_clock clock = { now, now, NULL };
	static struct pw_store *store;
	struct pw_import_options options = { .problem = check_problem,
					     .dry_run = true,
					     .skip_bad = size > 0 && data[0] == 'c' };
	struct pw_import_result result;
	struct pw_err err = PW_ERR_INIT;
	int fd = memfd_create("contracts.csv", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET) < 0 ||
	    (!store && pw_store_open_memory(&store, &clock, &err) < 0))
		goto out;
	memset(&result, 0, sizeof result);
	if (pw_contracts_import(store, fd, "contracts.csv", &options, &result, &err) < 0)
		assert(err.msg[0]);
	else
		assert(options.skip_bad || result.n_errors == 0);
out:
	if (fd >= 0)
		close(fd);
	return 0;
}
