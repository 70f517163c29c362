/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - hands jobs to inspectors, replaces those that die, decides blame. */
#include "agent/inspect/pool.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "agent/inspect/job_list.h"
#include "agent/inspect/outfit.h"
#include "agent/inspect/starts.h"
#include "agent/inspect/worker.h"

#define DEADLINE_MS     10000
#define START_MS        60000 /* compiling rules on a busy machine */
#define MEMORY_BYTES    ((size_t)1 << 30)
#define STRIKES_MAX     2
#define RETIRE_AFTER    20000 /* jobs; bounds what leaks and what CPU time adds up */
#define DEFAULT_WORKERS 4

struct pw_pool {
	char *program;
	int64_t deadline_ms;
	size_t memory_bytes;
	const struct pw_clock *clock;
	struct pw_outfit outfit;
	struct pw_worker workers[PW_POOL_MAX];
	size_t n_workers;
	struct pw_job_list waiting, back;
	size_t n_jobs, n_replaced;
	struct pw_starts starts;
};

static size_t count_workers(size_t asked)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (asked)
		return asked < PW_POOL_MAX ? asked : PW_POOL_MAX;
	if (cores < 1)
		return 1;
	return cores < DEFAULT_WORKERS ? (size_t)cores : DEFAULT_WORKERS;
}

int pw_pool_new(struct pw_pool **ret, const struct pw_pool_options *options,
		const struct pw_pool_setup *setup, struct pw_err *err)
{
	PW_CLEANUP(pw_pool_freep) struct pw_pool *pool = pw_alloc(1, sizeof *pool);
	size_t i;

	pool->program = pw_strdup(options->program);
	pool->deadline_ms = options->deadline_ms ? options->deadline_ms : DEADLINE_MS;
	pool->memory_bytes = options->memory_bytes ? options->memory_bytes : MEMORY_BYTES;
	pool->clock = options->clock ? options->clock : &pw_clock_real;
	pool->n_workers = count_workers(options->n_inspectors);
	pw_outfit_init(&pool->outfit);
	pw_job_list_init(&pool->waiting);
	pw_job_list_init(&pool->back);
	for (i = 0; i < pool->n_workers; i++)
		pw_worker_init(&pool->workers[i]);
	if (pw_outfit_load(&pool->outfit, setup, pool->memory_bytes, err) < 0)
		return -1;
	*ret = PW_TAKE(pool);
	return 0;
}

void pw_pool_free(struct pw_pool *pool)
{
	size_t i;

	if (!pool)
		return;
	for (i = 0; i < pool->n_workers; i++)
		pw_worker_done(&pool->workers[i]);
	pw_outfit_done(&pool->outfit);
	free(pool->program);
	free(pool);
}

static int start_worker(struct pw_pool *pool, struct pw_worker *worker,
			struct pw_err *err)
{
	worker->deadline_ms = pw_monotonic_ms(pool->clock) + START_MS;
	if (pw_worker_start(worker, pool->program, pool->outfit.bundle_fd,
			    pool->outfit.known_fd, &pool->outfit.hello, err) == 0)
		return 0;
	if (err->code != PW_ECRASH)
		return -1;
	pw_starts_failed(&pool->starts, err, pw_monotonic_ms(pool->clock));
	return 0;
}

int pw_pool_warm(struct pw_pool *pool, struct pw_err *err)
{
	size_t i;

	for (i = 0; i < pool->n_workers; i++)
		if (pool->workers[i].state == PW_WORKER_ABSENT &&
		    start_worker(pool, &pool->workers[i], err) < 0)
			return -1;
	return 0;
}

/* One that has work goes on until it is done; the others end at once. */
static void retire(struct pw_worker *worker)
{
	if (worker->state == PW_WORKER_ABSENT)
		return;
	worker->is_retiring = true;
	if (worker->n_jobs == 0)
		pw_worker_done(worker);
}

int pw_pool_renew(struct pw_pool *pool, const struct pw_pool_setup *setup,
		  struct pw_err *err)
{
	size_t i;

	if (pw_outfit_load(&pool->outfit, setup, pool->memory_bytes, err) < 0)
		return -1;
	for (i = 0; i < pool->n_workers; i++)
		retire(&pool->workers[i]);
	pool->starts.failed = 0;
	return pw_pool_warm(pool, err);
}

void pw_pool_submit(struct pw_pool *pool, struct pw_job *job)
{
	job->outcome = PW_JOB_DONE;
	job->result = NULL;
	job->strikes = 0;
	job->err = (struct pw_err)PW_ERR_INIT;
	pool->n_jobs++;
	pw_job_list_push(&pool->waiting, job);
}

struct pw_job *pw_pool_take(struct pw_pool *pool)
{
	struct pw_job *job = pw_job_list_shift(&pool->back);

	if (job)
		pool->n_jobs--;
	return job;
}

const struct pw_err *pw_pool_trouble(const struct pw_pool *pool)
{
	return pw_starts_trouble(&pool->starts);
}

size_t pw_pool_n_replaced(const struct pw_pool *pool)
{
	return pool->n_replaced;
}

size_t pw_pool_pids(const struct pw_pool *pool, pid_t *pids, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < pool->n_workers && n < max; i++)
		if (pool->workers[i].child.pid > 0)
			pids[n++] = pool->workers[i].child.pid;
	return n;
}

/* A message that killed two inspectors is only read as text after that; one
   that kills there too comes back with nothing. */
static void strike(struct pw_pool *pool, struct pw_job *job, const struct pw_err *why)
{
	job->strikes++;
	job->err = *why;
	if (job->strikes < STRIKES_MAX) {
		pw_job_list_push_front(&pool->waiting, job);
		return;
	}
	job->outcome = PW_JOB_UNREADABLE;
	if (job->strikes == STRIKES_MAX && job->kind != PW_JOB_PARSE) {
		job->kind = PW_JOB_TEXT;
		pw_job_list_push_front(&pool->waiting, job);
		return;
	}
	pw_job_list_push(&pool->back, job);
}

/* Only the first job met the inspector; the others go back without blame. */
static void bury(struct pw_pool *pool, struct pw_worker *worker, const struct pw_err *why)
{
	struct pw_job *jobs[PW_WORKER_DEPTH];
	struct pw_err how = PW_ERR_INIT, cause = *why;
	size_t i, n = worker->n_jobs;
	bool was_starting = worker->state == PW_WORKER_STARTING;

	memcpy(jobs, worker->jobs, sizeof jobs);
	pw_child_end(&worker->child, &how);
	pw_worker_done(worker);
	if (cause.code == PW_ECRASH)
		cause = how;
	if (was_starting) {
		pw_starts_failed(&pool->starts, &cause, pw_monotonic_ms(pool->clock));
		return;
	}
	pool->n_replaced++;
	cause.code = PW_ECRASH;
	for (i = n; i-- > 1;)
		pw_job_list_push_front(&pool->waiting, jobs[i]);
	if (n > 0)
		strike(pool, jobs[0], &cause);
}

static void finish(struct pw_pool *pool, struct pw_worker *worker, struct pw_job *job)
{
	worker->deadline_ms = pw_monotonic_ms(pool->clock) + pool->deadline_ms;
	if (job->strikes >= STRIKES_MAX)
		job->outcome = PW_JOB_UNREADABLE; /* the answer is its text scan */
	pw_job_list_push(&pool->back, job);
	if (worker->n_handled >= RETIRE_AFTER)
		worker->is_retiring = true;
	if (worker->is_retiring && worker->n_jobs == 0)
		pw_worker_done(worker);
}

static int read_worker(struct pw_pool *pool, struct pw_worker *worker, struct pw_err *err)
{
	struct pw_job *job;
	int r = pw_worker_read(worker, err);

	while (r > 0 && worker->state != PW_WORKER_ABSENT) {
		r = pw_worker_next(worker, &job, err);
		if (r <= 0)
			return r;
		if (job)
			finish(pool, worker, job);
		else
			pw_starts_succeeded(&pool->starts);
	}
	return r;
}

/* Everything that one inspector wants, then its deadline. */
static void tend(struct pw_pool *pool, struct pw_worker *worker)
{
	struct pw_err err = PW_ERR_INIT;
	bool is_waiting;

	if (worker->state == PW_WORKER_ABSENT)
		return;
	if (read_worker(pool, worker, &err) < 0) {
		bury(pool, worker, &err);
		return;
	}
	/* A failed write is no verdict: answers may still wait to be read, and
	   only after the last of them is it known which message was fatal. */
	if (pw_worker_write(worker, &err) < 0)
		return;
	is_waiting = worker->state == PW_WORKER_STARTING || worker->n_jobs > 0;
	if (!is_waiting || worker->state == PW_WORKER_ABSENT ||
	    pw_monotonic_ms(pool->clock) < worker->deadline_ms)
		return;
	pw_err_set(&err, PW_ETIMEOUT, "stalled: no answer within the deadline");
	bury(pool, worker, &err);
}

static struct pw_worker *idlest(struct pw_pool *pool)
{
	struct pw_worker *best = NULL;
	size_t i;

	for (i = 0; i < pool->n_workers; i++) {
		struct pw_worker *worker = &pool->workers[i];

		if (pw_worker_has_room(worker) &&
		    (!best || worker->n_jobs < best->n_jobs))
			best = worker;
	}
	return best;
}

static void hand_out(struct pw_pool *pool)
{
	int64_t deadline = pw_monotonic_ms(pool->clock) + pool->deadline_ms;
	struct pw_worker *worker;
	struct pw_err ignored;

	while (pool->waiting.n > 0 && (worker = idlest(pool)) != NULL) {
		pw_worker_give(worker, pw_job_list_shift(&pool->waiting), deadline);
		if (pw_worker_write(worker, &ignored) < 0)
			continue; /* shows when it is read */
	}
}

/* Start what is missing while there is work for it. */
static int man(struct pw_pool *pool, struct pw_err *err)
{
	size_t i, wanted = pool->waiting.n;

	if (wanted > 0 && pw_starts_are_hopeless(&pool->starts)) {
		*err = pool->starts.failure;
		return pw_err_wrap(err, "inspectors cannot start");
	}
	for (i = 0; i < pool->n_workers && wanted > 0; i++) {
		struct pw_worker *worker = &pool->workers[i];

		if (worker->state == PW_WORKER_STARTING)
			wanted--;
		if (worker->state != PW_WORKER_ABSENT ||
		    pw_monotonic_ms(pool->clock) < pool->starts.hold_ms)
			continue;
		if (start_worker(pool, worker, err) < 0)
			return -1;
		wanted--;
	}
	return 0;
}

/* Work waits for an inspector, and the pause before the next start runs. */
static bool is_holding(const struct pw_pool *pool)
{
	size_t i;

	if (pool->waiting.n == 0 || !pool->starts.hold_ms)
		return false;
	for (i = 0; i < pool->n_workers; i++)
		if (pool->workers[i].state == PW_WORKER_ABSENT)
			return true;
	return false;
}

size_t pw_pool_pollfds(const struct pw_pool *pool, struct pollfd *fds)
{
	size_t i, n = 0;

	for (i = 0; i < pool->n_workers; i++) {
		const struct pw_worker *worker = &pool->workers[i];

		if (worker->state == PW_WORKER_ABSENT)
			continue;
		fds[n].fd = worker->child.fd;
		fds[n].events = POLLIN;
		if (pw_worker_wants_write(worker))
			fds[n].events |= POLLOUT;
		fds[n++].revents = 0;
	}
	return n;
}

int pw_pool_timeout_ms(const struct pw_pool *pool)
{
	int64_t now = pw_monotonic_ms(pool->clock), left, least = -1;
	size_t i;

	if (pool->back.n > 0)
		return 0;
	if (is_holding(pool))
		least = pool->starts.hold_ms > now ? pool->starts.hold_ms - now : 0;
	for (i = 0; i < pool->n_workers; i++) {
		const struct pw_worker *worker = &pool->workers[i];

		if (worker->state == PW_WORKER_ABSENT ||
		    (worker->state == PW_WORKER_READY && worker->n_jobs == 0))
			continue;
		left = worker->deadline_ms > now ? worker->deadline_ms - now : 0;
		if (least < 0 || left < least)
			least = left;
	}
	return least > INT_MAX ? INT_MAX : (int)least;
}

int pw_pool_step(struct pw_pool *pool, struct pw_err *err)
{
	size_t i;

	for (i = 0; i < pool->n_workers; i++)
		tend(pool, &pool->workers[i]);
	hand_out(pool);
	return man(pool, err);
}

int pw_pool_wait(struct pw_pool *pool, int timeout_ms, struct pw_err *err)
{
	struct pollfd fds[PW_POOL_MAX];
	int own;
	size_t n;

	if (pw_pool_step(pool, err) < 0)
		return -1;
	if (pool->back.n > 0 || pool->n_jobs == 0)
		return 0;
	own = pw_pool_timeout_ms(pool);
	if (timeout_ms < 0 || (own >= 0 && own < timeout_ms))
		timeout_ms = own;
	n = pw_pool_pollfds(pool, fds);
	if (poll(fds, n, timeout_ms) < 0 && errno != EINTR)
		return pw_err_errno(err, PW_EIO, "cannot wait for inspectors");
	return pw_pool_step(pool, err);
}
