/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/open_store.h"

#include <stdio.h>
#include <string.h>

#define REPORT_MAX ((size_t)256 << 10)

/* Does the report say more than the error, which the command prints itself? */
static bool is_more_than(const struct pw_buf *report, const struct pw_err *err)
{
	size_t len = strlen(err->msg);

	return report->len > 0 &&
	       !(report->len == len + 1 && strncmp(report->data, err->msg, len) == 0);
}

int pw_command_config(struct pw_config **ret, const struct pw_globals *globals,
		      struct pw_err *err)
{
	struct pw_buf report;
	int result;

	if (!globals->config_path)
		return pw_err_set(
			err, PW_EINPUT,
			"there is no configuration: give --config FILE, or write "
			"/etc/poachwatch/poachwatch.yaml (see the README)");
	pw_buf_init(&report, REPORT_MAX);
	result = pw_config_load(ret, globals->config_path, &report, err);
	if (result == 0 || is_more_than(&report, err))
		fputs(report.data, stderr);
	if (result < 0 && is_more_than(&report, err))
		pw_err_set(err, PW_ECONFIG, "nothing was done: mend '%s' first",
			   globals->config_path);
	pw_buf_done(&report);
	return result;
}

int pw_desk_open(struct pw_desk *desk, const struct pw_globals *globals,
		 enum pw_store_mode mode, struct pw_err *err)
{
	*desk = (struct pw_desk){ NULL, NULL };
	if (pw_command_config(&desk->config, globals, err) < 0)
		return -1;
	if (pw_store_become_owner(desk->config->store, err) == 0 &&
	    pw_store_open(&desk->store, desk->config->store, mode, &pw_clock_real, err) ==
		    0)
		return 0;
	pw_desk_close(desk);
	return -1;
}

void pw_desk_close(struct pw_desk *desk)
{
	pw_store_close(desk->store);
	pw_config_free(desk->config);
	*desk = (struct pw_desk){ NULL, NULL };
}
