/* SPDX-License-Identifier: Apache-2.0 */
/* subject.c - the subject that says it all in 80 characters. */
#include <stdio.h>
#include <string.h>

#include "agent/alert/alert_internal.h"
#include "agent/base/str.h"

#define DASH       " \xE2\x80\x93 "
#define ELLIPSIS   "\xE2\x80\xA6"
#define NAME_CHARS 14 /* a customer's name is not cut below this */

static size_t chars_of(const char *text)
{
	size_t len = strlen(text), at, step, n = 0;
	uint32_t cp;

	for (at = 0; at < len; at += step, n++)
		step = pw_utf8_next(text + at, len - at, &cp);
	return n;
}

/* text cut to at most max characters, an ellipsis in the last place. */
static void put_cut(struct pw_buf *out, const char *text, size_t max)
{
	size_t len = strlen(text), at = 0, n = 0;
	uint32_t cp;

	if (chars_of(text) <= max) {
		pw_buf_adds(out, text);
		return;
	}
	while (n + 1 < max) {
		at += pw_utf8_next(text + at, len - at, &cp);
		n++;
	}
	while (at > 0 && text[at - 1] == ' ')
		at--;
	pw_buf_add(out, text, at);
	pw_buf_adds(out, ELLIPSIS);
}

static void put_end_date(struct pw_buf *out, pw_day end, pw_day today)
{
	char iso[PW_DAY_TEXT];

	if (end == PW_DAY_NONE)
		return;
	pw_buf_addf(out, DASH "%s %s", end < today ? "ended" : "ends",
		    pw_day_to_iso(end, iso));
	if (today != PW_DAY_NONE && end >= today)
		pw_buf_addf(out, " (%d day%s)", end - today, end - today == 1 ? "" : "s");
}

/* Ways to say it, tried one after the other until the customer's name has room. */
static const struct fit {
	size_t vendor, rival; /* characters at most */
	bool with_value;
	bool is_whole; /* only if the customer's name needs no cut, either */
} fits[] = {
	{ 40, 40, true, true },   { 40, 40, false, true },  { 20, 22, true, false },
	{ 20, 22, false, false }, { 14, 14, false, false },
};

/* Everything behind the customer's name. */
static void put_tail(struct pw_buf *out, const struct pw_alert_view *view,
		     const struct fit *fit)
{
	const struct pw_candidate *soonest = view->input->judgement->soonest;
	struct pw_buf money;

	pw_buf_adds(out, " / ");
	put_cut(out, view->vendor, fit->vendor);
	pw_buf_adds(out, DASH);
	put_cut(out, view->rival, fit->rival);
	if (!soonest)
		return;
	put_end_date(out, soonest->contract.end, view->today);
	pw_buf_init(&money, 128);
	pw_money(&money, soonest->contract.annual_value, soonest->contract.currency);
	if (fit->with_value && money.len)
		pw_buf_addf(out, DASH "%s", money.data);
	pw_buf_done(&money);
}

/* Inert, without line breaks, and never longer than it may be. */
static void make_one_line(struct pw_buf *subject)
{
	PW_CLEANUP(pw_freep) char *inert = NULL;
	struct pw_buf clean;
	char *c;

	pw_buf_init(&clean, 4096);
	pw_defang(&clean, subject->data, subject->len);
	inert = pw_buf_take(&clean);
	for (c = inert; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	pw_buf_reset(subject);
	put_cut(subject, inert, PW_SUBJECT_CHARS);
}

void pw_alert_subject(struct pw_buf *subject, const struct pw_alert_view *view)
{
	size_t room = PW_SUBJECT_CHARS - chars_of(view->prefix), i, needed;
	struct pw_buf tail;

	pw_buf_init(&tail, 1024);
	for (i = 0; i < PW_ARRAY_LEN(fits); i++) {
		pw_buf_reset(&tail);
		put_tail(&tail, view, &fits[i]);
		needed = chars_of(view->customer);
		if (!fits[i].is_whole && needed > NAME_CHARS)
			needed = NAME_CHARS;
		if (chars_of(tail.data) + needed <= room)
			break;
	}
	room = room > chars_of(tail.data) ? room - chars_of(tail.data) : 0;
	pw_buf_reset(subject);
	pw_buf_adds(subject, view->prefix);
	put_cut(subject, view->customer, room > NAME_CHARS ? room : NAME_CHARS);
	pw_buf_adds(subject, tail.data);
	pw_buf_done(&tail);
	make_one_line(subject);
}
