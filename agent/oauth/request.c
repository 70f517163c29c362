/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - one POST to the token server (RFC 6749 3.2). */
#include <string.h>

#include "agent/base/str.h"
#include "agent/net/curl_setup.h"
#include "agent/oauth/internal.h"
#include "agent/secret/file.h"

#define REQUEST_MS 30000L
#define FORM_MAX   ((size_t)128 << 10)

char *pw_oauth_escape(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	struct pw_buf out;

	pw_buf_init(&out, FORM_MAX);
	for (; *text; text++)
		if (strchr(plain, *text))
			pw_buf_addc(&out, *text);
		else
			pw_buf_addf(&out, "%%%02X", (unsigned char)*text);
	return pw_buf_take(&out);
}

static char *make_form(const struct pw_form_field *fields, size_t n)
{
	struct pw_buf form;
	size_t i;

	pw_buf_init(&form, FORM_MAX);
	for (i = 0; i < n; i++) {
		char *value;

		if (!fields[i].value)
			continue;
		value = pw_oauth_escape(fields[i].value);
		pw_buf_addf(&form, "%s%s=%s", form.len ? "&" : "", fields[i].name, value);
		pw_wipe_free(value);
	}
	return pw_buf_take(&form);
}

static size_t on_body(char *bytes, size_t size, size_t n, void *self)
{
	return pw_buf_add(self, bytes, size * n) < 0 ? 0 : size * n;
}

static int explain(CURLcode code, const char *url, const struct pw_oauth2 *oauth2,
		   struct pw_err *err)
{
	switch (code) {
	case CURLE_ABORTED_BY_CALLBACK:
		return pw_err_set(err, PW_ECANCELED, "stopped while asking for a token");
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
		return pw_err_set(err, PW_ETLS,
				  "token server '%s': its certificate is not trusted%s%s",
				  url, oauth2->ca_file ? " by ca_file " : "",
				  oauth2->ca_file ? oauth2->ca_file : "");
	case CURLE_OPERATION_TIMEDOUT:
		return pw_err_set(err, PW_ETIMEOUT, "token server '%s' does not answer",
				  url);
	case CURLE_WRITE_ERROR:
		return pw_err_set(err, PW_EPROTO, "token server '%s' says too much", url);
	default:
		return pw_err_set(err, PW_ENET, "token server '%s': %s", url,
				  curl_easy_strerror(code));
	}
}

static CURLcode perform(const struct pw_oauth2 *oauth2, const char *url, const char *form,
			int abort_fd, struct pw_buf *body, long *ret_status)
{
	struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
	CURL *easy = pw_curl_new(oauth2->ca_file);
	CURLM *multi = curl_multi_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (easy && multi && headers) {
		curl_easy_setopt(easy, CURLOPT_URL, url);
		curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, form);
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, REQUEST_MS);
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
		code = pw_curl_run(multi, easy, abort_fd);
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, ret_status);
	}
	pw_curl_free(multi, easy, code == CURLE_ABORTED_BY_CALLBACK);
	curl_slist_free_all(headers);
	return code;
}

static int read_answer(const struct pw_buf *body, long status, const char *url,
		       struct pw_oauth_answer *ret, struct pw_err *err)
{
	json_t *json = json_loadb(body->data, body->len, JSON_REJECT_DUPLICATES, NULL);
	const char *word;

	if (status >= 500 || status == 429) {
		json_decref(json);
		return pw_err_set(err, PW_ETEMP, "token server '%s' is in trouble (%ld)",
				  url, status);
	}
	if (!json_is_object(json)) {
		json_decref(json);
		return pw_err_set(err, PW_EPROTO,
				  "token server '%s' answers with something that is no "
				  "JSON object (%ld)",
				  url, status);
	}
	*ret = (struct pw_oauth_answer){ .json = json };
	word = pw_oauth_string(ret, "error");
	if (!word && status >= 300)
		word = "unknown_error";
	if (word)
		snprintf(ret->error, sizeof ret->error, "%s", word);
	return 0;
}

int pw_oauth_post(const struct pw_oauth2 *oauth2, const char *url,
		  const struct pw_form_field *fields, size_t n, int abort_fd,
		  struct pw_oauth_answer *ret, struct pw_err *err)
{
	char *form = make_form(fields, n);
	struct pw_buf body;
	long status = 0;
	CURLcode code;
	int result;

	pw_buf_init(&body, PW_OAUTH_ANSWER_MAX);
	code = perform(oauth2, url, form, abort_fd, &body, &status);
	result = code == CURLE_OK ? read_answer(&body, status, url, ret, err)
				  : explain(code, url, oauth2, err);
	pw_wipe_free(form);
	if (body.len)
		explicit_bzero(body.data, body.len);
	pw_buf_done(&body);
	return result;
}

void pw_oauth_answer_done(struct pw_oauth_answer *answer)
{
	json_decref(answer->json);
	answer->json = NULL;
}

const char *pw_oauth_string(const struct pw_oauth_answer *answer, const char *key)
{
	return json_string_value(json_object_get(answer->json, key));
}

int pw_oauth_refusal(const struct pw_oauth_answer *answer, struct pw_err *err)
{
	const char *description = pw_oauth_string(answer, "error_description");
	struct pw_buf said;

	pw_buf_init(&said, 8192);
	pw_str_escape(&said, answer->error, strlen(answer->error), 60);
	if (description) {
		pw_buf_adds(&said, ": ");
		pw_str_escape(&said, description, strlen(description), 300);
	}
	pw_err_set(
		err, PW_EAUTH,
		"the token server refuses: '%s'; run 'poachwatch auth' again, or check "
		"client_id, its secret and the permissions of the application",
		said.data);
	pw_buf_done(&said);
	return -1;
}

int pw_oauth_client_secret(const struct pw_oauth2 *oauth2, char **ret, struct pw_err *err)
{
	if (oauth2->client_secret_file)
		return pw_secret_file(ret, "client_secret_file",
				      oauth2->client_secret_file, err);
	*ret = NULL;
	return 0;
}
