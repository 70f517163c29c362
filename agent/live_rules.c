/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/live_rules.h"

#include <jansson.h>
#include <string.h>

#define KEY_LIVE    "rules.live"
#define KEY_REFUSED "rules.refused"
#define ARENA_BYTES ((size_t)1 << 20)

static int put(struct pw_store *store, const char *key, json_t *json, struct pw_err *err)
{
	char *text = json_dumps(json, JSON_COMPACT);
	int r = pw_store_set(store, key, text, err);

	free(text);
	json_decref(json);
	return r;
}

/* A path need not be UTF-8, JSON must. */
static json_t *text_json(const char *text)
{
	json_t *json = json_string(text ? text : "");

	return json ? json : json_string("(not UTF-8)");
}

int pw_live_rules_refuse(struct pw_store *store, int64_t now_ms, const char *why,
			 struct pw_err *err)
{
	return put(store, KEY_REFUSED,
		   json_pack("{s:I, s:o}", "at_ms", (json_int_t)now_ms, "why",
			     text_json(why)),
		   err);
}

static const char *text_at(struct pw_arena *arena, const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? pw_arena_strdup(arena, text) : NULL;
}

static int get(struct pw_store *store, const char *key, struct pw_arena *arena,
	       json_t **ret, struct pw_err *err)
{
	const char *text;

	if (pw_store_get(store, key, arena, &text, err) < 0)
		return -1;
	*ret = text ? json_loads(text, 0, NULL) : NULL;
	return 0;
}

static void read_live(const json_t *json, struct pw_arena *arena,
		      struct pw_live_rules *ret)
{
	const json_t *folders = json_object_get(json, "folders"), *folder;
	const char **names =
		pw_arena_alloc(arena, json_array_size(folders) + 1, sizeof *names);
	size_t i;

	ret->hash = text_at(arena, json, "hash");
	ret->since_ms = json_integer_value(json_object_get(json, "since_ms"));
	ret->n_files = json_integer_value(json_object_get(json, "files"));
	ret->folders = names;
	json_array_foreach((json_t *)(uintptr_t)folders, i, folder)
	{
		if (names && json_string_value(folder))
			names[ret->n_folders++] =
				pw_arena_strdup(arena, json_string_value(folder));
	}
}

int pw_live_rules_get(struct pw_store *store, struct pw_arena *arena,
		      struct pw_live_rules *ret, struct pw_err *err)
{
	json_t *live = NULL, *refused = NULL;

	*ret = (struct pw_live_rules){ .hash = NULL };
	if (get(store, KEY_LIVE, arena, &live, err) < 0)
		return -1;
	if (live)
		read_live(live, arena, ret);
	json_decref(live);
	if (get(store, KEY_REFUSED, arena, &refused, err) < 0)
		return -1;
	ret->refused_ms = json_integer_value(json_object_get(refused, "at_ms"));
	ret->refused = text_at(arena, refused, "why");
	json_decref(refused);
	return 0;
}

int pw_live_rules_set(struct pw_store *store, const struct pw_live_rules *live,
		      struct pw_err *err)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	json_t *folders = json_array();
	struct pw_live_rules before;
	int64_t since_ms = live->since_ms;
	size_t i;

	for (i = 0; i < live->n_folders; i++)
		json_array_append_new(folders, text_json(live->folders[i]));
	if (pw_live_rules_get(store, arena, &before, err) < 0) {
		json_decref(folders);
		return -1;
	}
	if (before.hash && before.since_ms && strcmp(before.hash, live->hash) == 0)
		since_ms = before.since_ms;
	if (put(store, KEY_LIVE,
		json_pack("{s:s, s:I, s:I, s:o}", "hash", live->hash, "since_ms",
			  (json_int_t)since_ms, "files", (json_int_t)live->n_files,
			  "folders", folders),
		err) < 0)
		return -1;
	return before.refused ? pw_store_set(store, KEY_REFUSED, NULL, err) : 0;
}
