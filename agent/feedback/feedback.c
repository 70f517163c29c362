/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/feedback/feedback.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/file.h"
#include "agent/base/str.h"
#include "agent/crypto/hash.h"

#define LABELS_MAX ((size_t)64 << 20)

/* Every key of a label, in the order that people read them. */
static const char *const empty_keys[] = { "solicitor_email", "solicitor_name",
					  "original_date",   "original_subject",
					  "forwarder",       "customer",
					  "vendor",          "timing",
					  "stated_expiry" };

char *pw_feedback_folder(const char *store_path)
{
	const char *slash = strrchr(store_path, '/');

	if (!slash)
		return pw_strdup("feedback");
	return pw_asprintf("%.*s/feedback", (int)(slash - store_path), store_path);
}

static char *label_line(const char *file, const struct pw_feedback_label *label)
{
	json_t *json =
		json_pack("{s:s, s:s, s:s?, s:[], s:[], s:s}", "file", file, "verdict",
			  label->verdict, "rival", label->rival, "contracts", "claims",
			  "notes", label->notes ? label->notes : "");
	char *line;
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(empty_keys); i++)
		json_object_set_new(json, empty_keys[i], json_null());
	line = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(json);
	return line;
}

/* The labels without any line about file. */
static void copy_others(struct pw_buf *out, const char *old, const char *file)
{
	PW_CLEANUP(pw_freep) char *needle = pw_asprintf("\"file\":\"%s\"", file);

	while (*old) {
		size_t len = strcspn(old, "\n");
		char *line = pw_strndup(old, len);

		if (len && !strstr(line, needle)) {
			pw_buf_add(out, line, len);
			pw_buf_addc(out, '\n');
		}
		free(line);
		old += len + (old[len] == '\n');
	}
}

static int write_label(const char *folder, const char *file,
		       const struct pw_feedback_label *label, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s/labels.jsonl", folder);
	PW_CLEANUP(pw_freep) char *line = label_line(file, label);
	PW_CLEANUP(pw_buf_done) struct pw_buf old, labels;
	int result = 0;

	pw_buf_init(&old, LABELS_MAX);
	pw_buf_init(&labels, LABELS_MAX);
	if (access(path, F_OK) == 0)
		result = pw_file_read(path, &old, err);
	if (result < 0)
		return -1;
	copy_others(&labels, old.data, file);
	pw_buf_adds(&labels, line);
	pw_buf_addc(&labels, '\n');
	if (pw_buf_failed(&labels))
		return pw_err_set(err, PW_ELIMIT, "'%s' is too large", path);
	return pw_file_write(path, labels.data, labels.len, err);
}

int pw_feedback_keep(const char *folder, const void *raw, size_t len,
		     const struct pw_feedback_label *label, char **ret_path,
		     struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *mails = pw_asprintf("%s/mails", folder);
	PW_CLEANUP(pw_freep) char *path = NULL;
	char hash[PW_HASH_TEXT], file[32];

	if (pw_sha256_hex(raw, len, hash, err) < 0 || pw_file_mkdir(folder, err) < 0 ||
	    pw_file_mkdir(mails, err) < 0)
		return -1;
	snprintf(file, sizeof file, "%.16s.eml", hash);
	path = pw_asprintf("%s/%s", mails, file);
	if (pw_file_write(path, raw, len, err) < 0 ||
	    write_label(folder, file, label, err) < 0)
		return -1;
	*ret_path = PW_TAKE(path);
	return 0;
}
