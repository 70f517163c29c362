/* SPDX-License-Identifier: Apache-2.0 */
/* smtp.c - the section `smtp`. */
#include "agent/config/internal.h"

#include <string.h>

struct raw_smtp {
	const struct pw_node *server, *tls, *from;
	struct pw_login_nodes login;
	const char *ca_file;
};

#define AT(member) .offset = offsetof(struct raw_smtp, member)
static const struct pw_field fields[] = {
	{ "server", PW_FIELD_NODE, AT(server), .is_required = true },
	{ "tls", PW_FIELD_NODE, AT(tls) },
	{ "ca_file", PW_FIELD_STRING, AT(ca_file) },
	{ "user", PW_FIELD_STRING, AT(login.user) },
	{ "password_file", PW_FIELD_STRING, AT(login.file) },
	{ "password_command", PW_FIELD_STRING, AT(login.command) },
	{ "password_credential", PW_FIELD_STRING, AT(login.credential) },
	{ "oauth2", PW_FIELD_MAP, AT(login.oauth2) },
	{ "from", PW_FIELD_NODE, AT(from), .is_required = true },
};

/* `Name <address>`, `"Name" <address>` or an address alone. */
static int read_from(const struct pw_node *node, struct pw_smtp_config *smtp)
{
	const char *text, *open, *close;
	size_t start, end, i;

	if (pw_yaml_string(node, &text) < 0)
		return -1;
	open = strrchr(text, '<');
	close = open ? strchr(open, '>') : NULL;
	smtp->from_address = text;
	if (open && close)
		smtp->from_address =
			pw_config_text(node, "%.*s", (int)(close - open) - 1, open + 1);
	smtp->from_address = pw_config_as_address(node->yaml->arena, smtp->from_address);
	if (!smtp->from_address || (close && close[1]))
		return pw_yaml_error(node, "'%s' is no sender: write Name <address>",
				     text);
	end = open ? (size_t)(open - text) : 0;
	for (start = 0; start < end && strchr(" \"", text[start]);)
		start++;
	while (end > start && strchr(" \"", text[end - 1]))
		end--;
	for (i = start; i < end; i++)
		if ((unsigned char)text[i] < ' ' || strchr("<>\x7F", text[i]))
			return pw_yaml_error(node, "the sender's name holds characters "
						   "that no name has");
	if (end > start)
		smtp->from_name =
			pw_config_text(node, "%.*s", (int)(end - start), text + start);
	return 0;
}

int pw_config_smtp_read(const struct pw_node *map, const char *store,
			struct pw_smtp_config *ret)
{
	struct pw_login_place place = { "smtp", store, "smtp" };
	struct raw_smtp raw = { .login.map = map };
	struct pw_smtp_config smtp = { 0 };
	int bad = 0;

	if (pw_yaml_read(map, fields, PW_ARRAY_LEN(fields), &raw) < 0)
		return -1;
	bad |= pw_config_server(raw.server, "smtp", raw.tls, raw.ca_file, &smtp.server);
	bad |= pw_config_login(&raw.login, &place, &smtp.login);
	bad |= read_from(raw.from, &smtp);
	if (bad)
		return -1;
	*ret = smtp;
	return 0;
}
