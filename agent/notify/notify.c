/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/notify/notify.h"

#include <systemd/sd-daemon.h>
#include <time.h>

void pw_notify_ready(void)
{
	sd_notify(0, "READY=1");
}

/* Type=notify-reload wants to know since when (monotonic microseconds). */
void pw_notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
		   (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void pw_notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void pw_notify_watchdog(void)
{
	sd_notify(0, "WATCHDOG=1");
}

int64_t pw_notify_watchdog_ms(void)
{
	uint64_t patience = 0;

	if (sd_watchdog_enabled(0, &patience) <= 0)
		return 0;
	return (int64_t)(patience / 2000);
}
