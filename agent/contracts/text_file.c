/* SPDX-License-Identifier: Apache-2.0 */
/* text_file.c - recognises the encoding, converts with ICU piece by piece. */
#include "agent/contracts/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unicode/ucnv.h>
#include <unistd.h>

#define PIECE (64 * 1024)

struct pw_text_file {
	char *name;
	int fd;                   /* borrowed, or own_fd */
	int own_fd;               /* the copy of a pipe, -1: none */
	uint64_t size, at, start; /* start: after the BOM */
	const char *encoding;
	UConverter *from, *to; /* NULL: the bytes are UTF-8 */
	bool is_flushed;
	UChar pivot[1024], *pivot_source, *pivot_target;
	const char *left, *left_end; /* input not converted yet */
	char in[PIECE], out[PIECE];
};

/* What a look at all bytes says. */
struct look {
	unsigned char first[4];
	uint64_t n;
	uint64_t zeros[2]; /* at even and at odd places, of the first piece */
	uint64_t good;     /* UTF-8 sequences of several bytes */
	uint64_t bad;      /* bytes that are none */
	uint64_t bad_line;
	uint64_t line;
	unsigned want; /* continuation bytes still to come */
};

static void found_bad(struct look *look)
{
	if (!look->bad++)
		look->bad_line = look->line;
}

static void look_at_utf8(struct look *look, unsigned char c)
{
	if (look->want) {
		if ((c & 0xC0) == 0x80) {
			look->good += --look->want == 0;
			return;
		}
		look->want = 0;
		found_bad(look);
	}
	if (c == '\n')
		look->line++;
	if (c < 0x80)
		return;
	if (c >= 0xC2 && c <= 0xDF)
		look->want = 1;
	else if (c >= 0xE0 && c <= 0xEF)
		look->want = 2;
	else if (c >= 0xF0 && c <= 0xF4)
		look->want = 3;
	else
		found_bad(look);
}

static int look_at_all(struct pw_text_file *file, struct look *look, struct pw_err *err)
{
	ssize_t n;
	ssize_t i;

	*look = (struct look){ .line = 1 };
	while ((n = pread(file->fd, file->in, PIECE, (off_t)look->n)) > 0) {
		for (i = 0; i < n; i++) {
			unsigned char c = (unsigned char)file->in[i];

			if (look->n == 0 && i < 4)
				look->first[i] = c;
			if (look->n == 0 && c == 0)
				look->zeros[i & 1]++;
			look_at_utf8(look, c);
		}
		look->n += (uint64_t)n;
	}
	if (n < 0)
		return pw_err_errno(err, PW_EIO, "cannot read '%s'", file->name);
	look->bad += look->want > 0;
	file->size = look->n;
	return 0;
}

static int decide(struct pw_text_file *file, struct pw_err *err)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *encoding;
	} marks[] = { { "\xEF\xBB\xBF", 3, "UTF-8" },
		      { "\xFF\xFE", 2, "UTF-16LE" },
		      { "\xFE\xFF", 2, "UTF-16BE" } };
	struct look look;
	size_t i;

	if (look_at_all(file, &look, err) < 0)
		return -1;
	if (!memcmp(look.first, "PK\003\004", 4) ||
	    !memcmp(look.first, "\xD0\xCF\x11\xE0", 4))
		return pw_err_set(
			err, PW_EFORMAT,
			"this is a spreadsheet, not a CSV file: save it as \"CSV "
			"UTF-8\" and import that");
	for (i = 0; i < PW_ARRAY_LEN(marks); i++)
		if (look.n >= marks[i].len &&
		    !memcmp(look.first, marks[i].bytes, marks[i].len)) {
			file->encoding = marks[i].encoding;
			file->start = marks[i].len;
			break;
		}
	if (!file->encoding && look.zeros[1] > 4 * look.zeros[0])
		file->encoding = "UTF-16LE";
	else if (!file->encoding && look.zeros[0] > 4 * look.zeros[1])
		file->encoding = "UTF-16BE";
	else if (!file->encoding)
		file->encoding = look.bad > look.good ? "windows-1252" : "UTF-8";
	if (!strcmp(file->encoding, "UTF-8") && look.bad)
		return pw_err_set(
			err, PW_EFORMAT,
			"'%s' mixes encodings: line %llu is not UTF-8, others are: "
			"export it again as UTF-8",
			file->name, (unsigned long long)look.bad_line);
	if (file->encoding[4] != '1' && look.zeros[0] + look.zeros[1])
		return pw_err_set(err, PW_EFORMAT, "'%s' is no text file", file->name);
	return 0;
}

/* Pipes cannot be read twice. */
static int copy_pipe(struct pw_text_file *file, struct pw_err *err)
{
	const char *folder = getenv("TMPDIR");
	ssize_t n;

	file->own_fd =
		open(folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file->own_fd < 0)
		return pw_err_errno(err, PW_EIO, "cannot make a temporary file");
	while ((n = read(file->fd, file->in, PIECE)) > 0)
		if (write(file->own_fd, file->in, (size_t)n) != n)
			return pw_err_errno(err, PW_EIO, "cannot write a temporary file");
	if (n < 0)
		return pw_err_errno(err, PW_EIO, "cannot read '%s'", file->name);
	file->fd = file->own_fd;
	return 0;
}

static int open_converters(struct pw_text_file *file, struct pw_err *err)
{
	UErrorCode code = U_ZERO_ERROR;

	if (!strcmp(file->encoding, "UTF-8"))
		return 0;
	file->from = ucnv_open(file->encoding, &code);
	file->to = ucnv_open("UTF-8", &code);
	if (U_FAILURE(code))
		return pw_err_set(err, PW_EFORMAT, "cannot convert from %s: %s",
				  file->encoding, u_errorName(code));
	return 0;
}

int pw_text_file_new(struct pw_text_file **ret, int fd, const char *name,
		     struct pw_err *err)
{
	PW_CLEANUP(pw_text_file_freep)
	struct pw_text_file *file = pw_alloc(1, sizeof *file);
	struct stat st;

	file->name = pw_strdup(name);
	file->fd = fd;
	file->own_fd = -1;
	if (fstat(fd, &st) < 0)
		return pw_err_errno(err, PW_EIO, "cannot read '%s'", name);
	if (!S_ISREG(st.st_mode) && copy_pipe(file, err) < 0)
		return -1;
	if (decide(file, err) < 0 || open_converters(file, err) < 0)
		return -1;
	pw_text_file_rewind(file);
	*ret = PW_TAKE(file);
	return 0;
}

void pw_text_file_free(struct pw_text_file *file)
{
	if (!file)
		return;
	ucnv_close(file->from);
	ucnv_close(file->to);
	pw_closep(&file->own_fd);
	free(file->name);
	free(file);
}

void pw_text_file_rewind(struct pw_text_file *file)
{
	file->at = file->start;
	file->left = file->left_end = NULL;
	file->is_flushed = false;
	file->pivot_source = file->pivot_target = file->pivot;
	if (file->from) {
		ucnv_reset(file->from);
		ucnv_reset(file->to);
	}
}

/* The next bytes of the file into in; 0 at its end. */
static ssize_t fill(struct pw_text_file *file, struct pw_err *err)
{
	ssize_t n = pread(file->fd, file->in, PIECE, (off_t)file->at);

	if (n < 0)
		return pw_err_errno(err, PW_EIO, "cannot read '%s'", file->name);
	file->at += (uint64_t)n;
	return n;
}

static int convert(struct pw_text_file *file, const char **ret, size_t *ret_len,
		   struct pw_err *err)
{
	char *target = file->out;
	UErrorCode code = U_ZERO_ERROR;

	while (target == file->out && !file->is_flushed) {
		ssize_t n = 1;

		if (file->left == file->left_end) {
			n = fill(file, err);
			if (n < 0)
				return -1;
			file->left = file->in;
			file->left_end = file->in + n;
		}
		code = U_ZERO_ERROR;
		ucnv_convertEx(file->to, file->from, &target, file->out + PIECE,
			       &file->left, file->left_end, file->pivot,
			       &file->pivot_source, &file->pivot_target,
			       file->pivot + PW_ARRAY_LEN(file->pivot), false,
			       n == 0 ? 1 : 0, &code);
		if (U_FAILURE(code) && code != U_BUFFER_OVERFLOW_ERROR)
			return pw_err_set(err, PW_EFORMAT, "'%s': %s", file->name,
					  u_errorName(code));
		file->is_flushed = n == 0 && code != U_BUFFER_OVERFLOW_ERROR;
	}
	*ret = file->out;
	*ret_len = (size_t)(target - file->out);
	return *ret_len > 0;
}

int pw_text_file_read(struct pw_text_file *file, const char **ret, size_t *ret_len,
		      struct pw_err *err)
{
	ssize_t n;

	if (file->from)
		return convert(file, ret, ret_len, err);
	n = fill(file, err);
	if (n < 0)
		return -1;
	*ret = file->in;
	*ret_len = (size_t)n;
	return n > 0;
}

const char *pw_text_file_encoding(const struct pw_text_file *file)
{
	return file->encoding;
}

uint64_t pw_text_file_done(const struct pw_text_file *file)
{
	return file->at;
}

uint64_t pw_text_file_size(const struct pw_text_file *file)
{
	return file->size;
}
