/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shim.c - what fault tests put between the real agent and its system.
 *
 * Loaded by LD_PRELOAD; a test steers it through a file mapped by both
 * (PW_SHIM), while the agent runs: clocks that step, names that do not resolve
 * (else those that end in .example are this machine), and writes below the
 * folder PW_SHIM_FOLDER that fail from the n-th on.  Inspectors start with an
 * empty environment and never see it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* As shim.py packs it. */
struct control {
	int64_t wall_ms;      /* added to the clock of the wall */
	int64_t monotonic_ms; /* added to the one that never steps */
	int64_t n_writes;     /* so far, below the folder */
	int64_t fail_from;    /* this write and all later ones fail; 0: none */
	int64_t error;        /* with this errno */
	int64_t is_nameless;  /* nothing resolves */
};

static struct control none, *control = &none;
static const char *folder;

#define REAL(name)                                                                       \
	static __typeof__(name) *real;                                                   \
	if (!real)                                                                       \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void attach(void)
{
	const char *path = getenv("PW_SHIM");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *at;

	folder = getenv("PW_SHIM_FOLDER");
	if (fd < 0)
		return;
	at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at != MAP_FAILED)
		control = at;
	close(fd);
}

/* --- clocks --------------------------------------------------------------- */

static void add_ms(struct timespec *at, int64_t ms)
{
	int64_t ns = at->tv_nsec + ms % 1000 * 1000000;

	at->tv_sec += ms / 1000 + (ns < 0 ? -1 : ns / 1000000000);
	at->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
}

int clock_gettime(clockid_t id, struct timespec *ret)
{
	REAL(clock_gettime);
	int r = real(id, ret);

	if (r == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		add_ms(ret, control->wall_ms);
	else if (r == 0 && (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE ||
			    id == CLOCK_BOOTTIME))
		add_ms(ret, control->monotonic_ms);
	return r;
}

time_t time(time_t *ret)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}

int gettimeofday(struct timeval *ret, void *zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	ret->tv_sec = now.tv_sec;
	ret->tv_usec = now.tv_nsec / 1000;
	return 0;
}

/* --- names ---------------------------------------------------------------- */

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **ret)
{
	REAL(getaddrinfo);
	size_t len = node ? strlen(node) : 0;

	if (control->is_nameless)
		return EAI_AGAIN;
	if (len > 8 && strcmp(node + len - 8, ".example") == 0)
		node = "127.0.0.1";
	return real(node, service, hints, ret);
}

/* --- writes --------------------------------------------------------------- */

static int is_below_folder(const char *path)
{
	size_t len = folder ? strlen(folder) : 0;

	return len && strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* Does this write fail?  The log (a descriptor below 3) is none of them. */
static int fails_at(int fd)
{
	char link[32], path[512];
	ssize_t len;

	if (fd < 3)
		return 0;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof path - 1);
	if (len < 0)
		return 0;
	path[len] = '\0';
	if (!is_below_folder(path))
		return 0;
	control->n_writes++;
	if (!control->fail_from || control->n_writes < control->fail_from)
		return 0;
	errno = (int)control->error;
	return 1;
}

ssize_t write(int fd, const void *from, size_t n)
{
	REAL(write);
	return fails_at(fd) ? -1 : real(fd, from, n);
}

/* Half of it arrives, as on a real disk that fills up. */
ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at)
{
	REAL(pwrite64);
	if (!fails_at(fd))
		return real(fd, from, n, at);
	if (real(fd, from, n / 2, at) >= 0)
		errno = (int)control->error;
	return -1;
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at)
{
	return pwrite64(fd, from, n, at);
}

int ftruncate64(int fd, off64_t size)
{
	REAL(ftruncate64);
	return fails_at(fd) ? -1 : real(fd, size);
}

int ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

int fsync(int fd)
{
	REAL(fsync);
	return fails_at(fd) ? -1 : real(fd);
}

int fdatasync(int fd)
{
	REAL(fdatasync);
	return fails_at(fd) ? -1 : real(fd);
}
