/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/config/config.h"

#define MAILBOX                                                                          \
	"  - name: watch\n"                                                              \
	"    address: watch@bayline.example\n"                                           \
	"    server: imaps://imap.bayline.example\n"                                     \
	"    user: watch\n"                                                              \
	"    password_file: /etc/poachwatch/imap.password\n"

#define HEAD                                                                             \
	"company:\n  name: Bayline\n  domains: [bayline.example]\n"                      \
	"store: /var/lib/poachwatch/poachwatch.db\n"                                     \
	"mailboxes:\n" MAILBOX

#define TAIL                                                                             \
	"smtp:\n  server: smtp://127.0.0.1:2525\n  tls: none\n"                          \
	"  from: Poachwatch <watch@bayline.example>\n"                                   \
	"alerts:\n  review_to: ops@bayline.example\n"                                    \
	"  fallback_to: ops@bayline.example\n"

static struct pw_config *parse(const char *text, struct pw_buf *report,
			       struct pw_err *err)
{
	struct pw_config *config = NULL;
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1); /* exact size, no NUL */

	memcpy(copy, text, len);
	pw_buf_init(report, 100000);
	if (pw_config_parse(&config, "p.yaml", copy, len, report, err) < 0)
		assert_null(config);
	free(copy);
	return config;
}

static void a_short_file_gets_the_documented_defaults(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf report;
	struct pw_config *config = parse(HEAD TAIL, &report, &err);
	const struct pw_mailbox_config *box;

	(void)state;
	assert_string_equal(report.data, "");
	assert_non_null(config);
	box = pw_config_mailbox(config, "watch");
	assert_non_null(box);
	assert_string_equal(box->server.host, "imap.bayline.example");
	assert_int_equal(box->server.port, 993);
	assert_int_equal(box->server.tls, PW_TLS_IMPLICIT);
	assert_string_equal(box->folder, "INBOX");
	assert_int_equal(box->after, PW_AFTER_KEEP);
	assert_int_equal(box->accept, PW_ACCEPT_ANYONE);
	assert_int_equal(box->since_ms, (int64_t)30 * 86400000);
	assert_int_equal(box->max_message_bytes, 50 << 20);
	assert_int_equal(config->smtp.server.tls, PW_TLS_NONE);
	assert_null(config->smtp.login.user);
	assert_string_equal(config->smtp.from_name, "Poachwatch");
	assert_string_equal(config->smtp.from_address, "watch@bayline.example");
	assert_int_equal(config->alerts.window_days, 90);
	assert_int_equal(config->alerts.digest, PW_DIGEST_WEEKLY);
	assert_int_equal(config->retry.give_up_ms, (int64_t)5 * 86400000);
	assert_int_equal(config->keep_ms, (int64_t)30 * 86400000);
	assert_null(pw_config_mailbox(config, "other"));
	pw_config_free(config);
	pw_buf_done(&report);
}

static void every_key_reaches_its_place(void **state)
{
	static const char text[] =
		HEAD "    folder: Forwarded\n    after: move\n    move_to: Done\n"
		     "    accept: [customer.example, ann@other.example]\n"
		     "    authserv_id: mx1.bayline.example\n    poll_minutes: 2\n"
		     "    since: 12h\n    max_message_mb: 7\n    ca_file: /ca.pem\n" TAIL
		     "  window_days: 60\n  attach_max_mb: 0\n  digest: daily\n"
		     "  acknowledge: on\n  max_per_hour: 5\n"
		     "retry: {first: 5s, max: 10m, give_up: 1d}\n"
		     "inspect: {processes: 2, deadline: 3s, memory_mb: 256}\n"
		     "keep: 7d\nmetrics: 127.0.0.1:9425\nrules: [/a, /b, /c]\n";
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf report;
	struct pw_config *config = parse(text, &report, &err);
	const struct pw_mailbox_config *box;

	(void)state;
	assert_string_equal(report.data, "");
	assert_non_null(config);
	box = &config->mailboxes[0];
	assert_string_equal(box->folder, "Forwarded");
	assert_int_equal(box->after, PW_AFTER_MOVE);
	assert_string_equal(box->move_to, "Done");
	assert_int_equal(box->accept, PW_ACCEPT_LIST);
	assert_int_equal(box->accept_list.n, 2);
	assert_string_equal(box->authserv_id, "mx1.bayline.example");
	assert_int_equal(box->poll_ms, 120000);
	assert_int_equal(box->since_ms, 12 * 3600000);
	assert_int_equal(box->max_message_bytes, 7 << 20);
	assert_string_equal(box->server.ca_file, "/ca.pem");
	assert_int_equal(config->alerts.attach_max_bytes, 0);
	assert_true(config->alerts.acknowledge);
	assert_int_equal(config->alerts.max_per_hour, 5);
	assert_int_equal(config->retry.first_ms, 5000);
	assert_int_equal(config->retry.max_ms, 600000);
	assert_int_equal(config->inspect.processes, 2);
	assert_int_equal(config->inspect.deadline_ms, 3000);
	assert_int_equal(config->keep_ms, (int64_t)7 * 86400000);
	assert_string_equal(config->metrics, "127.0.0.1:9425");
	assert_int_equal(config->rules.n, 3);
	pw_config_free(config);
	pw_buf_done(&report);
}

static void a_mistake_is_shown_with_its_place_a_caret_and_a_suggestion(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf report;
	struct pw_config *config = parse(HEAD "    foldr: INBOX\n" TAIL, &report, &err);

	(void)state;
	assert_null(config);
	assert_int_equal(err.code, PW_ECONFIG);
	assert_non_null(strstr(err.msg, "p.yaml:11:5: "));
	assert_non_null(strstr(report.data, "p.yaml:11:5: error: unknown key 'foldr'"));
	assert_non_null(strstr(report.data, "^"));
	assert_non_null(strstr(report.data, "did you mean 'folder'"));
	pw_buf_done(&report);
}

static void all_mistakes_are_reported_at_once(void **state)
{
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf report;

	(void)state;
	assert_null(parse(HEAD "    after: mve\n    poll_minutes: soon\n" TAIL
			       "keep: forever\nstor: x\n",
			  &report, &err));
	assert_non_null(strstr(report.data, "'mve'"));
	assert_non_null(strstr(report.data, "'soon'"));
	assert_non_null(strstr(report.data, "'forever'"));
	assert_non_null(strstr(report.data, "unknown key 'stor'"));
	pw_buf_done(&report);
}

static void what_must_not_stand_in_the_file_is_refused(void **state)
{
	static const struct {
		const char *name, *text, *said;
	} cases[] = {
		{ "empty file", "", "" },
		{ "missing key", HEAD, "'smtp' is missing" },
		{ "bare host", HEAD "smtp: {server: mail.example, from: a@b.example}\n",
		  "smtps://mail.example" },
		{ "imap for smtp",
		  HEAD "smtp: {server: imaps://h.example, from: a@b.example}\n",
		  "no server address" },
		{ "password in the address",
		  HEAD "smtp: {server: 'smtps://u:p@h.example', from: a@b.example}\n",
		  "do not belong into" },
		{ "no TLS to a far host",
		  HEAD
		  "smtp: {server: 'smtp://h.example', tls: none, from: a@b.example}\n",
		  "localhost only" },
		{ "no TLS to a host that looks near",
		  HEAD "smtp: {server: 'smtp://127.0.0.1.evil.example', tls: none, from: "
		       "a@b.example}\n",
		  "localhost only" },
		{ "port 0",
		  HEAD "smtp: {server: 'smtp://h.example:0', from: a@b.example}\n",
		  "no port" },
		{ "no sender", HEAD "smtp: {server: 'smtp://h.example', from: nobody}\n",
		  "no sender" },
		{ "domain that only looks like one",
		  "company: {name: B, domains: [\"b\\u2028c.example\"]}\n", "no domain" },
		{ "line break in the sender",
		  HEAD "smtp: {server: 'smtp://h.example', from: \"A\\nBcc: x "
		       "<a@b.example>\"}\n",
		  "name" },
		{ "user without password",
		  HEAD "smtp: {server: 'smtp://h.example', user: u, from: a@b.example}\n",
		  "'password_file' is missing" },
		{ "two passwords", HEAD "    password_command: pass x\n" TAIL,
		  "more than one of" },
		{ "domain with an @ before it",
		  HEAD "    accept: ['@customer.example']\n" TAIL,
		  "'@customer.example' is neither an address nor a domain" },
		{ "period without unit", HEAD TAIL "keep: 30\n", "30d for days" },
		{ "two mailboxes of one name", HEAD MAILBOX TAIL, "two mailboxes" },
		{ "metrics for everybody", HEAD TAIL "metrics: 0.0.0.0:9425\n",
		  "loopback only" },
		{ "address that is none",
		  HEAD "smtp: {server: 'smtp://h.example', from: a@b.example}\n"
		       "alerts: {review_to: 'a@b.example\rx', fallback_to: nobody}\n",
		  "'nobody' is no mail address" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PW_ARRAY_LEN(cases); i++) {
		struct pw_err err = PW_ERR_INIT;
		struct pw_buf report;
		struct pw_config *config = parse(cases[i].text, &report, &err);

		if (config || !strstr(report.data, cases[i].said))
			fail_msg("%s: %s", cases[i].name, report.data);
		pw_config_free(config);
		pw_buf_done(&report);
	}
}

static void a_company_may_have_several_names(void **state)
{
	static const char text[] =
		"company: {name: [=Connect, Bluewave], domains: [connect.example]}\n"
		"store: /var/lib/poachwatch/poachwatch.db\n"
		"mailboxes:\n" MAILBOX TAIL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf report;
	struct pw_config *config = parse(text, &report, &err);

	(void)state;
	assert_string_equal(report.data, "");
	assert_non_null(config);
	assert_string_equal(config->company_name, "Connect");
	assert_int_equal(config->company_names.n, 2);
	assert_string_equal(config->company_names.items[0], "=Connect");
	assert_string_equal(config->company_names.items[1], "Bluewave");
	pw_config_free(config);
	pw_buf_done(&report);
}

static void a_domain_of_any_script_is_known_by_its_one_form(void **state)
{
	static const char text[] =
		"company: {name: B, domains: [Bücher.example, BAYLINE.example]}\n"
		"store: /var/lib/poachwatch/poachwatch.db\n"
		"mailboxes:\n" MAILBOX
		"    accept: [kunde.bücher.example, Ana@BÜCHER.example]\n"
		"smtp: {server: 'smtp://h.example', from: 'B <watch@bücher.example>'}\n"
		"alerts: {review_to: ops@bücher.example, fallback_to: a@b.example}\n";
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf report;
	struct pw_config *config = parse(text, &report, &err);
	const struct pw_mailbox_config *box;

	(void)state;
	assert_string_equal(report.data, "");
	assert_non_null(config);
	assert_int_equal(config->company_domains.n, 2);
	assert_string_equal(config->company_domains.items[0], "xn--bcher-kva.example");
	assert_string_equal(config->company_domains.items[1], "bayline.example");
	box = pw_config_mailbox(config, "watch");
	assert_string_equal(box->accept_list.items[0], "kunde.xn--bcher-kva.example");
	assert_string_equal(box->accept_list.items[1], "Ana@xn--bcher-kva.example");
	assert_string_equal(config->smtp.from_address, "watch@xn--bcher-kva.example");
	assert_string_equal(config->alerts.review_to, "ops@xn--bcher-kva.example");
	pw_config_free(config);
	pw_buf_done(&report);
}

static void a_preset_fills_in_where_to_ask_for_tokens(void **state)
{
	static const char text[] =
		"company:\n  name: Bayline\n  domains: [bayline.example]\n"
		"store: /var/lib/poachwatch/poachwatch.db\n"
		"mailboxes:\n"
		"  - name: watch\n    address: watch@bayline.example\n"
		"    server: imaps://outlook.office365.com\n    user: watch\n"
		"    oauth2: {preset: microsoft365, tenant: bayline.example, client_id: "
		"abc}\n" TAIL;
	struct pw_err err = PW_ERR_INIT;
	struct pw_buf report;
	struct pw_config *config = parse(text, &report, &err);
	const struct pw_oauth2 *oauth2;

	(void)state;
	assert_string_equal(report.data, "");
	oauth2 = config->mailboxes[0].login.oauth2;
	assert_int_equal(oauth2->flow, PW_OAUTH2_DEVICE);
	assert_string_equal(oauth2->token_url, "https://login.microsoftonline.com/"
					       "bayline.example/oauth2/v2.0/token");
	assert_string_equal(oauth2->token_file, "/var/lib/poachwatch/oauth2-watch.json");
	assert_string_equal(oauth2->mechanism, "XOAUTH2");
	assert_non_null(strstr(oauth2->scope, "IMAP.AccessAsUser.All"));
	pw_config_free(config);
	pw_buf_done(&report);
}

static void a_pipe_is_refused_not_waited_for(void **state)
{
	char folder[] = "/tmp/pw-config-XXXXXX", path[64];
	struct pw_config *config = NULL;
	struct pw_err err = PW_ERR_INIT;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/pipe", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(pw_config_load(&config, path, NULL, &err), -1);
	assert_int_equal(err.code, PW_ECONFIG);
	assert_non_null(strstr(err.msg, "is no file"));
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_file_gets_the_documented_defaults),
		cmocka_unit_test(every_key_reaches_its_place),
		cmocka_unit_test(
			a_mistake_is_shown_with_its_place_a_caret_and_a_suggestion),
		cmocka_unit_test(all_mistakes_are_reported_at_once),
		cmocka_unit_test(what_must_not_stand_in_the_file_is_refused),
		cmocka_unit_test(a_company_may_have_several_names),
		cmocka_unit_test(a_domain_of_any_script_is_known_by_its_one_form),
		cmocka_unit_test(a_preset_fills_in_where_to_ask_for_tokens),
		cmocka_unit_test(a_pipe_is_refused_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
