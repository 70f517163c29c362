/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.h - what the service manager is told (sd_notify); nothing happens
 * where none is listening.  The only module that knows libsystemd.
 */
#ifndef PW_NOTIFY_H
#define PW_NOTIFY_H

#include <stdint.h>

#include "agent/base/mem.h"

void pw_notify_ready(void);
void pw_notify_reloading(void);
void pw_notify_stopping(void);
void pw_notify_watchdog(void);
/* How often the watchdog wants to hear of us: half of its patience; 0: there
   is none. */
int64_t pw_notify_watchdog_ms(void);

#endif
