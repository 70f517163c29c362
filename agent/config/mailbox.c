/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox.c - one entry of `mailboxes`. */
#include "agent/config/internal.h"

#include <string.h>

#include "agent/base/str.h"

#define MB ((size_t)1 << 20)

struct raw_mailbox {
	const struct pw_node *name, *address, *server, *tls, *since, *accept;
	struct pw_login_nodes login;
	const char *folder, *move_to, *authserv_id, *ca_file;
	int after;
	long poll_minutes, max_message_mb;
};

static const char *const after_words[] = { "keep", "move" };
static const char *const accept_words[] = { "anyone", "known-customers" };

#define AT(member) .offset = offsetof(struct raw_mailbox, member)
static const struct pw_field fields[] = {
	{ "name", PW_FIELD_NODE, AT(name), .is_required = true },
	{ "address", PW_FIELD_NODE, AT(address), .is_required = true },
	{ "server", PW_FIELD_NODE, AT(server), .is_required = true },
	{ "tls", PW_FIELD_NODE, AT(tls) },
	{ "ca_file", PW_FIELD_STRING, AT(ca_file) },
	{ "user", PW_FIELD_STRING, AT(login.user), .is_required = true },
	{ "password_file", PW_FIELD_STRING, AT(login.file) },
	{ "password_command", PW_FIELD_STRING, AT(login.command) },
	{ "password_credential", PW_FIELD_STRING, AT(login.credential) },
	{ "oauth2", PW_FIELD_MAP, AT(login.oauth2) },
	{ "folder", PW_FIELD_STRING, AT(folder) },
	{ "after", PW_FIELD_CHOICE, AT(after), .words = after_words,
	  .n_words = PW_ARRAY_LEN(after_words) },
	{ "move_to", PW_FIELD_STRING, AT(move_to) },
	{ "accept", PW_FIELD_NODE, AT(accept) },
	{ "authserv_id", PW_FIELD_STRING, AT(authserv_id) },
	{ "poll_minutes", PW_FIELD_INT, AT(poll_minutes), .min = 1, .max = 1440 },
	{ "since", PW_FIELD_NODE, AT(since) },
	{ "max_message_mb", PW_FIELD_INT, AT(max_message_mb), .min = 1, .max = 1024 },
};

static int read_name(const struct pw_node *node, const char **ret)
{
	if (pw_yaml_string(node, ret) < 0)
		return -1;
	if (!**ret || strlen(*ret) > 64 || (*ret)[0] == '.' ||
	    strspn(*ret, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789._-") != strlen(*ret))
		return pw_yaml_error(node,
				     "'%s' is no name: up to 64 letters, digits, '.', "
				     "'_' and '-'",
				     *ret);
	return 0;
}

static int read_accept_list(const struct pw_node *node, struct pw_mailbox_config *box)
{
	static pw_config_name_fn *const forms[] = { pw_config_as_address,
						    pw_config_as_domain };

	if (pw_config_names(node, "neither an address nor a domain", forms,
			    PW_ARRAY_LEN(forms), &box->accept_list) < 0)
		return -1;
	if (!box->accept_list.n)
		return pw_yaml_error(node, "an empty list accepts nobody");
	box->accept = PW_ACCEPT_LIST;
	return 0;
}

static int read_accept(const struct pw_node *node, struct pw_mailbox_config *box)
{
	int word;

	if (node->kind == PW_NODE_LIST)
		return read_accept_list(node, box);
	if (pw_yaml_choice(node, accept_words, PW_ARRAY_LEN(accept_words), &word) < 0)
		return -1;
	box->accept = word ? PW_ACCEPT_KNOWN_CUSTOMERS : PW_ACCEPT_ANYONE;
	return 0;
}

static int check_folders(const struct pw_node *map, const struct raw_mailbox *raw)
{
	const struct pw_node *node = pw_yaml_get(map, "move_to");

	if (!*raw->folder)
		return pw_yaml_error(pw_yaml_get(map, "folder"), "'folder' is empty");
	if (!*raw->move_to)
		return pw_yaml_error(node, "'move_to' is empty");
	if (raw->after == PW_AFTER_MOVE && pw_streq(raw->move_to, raw->folder))
		return pw_yaml_error(node ? node : map,
				     "'move_to' and 'folder' are the same");
	if (raw->after != PW_AFTER_MOVE && node)
		return pw_yaml_error(node, "'move_to' needs 'after: move'");
	return 0;
}

/* Each part is read even when one before it was wrong: all mistakes at once. */
int pw_config_mailbox_read(const struct pw_node *map, const char *store,
			   struct pw_mailbox_config *ret)
{
	struct raw_mailbox raw = { .login.map = map,
				   .folder = "INBOX",
				   .move_to = "Poachwatch",
				   .poll_minutes = 5,
				   .max_message_mb = 50 };
	struct pw_mailbox_config box = { .since_ms = (int64_t)30 * 86400000 };
	struct pw_login_place place = { .store = store, .scope_preset = "imap" };
	int bad = 0;

	if (pw_yaml_read(map, fields, PW_ARRAY_LEN(fields), &raw) < 0)
		return -1;
	bad |= read_name(raw.name, &box.name);
	bad |= pw_config_address(raw.address, &box.address);
	bad |= pw_config_server(raw.server, "imap", raw.tls, raw.ca_file, &box.server);
	place.name = box.name ? box.name : "";
	bad |= pw_config_login(&raw.login, &place, &box.login);
	bad |= check_folders(map, &raw);
	if (raw.since)
		bad |= pw_config_period(raw.since, &box.since_ms);
	if (raw.accept)
		bad |= read_accept(raw.accept, &box);
	if (bad)
		return -1;
	box.folder = raw.folder;
	box.move_to = raw.move_to;
	box.after = (enum pw_after)raw.after;
	box.authserv_id = raw.authserv_id;
	box.poll_ms = raw.poll_minutes * 60000;
	box.max_message_bytes = (size_t)raw.max_message_mb * MB;
	*ret = box;
	return 0;
}
