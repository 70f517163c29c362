/* SPDX-License-Identifier: Apache-2.0 */
/* worker.c - frames to and from one inspector, never blocking. */
#include "agent/inspect/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

void pw_worker_init(struct pw_worker *worker)
{
	*worker = (struct pw_worker){ .child = { 0, -1 } };
	pw_buf_init(&worker->head, PW_META_MAX * 2);
}

void pw_worker_done(struct pw_worker *worker)
{
	pw_child_end(&worker->child, NULL);
	if (worker->state != PW_WORKER_ABSENT)
		pw_frame_in_done(&worker->in);
	pw_buf_done(&worker->head);
	pw_worker_init(worker);
}

/* The greeting fits into the empty socket buffer, so it is sent at once. */
static int greet(int fd, const struct pw_buf *hello, struct pw_err *err)
{
	unsigned char head[PW_FRAME_HEAD];
	struct iovec parts[2] = { { head, sizeof head }, { hello->data, hello->len } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	pw_frame_head(head, PW_FRAME_HELLO, hello->len);
	if (sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)(sizeof head + hello->len))
		return 0;
	return pw_err_set(err, PW_ECRASH, "the inspector ended at once");
}

int pw_worker_start(struct pw_worker *worker, const char *program, int bundle_fd,
		    int known_fd, const struct pw_buf *hello, struct pw_err *err)
{
	if (pw_child_spawn(&worker->child, program, bundle_fd, known_fd, err) < 0)
		return -1;
	pw_frame_in_init(&worker->in, PW_ANSWER_MAX);
	worker->state = PW_WORKER_STARTING;
	if (greet(worker->child.fd, hello, err) == 0)
		return 0;
	pw_worker_done(worker);
	return -1;
}

bool pw_worker_has_room(const struct pw_worker *worker)
{
	return worker->state == PW_WORKER_READY && !worker->is_retiring &&
	       worker->n_jobs < PW_WORKER_DEPTH;
}

static void make_head(struct pw_buf *out, const struct pw_job *job)
{
	unsigned char frame[PW_FRAME_HEAD];
	struct pw_job_head head = { .kind = job->kind };
	PW_CLEANUP(pw_freep) char *text = NULL;
	json_t *meta = json_object();

	if (job->mailbox)
		json_object_set_new(meta, "mailbox", json_string(job->mailbox));
	if (job->authserv_id)
		json_object_set_new(meta, "authserv_id", json_string(job->authserv_id));
	if (job->received != PW_DAY_NONE)
		json_object_set_new(meta, "received", json_integer(job->received));
	text = json_dumps(meta, JSON_COMPACT);
	json_decref(meta);
	head.meta_len = text ? (uint32_t)strlen(text) : 0;
	pw_frame_head(frame, PW_FRAME_JOB, sizeof head + head.meta_len + job->len);
	pw_buf_reset(out);
	pw_buf_add(out, frame, sizeof frame);
	pw_buf_add(out, &head, sizeof head);
	pw_buf_add(out, text, head.meta_len);
}

void pw_worker_give(struct pw_worker *worker, struct pw_job *job, int64_t deadline_ms)
{
	if (worker->n_jobs == 0)
		worker->deadline_ms = deadline_ms;
	worker->jobs[worker->n_jobs++] = job;
	if (worker->n_sent == worker->n_jobs - 1) {
		make_head(&worker->head, job);
		worker->written = 0;
	}
}

bool pw_worker_wants_write(const struct pw_worker *worker)
{
	return worker->state == PW_WORKER_READY && worker->n_sent < worker->n_jobs;
}

/* One sendmsg() of what is left of head and message; 0 when the socket is full. */
static ssize_t send_rest(struct pw_worker *worker)
{
	const struct pw_job *job = worker->jobs[worker->n_sent];
	struct iovec parts[2] = {
		{ worker->head.data, worker->head.len },
		{ (void *)(uintptr_t)job->raw, job->len },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	size_t skip = worker->written, i;
	ssize_t n;

	for (i = 0; i < 2; i++) {
		size_t cut = skip < parts[i].iov_len ? skip : parts[i].iov_len;

		parts[i].iov_base = (char *)parts[i].iov_base + cut;
		parts[i].iov_len -= cut;
		skip -= cut;
	}
	n = sendmsg(worker->child.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n;
}

int pw_worker_write(struct pw_worker *worker, struct pw_err *err)
{
	while (pw_worker_wants_write(worker)) {
		const struct pw_job *job = worker->jobs[worker->n_sent];
		ssize_t n = send_rest(worker);

		if (n < 0)
			return pw_err_set(err, PW_ECRASH, "the inspector is gone");
		if (n == 0)
			return 0;
		worker->written += (size_t)n;
		if (worker->written < worker->head.len + job->len)
			continue;
		worker->n_sent++;
		worker->written = 0;
		if (worker->n_sent < worker->n_jobs)
			make_head(&worker->head, worker->jobs[worker->n_sent]);
	}
	return 0;
}

int pw_worker_read(struct pw_worker *worker, struct pw_err *err)
{
	return pw_frame_fill(&worker->in, worker->child.fd, err);
}

/* {code, message} of an inspector; both are hostile. */
static void read_error(const struct pw_buf *body, struct pw_err *ret)
{
	json_t *json = json_loadb(body->data, body->len, 0, NULL);
	const char *message = json_string_value(json_object_get(json, "message"));
	json_int_t code = json_integer_value(json_object_get(json, "code"));
	bool is_known = code > PW_OK && code <= PW_EIO;

	pw_err_set(ret, is_known ? (enum pw_code)code : PW_EPROTO, "%s",
		   message ? message : "an inspector failed without a word");
	json_decref(json);
}

static struct pw_job *shift_job(struct pw_worker *worker)
{
	struct pw_job *job = worker->jobs[0];

	worker->n_jobs--;
	worker->n_sent--;
	memmove(worker->jobs, worker->jobs + 1, worker->n_jobs * sizeof worker->jobs[0]);
	worker->n_handled++;
	return job;
}

static int use_answer(struct pw_worker *worker, struct pw_job **ret_job,
		      struct pw_err *err)
{
	const struct pw_buf *body = &worker->in.body;
	struct pw_job *job;
	json_t *result = NULL;

	if (worker->state != PW_WORKER_READY || worker->n_sent == 0)
		return pw_err_set(err, PW_EPROTO, "an answer that nobody asked for");
	if (worker->in.type == PW_FRAME_RESULT) {
		result = json_loadb(body->data, body->len, JSON_REJECT_DUPLICATES, NULL);
		if (!result)
			return pw_err_set(err, PW_EPROTO, "an answer that is no JSON");
	}
	job = shift_job(worker);
	job->result = result;
	job->outcome = result ? PW_JOB_DONE : PW_JOB_FAILED;
	if (!result)
		read_error(body, &job->err);
	*ret_job = job;
	return 1;
}

int pw_worker_next(struct pw_worker *worker, struct pw_job **ret_job, struct pw_err *err)
{
	int r = pw_frame_next(&worker->in, err);

	*ret_job = NULL;
	if (r <= 0)
		return r;
	switch (worker->in.type) {
	case PW_FRAME_READY:
		if (worker->state != PW_WORKER_STARTING)
			return pw_err_set(err, PW_EPROTO, "ready twice");
		worker->state = PW_WORKER_READY;
		return 1;
	case PW_FRAME_REFUSED:
		read_error(&worker->in.body, err);
		return -1;
	case PW_FRAME_RESULT:
	case PW_FRAME_FAILED:
		return use_answer(worker, ret_job, err);
	default:
		return pw_err_set(err, PW_EPROTO, "a frame that only the agent sends");
	}
}
