/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/net/curl_setup.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void wiping_free(void *memory)
{
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
	moved = malloc(size ? size : 1);
	if (!moved)
		return NULL;
	if (memory)
		memcpy(moved, memory, old);
	wiping_free(memory);
	return moved;
}

static void init_once(void)
{
	curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free, wiping_realloc,
			     strdup, calloc);
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
