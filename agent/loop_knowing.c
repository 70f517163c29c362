/* SPDX-License-Identifier: Apache-2.0 */
/* loop_knowing.c - what the agent judges by, and how it changes while running. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "agent/live_rules.h"
#include "agent/log/log.h"
#include "agent/loop_internal.h"
#include "agent/notify/notify.h"
#include "agent/rulefiles/compiled.h"
#include "agent/rulefiles/rulefiles.h"
#include "rules/engine/diag.h"

#define REPORT_MAX ((size_t)256 << 10)

/* Whole lines to the log; at a terminal they read the same. */
static void log_report(const char *report)
{
	const char *at = report;

	while (*at) {
		size_t len = strcspn(at, "\n");

		pw_log(PW_LOG_ERROR, "%.*s", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

static void log_diags(const struct pw_diags *diags)
{
	struct pw_buf report;
	size_t i;

	pw_buf_init(&report, REPORT_MAX);
	for (i = 0; i < diags->n; i++)
		if (diags->items[i].is_error)
			pw_diag_render(&report, &diags->items[i]);
	log_report(report.data);
	pw_buf_done(&report);
}

static int load_config(struct pw_config **ret, const char *path, struct pw_err *err)
{
	struct pw_buf report;
	int r;

	pw_buf_init(&report, REPORT_MAX);
	r = pw_config_load(ret, path, &report, err);
	if (report.len)
		log_report(report.data);
	pw_buf_done(&report);
	return r;
}

static int load_rules(struct pw_bundle **ret_bundle, struct pw_ruleset **ret_ruleset,
		      const struct pw_config *config, struct pw_err *err)
{
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	PW_CLEANUP(pw_freep) char *folder = pw_compiled_folder(config->store);
	struct pw_diags diags;
	int r;

	if (pw_rulefiles_read(&bundle, config->rules.items, config->rules.n, err) < 0)
		return -1;
	pw_diags_init(&diags);
	r = pw_compiled_ruleset(ret_ruleset, bundle, folder, &diags, err);
	if (r < 0)
		log_diags(&diags);
	pw_diags_done(&diags);
	if (r == 0)
		*ret_bundle = PW_TAKE(bundle);
	return r;
}

int pw_loop_load(struct pw_loop *loop, struct pw_err *err)
{
	if (load_config(&loop->config, loop->options->config_path, err) < 0)
		return pw_err_set(err, err->code, "not started: mend '%s' first",
				  loop->options->config_path);
	if (load_rules(&loop->bundle, &loop->ruleset, loop->config, err) < 0)
		return err->code == PW_ECONFIG
			       ? pw_err_set(err, PW_ECONFIG,
					    "not started: mend the rules first")
			       : -1;
	return 0;
}

/* For `status`; the agent goes on without it. */
static void tell_rules(struct pw_loop *loop)
{
	const struct pw_live_rules live = {
		.hash = pw_ruleset_hash(loop->ruleset),
		.since_ms = pw_wall_ms(loop->clock),
		.n_files = (int64_t)loop->bundle->n_files,
		.folders = loop->config->rules.items,
		.n_folders = loop->config->rules.n,
	};
	struct pw_err err = PW_ERR_INIT;

	if (pw_live_rules_set(loop->store, &live, &err) < 0)
		pw_log(PW_LOG_ERROR, "the rules' version cannot be stored: %s", err.msg);
}

static void tell_refused(struct pw_loop *loop, const char *why)
{
	struct pw_err err = PW_ERR_INIT;

	if (pw_live_rules_refuse(loop->store, pw_wall_ms(loop->clock), why, &err) < 0)
		pw_log(PW_LOG_ERROR, "the refusal cannot be stored: %s", err.msg);
}

static struct pw_pool_setup setup_of(const struct pw_loop *loop,
				     const struct pw_config *config,
				     const struct pw_bundle *bundle)
{
	return (struct pw_pool_setup){
		.bundle = bundle,
		.known_fd = loop->image.fd,
		.domains = config->company_domains.items,
		.n_domains = config->company_domains.n,
		.names = config->company_names.items,
		.n_names = config->company_names.n,
	};
}

int pw_loop_make_pool(struct pw_loop *loop, struct pw_err *err)
{
	const struct pw_pool_options options = {
		.program = loop->options->program,
		.n_inspectors = (size_t)loop->config->inspect.processes,
		.deadline_ms = loop->config->inspect.deadline_ms,
		.memory_bytes = loop->config->inspect.memory_bytes,
		.clock = loop->clock,
	};
	struct pw_pool_setup setup;

	if (pw_known_image_make(&loop->image, loop->store, err) < 0)
		return -1;
	setup = setup_of(loop, loop->config, loop->bundle);
	if (pw_pool_new(&loop->pool, &options, &setup, err) < 0 ||
	    pw_pool_warm(loop->pool, err) < 0)
		return -1;
	tell_rules(loop);
	return 0;
}

/* Everything new is made before anything old goes; the switch cannot fail half
   way. */
static int try_reload(struct pw_loop *loop, struct pw_err *err)
{
	PW_CLEANUP(pw_config_freep) struct pw_config *config = NULL;
	PW_CLEANUP(pw_bundle_freep) struct pw_bundle *bundle = NULL;
	PW_CLEANUP(pw_ruleset_freep) struct pw_ruleset *ruleset = NULL;
	struct pw_config *old_config;
	struct pw_bundle *old_bundle;
	struct pw_ruleset *old_ruleset;
	struct pw_pool_setup setup;
	const int64_t began_ms = pw_monotonic_ms(loop->clock);

	if (load_config(&config, loop->options->config_path, err) < 0 ||
	    load_rules(&bundle, &ruleset, config, err) < 0)
		return -1;
	if (strcmp(config->store, loop->config->store) != 0)
		return pw_err_set(err, PW_ECONFIG,
				  "another store needs a restart, not a reload");
	pw_loop_take_signals(loop);
	if (loop->is_stopping) {
		loop->stop_ms = began_ms; /* compiling took its time */
		return pw_err_set(err, PW_ECANCELED, "the agent ends");
	}
	setup = setup_of(loop, config, bundle);
	if (pw_pool_renew(loop->pool, &setup, err) < 0)
		return -1;
	pw_loop_stop_mail(loop);
	old_config = loop->config;
	old_bundle = loop->bundle;
	old_ruleset = loop->ruleset;
	loop->config = PW_TAKE(config);
	loop->bundle = PW_TAKE(bundle);
	loop->ruleset = PW_TAKE(ruleset);
	config = old_config;
	bundle = old_bundle;
	ruleset = old_ruleset;
	pw_pipeline_use(loop->pipeline, loop->config, loop->ruleset);
	pw_outbox_use(loop->outbox, pw_pipeline_post(loop->pipeline), loop->ruleset);
	return 0;
}

int pw_loop_reload(struct pw_loop *loop, struct pw_err *err)
{
	struct pw_err why = PW_ERR_INIT;

	loop->is_reload_due = false;
	if (loop->is_stopping)
		return 0;
	pw_notify_reloading();
	if (try_reload(loop, &why) == 0) {
		pw_log(PW_LOG_NOTICE, "configuration and rules read anew (rules %.12s)",
		       pw_ruleset_hash(loop->ruleset));
		tell_rules(loop);
	} else if (why.code != PW_ECANCELED) {
		pw_log(PW_LOG_ERROR,
		       "reload refused, the last good configuration and rules stay: %s",
		       why.msg);
		tell_refused(loop, why.msg);
	}
	if (loop->is_stopping)
		return 0;
	pw_notify_ready();
	return loop->sender ? 0 : pw_loop_start_mail(loop, err);
}

/* Another process wrote: contracts for new inspectors, or mail to be sent. */
void pw_loop_store_changed(struct pw_loop *loop)
{
	struct pw_err err = PW_ERR_INIT;
	int64_t version;

	pw_store_watch_clear(loop->store);
	loop->is_outbox_dirty = true;
	if (pw_store_contracts_version(loop->store, &version, &err) < 0 ||
	    (version != loop->image.version && !loop->image_job &&
	     pw_known_image_start(&loop->image_job, loop->config->store, loop->clock,
				  &err) < 0))
		pw_log(PW_LOG_ERROR, "contracts cannot be read: %s", err.msg);
}

void pw_loop_image_ready(struct pw_loop *loop)
{
	struct pw_known_image image = PW_KNOWN_IMAGE_NONE;
	struct pw_known_image_job *job = loop->image_job;
	struct pw_pool_setup setup;
	struct pw_err err = PW_ERR_INIT;

	loop->image_job = NULL;
	if (pw_known_image_finish(job, &image, &err) < 0) {
		pw_log(PW_LOG_ERROR, "contracts cannot be read: %s", err.msg);
		return;
	}
	pw_known_image_done(&loop->image);
	loop->image = image;
	setup = setup_of(loop, loop->config, loop->bundle);
	if (pw_pool_renew(loop->pool, &setup, &err) < 0)
		pw_log(PW_LOG_ERROR, "contracts cannot be handed out: %s", err.msg);
	else
		pw_log(PW_LOG_NOTICE, "contracts changed: version %lld is in use",
		       (long long)image.version);
	/* They may have changed again meanwhile. */
	pw_loop_store_changed(loop);
}

void pw_loop_unload(struct pw_loop *loop)
{
	pw_known_image_abandon(loop->image_job);
	pw_known_image_done(&loop->image);
	pw_ruleset_free(loop->ruleset);
	pw_bundle_free(loop->bundle);
	pw_config_free(loop->config);
}
