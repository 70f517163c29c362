/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox.c - rlimits and the system-call filter of an inspector. */
#include "agent/inspect/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct limit {
	__rlimit_resource_t what;
	rlim_t value;
	const char *name;
};

static int set_limit(const struct limit *limit, struct pw_err *err)
{
	struct rlimit value = { limit->value, limit->value };

	if (setrlimit(limit->what, &value) < 0)
		return pw_err_errno(err, PW_EIO, "cannot limit %s", limit->name);
	return 0;
}

int pw_sandbox_prepare(int last_fd, struct pw_err *err)
{
	static const struct limit no_core = { RLIMIT_CORE, 0, "core dumps" };
	pid_t parent = getppid();

	if (set_limit(&no_core, err) < 0)
		return -1;
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return pw_err_errno(err, PW_EIO, "cannot give up privileges");
	if (close_range((unsigned)last_fd + 1, ~0u, 0) < 0)
		return pw_err_errno(err, PW_EIO, "cannot close descriptors");
	/* The parent may have died before the death signal was asked for. */
	if (getppid() != parent)
		return pw_err_set(err, PW_ECANCELED, "the agent is gone");
	return 0;
}

#ifdef PW_SANITIZED
/* The sanitizers' run time needs calls of its own (reports, shadow memory),
   so their profile forbids what a stranger could use instead of allowing
   what we need. */
static const int refused[] = {
	SCMP_SYS(open),   SCMP_SYS(openat), SCMP_SYS(openat2),  SCMP_SYS(creat),
	SCMP_SYS(unlink), SCMP_SYS(rename), SCMP_SYS(readlink),
};
static const int killed[] = {
	SCMP_SYS(socket),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(execve),
	SCMP_SYS(fork),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(vfork),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(kill),
	SCMP_SYS(setuid),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(mount),
	SCMP_SYS(clone),
	SCMP_SYS(clone3),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(bpf),
};

static int add_rules(scmp_filter_ctx filter, int fd)
{
	size_t i;
	int r = 0;

	(void)fd;
	for (i = 0; i < PW_ARRAY_LEN(refused) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	for (i = 0; i < PW_ARRAY_LEN(killed) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, killed[i], 0);
	return r;
}
#define DEFAULT_ACTION SCMP_ACT_ALLOW
#else
/* Memory, time, locks and the end: nothing that reaches outside. */
static const int allowed[] = {
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(getrandom),
	SCMP_SYS(restart_syscall),
};

/* Reading and writing on the socket alone; new memory must be anonymous and
   never executable (PCRE2's code was made before). */
static int add_rules(scmp_filter_ctx filter, int fd)
{
	struct scmp_arg_cmp on_socket = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)fd, 0);
	struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	struct scmp_arg_cmp anonymous =
		SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS);
	size_t i;
	int r = 0;

	for (i = 0; i < PW_ARRAY_LEN(allowed) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1,
				     on_socket);
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
				     on_socket);
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, no_exec,
				     anonymous);
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				     no_exec);
	return r;
}
#define DEFAULT_ACTION SCMP_ACT_KILL_PROCESS
#endif

static int load_filter(int fd, struct pw_err *err)
{
	scmp_filter_ctx filter = seccomp_init(DEFAULT_ACTION);
	int r;

	if (!filter)
		return pw_err_set(err, PW_ENOMEM, "no memory for the sandbox filter");
	r = add_rules(filter, fd);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	if (r == 0)
		return 0;
	errno = -r;
	return pw_err_errno(err, PW_EIO, "cannot load the sandbox filter");
}

static void close_all_but(int fd)
{
	if (fd > 0)
		close_range(0, (unsigned)fd - 1, 0);
	close_range((unsigned)fd + 1, ~0u, 0);
}

int pw_sandbox_enter(const struct pw_sandbox *sandbox, struct pw_err *err)
{
	const struct limit limits[] = {
#ifndef PW_SANITIZED
		{ RLIMIT_AS, sandbox->memory_max_bytes, "memory" },
		{ RLIMIT_NPROC, 0, "processes" },
		{ RLIMIT_NOFILE, 0, "open files" },
#endif
		{ RLIMIT_FSIZE, 0, "file size" },
		{ RLIMIT_CPU, sandbox->cpu_max_seconds, "CPU time" },
	};
	size_t i;

#ifndef PW_SANITIZED
	close_all_but(sandbox->socket);
#else
	(void)close_all_but;
#endif
	for (i = 0; i < PW_ARRAY_LEN(limits); i++)
		if (set_limit(&limits[i], err) < 0)
			return -1;
	return load_filter(sandbox->socket, err);
}
