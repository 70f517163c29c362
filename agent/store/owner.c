/* SPDX-License-Identifier: Apache-2.0 */
/* owner.c - root's commands work as the user whose store it is. */
#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/store/open.h"

int pw_store_become_owner(const char *path, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *folder = pw_strdup(path);
	struct stat st;

	if (geteuid() != 0)
		return 0;
	if (stat(path, &st) < 0 && (errno != ENOENT || stat(dirname(folder), &st) < 0))
		return pw_err_errno(err, PW_ESTORE, "the folder of store '%s'", path);
	if (st.st_uid == 0)
		return 0;
	/* The group first: only root may change it. */
	if (setgroups(1, &st.st_gid) < 0 || setegid(st.st_gid) < 0 ||
	    seteuid(st.st_uid) < 0)
		return pw_err_errno(err, PW_EIO,
				    "cannot go on as the owner of store '%s'", path);
	return 0;
}
