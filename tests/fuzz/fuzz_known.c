/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_known.c - any bytes as an image of contracts: refused, or safe to ask.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/mail.h"
#include "rules/match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct pw_known *known)
{
	static const char text[] = "Fernhill Dairies contract 208841973, FOC2841L0QY";
	static const bool wanted[1] = { true };
	struct pw_err err = PW_ERR_INIT;
	struct pw_finding *finding = pw_finding_new();
	struct pw_layer layer = { .parent = -1 };
	struct pw_mail mail = { .layers = &layer, .n_layers = 1 };
	layer.text.data = text;
	layer.text.len = sizeof(text) - 1;
	pw_known_customer_of_domain(known, "mail.fernhill.example");
	if (pw_match(finding, NULL, known, &mail, wanted, &err) < 0)
		abort();
	pw_finding_free(finding);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_known *known = NULL;
	void *image = malloc(size ? size : 1); /* aligned, and exact */
	memcpy(image, data, size);
	if (pw_known_open(&known, image, size, &err) == 0) {
		ask(known);
		pw_known_close(known);
	}
	free(image);
	return 0;
}
