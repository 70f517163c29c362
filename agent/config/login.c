/* SPDX-License-Identifier: Apache-2.0 */
/* login.c - user and where the secret comes from; OAuth 2.0 and its presets. */
#include "agent/config/internal.h"

#include <string.h>

#include "agent/base/str.h"

static const struct preset {
	const char *authorize_url, *device_url, *token_url; /* %s: the tenant */
	const char *imap_scope, *smtp_scope, *client_scope;
	enum pw_oauth2_flow flow; /* unless said */
} presets[] = {
	/* Google lets no mail scope through the device flow. */
	{ "https://accounts.google.com/o/oauth2/v2/auth", NULL,
	  "https://oauth2.googleapis.com/token", "https://mail.google.com/",
	  "https://mail.google.com/", NULL, PW_OAUTH2_CODE },
	{ "https://login.microsoftonline.com/%s/oauth2/v2.0/authorize",
	  "https://login.microsoftonline.com/%s/oauth2/v2.0/devicecode",
	  "https://login.microsoftonline.com/%s/oauth2/v2.0/token",
	  "https://outlook.office.com/IMAP.AccessAsUser.All "
	  "https://outlook.office.com/SMTP.Send offline_access",
	  "https://outlook.office.com/IMAP.AccessAsUser.All "
	  "https://outlook.office.com/SMTP.Send offline_access",
	  "https://outlook.office365.com/.default", PW_OAUTH2_DEVICE },
};
static const char *const preset_names[] = { "gmail", "microsoft365" };
static const char *const flow_names[] = { "authorization_code", "device_code",
					  "client_credentials" };
static const char *const mechanism_names[] = { "xoauth2", "oauthbearer" };
static const char *const mechanisms[] = { "XOAUTH2", "OAUTHBEARER" };

struct raw_oauth2 {
	struct pw_oauth2 oauth2;
	int preset, flow, mechanism;
	const char *tenant;
};

static const struct pw_field oauth2_fields[] = {
	{ "preset", PW_FIELD_CHOICE, .offset = offsetof(struct raw_oauth2, preset),
	  .words = preset_names, .n_words = PW_ARRAY_LEN(preset_names) },
	{ "tenant", PW_FIELD_STRING, .offset = offsetof(struct raw_oauth2, tenant) },
	{ "flow", PW_FIELD_CHOICE, .offset = offsetof(struct raw_oauth2, flow),
	  .words = flow_names, .n_words = PW_ARRAY_LEN(flow_names) },
	{ "client_id", PW_FIELD_STRING,
	  .offset = offsetof(struct raw_oauth2, oauth2.client_id), .is_required = true },
	{ "client_secret_file", PW_FIELD_STRING,
	  .offset = offsetof(struct raw_oauth2, oauth2.client_secret_file) },
	{ "authorize_url", PW_FIELD_STRING,
	  .offset = offsetof(struct raw_oauth2, oauth2.authorize_url) },
	{ "device_url", PW_FIELD_STRING,
	  .offset = offsetof(struct raw_oauth2, oauth2.device_url) },
	{ "token_url", PW_FIELD_STRING,
	  .offset = offsetof(struct raw_oauth2, oauth2.token_url) },
	{ "scope", PW_FIELD_STRING, .offset = offsetof(struct raw_oauth2, oauth2.scope) },
	{ "token_file", PW_FIELD_STRING,
	  .offset = offsetof(struct raw_oauth2, oauth2.token_file) },
	{ "ca_file", PW_FIELD_STRING,
	  .offset = offsetof(struct raw_oauth2, oauth2.ca_file) },
	{ "mechanism", PW_FIELD_CHOICE, .offset = offsetof(struct raw_oauth2, mechanism),
	  .words = mechanism_names, .n_words = PW_ARRAY_LEN(mechanism_names) },
};

static const char *fill_url(const struct pw_node *map, const char *own,
			    const char *pattern, const char *tenant)
{
	const char *gap = pattern ? strstr(pattern, "%s") : NULL;

	if (own || !gap)
		return own ? own : pattern;
	return pw_config_text(map, "%.*s%s%s", (int)(gap - pattern), pattern, tenant,
			      gap + 2);
}

static void apply_preset(const struct pw_node *map, const struct pw_login_place *place,
			 struct raw_oauth2 *raw)
{
	const struct preset *preset = &presets[raw->preset];
	struct pw_oauth2 *oauth2 = &raw->oauth2;
	const char *tenant = raw->tenant ? raw->tenant : "organizations";

	if (raw->flow < 0)
		raw->flow = (int)preset->flow;
	oauth2->authorize_url =
		fill_url(map, oauth2->authorize_url, preset->authorize_url, tenant);
	oauth2->device_url =
		fill_url(map, oauth2->device_url, preset->device_url, tenant);
	oauth2->token_url = fill_url(map, oauth2->token_url, preset->token_url, tenant);
	if (!oauth2->scope && raw->flow == PW_OAUTH2_CLIENT)
		oauth2->scope = preset->client_scope;
	if (!oauth2->scope)
		oauth2->scope = pw_streq(place->scope_preset, "smtp")
					? preset->smtp_scope
					: preset->imap_scope;
}

static int check_url(const struct pw_node *map, const char *key, const char *url,
		     bool is_needed)
{
	const struct pw_node *node = pw_yaml_get(map, key);

	if (!url)
		return is_needed ? pw_yaml_error(map, "'%s' is missing (or a 'preset')",
						 key)
				 : 0;
	if (!pw_starts_with_i(url, "https://"))
		return pw_yaml_error(node ? node : map, "'%s' must begin with https://",
				     url);
	return 0;
}

static int check_oauth2(const struct pw_node *map, const struct raw_oauth2 *raw)
{
	const struct pw_oauth2 *oauth2 = &raw->oauth2;
	const struct pw_node *tenant = pw_yaml_get(map, "tenant");
	int result = 0;

	if (check_url(map, "token_url", oauth2->token_url, true) < 0 ||
	    check_url(map, "authorize_url", oauth2->authorize_url,
		      raw->flow == PW_OAUTH2_CODE) < 0 ||
	    check_url(map, "device_url", oauth2->device_url,
		      raw->flow == PW_OAUTH2_DEVICE) < 0)
		result = -1;
	if (tenant &&
	    strspn(raw->tenant, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != tenant->len)
		result = pw_yaml_error(tenant, "'%s' is no tenant", raw->tenant);
	if (raw->flow == PW_OAUTH2_CLIENT && !oauth2->client_secret_file)
		result = pw_yaml_error(map, "'client_secret_file' is missing: client "
					    "credentials are a secret");
	return result;
}

static int read_oauth2(const struct pw_node *map, const struct pw_login_place *place,
		       const struct pw_oauth2 **ret)
{
	struct raw_oauth2 raw = { .preset = -1, .flow = -1 };
	const char *slash = strrchr(place->store, '/');
	struct pw_oauth2 *copy;

	if (pw_yaml_read(map, oauth2_fields, PW_ARRAY_LEN(oauth2_fields), &raw) < 0)
		return -1;
	if (raw.preset >= 0)
		apply_preset(map, place, &raw);
	if (raw.flow < 0)
		raw.flow = PW_OAUTH2_CODE;
	if (check_oauth2(map, &raw) < 0)
		return -1;
	raw.oauth2.flow = (enum pw_oauth2_flow)raw.flow;
	raw.oauth2.mechanism = mechanisms[raw.mechanism];
	if (!raw.oauth2.scope)
		raw.oauth2.scope = "";
	if (!raw.oauth2.token_file)
		raw.oauth2.token_file =
			pw_config_text(map, "%.*soauth2-%s.json",
				       slash ? (int)(slash - place->store) + 1 : 0,
				       place->store, place->name);
	copy = pw_arena_alloc(map->yaml->arena, 1, sizeof *copy);
	if (!copy)
		return pw_yaml_error(map, "the file is too large");
	*copy = raw.oauth2;
	*ret = copy;
	return 0;
}

static int choose_source(const struct pw_login_nodes *nodes, struct pw_login *login)
{
	const struct {
		enum pw_secret_kind kind;
		const char *where;
	} sources[] = {
		{ PW_SECRET_FILE, nodes->file },
		{ PW_SECRET_COMMAND, nodes->command },
		{ PW_SECRET_CREDENTIAL, nodes->credential },
		{ PW_SECRET_OAUTH2, nodes->oauth2 ? "oauth2" : NULL },
	};
	size_t i, n = 0;

	for (i = 0; i < PW_ARRAY_LEN(sources); i++) {
		if (!sources[i].where)
			continue;
		login->kind = sources[i].kind;
		login->where = sources[i].where;
		n++;
	}
	if (n > 1)
		return pw_yaml_error(nodes->map,
				     "more than one of password_file, password_command, "
				     "password_credential and oauth2");
	if (n == 0 && nodes->user)
		return pw_yaml_error(nodes->map, "'password_file' is missing (or "
						 "password_command, password_credential, "
						 "oauth2)");
	if (n && !nodes->user)
		return pw_yaml_error(nodes->map, "'user' is missing");
	return 0;
}

static int check_user(const struct pw_login_nodes *nodes)
{
	const struct pw_node *node = pw_yaml_get(nodes->map, "user");
	const char *c;

	if (nodes->user && !*nodes->user)
		return pw_yaml_error(node, "'user' is empty");
	for (c = nodes->user; c && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7F)
			return pw_yaml_error(node, "'user' holds control characters");
	return 0;
}

int pw_config_login(const struct pw_login_nodes *nodes,
		    const struct pw_login_place *place, struct pw_login *ret)
{
	struct pw_login login = { .user = nodes->user };

	if (check_user(nodes) < 0 || choose_source(nodes, &login) < 0)
		return -1;
	if (login.kind == PW_SECRET_OAUTH2 &&
	    read_oauth2(nodes->oauth2, place, &login.oauth2) < 0)
		return -1;
	*ret = login;
	return 0;
}
