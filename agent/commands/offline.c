/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/commands/offline.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/commands/open_store.h"
#include "agent/contract_source.h"
#include "agent/contracts/import.h"
#include "agent/net/host.h"
#include "agent/rulefiles/compiled.h"
#include "agent/rulefiles/rulefiles.h"
#include "parsers/domain.h"
#include "rules/engine/diag.h"

#define LOCAL_RULES "/etc/poachwatch/rules.d"
#define WINDOW_DAYS 90
#define REPORT_MAX  ((size_t)1 << 20)

void pw_offline_options_done(struct pw_offline_options *options)
{
	pw_strings_done(&options->rules);
	pw_strings_done(&options->domains);
}

/* Where the installed rules lie beside the binary: PREFIX/bin/poachwatch and
   PREFIX/share/poachwatch/rules; NULL: not there. */
static char *rules_beside_binary(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	char *slash, *rules;

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	*slash = '\0';
	rules = pw_asprintf("%s/../share/poachwatch/rules", path);
	if (access(rules, R_OK) == 0)
		return rules;
	free(rules);
	return NULL;
}

void pw_rule_folders(const struct pw_config *config, const struct pw_strings *given,
		     struct pw_strings *ret)
{
	static char *beside; /* for the life of the process */
	size_t i;

	for (i = 0; i < given->n; i++)
		pw_strings_add(ret, given->items[i]);
	for (i = 0; !given->n && config && i < config->rules.n; i++)
		pw_strings_add(ret, config->rules.items[i]);
	if (ret->n)
		return;
	if (!beside)
		beside = rules_beside_binary();
	pw_strings_add(ret, beside ? beside : PW_RULES_FOLDER);
	if (access(LOCAL_RULES, R_OK) == 0)
		pw_strings_add(ret, LOCAL_RULES);
}

/* As a folder of its own, over the others. */
static void add_rules(struct pw_offline *offline, const char *text)
{
	struct pw_bundle *old = offline->bundle;
	struct pw_rule_source *files = pw_alloc(old->n_files + 1, sizeof *files);
	size_t n = old->n_files;

	memcpy(files, old->files, n * sizeof *files);
	files[n] = (struct pw_rule_source){ .path = "suggested.yaml",
					    .data = text,
					    .len = strlen(text),
					    .folder = n ? files[n - 1].folder + 1 : 0 };
	offline->bundle = pw_bundle_new(files, n + 1);
	pw_bundle_free(old);
	free(files);
}

static int read_rules(struct pw_offline *offline,
		      const struct pw_offline_options *options, struct pw_err *err)
{
	PW_CLEANUP(pw_strings_done) struct pw_strings folders = { 0 };

	pw_rule_folders(offline->config, &options->rules, &folders);
	if (pw_rulefiles_read(&offline->bundle, folders.items, folders.n, err) < 0)
		return -1;
	if (options->more_rules)
		add_rules(offline, options->more_rules);
	return 0;
}

static int compile_rules(struct pw_offline *offline, struct pw_err *err)
{
	struct pw_diags diags;
	struct pw_buf report;
	size_t i;
	int r;

	pw_diags_init(&diags);
	pw_buf_init(&report, REPORT_MAX);
	r = pw_compiled_ruleset(&offline->ruleset, offline->bundle, NULL, &diags, err);
	for (i = 0; i < diags.n && r < 0; i++)
		pw_diag_render(&report, &diags.items[i]);
	fputs(report.data, stderr);
	pw_buf_done(&report);
	if (r < 0 && diags.n_errors)
		pw_err_set(err, PW_ECONFIG,
			   "nothing was done: the rules have %zu mistake%s",
			   diags.n_errors, diags.n_errors == 1 ? "" : "s");
	pw_diags_done(&diags);
	return r;
}

static void say_problem(void *self, const struct pw_import_problem *problem)
{
	const char *name = self;

	if (problem->is_error)
		fprintf(stderr, "%s:%" PRIu64 ": %s%s%s\n", name, problem->line,
			problem->column ? problem->column : "",
			problem->column ? ": " : "", problem->text);
}

static int import_contracts(struct pw_offline *offline, const char *path,
			    struct pw_err *err)
{
	const struct pw_import_options options = {
		.problem = say_problem,
		.self = (void *)(uintptr_t)path,
	};
	struct pw_import_result result = { 0 };

	if (pw_store_open_memory(&offline->store, &pw_clock_real, err) < 0)
		return -1;
	return path ? pw_contracts_import_path(offline->store, path, &options, &result,
					       err)
		    : 0;
}

/* The agent's contracts, or none: rules can be tried before anything was
   imported. */
static int open_contracts(struct pw_offline *offline,
			  const struct pw_offline_options *options, struct pw_err *err)
{
	if (options->contracts || options->has_no_contracts || !offline->config)
		return import_contracts(offline, options->contracts, err);
	if (pw_store_open(&offline->store, offline->config->store, PW_STORE_READER,
			  &pw_clock_real, err) == 0)
		return 0;
	if (err->code != PW_ENOTFOUND)
		return -1;
	return import_contracts(offline, NULL, err);
}

/* The domains given, in their one form; *ret_texts owns them. */
static int read_domains(const struct pw_strings *given, struct pw_strings *ret,
			char **ret_texts, struct pw_err *err)
{
	char *normal = *ret_texts = pw_alloc(given->n + 1, PW_DOMAIN_MAX + 1);
	size_t i;

	for (i = 0; i < given->n; i++, normal += PW_DOMAIN_MAX + 1) {
		pw_domain_normal(normal, pw_bytes_of(given->items[i]));
		if (!pw_host_is_valid(normal) || !strchr(normal, '.'))
			return pw_err_set(err, PW_EINPUT,
					  "--company-domain '%s' is no mail domain",
					  given->items[i]);
		pw_strings_add(ret, normal);
	}
	return 0;
}

static int make_pool(struct pw_offline *offline, const struct pw_globals *globals,
		     const struct pw_offline_options *options, struct pw_err *err)
{
	const struct pw_config *config = offline->config;
	const struct pw_pool_options pool = {
		.program = globals->program,
		.n_inspectors = options->n_inspectors ? options->n_inspectors
				: config              ? (size_t)config->inspect.processes
						      : 0,
		.deadline_ms = config ? config->inspect.deadline_ms : 0,
		.memory_bytes = config ? config->inspect.memory_bytes : 0,
	};
	PW_CLEANUP(pw_strings_done) struct pw_strings domains = { 0 };
	PW_CLEANUP(pw_freep) char *texts = NULL;
	struct pw_pool_setup setup = {
		.bundle = offline->bundle,
		.known_fd = offline->image.fd,
	};

	if (read_domains(&options->domains, &domains, &texts, err) < 0)
		return -1;
	setup.domains = domains.items;
	setup.n_domains = domains.n;
	if (config && !domains.n) {
		setup.domains = config->company_domains.items;
		setup.n_domains = config->company_domains.n;
	}
	if (config) {
		setup.names = config->company_names.items;
		setup.n_names = config->company_names.n;
	}
	return pw_pool_new(&offline->pool, &pool, &setup, err);
}

static void set_mailbox(struct pw_offline *offline,
			const struct pw_offline_options *options)
{
	const struct pw_config *config = offline->config;

	offline->mailbox = options->mailbox;
	offline->window_days = config ? config->alerts.window_days : WINDOW_DAYS;
	if (!config || !config->n_mailboxes)
		return;
	if (!offline->mailbox)
		offline->mailbox = config->mailboxes[0].address;
	offline->authserv_id = config->mailboxes[0].authserv_id;
}

int pw_offline_open(struct pw_offline *offline, const struct pw_globals *globals,
		    const struct pw_offline_options *options, struct pw_err *err)
{
	*offline = (struct pw_offline){ .image = PW_KNOWN_IMAGE_NONE };
	if (globals->config_path && pw_command_config(&offline->config, globals, err) < 0)
		return -1;
	if (read_rules(offline, options, err) == 0 && compile_rules(offline, err) == 0 &&
	    open_contracts(offline, options, err) == 0 &&
	    pw_known_image_make(&offline->image, offline->store, err) == 0 &&
	    make_pool(offline, globals, options, err) == 0) {
		set_mailbox(offline, options);
		return 0;
	}
	pw_offline_close(offline);
	return -1;
}

void pw_offline_close(struct pw_offline *offline)
{
	pw_pool_free(offline->pool);
	pw_known_image_done(&offline->image);
	pw_store_close(offline->store);
	pw_ruleset_free(offline->ruleset);
	pw_bundle_free(offline->bundle);
	pw_config_free(offline->config);
	*offline = (struct pw_offline){ .image = PW_KNOWN_IMAGE_NONE };
}

int pw_offline_judge(const struct pw_offline *offline, const struct pw_job *job,
		     struct pw_finding **ret_finding, struct pw_resolved **ret,
		     struct pw_err *err)
{
	PW_CLEANUP(pw_finding_freep) struct pw_finding *finding = NULL;
	struct pw_contract_source source = pw_contract_source_of(offline->store);
	struct pw_resolve_options options = { .window_days = offline->window_days };

	if (pw_finding_from_json(&finding, job->result, err) < 0)
		return -1;
	/* A file does not say when it was received; its own date is nearest. */
	options.received = job->received;
	if (options.received == PW_DAY_NONE)
		options.received = finding->outer_date.day;
	if (options.received == PW_DAY_NONE)
		options.received = pw_day_of_ms(pw_wall_ms(&pw_clock_real));
	if (pw_resolve(ret, finding, &source, offline->ruleset, &options, err) < 0)
		return -1;
	*ret_finding = PW_TAKE(finding);
	return 0;
}
