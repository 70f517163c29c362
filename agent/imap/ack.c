/* SPDX-License-Identifier: Apache-2.0 */
/* ack.c - marks messages as decided and puts them away. */
#include "agent/imap/internal.h"

#include <string.h>

#define CHUNK 500 /* UIDs a command: keeps its line under 8 KB */

static int compare_uids(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Ranges only over UIDs that are named: what lies between is not ours. */
static struct mailimap_set *make_set(const uint32_t *uids, size_t n)
{
	struct mailimap_set *set = mailimap_set_new_empty();
	size_t i, j;

	for (i = 0; i < n; i = j) {
		for (j = i + 1; j < n && uids[j] <= uids[j - 1] + 1; j++)
			;
		mailimap_set_add_interval(set, uids[i], uids[j - 1]);
	}
	return set;
}

static int store_flags(struct pw_imap *imap, struct mailimap_set *set,
		       struct mailimap_flag_list *flags, const char *doing,
		       struct pw_err *err)
{
	struct mailimap_store_att_flags *change =
		mailimap_store_att_flags_new_add_flags_silent(flags);
	int result;

	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
	result = mailimap_uid_store(imap->session, set, change);
	mailimap_store_att_flags_free(change);
	return pw_imap_check(imap, result, PW_EREFUSED, doing, err);
}

static int mark(struct pw_imap *imap, struct mailimap_set *set, struct pw_err *err)
{
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();

	mailimap_flag_list_add(flags, mailimap_flag_new_seen());
	if (imap->guard.has_keyword)
		mailimap_flag_list_add(
			flags, mailimap_flag_new_flag_keyword(strdup(PW_GUARD_KEYWORD)));
	return store_flags(imap, set, flags, "mark messages as decided", err);
}

static int mark_deleted(struct pw_imap *imap, struct mailimap_set *set,
			struct pw_err *err)
{
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();

	mailimap_flag_list_add(flags, mailimap_flag_new_deleted());
	return store_flags(imap, set, flags, "delete moved messages", err);
}

static int transfer(struct pw_imap *imap, struct mailimap_set *set, const char *folder,
		    bool can_move)
{
	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
	return can_move ? mailimap_uid_move(imap->session, set, folder)
			: mailimap_uid_copy(imap->session, set, folder);
}

static bool is_no(int result)
{
	return result == MAILIMAP_ERROR_UID_MOVE || result == MAILIMAP_ERROR_UID_COPY;
}

/* The first NO may mean that the folder is missing; servers differ in whether
   they say TRYCREATE, so just try. */
static int transfer_creating(struct pw_imap *imap, struct mailimap_set *set,
			     bool can_move, struct pw_err *err)
{
	const char *to = imap->mailbox->move_to;
	PW_CLEANUP(pw_freep) char *folder = pw_imap_folder_name(to);
	PW_CLEANUP(pw_freep) char *doing = pw_asprintf("move messages to '%s'", to);
	int result = transfer(imap, set, folder, can_move);

	if (is_no(result)) {
		pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
		if (mailimap_create(imap->session, folder) == MAILIMAP_NO_ERROR) {
			pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
			if (mailimap_subscribe(imap->session, folder) !=
			    MAILIMAP_NO_ERROR)
				imap->guard.said[0] = '\0'; /* a matter of taste */
			result = transfer(imap, set, folder, can_move);
		}
	}
	return pw_imap_check(imap, result, PW_EREFUSED, doing, err);
}

/* Without UIDPLUS, EXPUNGE would remove what others marked as deleted: then the
   marks alone must do. */
static int put_away(struct pw_imap *imap, struct mailimap_set *set, struct pw_err *err)
{
	bool can_move = pw_imap_has_capability(imap, "MOVE");
	int result;

	if (transfer_creating(imap, set, can_move, err) < 0)
		return -1;
	if (can_move)
		return 0;
	if (mark_deleted(imap, set, err) < 0)
		return -1;
	if (!pw_imap_has_capability(imap, "UIDPLUS"))
		return 0;
	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES);
	result = mailimap_uid_expunge(imap->session, set);
	return pw_imap_check(imap, result, PW_EREFUSED, "remove moved messages", err);
}

static int ack_some(struct pw_imap *imap, const uint32_t *uids, size_t n,
		    struct pw_err *err)
{
	struct mailimap_set *set = make_set(uids, n);
	int result = mark(imap, set, err);

	if (result == 0 && imap->mailbox->after == PW_AFTER_MOVE)
		result = put_away(imap, set, err);
	mailimap_set_free(set);
	return result;
}

int pw_imap_ack(struct pw_imap *imap, const uint32_t *uids, size_t n, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) uint32_t *sorted = pw_alloc(n, sizeof *sorted);
	size_t at, some;

	if (n)
		memcpy(sorted, uids, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, compare_uids);
	for (at = 0; at < n; at += some) {
		some = n - at < CHUNK ? n - at : CHUNK;
		if (ack_some(imap, sorted + at, some, err) < 0)
			return -1;
	}
	return 0;
}
