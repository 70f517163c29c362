/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - hands jobs to inspectors, replaces those that die, decides blame. */
#include "agent/inspect/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "agent/inspect/worker.h"

#define DEADLINE_MS        10000
#define START_MS           60000 /* compiling rules on a busy machine */
#define MEMORY_BYTES       ((size_t)1 << 30)
#define STRIKES_MAX        2
#define START_TRIES        3
#define START_PAUSE_MAX_MS 2000
#define RETIRE_AFTER       20000 /* jobs; bounds what leaks and what CPU time adds up */
#define DEFAULT_WORKERS    4
#define HELLO_MAX          ((size_t)128 << 10)

struct job_list {
	struct pw_job *first, **last;
	size_t n;
};

struct pw_pool {
	char *program;
	int64_t deadline_ms;
	size_t memory_bytes;
	const struct pw_clock *clock;
	int bundle_fd, known_fd;
	struct pw_buf hello;
	struct pw_worker workers[PW_POOL_MAX];
	size_t n_workers;
	struct job_list waiting, back;
	size_t n_jobs, n_replaced;
	unsigned failed_starts; /* in a row */
	bool has_started;       /* an inspector was ready at least once */
	int64_t hold_ms;        /* monotonic: none is started before */
	struct pw_err failure;
};

static void list_init(struct job_list *list)
{
	*list = (struct job_list){ .last = &list->first };
}

static void list_push(struct job_list *list, struct pw_job *job)
{
	job->next = NULL;
	*list->last = job;
	list->last = &job->next;
	list->n++;
}

static void list_push_front(struct job_list *list, struct pw_job *job)
{
	job->next = list->first;
	list->first = job;
	if (list->last == &list->first)
		list->last = &job->next;
	list->n++;
}

static struct pw_job *list_shift(struct job_list *list)
{
	struct pw_job *job = list->first;

	if (!job)
		return NULL;
	list->first = job->next;
	if (!list->first)
		list->last = &list->first;
	list->n--;
	return job;
}

static json_t *strings(const char *const *items, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_string(items[i]));
	return list;
}

static int make_hello(struct pw_buf *out, const struct pw_pool *pool,
		      const struct pw_pool_setup *setup, struct pw_err *err)
{
	json_t *json = json_object();
	PW_CLEANUP(pw_freep) char *text = NULL;

	json_object_set_new(json, "domains", strings(setup->domains, setup->n_domains));
	json_object_set_new(json, "names", strings(setup->names, setup->n_names));
	json_object_set_new(json, "memory_bytes",
			    json_integer((json_int_t)pool->memory_bytes));
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	pw_buf_init(out, HELLO_MAX);
	if (text && pw_buf_adds(out, text) == 0)
		return 0;
	pw_buf_done(out);
	return pw_err_set(err, PW_ELIMIT, "too many company domains and names");
}

static int seal_bundle(int *ret, const struct pw_bundle *bundle, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) void *bytes = NULL;
	size_t len = 0;

	if (bundle && pw_bundle_pack(bundle, &bytes, &len, err) < 0)
		return -1;
	return pw_image_seal(ret, "poachwatch-rules", bytes, len, err);
}

static int hold_known(int *ret, int fd, struct pw_err *err)
{
	if (fd < 0)
		return pw_image_seal(ret, "poachwatch-nothing", NULL, 0, err);
	*ret = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return *ret < 0 ? pw_err_errno(err, PW_EIO, "cannot hold the known contracts")
			: 0;
}

static int load_setup(struct pw_pool *pool, const struct pw_pool_setup *setup,
		      struct pw_err *err)
{
	PW_CLEANUP(pw_closep) int bundle = -1;
	int known;
	struct pw_buf hello;

	if (seal_bundle(&bundle, setup->bundle, err) < 0 ||
	    make_hello(&hello, pool, setup, err) < 0)
		return -1;
	if (hold_known(&known, setup->known_fd, err) < 0) {
		pw_buf_done(&hello);
		return -1;
	}
	pw_closep(&pool->bundle_fd);
	pw_closep(&pool->known_fd);
	pw_buf_done(&pool->hello);
	pool->bundle_fd = bundle;
	bundle = -1;
	pool->known_fd = known;
	pool->hello = hello;
	return 0;
}

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

	pool->bundle_fd = pool->known_fd = -1;
	pool->program = pw_strdup(options->program);
	pool->deadline_ms = options->deadline_ms ? options->deadline_ms : DEADLINE_MS;
	pool->memory_bytes = options->memory_bytes ? options->memory_bytes : MEMORY_BYTES;
	pool->clock = options->clock ? options->clock : &pw_clock_real;
	pool->n_workers = count_workers(options->n_inspectors);
	pw_buf_init(&pool->hello, 0);
	list_init(&pool->waiting);
	list_init(&pool->back);
	for (i = 0; i < pool->n_workers; i++)
		pw_worker_init(&pool->workers[i]);
	if (load_setup(pool, setup, err) < 0)
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
	pw_closep(&pool->bundle_fd);
	pw_closep(&pool->known_fd);
	pw_buf_done(&pool->hello);
	free(pool->program);
	free(pool);
}

/* The pauses between starts double, from 10 ms. */
static void note_failed_start(struct pw_pool *pool, const struct pw_err *why)
{
	int64_t pause = START_PAUSE_MAX_MS;

	if (pool->failed_starts < 10)
		pause = INT64_C(10) << pool->failed_starts;
	if (pause > START_PAUSE_MAX_MS)
		pause = START_PAUSE_MAX_MS;
	pool->failed_starts++;
	pool->failure = *why;
	pool->hold_ms = pw_monotonic_ms(pool->clock) + pause;
}

/* What they say themselves (rules that do not compile) does not get better;
   and where none ever started, something is wrong with the program.  One that
   was killed from outside may live the next time. */
static bool is_hopeless(const struct pw_pool *pool)
{
	if (pool->failed_starts < START_TRIES || pool->failure.code == PW_ECANCELED)
		return false;
	return !pool->has_started || pool->failure.code != PW_ECRASH;
}

static int start_worker(struct pw_pool *pool, struct pw_worker *worker,
			struct pw_err *err)
{
	worker->deadline_ms = pw_monotonic_ms(pool->clock) + START_MS;
	if (pw_worker_start(worker, pool->program, pool->bundle_fd, pool->known_fd,
			    &pool->hello, err) == 0)
		return 0;
	if (err->code != PW_ECRASH)
		return -1;
	note_failed_start(pool, err);
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

	if (load_setup(pool, setup, err) < 0)
		return -1;
	for (i = 0; i < pool->n_workers; i++)
		retire(&pool->workers[i]);
	pool->failed_starts = 0;
	return pw_pool_warm(pool, err);
}

void pw_pool_submit(struct pw_pool *pool, struct pw_job *job)
{
	job->outcome = PW_JOB_DONE;
	job->result = NULL;
	job->strikes = 0;
	job->err = (struct pw_err)PW_ERR_INIT;
	pool->n_jobs++;
	list_push(&pool->waiting, job);
}

struct pw_job *pw_pool_take(struct pw_pool *pool)
{
	struct pw_job *job = list_shift(&pool->back);

	if (job)
		pool->n_jobs--;
	return job;
}

size_t pw_pool_n_jobs(const struct pw_pool *pool)
{
	return pool->n_jobs;
}

const struct pw_err *pw_pool_trouble(const struct pw_pool *pool)
{
	return pool->failed_starts >= START_TRIES ? &pool->failure : NULL;
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
		list_push_front(&pool->waiting, job);
		return;
	}
	job->outcome = PW_JOB_UNREADABLE;
	if (job->strikes == STRIKES_MAX && job->kind != PW_JOB_PARSE) {
		job->kind = PW_JOB_TEXT;
		list_push_front(&pool->waiting, job);
		return;
	}
	list_push(&pool->back, job);
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
		note_failed_start(pool, &cause);
		return;
	}
	pool->n_replaced++;
	cause.code = PW_ECRASH;
	for (i = n; i-- > 1;)
		list_push_front(&pool->waiting, jobs[i]);
	if (n > 0)
		strike(pool, jobs[0], &cause);
}

static void finish(struct pw_pool *pool, struct pw_worker *worker, struct pw_job *job)
{
	worker->deadline_ms = pw_monotonic_ms(pool->clock) + pool->deadline_ms;
	if (job->strikes >= STRIKES_MAX)
		job->outcome = PW_JOB_UNREADABLE; /* the answer is its text scan */
	list_push(&pool->back, job);
	if (worker->n_handled >= RETIRE_AFTER)
		worker->is_retiring = true;
	if (worker->is_retiring && worker->n_jobs == 0)
		pw_worker_done(worker);
}

static void note_started(struct pw_pool *pool)
{
	pool->has_started = true;
	pool->failed_starts = 0;
	pool->hold_ms = 0;
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
			note_started(pool);
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
		pw_worker_give(worker, list_shift(&pool->waiting), deadline);
		if (pw_worker_write(worker, &ignored) < 0)
			continue; /* shows when it is read */
	}
}

/* Start what is missing while there is work for it. */
static int man(struct pw_pool *pool, struct pw_err *err)
{
	size_t i, wanted = pool->waiting.n;

	if (wanted > 0 && is_hopeless(pool)) {
		*err = pool->failure;
		return pw_err_wrap(err, "inspectors cannot start");
	}
	for (i = 0; i < pool->n_workers && wanted > 0; i++) {
		struct pw_worker *worker = &pool->workers[i];

		if (worker->state == PW_WORKER_STARTING)
			wanted--;
		if (worker->state != PW_WORKER_ABSENT ||
		    pw_monotonic_ms(pool->clock) < pool->hold_ms)
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

	if (pool->waiting.n == 0 || !pool->hold_ms)
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
		least = pool->hold_ms > now ? pool->hold_ms - now : 0;
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
