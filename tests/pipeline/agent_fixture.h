/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent_fixture.h - the agent without its threads: a mailbox and a mail server
 * that live in memory shared with child processes, a real store on disk, real
 * inspectors (the test program itself).  Include after cmocka.h.
 */
#ifndef TESTS_AGENT_FIXTURE_H
#define TESTS_AGENT_FIXTURE_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/contracts/import.h"
#include "agent/dead_letters.h"
#include "agent/contracts/known_image.h"
#include "agent/outbox.h"
#include "agent/pipeline.h"
#include "agent/rulefiles/rulefiles.h"

#define NOON_MS     INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */
#define MAILS_MAX   64
#define SENT_MAX    256
#define RAW_MAX     16384
#define UIDVALIDITY 7

/* What survives a killed agent: the two servers. */
struct world {
	struct {
		char raw[RAW_MAX];
		size_t len;
		enum pw_imap_state state;
		int64_t received_ms;
		bool is_acked;
	} mails[MAILS_MAX]; /* UID i + 1 */
	size_t n_mails;
	struct {
		char id[160]; /* Message-ID as in the mail */
		char to[80];
		char raw[RAW_MAX * 6];
		size_t len;
	} sent[SENT_MAX];
	size_t n_sent;
	char refused[80]; /* this address gets a 550; "": none */
	bool is_down;     /* the mail server cannot be reached */
	long step_left;   /* the process ends before this step; -1: never */
	char last_step[64];
};

struct agent {
	struct world *world;
	char folder[64], path[96];
	char config_text[2048];
	const char *contracts; /* CSV */
	int64_t now_ms;
	struct pw_clock clock;
	struct pw_config *config;
	struct pw_bundle *bundle;
	struct pw_ruleset *ruleset;
	struct pw_store *store;
	struct pw_known_image image;
	struct pw_pool *pool;
	struct pw_pipeline *pipeline;
	struct pw_outbox *outbox;
	struct pw_sending *in_hand; /* what the mail server was given, NULL: nothing */
	struct pw_err err;
};

static const char config_base[] = "company:\n  name: Bayline Systems\n"
				  "  domains: [baylinesystems.example]\n"
				  "store: /nowhere/store.db\n"
				  "rules: [" PW_SOURCE_DIR "/tests/pipeline/rules]\n"
				  "mailboxes:\n  - name: watch\n"
				  "    address: watch@baylinesystems.example\n"
				  "    server: imaps://localhost\n    user: watch\n"
				  "    password_file: /nowhere/password\n";
static const char config_rest[] = "smtp:\n  server: smtps://localhost\n"
				  "  from: Poachwatch <watch@baylinesystems.example>\n"
				  "alerts:\n  review_to: ops@baylinesystems.example\n"
				  "  fallback_to: fallback@baylinesystems.example\n"
				  "  digest: off\n";

static const char contracts_csv[] =
	"contract_id,customer,customer_domains,vendor,product,contract_number,serials,"
	"quantity,start_date,end_date,annual_value,currency,owner_email,status\n"
	"C-1,Harbor Foods,harborfoods.example,Veeam,Data "
	"Platform,02781945,,40,2025-12-26,"
	"2026-12-26,8240.00,USD,marlow@baylinesystems.example,active\n"
	"C-2,Kestrel Labs,kestrellabs.example,VMware,vSphere,0042871160,,96,2026-01-08,"
	"2027-01-08,18240.00,USD,ida@baylinesystems.example,active\n"
	"C-3,Ostsee Logistik,ostsee-logistik.example,Sophos,Intercept "
	"X,SO-7734-2291,,220,"
	"2025-12-20,2026-12-20,9900.00,EUR,,active\n";

/* A customer's inline forward of a reseller's mail about contract number. */
static void forward_text(char *out, size_t max, const char *customer, const char *vendor,
			 const char *number, const char *extra)
{
	snprintf(out, max,
		 "From: Pat <pat@%s>\nTo: watch@baylinesystems.example\n"
		 "Subject: Fwd: Your %s renewal %s\n"
		 "Date: Sat, 21 Nov 2026 10:00:00 +0000\n"
		 "Message-ID: <%s.%s@%s>\n%sMIME-Version: 1.0\n"
		 "Content-Type: text/plain; charset=utf-8\n\n"
		 "Is this yours?\n\n---------- Forwarded message ---------\n"
		 "From: Dana Whitlock <dana.whitlock@cdw.com>\n"
		 "Date: Fri, Nov 20, 2026 at 9:14 AM\n"
		 "Subject: Your %s renewal %s\nTo: Pat <pat@%s>\n\n\n"
		 "Hi Pat,\n\nYour %s support contract %s expires soon. CDW can renew it\n"
		 "for you at a better price. May I send you a renewal quote?\n\n"
		 "Dana Whitlock\nCDW\n",
		 customer, vendor, number, vendor, number, customer, extra, vendor,
		 number, customer, vendor, number);
}

static size_t world_add(struct world *world, const char *raw)
{
	size_t i = world->n_mails++;

	assert_true(i < MAILS_MAX && strlen(raw) < RAW_MAX);
	strcpy(world->mails[i].raw, raw);
	world->mails[i].len = strlen(raw);
	world->mails[i].received_ms = NOON_MS - 3600000;
	world->mails[i].state = PW_IMAP_WHOLE;
	return i;
}

static inline void world_add_forward(struct world *world, const char *customer,
				     const char *vendor, const char *number)
{
	char raw[RAW_MAX];

	forward_text(raw, sizeof raw, customer, vendor, number, "");
	world_add(world, raw);
}

/* --- the agent's side --------------------------------------------------- */

static int64_t agent_wall(void *self)
{
	return ((struct agent *)self)->now_ms;
}

static int64_t agent_monotonic(void *self)
{
	(void)self;
	return pw_monotonic_ms(&pw_clock_real);
}

static void on_step(void *self, const char *name)
{
	struct world *world = ((struct agent *)self)->world;

	snprintf(world->last_step, sizeof world->last_step, "%s", name);
	if (world->step_left >= 0 && world->step_left-- == 0)
		_exit(9);
}

static void on_done(void *self, const char *mailbox, uint32_t uidvalidity, uint32_t uid,
		    size_t raw_len, bool is_to_be_acked)
{
	struct agent *agent = self;

	(void)raw_len;
	assert_string_equal(mailbox, "watch");
	assert_int_equal(uidvalidity, UIDVALIDITY);
	on_step(agent, "acknowledge");
	if (!is_to_be_acked)
		return;
	agent->world->mails[uid - 1].is_acked = true;
	on_step(agent, "acknowledged");
	assert_int_equal(
		pw_store_acked(agent->store, "watch", UIDVALIDITY, &uid, 1, &agent->err),
		0);
}

static void on_send(void *self, struct pw_sending *sending)
{
	struct agent *agent = self;

	assert_null(agent->in_hand); /* one at a time */
	agent->in_hand = sending;
}

static void deliver(struct world *world, const struct pw_sending *sending,
		    const char *address)
{
	const char *id = strstr(sending->raw, "Message-I");
	size_t i = world->n_sent++;

	assert_true(i < SENT_MAX && id && sending->len < sizeof world->sent[i].raw);
	snprintf(world->sent[i].id, sizeof world->sent[i].id, "%.*s",
		 (int)strcspn(strchr(id, '<'), "\r\n"), strchr(id, '<'));
	snprintf(world->sent[i].to, sizeof world->sent[i].to, "%s", address);
	memcpy(world->sent[i].raw, sending->raw, sending->len);
	world->sent[i].len = sending->len;
}

static void serve_smtp(struct agent *agent)
{
	struct pw_sending *sending = agent->in_hand;
	size_t i;

	agent->in_hand = NULL;
	if (!sending)
		return;
	if (agent->world->is_down)
		pw_err_set(&sending->err, PW_ENET, "connection refused");
	for (i = 0; i < sending->n_to && !agent->world->is_down; i++) {
		struct pw_smtp_recipient *to = &sending->to[i];

		to->outcome = PW_SMTP_ACCEPTED;
		if (pw_streq(to->address, agent->world->refused)) {
			to->outcome = PW_SMTP_REFUSED;
			snprintf(to->text, sizeof to->text, "550 no such user");
		} else {
			deliver(agent->world, sending, to->address);
		}
	}
	pw_outbox_result(agent->outbox, sending);
}

static void must(struct agent *agent, int r)
{
	if (r < 0)
		fail_msg("%s", agent->err.msg);
}

static void import_csv(struct agent *agent)
{
	const struct pw_import_options options = { .maps = NULL };
	struct pw_import_result result;
	int fd = memfd_create("contracts", MFD_CLOEXEC);

	assert_int_equal(write(fd, agent->contracts, strlen(agent->contracts)),
			 strlen(agent->contracts));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	must(agent, pw_contracts_import(agent->store, fd, "contracts.csv", &options,
					&result, &agent->err));
	close(fd);
}

static void load_rules(struct agent *agent)
{
	struct pw_diags diags;

	must(agent, pw_rulefiles_read(&agent->bundle, agent->config->rules.items,
				      agent->config->rules.n, &agent->err));
	pw_diags_init(&diags);
	must(agent, pw_ruleset_new(&agent->ruleset, agent->bundle, &diags, &agent->err));
	pw_diags_done(&diags);
}

static void open_agent(struct agent *agent)
{
	const struct pw_pool_options options = { .program = "/proc/self/exe",
						 .n_inspectors = 1 };
	struct pw_pool_setup setup = { .known_fd = -1 };
	struct pw_pipeline_parts pipeline = {
		.clock = &agent->clock, .done = on_done, .step = on_step, .self = agent
	};
	struct pw_outbox_parts outbox = {
		.clock = &agent->clock, .send = on_send, .step = on_step, .self = agent
	};

	agent->clock = (struct pw_clock){ agent_wall, agent_monotonic, agent };
	must(agent, pw_config_parse(&agent->config, "test.yaml", agent->config_text,
				    strlen(agent->config_text), NULL, &agent->err));
	load_rules(agent);
	must(agent, pw_store_open(&agent->store, agent->path, PW_STORE_AGENT,
				  &agent->clock, &agent->err));
	import_csv(agent);
	must(agent, pw_known_image_make(&agent->image, agent->store, &agent->err));
	setup.bundle = agent->bundle;
	setup.known_fd = agent->image.fd;
	setup.domains = agent->config->company_domains.items;
	setup.n_domains = agent->config->company_domains.n;
	must(agent, pw_pool_new(&agent->pool, &options, &setup, &agent->err));
	pipeline.store = outbox.store = agent->store;
	pipeline.pool = agent->pool;
	must(agent, pw_pipeline_new(&agent->pipeline, &pipeline, &agent->err));
	pw_pipeline_use(agent->pipeline, agent->config, agent->ruleset);
	must(agent, pw_outbox_new(&agent->outbox, &outbox, &agent->err));
	pw_outbox_use(agent->outbox, pw_pipeline_post(agent->pipeline), agent->ruleset);
}

static void close_agent(struct agent *agent)
{
	pw_sending_free(agent->in_hand);
	pw_outbox_free(agent->outbox);
	pw_pipeline_free(agent->pipeline);
	pw_pool_free(agent->pool);
	pw_known_image_done(&agent->image);
	pw_store_close(agent->store);
	pw_ruleset_free(agent->ruleset);
	pw_bundle_free(agent->bundle);
	pw_config_free(agent->config);
}

/* As the loop does after PW_MAIL_OPENED: what is new, and what only needs its
   acknowledgement. */
static uint32_t last_uid_of(struct agent *agent)
{
	PW_CLEANUP(pw_arena_freep) struct pw_arena *arena = pw_arena_new(1 << 20);
	struct pw_mailbox_row *row, fresh = { .name = "watch", .first_ms = NOON_MS };
	uint32_t *uids;
	size_t i, n;

	must(agent,
	     pw_store_mailbox_get(agent->store, "watch", arena, &row, &agent->err));
	if (!row) {
		fresh.uidvalidity = UIDVALIDITY;
		must(agent, pw_store_mailbox_put(agent->store, &fresh, &agent->err));
		return 0;
	}
	must(agent, pw_store_unacked(agent->store, "watch", UIDVALIDITY, 1000, arena,
				     &uids, &n, &agent->err));
	for (i = 0; i < n; i++)
		on_done(agent, "watch", UIDVALIDITY, uids[i], 0, true);
	return row->last_uid;
}

static void take_mail(struct agent *agent, uint32_t uid)
{
	struct pw_imap_message message = {
		.uid = uid,
		.received_ms = agent->world->mails[uid - 1].received_ms,
		.size = agent->world->mails[uid - 1].len,
		.state = agent->world->mails[uid - 1].state,
	};

	if (message.state == PW_IMAP_WHOLE) {
		message.raw = pw_strndup(agent->world->mails[uid - 1].raw,
					 agent->world->mails[uid - 1].len);
		message.raw_len = agent->world->mails[uid - 1].len;
	}
	must(agent, pw_pipeline_take(agent->pipeline, &agent->config->mailboxes[0],
				     UIDVALIDITY, &message, &agent->err));
}

/* Everything that is new through the pipeline, everything due through SMTP. */
static void drain_agent(struct agent *agent)
{
	uint32_t uid;

	for (uid = last_uid_of(agent) + 1; uid <= agent->world->n_mails; uid++)
		take_mail(agent, uid);
	while (pw_pipeline_n_open(agent->pipeline) > 0) {
		int wait = pw_pipeline_timeout_ms(agent->pipeline);

		must(agent,
		     pw_pool_wait(agent->pool, wait < 0 ? 1000 : wait, &agent->err));
		must(agent, pw_pipeline_step(agent->pipeline, &agent->err));
	}
	do {
		pw_outbox_pump(agent->outbox);
		serve_smtp(agent);
	} while (!agent->world->is_down && !pw_outbox_is_idle(agent->outbox));
}

static inline void run_agent(struct agent *agent)
{
	open_agent(agent);
	drain_agent(agent);
	close_agent(agent);
	agent->outbox = NULL;
}

/* --- set up ------------------------------------------------------------- */

static struct agent *new_agent(const char *mailbox_extra, const char *alerts_extra)
{
	struct agent *agent = calloc(1, sizeof *agent);
	const char *tmp = getenv("TMPDIR");

	agent->world = mmap(NULL, sizeof *agent->world, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(agent->world != MAP_FAILED);
	agent->world->step_left = -1;
	agent->now_ms = NOON_MS;
	agent->contracts = contracts_csv;
	agent->image = (struct pw_known_image)PW_KNOWN_IMAGE_NONE;
	snprintf(agent->folder, sizeof agent->folder, "%.40s/pw-agent-XXXXXX",
		 tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(agent->folder));
	snprintf(agent->path, sizeof agent->path, "%s/store.db", agent->folder);
	snprintf(agent->config_text, sizeof agent->config_text, "%s%s%s%s", config_base,
		 mailbox_extra, config_rest, alerts_extra);
	return agent;
}

static void free_agent(struct agent *agent)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", agent->folder);
	assert_int_equal(system(command), 0);
	munmap(agent->world, sizeof *agent->world);
	free(agent);
}

static inline size_t count_sent(const struct world *world, const char *to)
{
	size_t i, n = 0;

	for (i = 0; i < world->n_sent; i++)
		n += pw_streq(world->sent[i].to, to);
	return n;
}

static inline size_t count_acked(const struct world *world)
{
	size_t i, n = 0;

	for (i = 0; i < world->n_mails; i++)
		n += world->mails[i].is_acked;
	return n;
}

#endif
