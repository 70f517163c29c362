/* SPDX-License-Identifier: Apache-2.0 */
/* inspector.c - start, lock down, serve. */
#include "agent/inspect/inspector.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/inspect/protocol.h"
#include "agent/inspect/sandbox.h"
#include "agent/inspect/work.h"
#include "parsers/limits.h"
#include "parsers/mail.h"

#define PAYLOAD_MAX     (PW_MAX_MESSAGE_BYTES + PW_META_MAX + sizeof(struct pw_job_head))
#define MEMORY_MAX      ((size_t)1 << 30)
#define MEMORY_MIN      ((size_t)64 << 20)
#define CPU_MAX_SECONDS 900

/* Map what a descriptor holds; an empty one gives no memory. */
static int map_image(int fd, const void **ret, size_t *ret_len, struct pw_err *err)
{
	struct stat st;
	void *image;

	if (fstat(fd, &st) < 0)
		return pw_err_errno(err, PW_EIO, "cannot look at descriptor %d", fd);
	*ret = NULL;
	*ret_len = (size_t)st.st_size;
	if (st.st_size == 0)
		return 0;
	image = mmap(NULL, *ret_len, PROT_READ, MAP_SHARED, fd, 0);
	if (image == MAP_FAILED)
		return pw_err_errno(err, PW_EIO, "cannot map descriptor %d", fd);
	*ret = image;
	return 0;
}

/* Wait for one frame. 0, or -1 when the agent closed the socket. */
static int next_frame(struct pw_frame_in *in, struct pw_err *err)
{
	int r;

	while ((r = pw_frame_next(in, err)) == 0)
		if (pw_frame_fill(in, PW_INSPECTOR_FD, err) < 0)
			return -1;
	return r < 0 ? -1 : 0;
}

static int send_json(enum pw_frame_type type, const json_t *json, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *text = json_dumps(json, JSON_COMPACT);

	if (!text)
		return pw_err_set(err, PW_EFORMAT, "the answer is no JSON");
	return pw_frame_write(PW_INSPECTOR_FD, type, text, strlen(text), err);
}

static int send_error(enum pw_frame_type type, const struct pw_err *what,
		      struct pw_err *err)
{
	json_t *json = json_object();
	int r;

	json_object_set_new(json, "code", json_integer(what->code));
	json_object_set_new(json, "message", json_string_nocheck(what->msg));
	r = send_json(type, json, err);
	json_decref(json);
	return r;
}

static int load_work(struct pw_work **ret, size_t *ret_memory,
		     const struct pw_frame_in *in, struct pw_err *err)
{
	json_int_t memory;
	const void *bundle, *known;
	size_t bundle_len = 0, known_len = 0;
	json_t *hello;
	int r;

	if (in->type != PW_FRAME_HELLO)
		return pw_err_set(err, PW_EPROTO, "the first frame is no greeting");
	if (map_image(PW_BUNDLE_FD, &bundle, &bundle_len, err) < 0 ||
	    map_image(PW_KNOWN_FD, &known, &known_len, err) < 0)
		return -1;
	hello = json_loadb(in->body.data, in->body.len, 0, NULL);
	if (!hello)
		return pw_err_set(err, PW_EPROTO, "the greeting is no JSON");
	memory = json_integer_value(json_object_get(hello, "memory_bytes"));
	*ret_memory = memory >= (json_int_t)MEMORY_MIN ? (size_t)memory : MEMORY_MAX;
	r = pw_work_new(ret, hello, bundle, bundle_len, known, known_len, err);
	json_decref(hello);
	return r;
}

static int start(struct pw_work **ret, struct pw_frame_in *in, struct pw_err *err)
{
	struct pw_sandbox sandbox = { PW_INSPECTOR_FD, MEMORY_MAX, CPU_MAX_SECONDS };

	/* jansson seeds its hash tables from a file at first use. */
	json_object_seed(0);
	pw_parsers_init();
	if (next_frame(in, err) < 0 ||
	    load_work(ret, &sandbox.memory_max_bytes, in, err) < 0)
		return -1;
	pw_work_rehearse(*ret);
	return pw_sandbox_enter(&sandbox, err);
}

static int serve_one(const struct pw_work *work, const struct pw_frame_in *in,
		     pw_inspector_hook *hook, struct pw_err *err)
{
	struct pw_err failure = PW_ERR_INIT;
	const char *raw;
	size_t len;
	struct pw_buf answer;
	int r;

	if (in->type != PW_FRAME_JOB)
		return pw_err_set(err, PW_EPROTO, "not a job");
	if (hook && pw_work_raw(in->body.data, in->body.len, &raw, &len))
		hook(raw, len);
	pw_buf_init(&answer, PW_WORK_ANSWER_MAX);
	if (pw_work_do(&answer, work, in->body.data, in->body.len, &failure) < 0)
		r = send_error(PW_FRAME_FAILED, &failure, err);
	else if (pw_buf_failed(&answer))
		r = send_error(PW_FRAME_FAILED,
			       &(struct pw_err){ PW_ELIMIT, "the answer is too long" },
			       err);
	else
		r = pw_frame_write(PW_INSPECTOR_FD, PW_FRAME_RESULT, answer.data,
				   answer.len, err);
	pw_buf_done(&answer);
	return r;
}

int pw_inspector_main(pw_inspector_hook *hook)
{
	struct pw_err err = PW_ERR_INIT, ignored = PW_ERR_INIT;
	PW_CLEANUP(pw_work_freep) struct pw_work *work = NULL;
	struct pw_frame_in in;

	if (pw_sandbox_prepare(PW_KNOWN_FD, &err) < 0)
		_exit(1);
	pw_frame_in_init(&in, PAYLOAD_MAX);
	if (start(&work, &in, &err) < 0) {
		if (send_error(PW_FRAME_REFUSED, &err, &ignored) < 0)
			_exit(1);
		_exit(2);
	}
	if (pw_frame_write(PW_INSPECTOR_FD, PW_FRAME_READY, "", 0, &err) < 0)
		_exit(1);
	while (next_frame(&in, &err) == 0)
		if (serve_one(work, &in, hook, &err) < 0)
			break;
	/* Nothing to save, and exit handlers would need what is forbidden now. */
	_exit(err.code == PW_ECRASH ? 0 : 1);
}
