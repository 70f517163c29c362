/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_config.c - any bytes as a configuration: accepted or refused, never worse. */
#undef NDEBUG /* a replay shows something in release builds too */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "agent/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_config *config = NULL;
	struct pw_buf report;

	pw_buf_init(&report, 1 << 20);
	if (pw_config_parse(&config, "fuzz.yaml", (const char *)data, size, &report,
			    &err) == 0) {
		assert(config && config->n_mailboxes > 0 && config->company_name);
	} else {
		assert(!config && err.code != PW_OK && err.msg[0]);
		assert(!strchr(err.msg, '\n') && !strchr(err.msg, '\033'));
	}
	pw_config_free(config);
	pw_buf_done(&report);
	return 0;
}
