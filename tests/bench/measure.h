/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure.h - what the measuring programs share: mails in memory, processor
 * time, medians.  A failure ends the program.
 */
#ifndef PW_BENCH_MEASURE_H
#define PW_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_mail {
	char *raw; /* owned */
	size_t len;
};

struct bench_mails {
	struct bench_mail *items; /* kept until the program ends */
	size_t n;
};

/* Say what is wrong on standard error and exit with status 1. */
_Noreturn void bench_die(const char *what);
/* Every message of files and folders (agent/commands/mailfiles.h). */
struct bench_mails bench_read_mails(char *const *paths, size_t n);
/* The message to GMime's tree, and that freed; if is_read, with every part read
   on the way: texts in UTF-8, the others decoded. */
void bench_gmime(const struct bench_mail *mail, bool is_read);

/* Of this process: what else the machine does must not count. */
double bench_now_s(void);
/* Sorts the values. */
double bench_median(double *values, size_t n);
/* The same row of numbers in every run. */
uint32_t bench_random(void);

#endif
