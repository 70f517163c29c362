/* SPDX-License-Identifier: Apache-2.0 */
/* values.c - what an address, a domain, a period and a server look like. */
#include "agent/config/internal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/net/host.h"
#include "parsers/domain.h"

#define ADDRESS_MAX 254

char *pw_config_text(const struct pw_node *node, const char *format, ...)
{
	char text[2048];
	va_list args;
	char *copy;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	copy = pw_arena_strdup(node->yaml->arena, text);
	return copy ? copy : (char *)"";
}

const char *pw_config_as_domain(struct pw_arena *arena, const char *text)
{
	char normal[PW_DOMAIN_MAX + 1];
	struct pw_bytes written = pw_bytes_of(text);
	size_t len;

	if (!written.len || written.len > PW_DOMAIN_MAX)
		return NULL;
	len = pw_domain_normal(normal, written);
	if (!pw_host_is_valid(normal) || !strchr(normal, '.') || strchr(normal, ':') ||
	    strstr(normal, "..") || normal[len - 1] == '.')
		return NULL;
	return pw_arena_strdup(arena, normal);
}

const char *pw_config_as_address(struct pw_arena *arena, const char *text)
{
	const char *at, *c;

	if (!pw_utf8_valid(text, strlen(text)))
		return NULL;
	text = pw_url_normal(arena, text);
	at = text ? strrchr(text, '@') : NULL;
	if (!at || at == text || strlen(text) > ADDRESS_MAX || !pw_host_is_valid(at + 1))
		return NULL;
	for (c = text; c < at; c++)
		if ((unsigned char)*c <= ' ' || strchr("\x7F<>,;:\"()[]\\@", *c))
			return NULL;
	return text;
}

int pw_config_address(const struct pw_node *node, const char **ret)
{
	const char *text, *address;

	if (pw_yaml_string(node, &text) < 0)
		return -1;
	address = pw_config_as_address(node->yaml->arena, text);
	if (!address)
		return pw_yaml_error(node, "'%s' is no mail address", text);
	*ret = address;
	return 0;
}

int pw_config_names(const struct pw_node *node, const char *wanted,
		    pw_config_name_fn *const *forms, size_t n_forms, struct pw_names *ret)
{
	struct pw_yaml_strings list;
	const char **items;
	int result = 0;
	size_t i, k;

	if (pw_yaml_string_list(node, &list) < 0)
		return -1;
	items = pw_arena_alloc(node->yaml->arena, list.n + 1, sizeof *items);
	if (!items)
		return pw_yaml_error(node, "too large");
	for (i = 0; i < list.n; i++) {
		for (k = 0; k < n_forms && !items[i]; k++)
			items[i] = forms[k](node->yaml->arena, list.items[i]);
		if (!items[i])
			result = pw_yaml_error(list.nodes[i], "'%s' is %s", list.items[i],
					       wanted);
	}
	*ret = (struct pw_names){ items, list.n };
	return result;
}

int pw_config_period(const struct pw_node *node, int64_t *ret_ms)
{
	long seconds;

	if (pw_yaml_duration(node, &seconds) < 0)
		return -1;
	if (seconds && isdigit((unsigned char)node->text[node->len - 1])) {
		pw_yaml_error(node, "'%s' has no unit", node->text);
		pw_diags_hint(node->yaml->diags,
			      "%sd for days, %sh for hours, %sm for "
			      "minutes, %ss for seconds",
			      node->text, node->text, node->text, node->text);
		return -1;
	}
	*ret_ms = (int64_t)seconds * 1000;
	return 0;
}

static const struct scheme {
	const char *prefix, *protocol;
	enum pw_tls_mode tls;
	uint16_t port;
} schemes[] = {
	{ "imaps://", "imap", PW_TLS_IMPLICIT, 993 },
	{ "imap://", "imap", PW_TLS_STARTTLS, 143 },
	{ "smtps://", "smtp", PW_TLS_IMPLICIT, 465 },
	{ "smtp://", "smtp", PW_TLS_STARTTLS, 587 },
};

static const struct scheme *find_scheme(const char *text, const char *protocol)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(schemes); i++)
		if (pw_starts_with_i(text, schemes[i].prefix) &&
		    pw_streq(schemes[i].protocol, protocol))
			return &schemes[i];
	return NULL;
}

static int wrong_server(const struct pw_node *node, const char *protocol)
{
	bool is_bare = !strstr(node->text, "://");

	pw_yaml_error(node, "'%s' is no server address", node->text);
	pw_diags_hint(
		node->yaml->diags, "%ss://%s (TLS), or %s:// for STARTTLS", protocol,
		is_bare && pw_host_is_valid(node->text) ? node->text : "host.example.com",
		protocol);
	return -1;
}

static int read_port(const struct pw_node *node, const char *text, uint16_t *ret)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)*text) || *end || !port || port > 65535)
		return pw_yaml_error(node, "'%s' is no port (1 to 65535)", text);
	*ret = (uint16_t)port;
	return 0;
}

/* "host", "host:port", "[v6]" or "[v6]:port" after the scheme. */
static int read_authority(const struct pw_node *node, const char *protocol,
			  const char *text, struct pw_server *server)
{
	size_t len = strcspn(text, "/");
	const char *end, *port = NULL;

	if (text[len] == '/' && text[len + 1])
		return wrong_server(node, protocol);
	if (text[0] == '[') {
		text++;
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':' && end[1] != '/'))
			return wrong_server(node, protocol);
		port = end[1] == ':' ? end + 2 : NULL;
	} else {
		end = text + strcspn(text, ":/");
		port = *end == ':' ? end + 1 : NULL;
	}
	server->host = pw_config_text(node, "%.*s", (int)(end - text), text);
	if (!pw_host_is_valid(server->host))
		return wrong_server(node, protocol);
	if (port)
		return read_port(
			node, pw_config_text(node, "%.*s", (int)strcspn(port, "/"), port),
			&server->port);
	return 0;
}

static int read_tls(const struct pw_node *tls, struct pw_server *server)
{
	static const char *const words[] = { "required", "none" };
	int word;

	if (pw_yaml_choice(tls, words, PW_ARRAY_LEN(words), &word) < 0)
		return -1;
	if (word == 0)
		return 0;
	if (!pw_host_is_loopback(server->host))
		return pw_yaml_error(
			tls,
			"without TLS passwords and mail could be read on the "
			"way: 'tls: none' is for localhost only, not for '%s'",
			server->host);
	if (server->tls == PW_TLS_IMPLICIT)
		return pw_yaml_error(tls, "'tls: none' contradicts '%s'", server->text);
	server->tls = PW_TLS_NONE;
	return 0;
}

int pw_config_server(const struct pw_node *node, const char *protocol,
		     const struct pw_node *tls, const char *ca_file,
		     struct pw_server *ret)
{
	struct pw_server server = { .ca_file = ca_file };
	const struct scheme *scheme;

	if (pw_yaml_string(node, &server.text) < 0)
		return -1;
	if (strchr(server.text, '@')) {
		pw_yaml_error(node, "user and password do not belong into 'server'");
		pw_diags_hint(node->yaml->diags, "use 'user' and 'password_file'");
		return -1;
	}
	scheme = find_scheme(server.text, protocol);
	if (!scheme)
		return wrong_server(node, protocol);
	server.tls = scheme->tls;
	server.port = scheme->port;
	if (read_authority(node, protocol, server.text + strlen(scheme->prefix),
			   &server) < 0)
		return -1;
	if (tls && read_tls(tls, &server) < 0)
		return -1;
	*ret = server;
	return 0;
}
