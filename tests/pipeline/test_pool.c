/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool and the sandbox, with real child processes: this program is its
 * own inspector, and some messages make it misbehave inside the sandbox.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/inspect/inspector.h"
#include "agent/inspect/pool.h"

#define ESCAPED_TEXT "77"
#define ESCAPED      77 /* exit status of an inspector that could do what it must not */

static const char secret[] = "correct horse battery staple";

static long do_open(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static long do_create(void)
{
	return open("/tmp/poachwatch-escaped", O_CREAT | O_WRONLY, 0600);
}

static long do_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long do_exec(void)
{
	char *argv[] = { (char *)"true", NULL };

	return execve("/bin/true", argv, NULL);
}

#ifndef PW_SANITIZED
static long do_fork(void)
{
	return fork();
}
#endif

static long do_ptrace(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

/* The agent's secret lies at an address that the message tells. */
static const char *secret_address;

static long do_read_parent(void)
{
	char out[8];
	struct iovec local = { out, sizeof out };
	struct iovec remote = { (void *)(uintptr_t)secret_address, sizeof out };

	return process_vm_readv(getppid(), &local, 1, &remote, 1, 0);
}

static long do_signal(void)
{
	return kill(getppid(), 0);
}

#ifndef PW_SANITIZED
static long do_executable_memory(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? -1
		       : 0;
}

static long do_write_elsewhere(void)
{
	return write(STDERR_FILENO, "x", 1);
}

static long do_list_folder(void)
{
	return syscall(SYS_getdents64, 3, NULL, 0);
}
#endif

/* Where main() of the agent put a secret, in memory that it made itself. */
#define SECRET_PLACE ((char *)(uintptr_t)0x200000000000)

static long do_read_secret(void)
{
	return memcmp(SECRET_PLACE, secret, sizeof secret) == 0 ? 0 : -1;
}

static long do_read_environment(void)
{
	return getenv("PW_TEST_SECRET") ? 0 : -1;
}

#ifndef PW_SANITIZED
static long do_io_uring(void)
{
	char parameters[256] = "";

	return syscall(SYS_io_uring_setup, 4, parameters);
}

static long do_memory_file(void)
{
	return memfd_create("x", 0);
}

static long do_lift_limit(void)
{
	const struct rlimit more = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_AS, &more);
}

static long do_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1);
}

static long do_connect_socket_pair(void)
{
	int fds[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
}
#endif

static long do_crash(void)
{
	*(volatile int *)0 = 1;
	return 0;
}

static long do_stall(void)
{
	volatile bool is_stalling = true;

	while (is_stalling)
		;
	return 0;
}

/* Takes memory until there is no more; where nothing limits it that is an
   escape. */
#ifndef PW_SANITIZED
static long do_hog(void)
{
	size_t step = (size_t)16 << 20, taken = 0;
	char *p;

	while (taken < (size_t)4 << 30 && (p = malloc(step)) != NULL) {
		memset(p, 1, step);
		taken += step;
	}
	return taken < (size_t)4 << 30 ? -1 : 0;
}
#endif

struct deed {
	const char *name;
	long (*run)(void);
};

static const struct deed deeds[] = {
	{ "crash", do_crash },
	{ "stall", do_stall },
#ifndef PW_SANITIZED
	{ "hog", do_hog },
	{ "fork", do_fork }, /* a sanitizer's own report forks */
	{ "map executable memory", do_executable_memory },
	{ "write elsewhere", do_write_elsewhere },
	{ "list a folder", do_list_folder },
	{ "ask the kernel by io_uring", do_io_uring },
	{ "make a file in memory", do_memory_file },
	{ "lift its limits", do_lift_limit },
	{ "become dumpable", do_dumpable },
	{ "make a pair of sockets", do_connect_socket_pair },
#endif
	{ "read a secret in memory", do_read_secret },
	{ "read a secret of the environment", do_read_environment },
	{ "open a file", do_open },
	{ "create a file", do_create },
	{ "make a socket", do_socket },
	{ "execute a program", do_exec },
	{ "trace the agent", do_ptrace },
	{ "read the agent's memory", do_read_parent },
	{ "signal the agent", do_signal },
};

/* "X-Deed: name" as the first line; runs inside the sandbox. */
static void misbehave(const char *raw, size_t len)
{
	char name[64] = "";
	size_t i;

	if (len < 8 || strncmp(raw, "X-Deed: ", 8) != 0)
		return;
	for (i = 8; i < len && raw[i] != '\n' && i - 8 < sizeof name - 1; i++)
		name[i - 8] = raw[i];
	name[i - 8] = '\0';
	for (i = 0; i < PW_ARRAY_LEN(deeds); i++)
		if (pw_streq(deeds[i].name, name))
			break;
	if (i == PW_ARRAY_LEN(deeds))
		return;
	/* a deed that fails ends like one that kills; one that works is told */
	if (deeds[i].run() >= 0)
		syscall(SYS_exit_group, ESCAPED);
	abort();
}

#define GOOD "From: a@b.example\nSubject: hello\n\nworld\n"

struct fixture {
	struct pw_pool *pool;
	struct pw_err err;
};

static void open_pool(struct fixture *f, size_t n, int64_t deadline_ms)
{
	const struct pw_pool_options options = {
		.program = "/proc/self/exe",
		.n_inspectors = n,
		.deadline_ms = deadline_ms,
		.memory_bytes = (size_t)512 << 20,
	};
	const struct pw_pool_setup setup = { .known_fd = -1 };

	memset(f, 0, sizeof *f);
	assert_int_equal(pw_pool_new(&f->pool, &options, &setup, &f->err), 0);
}

static struct pw_job *wait_for_one(struct fixture *f)
{
	struct pw_job *job;

	while ((job = pw_pool_take(f->pool)) == NULL)
		if (pw_pool_wait(f->pool, -1, &f->err) < 0)
			fail_msg("%s", f->err.msg);
	return job;
}

static struct pw_job job_of(const char *raw)
{
	return (struct pw_job){ .kind = PW_JOB_PARSE,
				.raw = raw,
				.len = strlen(raw),
				.received = PW_DAY_NONE };
}

static void a_message_comes_back_as_layers(void **state)
{
	struct pw_job job = job_of(GOOD);
	struct fixture f;

	(void)state;
	open_pool(&f, 1, 0);
	pw_pool_submit(f.pool, &job);
	assert_ptr_equal(wait_for_one(&f), &job);
	if (job.outcome != PW_JOB_DONE)
		fail_msg("%s", job.err.msg);
	assert_true(json_is_array(json_object_get(job.result, "layers")));
	json_decref(job.result);
	pw_pool_free(f.pool);
}

/* glibc's iconv loads a module of each charset when it is first used, and the
   sandbox lets nobody open a file: whoever goes that way reads garbage here. */
static void every_charset_is_read_right_inside_the_sandbox(void **state)
{
	static const struct {
		const char *charset, *body, *text;
	} cases[] = {
		{ "gb18030",
		  "xPq1xNans9a6z82svavT2squtv7UwrW9xto=", "您的支持合同将于十二月到期" },
		{ "iso-2022-jp", "GyRCSl08aTdATHMkTz09RnM3biRLPSpOOyQ3JF4kORsoQg==",
		  "保守契約は十二月に終了します" },
		{ "windows-1252", "UulzaWxp6SCWIOljaOlhbmNl", "Résilié – échéance" },
		{ "koi8-r", "5M/Hz9fP0g==", "Договор" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		PW_CLEANUP(pw_freep)
		char *raw = pw_asprintf("From: =?%s?B?%s?= <a@b.example>\nSubject: x\n"
					"MIME-Version: 1.0\nContent-Type: text/plain; "
					"charset=%s\nContent-Transfer-Encoding: base64\n"
					"\n%s\n",
					cases[i].charset, cases[i].body, cases[i].charset,
					cases[i].body);
		struct pw_job job = job_of(raw);
		const json_t *layer;
		struct fixture f;

		open_pool(&f, 1, 0);
		pw_pool_submit(f.pool, &job);
		wait_for_one(&f);
		assert_int_equal(job.outcome, PW_JOB_DONE);
		layer = json_array_get(json_object_get(job.result, "layers"), 0);
		assert_string_equal(json_string_value(json_object_get(
					    json_object_get(layer, "from"), "name")),
				    cases[i].text);
		if (!strstr(json_string_value(json_object_get(layer, "text")),
			    cases[i].text))
			fail_msg("%s: %s", cases[i].charset,
				 json_string_value(json_object_get(layer, "text")));
		json_decref(job.result);
		pw_pool_free(f.pool);
	}
}

/* One bad message among good ones: it alone is lost, whatever it does. */
static void try_deed(const char *name)
{
	PW_CLEANUP(pw_freep) char *bad = pw_asprintf("X-Deed: %s\n\n", name);
	struct pw_job jobs[9];
	struct fixture f;
	size_t i;

	/* a good message on a busy machine must not be taken for one that stalls */
	open_pool(&f, 2, pw_streq(name, "stall") ? 3000 : 20000);
	for (i = 0; i < PW_ARRAY_LEN(jobs); i++) {
		jobs[i] = job_of(i == 4 ? bad : GOOD);
		pw_pool_submit(f.pool, &jobs[i]);
	}
	for (i = 0; i < PW_ARRAY_LEN(jobs); i++)
		wait_for_one(&f);
	for (i = 0; i < PW_ARRAY_LEN(jobs); i++) {
		enum pw_job_outcome wanted = i == 4 ? PW_JOB_UNREADABLE : PW_JOB_DONE;

		if (jobs[i].outcome != wanted)
			fail_msg("%s: message %zu has outcome %d: %s", name, i,
				 jobs[i].outcome, jobs[i].err.msg);
		/* a sanitizer ends a crash with a status of its own */
		if (i == 4 && strstr(jobs[i].err.msg, "status " ESCAPED_TEXT))
			fail_msg("%s: the inspector could do it (%s)", name,
				 jobs[i].err.msg);
		json_decref(jobs[i].result);
	}
	assert_int_equal(pw_pool_n_replaced(f.pool), 2);
	pw_pool_free(f.pool);
}

static void an_inspector_that_misbehaves_costs_one_message(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(deeds); i++)
		try_deed(deeds[i].name);
}

static void the_reason_says_how_the_inspector_ended(void **state)
{
	struct pw_job job = job_of("X-Deed: stall\n\n");
	struct fixture f;

	(void)state;
	open_pool(&f, 1, 200);
	pw_pool_submit(f.pool, &job);
	wait_for_one(&f);
	assert_int_equal(job.err.code, PW_ECRASH);
	assert_non_null(strstr(job.err.msg, "deadline"));
	pw_pool_free(f.pool);
}

static void an_inspector_killed_from_outside_loses_nothing(void **state)
{
	struct pw_job jobs[200];
	struct fixture f;
	pid_t pids[4];
	size_t i, back = 0;

	(void)state;
	open_pool(&f, 2, 0);
	for (i = 0; i < PW_ARRAY_LEN(jobs); i++) {
		jobs[i] = job_of(GOOD);
		pw_pool_submit(f.pool, &jobs[i]);
	}
	while (back < PW_ARRAY_LEN(jobs)) {
		wait_for_one(&f);
		if (++back % 40 == 0 && pw_pool_pids(f.pool, pids, 4) > 0)
			kill(pids[0], SIGKILL);
	}
	for (i = 0; i < PW_ARRAY_LEN(jobs); i++) {
		assert_int_equal(jobs[i].outcome, PW_JOB_DONE);
		json_decref(jobs[i].result);
	}
	pw_pool_free(f.pool);
}

static size_t count_descriptors(pid_t pid)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("/proc/%d/fd", (int)pid);
	DIR *folder = opendir(path);
	size_t n = 0;

	if (!folder)
		return 0;
	while (readdir(folder))
		n++;
	closedir(folder);
	return n - 2;
}

static void an_inspector_has_no_descriptor_but_its_socket(void **state)
{
	struct pw_job job = job_of(GOOD);
	struct fixture f;
	pid_t pid;

	(void)state;
	if (geteuid() != 0) {
		/* it is not dumpable, so that nobody but root may look */
		skip();
	}
	open_pool(&f, 1, 0);
	pw_pool_submit(f.pool, &job);
	wait_for_one(&f);
	json_decref(job.result);
	assert_int_equal(pw_pool_pids(f.pool, &pid, 1), 1);
#ifdef PW_SANITIZED
	assert_in_range(count_descriptors(pid), 1, 6);
#else
	assert_int_equal(count_descriptors(pid), 1);
#endif
	pw_pool_free(f.pool);
}

static void inspectors_that_cannot_start_are_reported(void **state)
{
	struct pw_job job = job_of(GOOD);
	const struct pw_pool_options options = { .program = "/bin/false",
						 .n_inspectors = 1 };
	const struct pw_pool_setup setup = { .known_fd = -1 };
	struct pw_pool *pool = NULL;
	struct pw_err err = PW_ERR_INIT;
	int r = 0;

	(void)state;
	assert_int_equal(pw_pool_new(&pool, &options, &setup, &err), 0);
	pw_pool_submit(pool, &job);
	while (r == 0 && pw_pool_take(pool) == NULL)
		r = pw_pool_wait(pool, -1, &err);
	assert_int_equal(r, -1);
	assert_non_null(strstr(err.msg, "cannot start"));
	pw_pool_free(pool);
}

static void inspectors_killed_while_they_start_are_started_again(void **state)
{
	struct pw_job job = job_of(GOOD);
	struct fixture f;
	pid_t pid;
	int i;

	(void)state;
	open_pool(&f, 1, 0);
	pw_pool_submit(f.pool, &job);
	wait_for_one(&f);
	json_decref(job.result);
	pw_pool_submit(f.pool, &job);
	/* each is killed before it can be ready: nothing is read meanwhile */
	for (i = 0; i < 5; i++) {
		if (pw_pool_pids(f.pool, &pid, 1) == 1)
			kill(pid, SIGKILL);
		if (pw_pool_wait(f.pool, 50, &f.err) < 0)
			fail_msg("%s", f.err.msg);
	}
	wait_for_one(&f);
	assert_int_equal(job.outcome, PW_JOB_DONE);
	json_decref(job.result);
	pw_pool_free(f.pool);
}

static void renewed_inspectors_are_new_processes(void **state)
{
	const struct pw_pool_setup setup = { .known_fd = -1 };
	struct pw_job jobs[20];
	struct fixture f;
	pid_t before, after;
	size_t i;

	(void)state;
	open_pool(&f, 1, 0);
	for (i = 0; i < PW_ARRAY_LEN(jobs); i++) {
		jobs[i] = job_of(GOOD);
		pw_pool_submit(f.pool, &jobs[i]);
	}
	wait_for_one(&f);
	assert_int_equal(pw_pool_pids(f.pool, &before, 1), 1);
	assert_int_equal(pw_pool_renew(f.pool, &setup, &f.err), 0);
	for (i = 1; i < PW_ARRAY_LEN(jobs); i++)
		wait_for_one(&f);
	assert_int_equal(pw_pool_pids(f.pool, &after, 1), 1);
	assert_int_not_equal(before, after);
	for (i = 0; i < PW_ARRAY_LEN(jobs); i++) {
		assert_int_equal(jobs[i].outcome, PW_JOB_DONE);
		json_decref(jobs[i].result);
	}
	assert_int_equal(pw_pool_n_replaced(f.pool), 0);
	pw_pool_free(f.pool);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_comes_back_as_layers),
		cmocka_unit_test(every_charset_is_read_right_inside_the_sandbox),
		cmocka_unit_test(an_inspector_that_misbehaves_costs_one_message),
		cmocka_unit_test(the_reason_says_how_the_inspector_ended),
		cmocka_unit_test(an_inspector_killed_from_outside_loses_nothing),
		cmocka_unit_test(an_inspector_has_no_descriptor_but_its_socket),
		cmocka_unit_test(inspectors_that_cannot_start_are_reported),
		cmocka_unit_test(inspectors_killed_while_they_start_are_started_again),
		cmocka_unit_test(renewed_inspectors_are_new_processes),
	};

	secret_address = secret;
	if (argc == 2 && strcmp(argv[1], PW_INSPECTOR_ARG) == 0)
		return pw_inspector_main(misbehave);
	assert_ptr_equal(mmap(SECRET_PLACE, 4096, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0),
			 SECRET_PLACE);
	memcpy(SECRET_PLACE, secret, sizeof secret);
	setenv("PW_TEST_SECRET", secret, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
