/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/evidence/evidence.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/file.h"
#include "agent/crypto/hash.h"
#include "agent/evidence/evidence_doc.h"

#define ARENA_BYTES  ((size_t)256 << 20)
#define RAW_MAX      ((size_t)64 << 20)
#define MESSAGES_MAX 10000

struct job {
	struct pw_store *store;
	const struct pw_case_row *row;
	const char *company;
	const char *folder;
	struct pw_arena *arena;
	struct pw_buf sums;
	json_t *manifest;
};

static int write_file(struct job *job, const char *name, const struct pw_buf *content,
		      char hash[PW_HASH_TEXT], struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *path = pw_asprintf("%s/%s", job->folder, name);

	if (pw_sha256_hex(content->data, content->len, hash, err) < 0)
		return -1;
	pw_buf_addf(&job->sums, "%s  %s\n", hash, name);
	return pw_file_write(path, content->data, content->len, err);
}

/* The chain of custody of one message. */
static json_t *message_entry(const struct pw_message_row *message, const char *file,
			     const char *hash)
{
	char received[PW_MS_TEXT], stored[PW_MS_TEXT];

	return json_pack("{s:I, s:s?, s:s?, s:s, s:I, s:I, s:s, s:s, s:s?, s:s?}",
			 "message", (json_int_t)message->id, "file", file, "sha256", hash,
			 "mailbox", message->mailbox, "uidvalidity",
			 (json_int_t)message->uidvalidity, "uid",
			 (json_int_t)message->uid, "received",
			 pw_ms_to_text(message->received_ms, received), "stored",
			 pw_ms_to_text(message->stored_ms, stored), "forwarded_by",
			 message->forwarder, "subject", message->subject);
}

static int write_message(struct job *job, const struct pw_message_row *message,
			 json_t *list, struct pw_err *err)
{
	PW_CLEANUP(pw_freep)
	char *name = pw_asprintf("originals/message-%lld.eml", (long long)message->id);
	PW_CLEANUP(pw_freep) void *raw = NULL;
	char hash[PW_HASH_TEXT] = "";
	size_t len = 0;

	if (pw_store_message_raw(job->store, message->id, RAW_MAX, &raw, &len, err) < 0)
		return -1;
	if (raw) {
		struct pw_buf content = { .data = raw, .len = len, .max = len };

		if (write_file(job, name, &content, hash, err) < 0)
			return -1;
	}
	json_array_append_new(
		list, message_entry(message, raw ? name : NULL, raw ? hash : NULL));
	return 0;
}

static int write_messages(struct job *job, const struct pw_message_row *rows, size_t n,
			  struct pw_err *err)
{
	json_t *list = json_array();
	size_t i;

	json_object_set_new(job->manifest, "messages", list);
	for (i = n; i-- > 0;)
		if (write_message(job, &rows[i], list, err) < 0)
			return -1;
	return 0;
}

static int write_summary(struct job *job, const struct pw_message_row *rows, size_t n,
			 struct pw_err *err)
{
	PW_CLEANUP(pw_doc_freep) struct pw_doc *doc = pw_doc_new();
	PW_CLEANUP(pw_buf_done) struct pw_buf text = { 0 }, html = { 0 };
	struct pw_evidence_view view = { job->store, job->row, job->company,
					 rows,       n,        job->arena };
	char hash[PW_HASH_TEXT];

	pw_buf_init(&text, PW_DOC_BYTES * 4);
	pw_buf_init(&html, PW_DOC_BYTES * 8);
	if (pw_evidence_doc(doc, &view, err) < 0)
		return -1;
	pw_doc_to_text(doc, &text);
	pw_doc_to_html(doc, "Evidence", &html);
	if (write_file(job, "summary.txt", &text, hash, err) < 0)
		return -1;
	return write_file(job, "summary.html", &html, hash, err);
}

static int write_manifest(struct job *job, struct pw_err *err)
{
	PW_CLEANUP(pw_freep)
	char *text = json_dumps(job->manifest, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	PW_CLEANUP(pw_freep) char *sums = pw_asprintf("%s/SHA256SUMS", job->folder);
	struct pw_buf content = { .data = text, .len = text ? strlen(text) : 0 };
	char hash[PW_HASH_TEXT];

	if (!text)
		return pw_err_set(err, PW_EFORMAT,
				  "the manifest could not be written as JSON");
	if (write_file(job, "manifest.json", &content, hash, err) < 0)
		return -1;
	return pw_file_write(sums, job->sums.data, job->sums.len, err);
}

static int make_folders(const char *folder, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *originals = pw_asprintf("%s/originals", folder);

	if (mkdir(folder, 0700) < 0)
		return pw_err_errno(err, PW_EINPUT, "cannot make folder '%s'", folder);
	return pw_file_mkdir(originals, err);
}

static int write_everything(struct job *job, struct pw_err *err)
{
	struct pw_message_filter filter = { .case_id = job->row->id };
	struct pw_message_row *rows;
	size_t n;

	if (pw_store_message_list(job->store, &filter, MESSAGES_MAX, job->arena, &rows,
				  &n, err) < 0 ||
	    make_folders(job->folder, err) < 0 || write_messages(job, rows, n, err) < 0 ||
	    write_summary(job, rows, n, err) < 0)
		return -1;
	return write_manifest(job, err);
}

int pw_evidence_write(struct pw_store *store, const struct pw_case_row *row,
		      const char *company, const char *folder, struct pw_err *err)
{
	struct job job = {
		.store = store, .row = row, .company = company, .folder = folder
	};
	int result;

	job.arena = pw_arena_new(ARENA_BYTES);
	pw_buf_init(&job.sums, (size_t)16 << 20);
	job.manifest = json_pack("{s:s, s:I, s:s, s:s?, s:s?, s:s?}", "made_by",
				 "poachwatch " PW_VERSION, "case", (json_int_t)row->id,
				 "incumbent", company, "rival", row->rival, "customer",
				 row->customer, "vendor", row->vendor);
	result = write_everything(&job, err);
	json_decref(job.manifest);
	pw_buf_done(&job.sums);
	pw_arena_free(job.arena);
	return result;
}
