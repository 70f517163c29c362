/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/str.h"
#include "agent/config/internal.h"
#include "agent/net/host.h"

#define CONFIG_MAX_BYTES  ((size_t)1 << 20)
#define MAILBOXES_MAX     1000
#define COMPANY_NAMES_MAX 100
#define MB                ((size_t)1 << 20)
#define DAY_MS            ((int64_t)86400000)

struct memory {
	char *text;
	struct pw_diags diags;
	struct pw_yaml *yaml;
};

struct raw_config {
	const struct pw_node *company, *mailboxes, *smtp, *alerts, *retry, *inspect;
	const struct pw_node *keep, *metrics;
	const char *store;
	struct pw_yaml_strings rules;
};

#define AT(member) .offset = offsetof(struct raw_config, member)
static const struct pw_field top_fields[] = {
	{ "company", PW_FIELD_MAP, AT(company), .is_required = true },
	{ "store", PW_FIELD_STRING, AT(store), .is_required = true },
	{ "rules", PW_FIELD_STRINGS, AT(rules) },
	{ "mailboxes", PW_FIELD_LIST, AT(mailboxes), .is_required = true },
	{ "smtp", PW_FIELD_MAP, AT(smtp), .is_required = true },
	{ "alerts", PW_FIELD_MAP, AT(alerts), .is_required = true },
	{ "retry", PW_FIELD_MAP, AT(retry) },
	{ "inspect", PW_FIELD_MAP, AT(inspect) },
	{ "keep", PW_FIELD_NODE, AT(keep) },
	{ "metrics", PW_FIELD_NODE, AT(metrics) },
};
#undef AT

struct raw_company {
	struct pw_yaml_strings names;
	const struct pw_node *domains;
};

static const struct pw_field company_fields[] = {
	{ "name", PW_FIELD_STRINGS, .offset = offsetof(struct raw_company, names),
	  .is_required = true },
	{ "domains", PW_FIELD_NODE, .offset = offsetof(struct raw_company, domains),
	  .is_required = true },
};

static int read_company_names(const struct pw_node *node,
			      const struct pw_yaml_strings *names,
			      struct pw_config *config)
{
	int result = 0;
	size_t i;

	for (i = 0; i < names->n; i++)
		if (!names->items[i][strspn(names->items[i], "= ")])
			result = pw_yaml_error(names->nodes[i], "'name' is empty");
	if (!names->n || names->n > COMPANY_NAMES_MAX)
		return pw_yaml_error(node, "%s",
				     names->n ? "too many names" : "'name' is empty");
	config->company_name = names->items[0] + (names->items[0][0] == '=');
	config->company_names = (struct pw_names){ names->items, names->n };
	return result;
}

static int read_company(const struct pw_node *map, struct pw_config *config)
{
	static pw_config_name_fn *const forms[] = { pw_config_as_domain };
	struct raw_company raw = { 0 };
	int result;

	if (pw_yaml_read(map, company_fields, PW_ARRAY_LEN(company_fields), &raw) < 0)
		return -1;
	result = pw_config_names(raw.domains, "no domain", forms, PW_ARRAY_LEN(forms),
				 &config->company_domains);
	if (read_company_names(pw_yaml_get(map, "name"), &raw.names, config) < 0)
		result = -1;
	if (result == 0 && !config->company_domains.n)
		result = pw_yaml_error(raw.domains,
				       "at least one domain of yours is needed");
	return result;
}

static int check_unique(const struct pw_node *list, const struct pw_config *config)
{
	size_t i, j;

	for (i = 0; i < config->n_mailboxes; i++)
		for (j = 0; j < i; j++)
			if (pw_streq(config->mailboxes[i].name,
				     config->mailboxes[j].name))
				return pw_yaml_error(pw_yaml_get(list->items[i], "name"),
						     "two mailboxes are called '%s'",
						     config->mailboxes[i].name);
	return 0;
}

static int read_mailboxes(const struct pw_node *list, struct pw_config *config)
{
	int result = 0;
	size_t i;

	if (!list->n || list->n > MAILBOXES_MAX)
		return pw_yaml_error(list, "%s",
				     list->n ? "too many mailboxes"
					     : "at least one mailbox is needed");
	config->mailboxes =
		pw_arena_alloc(list->yaml->arena, list->n, sizeof *config->mailboxes);
	if (!config->mailboxes)
		return pw_yaml_error(list, "the file is too large");
	for (i = 0; i < list->n; i++)
		if (pw_config_mailbox_read(list->items[i], config->store,
					   &config->mailboxes[i]) < 0)
			result = -1;
	config->n_mailboxes = list->n;
	return result < 0 ? -1 : check_unique(list, config);
}

struct raw_alerts {
	const struct pw_node *review_to, *fallback_to;
	long window_days, attach_max_mb, max_per_hour;
	int digest;
	bool acknowledge;
};

static const char *const digest_words[] = { "off", "daily", "weekly" };

#define AT(member) .offset = offsetof(struct raw_alerts, member)
static const struct pw_field alerts_fields[] = {
	{ "review_to", PW_FIELD_NODE, AT(review_to), .is_required = true },
	{ "fallback_to", PW_FIELD_NODE, AT(fallback_to), .is_required = true },
	{ "window_days", PW_FIELD_INT, AT(window_days), .min = 1, .max = 3650 },
	{ "attach_max_mb", PW_FIELD_INT, AT(attach_max_mb), .min = 0, .max = 1024 },
	{ "digest", PW_FIELD_CHOICE, AT(digest), .words = digest_words,
	  .n_words = PW_ARRAY_LEN(digest_words) },
	{ "acknowledge", PW_FIELD_BOOL, AT(acknowledge) },
	{ "max_per_hour", PW_FIELD_INT, AT(max_per_hour), .min = 1, .max = 100000 },
};
#undef AT

static int read_alerts(const struct pw_node *map, struct pw_alerts_config *alerts)
{
	struct raw_alerts raw = { .window_days = 90,
				  .attach_max_mb = 5,
				  .max_per_hour = 60,
				  .digest = PW_DIGEST_WEEKLY };
	int bad = 0;

	if (pw_yaml_read(map, alerts_fields, PW_ARRAY_LEN(alerts_fields), &raw) < 0)
		return -1;
	bad |= pw_config_address(raw.review_to, &alerts->review_to);
	bad |= pw_config_address(raw.fallback_to, &alerts->fallback_to);
	alerts->window_days = (int)raw.window_days;
	alerts->attach_max_bytes = (size_t)raw.attach_max_mb * MB;
	alerts->max_per_hour = (int)raw.max_per_hour;
	alerts->digest = (enum pw_digest)raw.digest;
	alerts->acknowledge = raw.acknowledge;
	return bad ? -1 : 0;
}

struct raw_retry {
	const struct pw_node *first, *max, *give_up;
};

static const struct pw_field retry_fields[] = {
	{ "first", PW_FIELD_NODE, .offset = offsetof(struct raw_retry, first) },
	{ "max", PW_FIELD_NODE, .offset = offsetof(struct raw_retry, max) },
	{ "give_up", PW_FIELD_NODE, .offset = offsetof(struct raw_retry, give_up) },
};

static int read_retry(const struct pw_node *map, struct pw_retry_config *retry)
{
	struct raw_retry raw = { 0 };
	int bad = 0;

	if (pw_yaml_read(map, retry_fields, PW_ARRAY_LEN(retry_fields), &raw) < 0)
		return -1;
	if (raw.first)
		bad |= pw_config_period(raw.first, &retry->first_ms);
	if (raw.max)
		bad |= pw_config_period(raw.max, &retry->max_ms);
	if (raw.give_up)
		bad |= pw_config_period(raw.give_up, &retry->give_up_ms);
	if (bad)
		return -1;
	if (retry->first_ms < 1000)
		return pw_yaml_error(map, "'first' is less than a second");
	if (retry->max_ms < retry->first_ms)
		return pw_yaml_error(map, "'max' is shorter than 'first'");
	return 0;
}

struct raw_inspect {
	long processes, memory_mb;
	const struct pw_node *deadline;
};

static const struct pw_field inspect_fields[] = {
	{ "processes", PW_FIELD_INT, .offset = offsetof(struct raw_inspect, processes),
	  .min = 1, .max = 64 },
	{ "deadline", PW_FIELD_NODE, .offset = offsetof(struct raw_inspect, deadline) },
	{ "memory_mb", PW_FIELD_INT, .offset = offsetof(struct raw_inspect, memory_mb),
	  .min = 128, .max = 65536 },
};

static int read_inspect(const struct pw_node *map, struct pw_inspect_config *inspect)
{
	struct raw_inspect raw = { .memory_mb = 512 };

	if (pw_yaml_read(map, inspect_fields, PW_ARRAY_LEN(inspect_fields), &raw) < 0)
		return -1;
	inspect->processes = (int)raw.processes;
	inspect->memory_bytes = (size_t)raw.memory_mb * MB;
	if (raw.deadline && pw_config_period(raw.deadline, &inspect->deadline_ms) < 0)
		return -1;
	if (inspect->deadline_ms < 100)
		return pw_yaml_error(raw.deadline, "too short");
	return 0;
}

/* Whoever can read the figures learns about the business: loopback only. */
static int read_metrics(const struct pw_node *node, const char **ret)
{
	const char *text, *colon;
	char host[256];
	size_t len;
	long port;
	char *end;

	if (pw_yaml_string(node, &text) < 0)
		return -1;
	colon = strrchr(text, ':');
	len = colon ? (size_t)(colon - text) : 0;
	if (!len || len >= sizeof host)
		return pw_yaml_error(node, "expected host:port, such as 127.0.0.1:9425");
	memcpy(host, text, len);
	host[len] = '\0';
	port = strtol(colon + 1, &end, 10);
	if (*end || end == colon + 1 || port < 0 || port > 65535)
		return pw_yaml_error(node, "'%s' is no port", colon + 1);
	if (!pw_host_is_loopback(host))
		return pw_yaml_error(node,
				     "metrics are served on the loopback only, such "
				     "as 127.0.0.1:%ld",
				     port);
	*ret = text;
	return 0;
}

static void set_defaults(struct pw_config *config)
{
	static const char *const rules[] = { PW_RULES_FOLDER, "/etc/poachwatch/rules.d" };

	config->rules = (struct pw_names){ rules, PW_ARRAY_LEN(rules) };
	config->retry = (struct pw_retry_config){ 60000, 3600000, 5 * DAY_MS };
	config->inspect = (struct pw_inspect_config){ 0, 10000, 512 * MB };
	config->keep_ms = 30 * DAY_MS;
}

static int read_config(const struct pw_node *root, struct pw_config *config)
{
	struct raw_config raw = { 0 };
	int bad = pw_yaml_read(root, top_fields, PW_ARRAY_LEN(top_fields), &raw);

	set_defaults(config);
	config->store = raw.store ? raw.store : "";
	if (raw.store && !*raw.store)
		bad |= pw_yaml_error(pw_yaml_get(root, "store"), "'store' is empty");
	if (raw.rules.n)
		config->rules = (struct pw_names){ raw.rules.items, raw.rules.n };
	if (raw.company)
		bad |= read_company(raw.company, config);
	if (raw.mailboxes)
		bad |= read_mailboxes(raw.mailboxes, config);
	if (raw.smtp)
		bad |= pw_config_smtp_read(raw.smtp, config->store, &config->smtp);
	if (raw.alerts)
		bad |= read_alerts(raw.alerts, &config->alerts);
	if (raw.retry)
		bad |= read_retry(raw.retry, &config->retry);
	if (raw.inspect)
		bad |= read_inspect(raw.inspect, &config->inspect);
	if (raw.keep)
		bad |= pw_config_period(raw.keep, &config->keep_ms);
	if (raw.metrics)
		bad |= read_metrics(raw.metrics, &config->metrics);
	return bad ? -1 : 0;
}

static void render(struct pw_diags *diags, struct pw_buf *report)
{
	size_t i;

	pw_diags_sort(diags);
	for (i = 0; report && i < diags->n; i++)
		pw_diag_render(report, &diags->items[i]);
}

int pw_config_parse(struct pw_config **ret, const char *path, const char *text,
		    size_t len, struct pw_buf *report, struct pw_err *err)
{
	PW_CLEANUP(pw_config_freep)
	struct pw_config *config = pw_alloc(1, sizeof *config);
	struct memory *memory = pw_alloc(1, sizeof *memory);
	bool is_good;

	config->memory = memory;
	memory->text = pw_alloc(len + 1, 1);
	if (len)
		memcpy(memory->text, text, len);
	pw_diags_init(&memory->diags);
	is_good = pw_yaml_parse(&memory->yaml, path, memory->text, len, &memory->diags) ==
			  0 &&
		  read_config(memory->yaml->root, config) == 0;
	render(&memory->diags, report);
	if (!is_good || memory->diags.n_errors) {
		if (pw_diags_to_err(&memory->diags, err) == 0)
			pw_err_set(err, PW_ECONFIG, "%s: unusable", path);
		return -1;
	}
	config->path = memory->yaml->path;
	*ret = PW_TAKE(config);
	return 0;
}

static int read_file(const char *path, struct pw_buf *text, struct pw_err *err)
{
	/* Not to wait for who might write into a pipe. */
	PW_CLEANUP(pw_closep)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	char chunk[16384];
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		return pw_err_errno(err, PW_ECONFIG, "configuration '%s'", path);
	if (!S_ISREG(st.st_mode))
		return pw_err_set(
			err, PW_ECONFIG,
			"configuration '%s' is no file; a reload reads it again", path);
	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return pw_err_errno(err, PW_ECONFIG, "configuration '%s'", path);
		if (pw_buf_add(text, chunk, (size_t)n) < 0)
			return pw_err_set(err, PW_ECONFIG,
					  "configuration '%s' is larger than %zu bytes",
					  path, text->max);
	}
	return 0;
}

int pw_config_load(struct pw_config **ret, const char *path, struct pw_buf *report,
		   struct pw_err *err)
{
	struct pw_buf text;
	int result;

	pw_buf_init(&text, CONFIG_MAX_BYTES);
	result = read_file(path, &text, err);
	if (result == 0)
		result = pw_config_parse(ret, path, text.data, text.len, report, err);
	else if (report)
		pw_buf_addf(report, "%s\n", err ? err->msg : "");
	pw_buf_done(&text);
	return result;
}

void pw_config_free(struct pw_config *config)
{
	struct memory *memory;

	if (!config)
		return;
	memory = config->memory;
	pw_yaml_free(memory->yaml);
	pw_diags_done(&memory->diags);
	free(memory->text);
	free(memory);
	free(config);
}

const struct pw_mailbox_config *pw_config_mailbox(const struct pw_config *config,
						  const char *name)
{
	size_t i;

	for (i = 0; i < config->n_mailboxes; i++)
		if (pw_streq(config->mailboxes[i].name, name))
			return &config->mailboxes[i];
	return NULL;
}
