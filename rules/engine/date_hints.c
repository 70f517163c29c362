/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date_hints.c - which way round the writer of a layer writes his dates.
 */
#include <ctype.h>
#include <string.h>

#include "agent/base/str.h"
#include "rules/engine/scan.h"

/* Day before month ("30 October 2026") or after it ("October 30, 2026") in
   the date that the writer's own program printed. */
static enum pw_date_order order_of_words(const char *text)
{
	bool has_letters = false;

	for (; *text; text++) {
		if (isdigit((unsigned char)*text)) {
			while (isdigit((unsigned char)*text))
				text++;
			text += *text == '.';
			if (has_letters && *text == ',')
				return PW_ORDER_MDY;
			return *text == ' ' && isalpha((unsigned char)text[1])
				       ? PW_ORDER_DMY
				       : PW_ORDER_UNKNOWN;
		}
		has_letters = has_letters || isalpha((unsigned char)*text);
		if (*text == ',')
			has_letters = false; /* that was the weekday */
	}
	return PW_ORDER_UNKNOWN;
}

/* "Tue, 03 Nov 2026 09:09:00 -0500": the field as it was sent, not printed in
   anybody's own way. */
static bool is_field_value(const char *text)
{
	size_t len = strlen(text), i;

	if (len < 6 || !strchr("+-", text[len - 5]) || text[len - 6] != ' ')
		return false;
	for (i = len - 4; i < len; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return true;
}

static bool is_american_zone(const struct pw_date *date)
{
	return date->has_offset && date->offset_minutes <= -240;
}

/* Country of the sender's domain: a country's top level, or its code in front. */
static enum pw_date_order order_of_domain(const char *domain)
{
	const char *last = strrchr(domain, '.');

	if (strncmp(domain, "uk.", 3) == 0 || strncmp(domain, "de.", 3) == 0 ||
	    strncmp(domain, "fr.", 3) == 0 || strncmp(domain, "eu.", 3) == 0)
		return PW_ORDER_DMY;
	if (!last || strlen(last) != 3 || pw_strieq(last, ".us") ||
	    pw_strieq(last, ".ca") || pw_strieq(last, ".io") || pw_strieq(last, ".co") ||
	    pw_strieq(last, ".tv") || pw_strieq(last, ".ai"))
		return PW_ORDER_UNKNOWN;
	if (pw_strieq(last, ".jp") || pw_strieq(last, ".cn") || pw_strieq(last, ".kr"))
		return PW_ORDER_YMD;
	return PW_ORDER_DMY;
}

/* The language whose signals hit most; NULL: none but English, or none. */
static const char *language_of(const struct pw_layer_scan *layer)
{
	size_t i, k, n, best_n = 0, english = 0;
	const char *best = NULL;

	for (i = 0; i < layer->n_hits; i++) {
		const char *lang = layer->hits[i].signal->lang;

		if (!lang)
			continue;
		for (k = n = 0; k < layer->n_hits; k++)
			n += layer->hits[k].signal->lang == lang;
		if (strncmp(lang, "en", 2) == 0) {
			english = n;
		} else if (n > best_n) {
			best_n = n;
			best = lang;
		}
	}
	return best_n > english ? best : NULL;
}

struct pw_date_hints pw_scan_date_hints(const struct pw_scan *scan,
					const struct pw_layer_scan *layer)
{
	const struct pw_layer *source = layer->layer;
	struct pw_date_hints hints = { .near = source->date.day };

	hints.locale = language_of(layer);
	if (!hints.locale)
		hints.locale = source->language;
	if (hints.near == PW_DAY_NONE)
		hints.near = scan->us->received;
	hints.order = pw_date_order_of(source->text.data ? source->text.data : "",
				       source->text.data ? source->text.len : 0);
	if (hints.order == PW_ORDER_UNKNOWN && layer->domain)
		hints.order = order_of_domain(layer->domain);
	if (hints.order == PW_ORDER_UNKNOWN && language_of(layer))
		hints.order = pw_starts_with(hints.locale, "ja") ||
					      pw_starts_with(hints.locale, "zh")
				      ? PW_ORDER_YMD
				      : PW_ORDER_DMY;
	if (hints.order == PW_ORDER_UNKNOWN && source->date_text && !source->is_exact &&
	    !is_field_value(source->date_text))
		hints.order = order_of_words(source->date_text);
	if (hints.order == PW_ORDER_UNKNOWN && source->date.has_offset)
		hints.order =
			is_american_zone(&source->date) ? PW_ORDER_MDY : PW_ORDER_DMY;
	return hints;
}
