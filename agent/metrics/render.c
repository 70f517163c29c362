/* SPDX-License-Identifier: Apache-2.0 */
/* render.c - figures of the store in the Prometheus text format. */
#include <inttypes.h>

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

static void single(struct pw_buf *out, const struct family *family, int64_t value)
{
	begin(out, family);
	pw_buf_addf(out, "%s %" PRId64 "\n", family->name, value);
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

static void put_messages(struct pw_buf *out, const struct pw_store_counts *counts)
{
	static const struct family verdicts = { "poachwatch_messages_total", "counter",
						"Messages decided, by verdict." };
	static const struct family others = {
		"poachwatch_messages_not_judged_total", "counter",
		"Messages that were not judged, by reason."
	};

	begin(out, &verdicts);
	labelled(out, verdicts.name, "verdict", "alert", counts->alerts);
	labelled(out, verdicts.name, "verdict", "review", counts->reviews);
	labelled(out, verdicts.name, "verdict", "ignore", counts->ignored);
	begin(out, &others);
	labelled(out, others.name, "reason", "duplicate", counts->duplicates);
	labelled(out, others.name, "reason", "unreadable", counts->unreadable);
	labelled(out, others.name, "reason", "too_large", counts->too_large);
	labelled(out, others.name, "reason", "refused", counts->refused);
}

static void put_state(struct pw_buf *out, const struct pw_store_counts *counts)
{
	static const struct family outbox = { "poachwatch_outbox_mails", "gauge",
					      "Mails in the outbox, by state." };
	static const struct family cases = { "poachwatch_open_cases", "gauge",
					     "Cases that are open." };
	static const struct family contracts = { "poachwatch_contracts", "gauge",
						 "Contracts that we own." };
	static const struct family unacked = {
		"poachwatch_messages_unacknowledged", "gauge",
		"Messages committed and not yet marked on the server."
	};

	begin(out, &outbox);
	labelled(out, outbox.name, "state", "queued", counts->outbox_queued);
	labelled(out, outbox.name, "state", "sent", counts->outbox_sent);
	labelled(out, outbox.name, "state", "dead", counts->outbox_dead);
	single(out, &cases, counts->open_cases);
	single(out, &contracts, counts->contracts);
	single(out, &unacked, counts->unacked);
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
	put_messages(out, &counts);
	put_state(out, &counts);
	put_mailboxes(out, rows, n);
	*ret_is_healthy = is_healthy(rows, n, pw_wall_ms(clock));
	return pw_buf_failed(out) ? pw_err_set(err, PW_ELIMIT, "too many mailboxes") : 0;
}
