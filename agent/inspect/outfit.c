/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/inspect/outfit.h"

#include <fcntl.h>
#include <unistd.h>

#include "agent/inspect/worker.h"

#define HELLO_MAX ((size_t)128 << 10)

static json_t *strings(const char *const *items, size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_string(items[i]));
	return list;
}

static int make_hello(struct pw_buf *out, const struct pw_pool_setup *setup,
		      size_t memory_bytes, struct pw_err *err)
{
	json_t *json = json_object();
	PW_CLEANUP(pw_freep) char *text = NULL;

	json_object_set_new(json, "domains", strings(setup->domains, setup->n_domains));
	json_object_set_new(json, "names", strings(setup->names, setup->n_names));
	json_object_set_new(json, "memory_bytes", json_integer((json_int_t)memory_bytes));
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	pw_buf_done(out);
	pw_buf_init(out, HELLO_MAX);
	if (text && pw_buf_adds(out, text) == 0)
		return 0;
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

void pw_outfit_init(struct pw_outfit *outfit)
{
	*outfit = (struct pw_outfit){ .bundle_fd = -1, .known_fd = -1 };
	pw_buf_init(&outfit->hello, 0);
}

void pw_outfit_done(struct pw_outfit *outfit)
{
	pw_closep(&outfit->bundle_fd);
	pw_closep(&outfit->known_fd);
	pw_buf_done(&outfit->hello);
}

int pw_outfit_load(struct pw_outfit *outfit, const struct pw_pool_setup *setup,
		   size_t memory_bytes, struct pw_err *err)
{
	PW_CLEANUP(pw_outfit_done) struct pw_outfit new;

	pw_outfit_init(&new);
	if (seal_bundle(&new.bundle_fd, setup->bundle, err) < 0 ||
	    make_hello(&new.hello, setup, memory_bytes, err) < 0 ||
	    hold_known(&new.known_fd, setup->known_fd, err) < 0)
		return -1;
	pw_outfit_done(outfit);
	*outfit = new;
	pw_outfit_init(&new);
	return 0;
}
