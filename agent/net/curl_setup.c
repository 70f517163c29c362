/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/net/curl_setup.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NOTED_MAX   1024
#define NOTED_BYTES 12288 /* larger blocks are buffers of the connection */
#define NEEDLE_MIN  8     /* what is shorter stands in innocent places too */

/* libcurl keeps copies of a password for as long as its connection lasts, to
   know whether another transfer may share it; ours are never shared.  So what
   this thread allocates during a login is noted. */
static _Thread_local struct {
	bool is_on;
	size_t n;
	void *blocks[NOTED_MAX]; /* NULL: freed */
} noted;

static void *note(void *block)
{
	if (noted.is_on && block && noted.n < NOTED_MAX &&
	    malloc_usable_size(block) <= NOTED_BYTES)
		noted.blocks[noted.n++] = block;
	return block;
}

static void forget(const void *block)
{
	size_t i = noted.is_on ? noted.n : 0;

	while (i-- > 0)
		if (noted.blocks[i] == block) {
			noted.blocks[i] = NULL;
			return;
		}
}

/* What base64 makes of the secret wherever it stands in a longer text: the
   groups of three that begin at shift and hold nothing else. */
static size_t encode(char *out, const char *secret, size_t len, size_t shift)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 0;

	for (; shift + 3 <= len; shift += 3) {
		const unsigned char *at = (const unsigned char *)secret + shift;
		unsigned long bits =
			(unsigned long)at[0] << 16 | (unsigned long)at[1] << 8 | at[2];

		out[n++] = digits[bits >> 18];
		out[n++] = digits[bits >> 12 & 63];
		out[n++] = digits[bits >> 6 & 63];
		out[n++] = digits[bits & 63];
	}
	return n;
}

static void wipe(const char *needle, size_t len)
{
	size_t i;

	for (i = 0; len >= NEEDLE_MIN && i < noted.n; i++) {
		char *block = noted.blocks[i], *at = block;
		size_t size = block ? malloc_usable_size(block) : 0;

		while (block && (at = memmem(at, size - (size_t)(at - block), needle,
					     len)) != NULL)
			explicit_bzero(at, len);
	}
}

void pw_curl_login_begin(void)
{
	noted.is_on = true;
	noted.n = 0;
}

void pw_curl_login_end(const char *secret)
{
	size_t shift, len = secret ? strlen(secret) : 0;
	char *encoded = malloc(len * 4 / 3 + 4);

	noted.is_on = false;
	wipe(secret, len);
	for (shift = 0; encoded && shift < 3; shift++)
		wipe(encoded, encode(encoded, secret, len, shift));
	if (encoded)
		explicit_bzero(encoded, malloc_usable_size(encoded));
	free(encoded);
}

static void *noting_malloc(size_t size)
{
	return note(malloc(size));
}

static void *noting_calloc(size_t n, size_t size)
{
	return note(calloc(n, size));
}

static char *noting_strdup(const char *text)
{
	return note(strdup(text));
}

static void wiping_free(void *memory)
{
	forget(memory);
	if (memory)
		explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}

/* Never grows in place: the old copy could not be wiped. */
static void *wiping_realloc(void *memory, size_t size)
{
	size_t old = memory ? malloc_usable_size(memory) : 0;
	void *moved;

	if (old >= size && memory)
		return memory;
	moved = noting_malloc(size ? size : 1);
	if (!moved)
		return NULL;
	if (memory)
		memcpy(moved, memory, old);
	wiping_free(memory);
	return moved;
}

static void init_once(void)
{
	curl_global_init_mem(CURL_GLOBAL_DEFAULT, noting_malloc, wiping_free,
			     wiping_realloc, noting_strdup, noting_calloc);
}

CURL *pw_curl_new(const char *ca_file)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	CURL *easy;

	pthread_once(&once, init_once);
	easy = curl_easy_init();
	if (!easy)
		return NULL;
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 120L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 60L);
	if (ca_file) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
	return easy;
}

static CURLcode result_of(CURLM *multi, CURL *easy)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(multi, &left)))
		if (message->msg == CURLMSG_DONE && message->easy_handle == easy)
			return message->data.result;
	return CURLE_FAILED_INIT;
}

CURLcode pw_curl_run(CURLM *multi, CURL *easy, int abort_fd)
{
	struct curl_waitfd extra = { abort_fd, CURL_WAIT_POLLIN, 0 };
	int running = 1;

	if (curl_multi_add_handle(multi, easy) != CURLM_OK)
		return CURLE_FAILED_INIT;
	while (running) {
		if (curl_multi_perform(multi, &running) != CURLM_OK)
			return CURLE_FAILED_INIT;
		if (!running)
			break;
		extra.revents = 0;
		if (curl_multi_poll(multi, &extra, abort_fd >= 0 ? 1 : 0, 1000, NULL) !=
		    CURLM_OK)
			return CURLE_FAILED_INIT;
		if (extra.revents)
			return CURLE_ABORTED_BY_CALLBACK;
	}
	return result_of(multi, easy);
}

void pw_curl_free(CURLM *multi, CURL *easy, bool is_aborted)
{
	if (easy && is_aborted)
		curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	if (easy && multi)
		curl_multi_remove_handle(multi, easy);
	curl_easy_cleanup(easy);
	curl_multi_cleanup(multi);
}
