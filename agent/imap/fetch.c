/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.c - new messages in ascending order: list a window, fetch in batches.
 *
 * The list (UID, size, INTERNALDATE) comes first, so that messages too large
 * or too old are never asked for.  Windows of UIDs bound its memory, batches
 * of bytes that of the texts.
 */
#include "agent/imap/internal.h"

#include <string.h>

#include "agent/base/day.h"

#define WINDOW_MIN      4096u
#define WINDOW_MAX      (1u << 19)
#define ENTRIES_MAX     (1u << 19) /* listed at once */
#define ENTRY_BYTES     512        /* one line of a list */
#define BATCH_BYTES     ((uint64_t)2 << 20)
#define BATCH_MESSAGES  250
#define TEXT_SLACK      ((size_t)64 << 10) /* servers' sizes are not always exact */
#define UNKNOWN_DATE_MS 0

static void text_done(struct pw_imap_text *text)
{
	pw_buf_done(&text->bytes);
	*text = (struct pw_imap_text){ 0 };
}

static void drop_texts(struct pw_imap_fetch *fetch)
{
	size_t i;

	for (i = 0; i < fetch->n_texts; i++)
		text_done(&fetch->texts[i]);
	fetch->n_texts = 0;
}

void pw_imap_fetch_done(struct pw_imap *imap)
{
	struct pw_imap_fetch *fetch = &imap->fetch;

	drop_texts(fetch);
	text_done(&fetch->arriving);
	free(fetch->texts);
	free(fetch->entries);
	*fetch = (struct pw_imap_fetch){ 0 };
}

void pw_imap_message_done(struct pw_imap_message *message)
{
	free(message->raw);
	message->raw = NULL;
	message->raw_len = 0;
}

/* INTERNALDATE as milliseconds; the guard has put 1970 where it could not be
   read. */
static int64_t received_ms(const struct mailimap_date_time *date)
{
	int zone = date->dt_zone, minutes;
	int64_t seconds;
	pw_day day;

	if (!pw_day_from_civil(date->dt_year, date->dt_month, date->dt_day, &day))
		return -1;
	minutes = (zone < 0 ? -zone : zone) / 100 * 60 + (zone < 0 ? -zone : zone) % 100;
	seconds = (int64_t)day * 86400 + date->dt_hour * 3600 + date->dt_min * 60 +
		  date->dt_sec - (zone < 0 ? -minutes : minutes) * 60;
	return seconds * 1000 == UNKNOWN_DATE_MS ? -1 : seconds * 1000;
}

static void add_entry(struct pw_imap_fetch *fetch, const struct pw_imap_entry *entry)
{
	if (entry->uid < fetch->next_uid)
		return;
	if (fetch->n >= ENTRIES_MAX) {
		fetch->is_overfull = true;
		return;
	}
	if (fetch->n == fetch->cap) {
		fetch->cap = fetch->cap ? fetch->cap * 2 : 256;
		fetch->entries =
			pw_realloc(fetch->entries, fetch->cap, sizeof *fetch->entries);
	}
	fetch->entries[fetch->n++] = *entry;
}

static void on_listed(struct mailimap_msg_att *att, void *context)
{
	struct pw_imap_entry entry = { .received_ms = -1 };
	clistiter *at;

	for (at = clist_begin(att->att_list); at; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		const struct mailimap_msg_att_static *fact = item->att_data.att_static;

		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		if (fact->att_type == MAILIMAP_MSG_ATT_UID)
			entry.uid = fact->att_data.att_uid;
		else if (fact->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
			entry.size = fact->att_data.att_rfc822_size;
		else if (fact->att_type == MAILIMAP_MSG_ATT_INTERNALDATE)
			entry.received_ms = received_ms(fact->att_data.att_internal_date);
	}
	if (entry.uid)
		add_entry(context, &entry);
}

static int by_uid(const void *a, const void *b)
{
	const struct pw_imap_entry *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* Sorted, each UID once: a server may answer in any order and repeat itself. */
static void tidy_entries(struct pw_imap_fetch *fetch)
{
	size_t i, kept = 0;

	if (!fetch->n)
		return;
	qsort(fetch->entries, fetch->n, sizeof *fetch->entries, by_uid);
	for (i = 0; i < fetch->n; i++)
		if (!kept || fetch->entries[i].uid != fetch->entries[kept - 1].uid)
			fetch->entries[kept++] = fetch->entries[i];
	fetch->n = kept;
}

static int run_fetch(struct pw_imap *imap, struct mailimap_set *set,
		     struct mailimap_fetch_type *wanted,
		     mailimap_msg_att_handler *handler, void *context)
{
	clist *rest = NULL;
	int result;

	mailimap_set_msg_att_handler(imap->session, handler, context);
	result = mailimap_uid_fetch(imap->session, set, wanted, &rest);
	mailimap_set_msg_att_handler(imap->session, NULL, NULL);
	if (result == MAILIMAP_NO_ERROR && rest) /* freed already after a NO */
		mailimap_fetch_list_free(rest);
	return result;
}

static struct mailimap_fetch_type *list_items(void)
{
	struct mailimap_fetch_type *wanted =
		mailimap_fetch_type_new_fetch_att_list_empty();

	mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(wanted,
						   mailimap_fetch_att_new_rfc822_size());
	mailimap_fetch_type_new_fetch_att_list_add(wanted,
						   mailimap_fetch_att_new_internaldate());
	return wanted;
}

/* "n:*" names the last message even where its UID is below n (RFC 3501 6.4.8);
   add_entry() leaves that one out. */
static int list_window(struct pw_imap *imap, struct pw_err *err)
{
	struct pw_imap_fetch *fetch = &imap->fetch;
	uint64_t end = (uint64_t)fetch->next_uid + fetch->window;
	bool is_last = end >= imap->uidnext;
	struct mailimap_fetch_type *wanted = list_items();
	struct mailimap_set *set = mailimap_set_new_interval(
		fetch->next_uid, is_last ? 0 : (uint32_t)end - 1);
	int result;

	fetch->n = fetch->at = fetch->loaded = 0;
	pw_imap_expect(imap, PW_IMAP_ANSWER_BYTES + (size_t)ENTRIES_MAX * ENTRY_BYTES);
	result = run_fetch(imap, set, wanted, on_listed, fetch);
	mailimap_fetch_type_free(wanted);
	mailimap_set_free(set);
	if (pw_imap_check(imap, result, PW_EREFUSED, "list new messages", err) < 0)
		return -1;
	if (fetch->is_overfull)
		return pw_err_set(err, PW_EPROTO, "%s lists more than %u new messages",
				  pw_stream_name(imap->stream), ENTRIES_MAX);
	tidy_entries(fetch);
	if (is_last) {
		fetch->is_listed = true;
		if (fetch->n && fetch->entries[fetch->n - 1].uid >= imap->uidnext)
			imap->uidnext = fetch->entries[fetch->n - 1].uid + 1;
	} else {
		fetch->next_uid = (uint32_t)end;
		fetch->window =
			fetch->n > WINDOW_MIN / 2 ? WINDOW_MIN : fetch->window * 4;
		if (fetch->window > WINDOW_MAX)
			fetch->window = WINDOW_MAX;
	}
	return 0;
}

int pw_imap_fetch_begin(struct pw_imap *imap, uint32_t after_uid, int64_t oldest_ms,
			struct pw_err *err)
{
	struct pw_imap_fetch *fetch = &imap->fetch;

	(void)err;
	pw_imap_fetch_done(imap);
	imap->guard.has_news = false;
	fetch->is_open = true;
	fetch->is_listed = after_uid == UINT32_MAX;
	fetch->next_uid = after_uid + 1;
	fetch->window = WINDOW_MIN;
	fetch->oldest_ms = oldest_ms;
	fetch->texts = pw_alloc(BATCH_MESSAGES, sizeof *fetch->texts);
	return 0;
}

static enum pw_imap_state state_of(const struct pw_imap *imap,
				   const struct pw_imap_entry *entry)
{
	if (entry->received_ms != -1 && entry->received_ms < imap->fetch.oldest_ms)
		return PW_IMAP_TOO_OLD;
	if (entry->size > imap->mailbox->max_message_bytes)
		return PW_IMAP_TOO_LARGE;
	return PW_IMAP_WHOLE;
}

/* A chunk of a text.  Never false: that would leave the stream in the middle
   of a literal.  What is over the limit is read and forgotten. */
static bool on_chunk(int type, struct mailimap_msg_att_body_section *section,
		     const char *bytes, size_t len, void *context)
{
	struct pw_imap_text *text = context;

	(void)type;
	(void)section;
	text->is_present = true;
	if (!text->is_cut && pw_buf_add(&text->bytes, bytes, len) < 0)
		text->is_cut = true;
	return true;
}

/* The UID of a FETCH response, and its text where that is no literal: "" and
   short texts may come as a quoted string. */
static uint32_t read_response(struct mailimap_msg_att *att, struct pw_imap_text *text)
{
	uint32_t uid = 0;
	clistiter *at;

	for (at = clist_begin(att->att_list); at; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		const struct mailimap_msg_att_static *fact = item->att_data.att_static;
		struct mailimap_msg_att_body_section *body;

		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		if (fact->att_type == MAILIMAP_MSG_ATT_UID)
			uid = fact->att_data.att_uid;
		if (fact->att_type != MAILIMAP_MSG_ATT_BODY_SECTION)
			continue;
		body = fact->att_data.att_body_section;
		if (!text->is_present && body->sec_body_part)
			on_chunk(0, body, body->sec_body_part, body->sec_length, text);
	}
	return uid;
}

static struct pw_imap_text *find_text(struct pw_imap_fetch *fetch, uint32_t uid)
{
	size_t i;

	for (i = 0; i < fetch->n_texts; i++)
		if (fetch->texts[i].uid == uid)
			return &fetch->texts[i];
	return NULL;
}

static void on_response(struct mailimap_msg_att *att, void *context)
{
	struct pw_imap *imap = context;
	struct pw_imap_text *arriving = &imap->fetch.arriving, *text;
	uint32_t uid = read_response(att, arriving);

	text = find_text(&imap->fetch, uid);
	if (text && arriving->is_present && !text->is_present) {
		*text = *arriving;
		text->uid = uid;
	} else {
		if (text)
			text->is_refused = true; /* NIL: it is there, but unreadable */
		pw_buf_done(&arriving->bytes);
	}
	*arriving = (struct pw_imap_text){ 0 };
	pw_buf_init(&arriving->bytes, imap->mailbox->max_message_bytes);
}

static struct mailimap_fetch_type *text_items(void)
{
	struct mailimap_fetch_type *wanted =
		mailimap_fetch_type_new_fetch_att_list_empty();
	struct mailimap_section *whole = mailimap_section_new(NULL);

	mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(
		wanted, mailimap_fetch_att_new_body_peek_section(whole));
	return wanted;
}

/* Choose from entries[at] on: at least one, then as many as the batch holds.
   Neighbours in the list form a range: no message lies between them. */
static struct mailimap_set *choose_batch(struct pw_imap *imap, size_t max,
					 uint64_t *ret_bytes)
{
	struct pw_imap_fetch *fetch = &imap->fetch;
	struct mailimap_set *set = mailimap_set_new_empty();
	uint64_t bytes = 0;
	uint32_t first = 0, last = 0;
	size_t i;

	drop_texts(fetch);
	for (i = fetch->at; i < fetch->n && fetch->n_texts < max; i++) {
		const struct pw_imap_entry *entry = &fetch->entries[i];

		if (state_of(imap, entry) != PW_IMAP_WHOLE) {
			if (first)
				mailimap_set_add_interval(set, first, last);
			first = 0;
			continue;
		}
		if (fetch->n_texts && bytes + entry->size > BATCH_BYTES)
			break;
		bytes += entry->size;
		first = first ? first : entry->uid;
		last = entry->uid;
		fetch->texts[fetch->n_texts++].uid = entry->uid;
	}
	if (first)
		mailimap_set_add_interval(set, first, last);
	fetch->loaded = i;
	*ret_bytes = bytes;
	return set;
}

/* NO to a batch: some message in it cannot be handed out.  Those that have not
   arrived are asked for singly. */
static int load_batch(struct pw_imap *imap, size_t max, struct pw_err *err)
{
	struct pw_imap_fetch *fetch = &imap->fetch;
	uint64_t bytes;
	struct mailimap_set *set = choose_batch(imap, max, &bytes);
	struct mailimap_fetch_type *wanted = text_items();
	int result;

	imap->guard.literal_max = bytes * 2 + TEXT_SLACK;
	pw_imap_expect(imap, (size_t)bytes * 2 + (fetch->n_texts + 4) * TEXT_SLACK);
	pw_buf_init(&fetch->arriving.bytes, imap->mailbox->max_message_bytes);
	mailimap_set_msg_body_handler(imap->session, on_chunk, &fetch->arriving);
	result = run_fetch(imap, set, wanted, on_response, imap);
	mailimap_set_msg_body_handler(imap->session, NULL, NULL);
	imap->guard.literal_max = 0;
	text_done(&fetch->arriving);
	mailimap_fetch_type_free(wanted);
	mailimap_set_free(set);
	fetch->was_refused =
		result == MAILIMAP_ERROR_UID_FETCH || result == MAILIMAP_ERROR_FETCH;
	if (fetch->was_refused)
		return 0;
	return pw_imap_check(imap, result, PW_EREFUSED, "fetch messages", err);
}

static void hand_over(struct pw_imap_text *text, struct pw_imap_message *message)
{
	message->raw_len = text->bytes.len;
	message->raw = pw_buf_take(&text->bytes);
	if (text->is_cut)
		message->state = PW_IMAP_TOO_LARGE;
	text->is_present = false;
}

/* RFC 5530: the NO was for messages that are gone, and gone they may be. */
static bool is_gone(const struct pw_imap *imap)
{
	return strcasestr(imap->guard.said, "[EXPUNGEISSUED]") != NULL;
}

/* The text of entries[at]: 1, 0 where the message vanished, -1. */
static int get_text(struct pw_imap *imap, struct pw_imap_message *message,
		    struct pw_err *err)
{
	struct pw_imap_fetch *fetch = &imap->fetch;
	struct pw_imap_text *text;

	if (fetch->at >= fetch->loaded && load_batch(imap, BATCH_MESSAGES, err) < 0)
		return -1;
	text = find_text(fetch, message->uid);
	if (!text->is_present && fetch->was_refused && fetch->n_texts > 1) {
		if (load_batch(imap, 1, err) < 0)
			return -1;
		text = find_text(fetch, message->uid);
	}
	if (text->is_present) {
		hand_over(text, message);
		return 1;
	}
	message->state = PW_IMAP_REFUSED;
	return text->is_refused || (fetch->was_refused && !is_gone(imap));
}

int pw_imap_fetch_next(struct pw_imap *imap, struct pw_imap_message *ret,
		       struct pw_err *err)
{
	struct pw_imap_fetch *fetch = &imap->fetch;

	if (!fetch->is_open)
		return 0;
	for (;;) {
		const struct pw_imap_entry *entry;
		struct pw_imap_message message;
		int got = 1;

		while (fetch->at >= fetch->n) {
			if (fetch->is_listed) {
				pw_imap_fetch_done(imap);
				return 0;
			}
			if (list_window(imap, err) < 0)
				return -1;
		}
		entry = &fetch->entries[fetch->at];
		message = (struct pw_imap_message){
			.uid = entry->uid,
			.received_ms = entry->received_ms,
			.size = entry->size,
			.state = state_of(imap, entry),
		};
		if (message.state == PW_IMAP_WHOLE)
			got = get_text(imap, &message, err);
		if (got < 0)
			return -1;
		fetch->at++;
		if (got) {
			*ret = message;
			return 1;
		}
	}
}
