/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spawn.h - start an inspector: its process, its socket, its sealed images.
 */
#ifndef PW_INSPECT_SPAWN_H
#define PW_INSPECT_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

#include "agent/base/err.h"

/* A sealed memfd with these bytes (len 0: empty), close-on-exec. *ret owned
   by the caller (close()). */
int pw_image_seal(int *ret, const char *name, const void *bytes, size_t len,
		  struct pw_err *err) PW_MUST_CHECK;

struct pw_child {
	pid_t pid; /* 0: none */
	int fd;    /* our end of the socket, non-blocking; -1: none */
};

/* Run `program --inspector` with the two images; nothing else of ours is
   inherited: no descriptor, no environment (but the sanitizers' options). */
int pw_child_spawn(struct pw_child *ret, const char *program, int bundle_fd, int known_fd,
		   struct pw_err *err) PW_MUST_CHECK;
/* Close the socket, kill, reap.  how (NULL allowed) gets how it ended, as
   words: "killed by signal 31 (Bad system call)"; its code is PW_ECANCELED for
   SIGKILL, which nobody sends to himself, else PW_ECRASH. */
void pw_child_end(struct pw_child *child, struct pw_err *how);

#endif
