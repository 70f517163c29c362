/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_match.c - any text, searched for identifiers and names of ours.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/base/str.h"
#include "parsers/mail.h"
#include "rules/match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *image;
static struct pw_known *known;

static void open_book(void)
{
	static const char *const domains[] = { "fernhill.example" };
	static const char *const aliases[] = { "青山精密株式会社", "O'Malley & Sons" };
	static const char *const identifiers[] = { "208841973", "FOC2841L0QX", "4HQ7KM2",
						   "7D2C19D04A7BE3315A0F" };
	struct pw_err err = PW_ERR_INIT;
	size_t len;
	struct pw_known_builder *builder = pw_known_builder_new();
	uint32_t customer = pw_known_add_customer(builder, "Fernhill Dairies", domains, 1,
						  aliases, 2);
	pw_known_add_contract(builder, customer, "T-1", "Cisco", identifiers, 4);
	if (pw_known_build(builder, &image, &len, &err) < 0 ||
	    pw_known_open(&known, image, len, &err) < 0)
		abort();
	pw_known_builder_free(builder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const bool wanted[1] = { true };
	struct pw_err err = PW_ERR_INIT;
	struct pw_finding *finding = pw_finding_new();
	struct pw_layer layer = { .parent = -1 };
	struct pw_mail mail = { .layers = &layer, .n_layers = 1 };
	if (!known) {
		pw_parsers_init();
		open_book();
	}
	char *text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	layer.text.data = text;
	layer.text.len = size;
	layer.subject = text;
	if (pw_match(finding, NULL, known, &mail, wanted, &err) < 0)
		abort();
	for (size_t i = 0; i < finding->n_identifiers; i++)
		if (!pw_utf8_valid(finding->identifiers[i].contract_id,
				   strlen(finding->identifiers[i].contract_id)))
			abort();
	pw_finding_free(finding);
	free(text);
	return 0;
}
