/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_mail.c - a whole message, from raw bytes to layers, JSON and matching copy. */
#include <stdint.h>

#include "parsers/fold.h"
#include "parsers/mail_json.h"
#include "tests/fuzz/check_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	pw_parsers_init();
	return 0;
}

static void check_layer(const struct pw_mail *mail, size_t i)
{
	const struct pw_layer *layer = &mail->layers[i];
	struct pw_arena *arena = pw_arena_new((size_t)256 << 20);
	struct pw_fold fold;
	size_t start, end;

	PROMISE(layer->id == (int)i && layer->parent < (int)i);
	PROMISE((layer->parent < 0) == (i == 0));
	PROMISE(!layer->subject || pw_utf8_valid(layer->subject, strlen(layer->subject)));
	check_text(&layer->text);
	PROMISE(pw_fold(arena, layer->text.data, layer->text.len, &fold));
	PROMISE(pw_utf8_valid(fold.data, fold.len));
	if (fold.len) {
		pw_fold_origin(&fold, 0, fold.len, &start, &end);
		PROMISE(start <= end && end <= layer->text.len);
	}
	pw_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw_mail *mail = NULL;
	struct pw_err err = PW_ERR_INIT;
	json_t *json;
	char *text;
	size_t i;

	if (pw_mail_parse(&mail, data, size, &err) < 0)
		return 0;
	PROMISE(mail->n_layers >= 1 && mail->n_layers <= PW_MAX_LAYERS);
	for (i = 0; i < mail->n_layers; i++)
		check_layer(mail, i);
	json = pw_mail_to_json(mail);
	PROMISE(json);
	text = json_dumps(json, JSON_COMPACT);
	PROMISE(text);
	free(text);
	json_decref(json);
	pw_mail_free(mail);
	return 0;
}
