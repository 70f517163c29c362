/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/alert/compose.h"

#include <gmime/gmime.h>
#include <string.h>

#include "agent/base/str.h"

#define HEADER_CHARS  300
#define ID_BYTES      250 /* of a Message-ID we answer */
#define ADDRESS_BYTES 254 /* RFC 5321 4.5.3.1.3, without the angle brackets */

static void init_gmime(void)
{
	static gsize done;

	if (g_once_init_enter(&done)) {
		g_mime_init();
		g_once_init_leave(&done, 1);
	}
}

/* A header value: one line, no controls, at most HEADER_CHARS characters. */
static char *header_value(const char *text)
{
	struct pw_buf inert, line;
	size_t i, chars = 0;

	pw_buf_init(&inert, (size_t)64 << 10);
	pw_buf_init(&line, HEADER_CHARS * 4 + 4);
	pw_defang(&inert, text, pw_utf8_cut(text, strlen(text), (size_t)16 << 10));
	for (i = 0; i < inert.len && chars < HEADER_CHARS; chars++) {
		uint32_t cp;
		size_t step = pw_utf8_next(inert.data + i, inert.len - i, &cp);

		if (cp == '\n' || cp == '\t')
			pw_buf_addc(&line, ' ');
		else
			pw_buf_add(&line, inert.data + i, step);
		i += step;
	}
	pw_buf_done(&inert);
	return pw_buf_take(&line);
}

/* Does the text begin in a script that is written from right to left? */
static bool begins_rtl(const char *text)
{
	size_t len = strlen(text), at, step;
	uint32_t cp;

	for (at = 0; at < len; at += step) {
		step = pw_utf8_next(text + at, len - at, &cp);
		if ((cp >= 0x590 && cp <= 0x8FF) || (cp >= 0xFB1D && cp <= 0xFDFF) ||
		    (cp >= 0xFE70 && cp <= 0xFEFC))
			return true;
		if ((cp | 0x20) >= 'a' && ((cp | 0x20) <= 'z' || cp >= 0xC0))
			return false;
	}
	return false;
}

/* A customer's Arabic name in front must not turn the whole subject around: the
   mark says that it runs from left to right. */
static char *subject_value(const char *text)
{
	char *value = header_value(text), *marked;

	if (!begins_rtl(value))
		return value;
	marked = pw_asprintf("\xE2\x80\x8E%s", value);
	free(value);
	return marked;
}

/* Only plain ASCII addresses of one '@' and no blanks, which fit into a line,
   reach a header or an SMTP command; what is not one is an error of ours or of
   the configuration. */
static bool is_address(const char *address)
{
	const char *at = address ? strchr(address, '@') : NULL;
	const char *c;

	if (!at || at == address || !at[1] || strchr(at + 1, '@') ||
	    strlen(address) > ADDRESS_BYTES)
		return false;
	/* Dots stand between something: GMime writes others and cannot read them. */
	if (*address == '.' || at[-1] == '.' || at[1] == '.' || strstr(address, "..") ||
	    at[strlen(at) - 1] == '.')
		return false;
	for (c = address; *c; c++)
		if (*c <= ' ' || (unsigned char)*c >= 0x7F || strchr("<>()[],;:\"\\", *c))
			return false;
	return true;
}

static int add_mailboxes(InternetAddressList *list, const struct pw_addr *addrs, size_t n,
			 struct pw_err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		InternetAddress *mailbox;
		char *name;

		if (!is_address(addrs[i].address))
			return pw_err_set(err, PW_EINPUT,
					  "not a mail address we can write to");
		name = addrs[i].name ? header_value(addrs[i].name) : NULL;
		mailbox = internet_address_mailbox_new(name, addrs[i].address);
		internet_address_list_add(list, mailbox);
		g_object_unref(mailbox);
		free(name);
	}
	return 0;
}

static int set_addresses(GMimeMessage *message, const struct pw_letter *letter,
			 struct pw_err *err)
{
	if (add_mailboxes(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_FROM),
			  &letter->from, 1, err) < 0)
		return pw_err_wrap(err, "From");
	if (add_mailboxes(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO),
			  letter->to, letter->n_to, err) < 0)
		return pw_err_wrap(err, "To");
	if (add_mailboxes(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_CC),
			  letter->cc, letter->n_cc, err) < 0)
		return pw_err_wrap(err, "Cc");
	return 0;
}

/* Ids come from strangers' mails: only what RFC 5322 allows in one. */
static bool is_id_char(char c)
{
	return c > ' ' && c < 0x7F && !strchr("<>()[],;:\\\"", c);
}

/* "a b" becomes "<a> <b>"; an id that is none is left out. */
static char *bracketed(const char *ids)
{
	struct pw_buf out;

	pw_buf_init(&out, 8192);
	while (*ids) {
		size_t len = strcspn(ids, " "), good = 0;

		while (good < len && is_id_char(ids[good]))
			good++;
		if (len && good == len && len <= ID_BYTES)
			pw_buf_addf(&out, "%s<%.*s>", out.len ? " " : "", (int)len, ids);
		ids += len + strspn(ids + len, " ");
	}
	return pw_buf_take(&out);
}

static void set_id_header(GMimeObject *object, const char *name, const char *ids)
{
	PW_CLEANUP(pw_freep) char *value = ids ? bracketed(ids) : NULL;

	if (value && *value)
		g_mime_object_set_header(object, name, value, NULL);
}

static void set_ids(GMimeMessage *message, const struct pw_letter *letter)
{
	GMimeObject *object = GMIME_OBJECT(message);

	g_mime_message_set_message_id(message, letter->message_id);
	set_id_header(object, "In-Reply-To", letter->in_reply_to);
	set_id_header(object, "References", letter->references);
}

static GMimeObject *text_part(const char *subtype, const char *text, size_t len)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, len);
	GMimeDataWrapper *wrapper = g_mime_data_wrapper_new_with_stream(
		stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	g_mime_part_set_content(part, wrapper);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_object_unref(wrapper);
	g_object_unref(stream);
	return GMIME_OBJECT(part);
}

static GMimeObject *alternatives(const struct pw_doc *doc, const char *subject)
{
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	struct pw_buf text, html;
	GMimeObject *part;

	pw_buf_init(&text, PW_DOC_BYTES * 4);
	pw_buf_init(&html, PW_DOC_BYTES * 8);
	pw_doc_to_text(doc, &text);
	pw_doc_to_html(doc, subject, &html);
	part = text_part("plain", text.data, text.len);
	g_mime_multipart_add(both, part);
	g_object_unref(part);
	part = text_part("html", html.data, html.len);
	g_mime_multipart_add(both, part);
	g_object_unref(part);
	pw_buf_done(&text);
	pw_buf_done(&html);
	return GMIME_OBJECT(both);
}

/* As application/octet-stream: RFC 2046 5.2.1 forbids base64 for
   message/rfc822, and anything else would let a gateway change the bytes. */
static GMimeObject *original_part(const void *bytes, size_t len)
{
	GMimePart *part = g_mime_part_new_with_type("application", "octet-stream");
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
	GMimeDataWrapper *wrapper = g_mime_data_wrapper_new_with_stream(
		stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, wrapper);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_part_set_filename(part, "original.eml");
	g_object_unref(wrapper);
	g_object_unref(stream);
	return GMIME_OBJECT(part);
}

static GMimeObject *body_of(const struct pw_letter *letter, const char *subject)
{
	GMimeObject *both = alternatives(letter->doc, subject);
	GMimeMultipart *mixed;
	GMimeObject *part;

	if (!letter->original)
		return both;
	mixed = g_mime_multipart_new_with_subtype("mixed");
	g_mime_multipart_add(mixed, both);
	g_object_unref(both);
	part = original_part(letter->original, letter->original_len);
	g_mime_multipart_add(mixed, part);
	g_object_unref(part);
	return GMIME_OBJECT(mixed);
}

static int write_out(struct pw_buf *out, GMimeMessage *message, struct pw_err *err)
{
	GByteArray *bytes = g_byte_array_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
	GMimeFormatOptions *options = g_mime_format_options_new();
	int result = 0;

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), TRUE);
	g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
	if (pw_buf_add(out, bytes->data, bytes->len) < 0)
		result = pw_err_set(err, PW_ELIMIT, "the mail is larger than %zu bytes",
				    out->max);
	g_mime_format_options_free(options);
	g_object_unref(stream);
	return result;
}

int pw_letter_compose(struct pw_buf *out, const struct pw_letter *letter,
		      struct pw_err *err)
{
	PW_CLEANUP(pw_freep) char *subject = subject_value(letter->subject);
	GMimeMessage *message;
	GMimeObject *body;
	GDateTime *date;
	int result;

	init_gmime();
	message = g_mime_message_new(TRUE);
	result = set_addresses(message, letter, err);
	if (result == 0) {
		g_mime_message_set_subject(message, subject, "utf-8");
		date = g_date_time_new_from_unix_utc(letter->date_ms / 1000);
		g_mime_message_set_date(message, date);
		g_date_time_unref(date);
		set_ids(message, letter);
		/* RFC 3834: nobody's vacation program shall answer us. */
		g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted",
					 "auto-generated", NULL);
		g_mime_object_set_header(GMIME_OBJECT(message),
					 "X-Auto-Response-Suppress", "All", NULL);
		body = body_of(letter, subject);
		g_mime_message_set_mime_part(message, body);
		g_object_unref(body);
		result = write_out(out, message, err);
	}
	g_object_unref(message);
	return result;
}
