/* SPDX-License-Identifier: Apache-2.0 */
/* work.c - jobs of an inspector: parse, inspect, scan as text. */
#include "agent/inspect/work.h"

#include <string.h>

#include "agent/base/day.h"
#include "agent/base/str.h"
#include "agent/inspect/textscan.h"
#include "parsers/domain.h"
#include "parsers/limits.h"
#include "parsers/mail_json.h"
#include "rules/engine/detect.h"

struct pw_work {
	struct pw_bundle *bundle;
	struct pw_ruleset *ruleset; /* NULL: parse only */
	struct pw_known *known;     /* NULL: no contracts */
	const char **domains, **names;
	size_t n_domains, n_names;
	json_t *hello; /* owns the strings */
};

/* What the agent says about one message. */
struct meta {
	json_t *json; /* owns the strings */
	struct pw_us us;
};

static const char **string_list(const json_t *list, size_t *ret_n)
{
	size_t i, n = json_array_size(list);
	const char **strings = pw_alloc(n + 1, sizeof *strings);

	for (i = 0, *ret_n = 0; i < n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (s)
			strings[(*ret_n)++] = s;
	}
	return strings;
}

static int load_rules(struct pw_work *work, const void *bundle, size_t len,
		      struct pw_err *err)
{
	struct pw_diags diags;
	int r;

	if (len == 0)
		return 0;
	if (pw_bundle_unpack(&work->bundle, bundle, len, err) < 0)
		return -1;
	pw_diags_init(&diags);
	r = pw_ruleset_new(&work->ruleset, work->bundle, &diags, err);
	pw_diags_done(&diags);
	return r;
}

/* Addresses come with their domains in one form. */
static void normalise(json_t *domains)
{
	char domain[PW_DOMAIN_MAX + 1];
	json_t *item;
	size_t i;

	json_array_foreach(domains, i, item)
	{
		const char *text = json_string_value(item);

		pw_domain_normal(domain, pw_bytes_of(text ? text : ""));
		json_string_set(item, domain);
	}
}

int pw_work_new(struct pw_work **ret, const json_t *hello, const void *bundle,
		size_t bundle_len, const void *known, size_t known_len,
		struct pw_err *err)
{
	PW_CLEANUP(pw_work_freep) struct pw_work *work = pw_alloc(1, sizeof *work);

	work->hello = json_deep_copy(hello);
	normalise(json_object_get(work->hello, "domains"));
	work->domains =
		string_list(json_object_get(work->hello, "domains"), &work->n_domains);
	work->names = string_list(json_object_get(work->hello, "names"), &work->n_names);
	if (load_rules(work, bundle, bundle_len, err) < 0)
		return -1;
	if (known_len && pw_known_open(&work->known, known, known_len, err) < 0)
		return -1;
	*ret = PW_TAKE(work);
	return 0;
}

void pw_work_free(struct pw_work *work)
{
	if (!work)
		return;
	pw_known_close(work->known);
	pw_ruleset_free(work->ruleset);
	pw_bundle_free(work->bundle);
	free(work->domains);
	free(work->names);
	json_decref(work->hello);
	free(work);
}

static bool split_job(const void *payload, size_t len, struct pw_job_head *ret_head,
		      const char **ret_meta, const char **ret_raw, size_t *ret_raw_len)
{
	if (len < sizeof *ret_head)
		return false;
	memcpy(ret_head, payload, sizeof *ret_head);
	len -= sizeof *ret_head;
	if (ret_head->meta_len > len)
		return false;
	*ret_meta = (const char *)payload + sizeof *ret_head;
	*ret_raw = *ret_meta + ret_head->meta_len;
	*ret_raw_len = len - ret_head->meta_len;
	return true;
}

bool pw_work_raw(const void *payload, size_t len, const char **ret_raw, size_t *ret_len)
{
	struct pw_job_head head;
	const char *meta;

	return split_job(payload, len, &head, &meta, ret_raw, ret_len);
}

static int read_meta(struct meta *meta, const struct pw_work *work, const char *text,
		     size_t len, struct pw_err *err)
{
	const json_t *received;

	meta->json = json_loadb(text, len, 0, NULL);
	if (!json_is_object(meta->json))
		return pw_err_set(err, PW_EPROTO, "a job's description is no JSON");
	received = json_object_get(meta->json, "received");
	meta->us = (struct pw_us){
		.domains = work->domains,
		.n_domains = work->n_domains,
		.names = work->names,
		.n_names = work->n_names,
		.mailbox = json_string_value(json_object_get(meta->json, "mailbox")),
		.authserv_id =
			json_string_value(json_object_get(meta->json, "authserv_id")),
		.received = json_is_integer(received)
				    ? (pw_day)json_integer_value(received)
				    : PW_DAY_NONE,
	};
	return 0;
}

static int do_parse(struct pw_buf *out, const char *raw, size_t len, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *text = NULL;
	PW_CLEANUP(pw_mail_freep) struct pw_mail *mail = NULL;
	json_t *json;

	if (pw_mail_parse(&mail, raw, len, err) < 0)
		return -1;
	json = pw_mail_to_json(mail);
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (!text)
		return pw_err_set(err, PW_EFORMAT, "the answer is no JSON");
	pw_buf_adds(out, text);
	return 0;
}

static int do_text(struct pw_buf *out, const struct pw_work *work, const char *raw,
		   size_t len, struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;

	if (pw_textscan(&finding, work->ruleset, work->known, raw, len, err) < 0)
		return -1;
	pw_finding_write(finding, out);
	return 0;
}

static int do_inspect(struct pw_buf *out, const struct pw_work *work,
		      const struct pw_us *us, const char *raw, size_t len,
		      struct pw_err *err)
{
	PW_CLEANUP(pw_mail_freep) struct pw_mail *mail = NULL;
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;

	if (pw_mail_parse(&mail, raw, len, err) < 0 ||
	    pw_detect(&finding, work->ruleset, work->known, us, mail, err) < 0)
		return -1;
	pw_finding_write(finding, out);
	return 0;
}

int pw_work_do(struct pw_buf *out, const struct pw_work *work, const void *payload,
	       size_t len, struct pw_err *err)
{
	struct pw_job_head head;
	struct meta meta = { 0 };
	const char *meta_text, *raw;
	size_t raw_len;
	int r;

	if (!split_job(payload, len, &head, &meta_text, &raw, &raw_len))
		return pw_err_set(err, PW_EPROTO, "a job is too short");
	if (head.kind == PW_JOB_PARSE)
		return do_parse(out, raw, raw_len, err);
	if (!work->ruleset)
		return pw_err_set(err, PW_EPROTO, "this inspector has no rules");
	if (head.kind == PW_JOB_TEXT)
		return do_text(out, work, raw, raw_len, err);
	r = read_meta(&meta, work, meta_text, head.meta_len, err);
	if (r == 0)
		r = do_inspect(out, work, &meta.us, raw, raw_len, err);
	json_decref(meta.json);
	return r;
}
