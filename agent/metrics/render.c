/* SPDX-License-Identifier: Apache-2.0 */
/* render.c - figures of the store in the Prometheus text format. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "agent/metrics/metrics.h"

#define SILENCE_MS  (INT64_C(3600) * 1000)
#define ARENA_BYTES ((size_t)4 << 20)

struct family {
	const char *name, *type, *help;
};

static void begin(struct pw_buf *out, const struct family *family)
{
	pw_buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help,
		    family->name, family->type);
}

/* Label values escape backslash, quote and line feed. */
static void add_label(struct pw_buf *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			pw_buf_addc(out, '\\');
		if (*value == '\n')
			pw_buf_adds(out, "\\n");
		else
			pw_buf_addc(out, *value);
	}
}

static void labelled(struct pw_buf *out, const char *name, const char *label,
		     const char *value, int64_t number)
{
	pw_buf_addf(out, "%s{%s=\"", name, label);
	add_label(out, value);
	pw_buf_addf(out, "\"} %" PRId64 "\n", number);
}

/* One figure of the counts; label: its value where the family has one. */
struct sample {
	const char *label;
	size_t offset; /* of an int64_t in struct pw_store_counts */
};

#define COUNT(label, member)                                                             \
	{                                                                                \
		label, offsetof(struct pw_store_counts, member)                          \
	}

static const struct counted {
	struct family family;
	const char *label; /* its name; NULL: one sample without */
	struct sample samples[4];
	size_t n;
} counted[] = {
	{ { "poachwatch_messages_total", "counter", "Messages decided, by verdict." },
	  "verdict",
	  { COUNT("alert", alerts), COUNT("review", reviews), COUNT("ignore", ignored) },
	  3 },
	{ { "poachwatch_messages_not_judged_total", "counter",
	    "Messages that were not judged, by reason." },
	  "reason",
	  { COUNT("duplicate", duplicates), COUNT("unreadable", unreadable),
	    COUNT("too_large", too_large), COUNT("refused", refused) },
	  4 },
	{ { "poachwatch_outbox_mails", "gauge", "Mails in the outbox, by state." },
	  "state",
	  { COUNT("queued", outbox_queued), COUNT("sent", outbox_sent),
	    COUNT("dead", outbox_dead) },
	  3 },
	{ { "poachwatch_open_cases", "gauge", "Cases that are open." },
	  NULL,
	  { COUNT(NULL, open_cases) },
	  1 },
	{ { "poachwatch_contracts", "gauge", "Contracts that we own." },
	  NULL,
	  { COUNT(NULL, contracts) },
	  1 },
	{ { "poachwatch_messages_unacknowledged", "gauge",
	    "Messages committed and not yet marked on the server." },
	  NULL,
	  { COUNT(NULL, unacked) },
	  1 },
};

static void put_counted(struct pw_buf *out, const struct pw_store_counts *counts)
{
	size_t i, k;

	for (i = 0; i < PW_ARRAY_LEN(counted); i++) {
		const struct counted *one = &counted[i];

		begin(out, &one->family);
		for (k = 0; k < one->n; k++) {
			const struct sample *sample = &one->samples[k];
			int64_t number;

			memcpy(&number, (const char *)counts + sample->offset,
			       sizeof number);
			if (one->label)
				labelled(out, one->family.name, one->label, sample->label,
					 number);
			else
				pw_buf_addf(out, "%s %" PRId64 "\n", one->family.name,
					    number);
		}
	}
}

static void put_mailboxes(struct pw_buf *out, const struct pw_mailbox_row *rows, size_t n)
{
	static const struct family up = { "poachwatch_mailbox_up", "gauge",
					  "1 while the mailbox can be read." };
	static const struct family last = {
		"poachwatch_mailbox_last_read_timestamp_seconds", "gauge",
		"When the mailbox was found readable last."
	};
	size_t i;

	begin(out, &up);
	for (i = 0; i < n; i++)
		labelled(out, up.name, "mailbox", rows[i].name, !rows[i].failing_ms);
	begin(out, &last);
	for (i = 0; i < n; i++)
		labelled(out, last.name, "mailbox", rows[i].name,
			 rows[i].last_ok_ms / 1000);
}

static bool is_healthy(const struct pw_mailbox_row *rows, size_t n, int64_t now)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rows[i].failing_ms && now - rows[i].failing_ms >= SILENCE_MS)
			return false;
	return true;
}

int pw_metrics_render(struct pw_buf *out, bool *ret_is_healthy, struct pw_store *store,
		      const struct pw_clock *clock, struct pw_err *err)
{
	static const struct family build = { "poachwatch_build_info", "gauge",
					     "1, with the version as a label." };
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(ARENA_BYTES);
	struct pw_store_counts counts;
	struct pw_mailbox_row *rows;
	size_t n;

	if (pw_store_counts(store, 0, &counts, err) < 0 ||
	    pw_store_mailbox_list(store, arena, &rows, &n, err) < 0)
		return -1;
	begin(out, &build);
	labelled(out, build.name, "version", PW_VERSION, 1);
	put_counted(out, &counts);
	put_mailboxes(out, rows, n);
	*ret_is_healthy = is_healthy(rows, n, pw_wall_ms(clock));
	return pw_buf_failed(out) ? pw_err_set(err, PW_ELIMIT, "too many mailboxes") : 0;
}
