/* SPDX-License-Identifier: Apache-2.0 */
/* tokens.c - tokens and the file that keeps them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"
#include "agent/oauth/internal.h"

#define DEFAULT_LIFE_S 3600
#define LIFE_MAX_S     (90 * 86400)

void pw_tokens_done(struct pw_tokens *tokens)
{
	pw_wipe_free(tokens->access);
	pw_wipe_free(tokens->refresh);
	*tokens = (struct pw_tokens){ 0 };
}

/* A token goes into an HTTP or SASL line: printable ASCII (RFC 6750 2.1). */
static bool is_token(const char *text)
{
	const char *c;

	for (c = text; c && *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return text && *text;
}

static void replace(char **place, const char *text)
{
	pw_wipe_free(*place);
	*place = text ? pw_strdup(text) : NULL;
}

int pw_tokens_update(struct pw_tokens *tokens, const json_t *answer, struct pw_err *err)
{
	const char *access = json_string_value(json_object_get(answer, "access_token"));
	const char *refresh = json_string_value(json_object_get(answer, "refresh_token"));
	const json_t *life = json_object_get(answer, "expires_in");
	double seconds = json_is_number(life)      ? json_number_value(life)
			 : json_string_value(life) ? atof(json_string_value(life))
						   : DEFAULT_LIFE_S;

	if (!is_token(access) || (refresh && !is_token(refresh)))
		return pw_err_set(err, PW_EPROTO,
				  "the token server gave no usable token");
	if (!(seconds >= 0 && seconds <= LIFE_MAX_S))
		seconds = DEFAULT_LIFE_S;
	replace(&tokens->access, access);
	if (refresh)
		replace(&tokens->refresh, refresh);
	tokens->expires_ms = pw_wall_ms(&pw_clock_real) + (int64_t)(seconds * 1000);
	return 0;
}

static bool is_of(const json_t *file, const char *key, const char *value)
{
	return pw_streq(json_string_value(json_object_get(file, key)), value);
}

int pw_tokens_load(struct pw_tokens *ret, const struct pw_oauth2 *oauth2,
		   struct pw_err *err)
{
	struct pw_tokens tokens = { 0 };
	json_error_t mistake;
	json_t *file;

	if (access(oauth2->token_file, F_OK) < 0 && errno == ENOENT) {
		*ret = tokens;
		return 0;
	}
	file = json_load_file(oauth2->token_file, JSON_REJECT_DUPLICATES, &mistake);
	if (!file)
		return pw_err_set(err, PW_ECONFIG,
				  "token file '%s' cannot be read; remove it and run "
				  "'poachwatch auth' again",
				  oauth2->token_file);
	if (is_of(file, "client_id", oauth2->client_id) &&
	    is_of(file, "token_url", oauth2->token_url) &&
	    is_of(file, "scope", oauth2->scope)) {
		replace(&tokens.access,
			json_string_value(json_object_get(file, "access_token")));
		replace(&tokens.refresh,
			json_string_value(json_object_get(file, "refresh_token")));
		tokens.expires_ms =
			json_integer_value(json_object_get(file, "expires_ms"));
	}
	json_decref(file);
	*ret = tokens;
	return 0;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -1;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return fsync(fd);
}

static int write_file(const char *path, const char *text, struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *fresh = pw_asprintf("%s.new", path);
	int fd, result;

	if (unlink(fresh) < 0 && errno != ENOENT)
		return pw_err_errno(err, PW_ECONFIG, "token file '%s'", fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return pw_err_errno(err, PW_ECONFIG, "token file '%s'", fresh);
	result = write_all(fd, text, strlen(text));
	if (close(fd) < 0 || result < 0 || rename(fresh, path) < 0) {
		pw_err_errno(err, PW_ECONFIG, "token file '%s'", path);
		unlink(fresh);
		return -1;
	}
	return 0;
}

int pw_tokens_save(const struct pw_tokens *tokens, const struct pw_oauth2 *oauth2,
		   struct pw_err *err)
{
	json_t *file =
		json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:I}", "client_id",
			  oauth2->client_id, "token_url", oauth2->token_url, "scope",
			  oauth2->scope, "access_token", tokens->access, "refresh_token",
			  tokens->refresh, "expires_ms", (json_int_t)tokens->expires_ms);
	char *text = file ? json_dumps(file, JSON_INDENT(2)) : NULL;
	int result;

	json_decref(file);
	if (!text)
		return pw_err_set(err, PW_ECONFIG,
				  "the tokens cannot be kept: client_id, scope or "
				  "token_url is no UTF-8");
	result = write_file(oauth2->token_file, text, err);
	pw_wipe_free(text);
	return result;
}
