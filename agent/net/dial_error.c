/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/net/dial_error.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>

#include "agent/base/str.h"

#define SAID_MAX 300

bool pw_dial_is_refusal(const char *protocol, const char *line)
{
	const char *word;

	if (pw_streq(protocol, "smtp"))
		return (line[0] == '4' || line[0] == '5') &&
		       isdigit((unsigned char)line[1]) && isdigit((unsigned char)line[2]);
	if (pw_starts_with_i(line, "* BYE"))
		return true;
	word = strchr(line, ' ');
	return word && line[0] != '*' && line[0] != '+' &&
	       (pw_starts_with_i(word, " NO") || pw_starts_with_i(word, " BAD"));
}

/* RFC 5530 codes that say "not now", and SMTP's 4xx. */
static bool is_passing(const char *protocol, const char *said)
{
	static const char *const codes[] = { "[UNAVAILABLE]", "[INUSE]", "[LIMIT]",
					     "[SERVERBUG]", "[OVERQUOTA]" };
	size_t i;

	if (pw_streq(protocol, "smtp"))
		return said[0] == '4';
	for (i = 0; i < PW_ARRAY_LEN(codes); i++)
		if (strcasestr(said, codes[i]))
			return true;
	return false;
}

static int explain_certificate(const struct pw_dial_failure *f, const char *detail,
			       struct pw_err *err)
{
	const struct pw_server *server = f->server;

	if (strstr(f->detail, "does not match"))
		return pw_err_set(err, PW_ETLS,
				  "%s: wrong host name: its certificate is for another "
				  "name (%s); write the name that stands in the "
				  "certificate into 'server'",
				  f->name, detail);
	if (server->ca_file)
		return pw_err_set(
			err, PW_ETLS,
			"%s: its certificate is not trusted: it has expired, or "
			"its issuer (CA) is not in ca_file '%s'; put the "
			"certificate of the right CA there",
			f->name, server->ca_file);
	return pw_err_set(err, PW_ETLS,
			  "%s: its certificate is not trusted: it has expired, or its "
			  "issuer (CA) is unknown here; if the CA is your own, name its "
			  "certificate with 'ca_file'",
			  f->name);
}

static int explain_login(const struct pw_dial_failure *f, const char *said,
			 struct pw_err *err)
{
	bool is_oauth = f->login->kind == PW_SECRET_OAUTH2;

	if (!*said || !pw_dial_is_refusal(f->protocol, f->said))
		return pw_err_set(err, PW_EAUTH,
				  "%s offers no way to log in that we know; %s", f->name,
				  is_oauth ? "it may not accept OAuth 2.0"
					   : "it may want OAuth 2.0 ('oauth2')");
	if (is_passing(f->protocol, f->said))
		return pw_err_set(err, PW_ETEMP,
				  "%s refuses the login for now: it says '%s'", f->name,
				  said);
	return pw_err_set(err, PW_EAUTH, "%s refuses the login of '%s': it says '%s'; %s",
			  f->name, f->login->user, said,
			  is_oauth
				  ? "run 'poachwatch auth' again"
				  : "check user and password (some providers want an app "
				    "password)");
}

static int explain_reply(const struct pw_dial_failure *f, const char *said,
			 struct pw_err *err)
{
	if (!*said)
		return pw_err_set(err, PW_EPROTO,
				  "%s does not speak %s: check port and scheme", f->name,
				  f->protocol);
	if (!pw_dial_is_refusal(f->protocol, f->said))
		return pw_err_set(
			err, PW_EPROTO,
			"%s does not speak %s as it should: it says '%s'; check "
			"port and scheme",
			f->name, f->protocol, said);
	return pw_err_set(err, is_passing(f->protocol, f->said) ? PW_ETEMP : PW_EREFUSED,
			  "%s turns us away: it says '%s'", f->name, said);
}

static int explain_tls_start(const struct pw_dial_failure *f, const char *detail,
			     struct pw_err *err)
{
	if (f->server->tls == PW_TLS_IMPLICIT)
		return pw_err_set(err, PW_ETLS,
				  "%s: no TLS could be agreed (%s); if the port speaks "
				  "STARTTLS, write '%s://' instead of '%ss://'",
				  f->name, detail, f->protocol, f->protocol);
	return pw_err_set(err, PW_ETLS, "%s: STARTTLS failed (%s)", f->name, detail);
}

/* One sentence for each code that needs no more than that. */
static const struct {
	int curl_code;
	enum pw_code code;
	const char *text;
} sentences[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, PW_ENET,
	  "its name cannot be resolved: check the spelling in 'server' and the DNS" },
	{ CURLE_COULDNT_CONNECT, PW_ENET,
	  "connection refused or unreachable: check host, port and firewall, and "
	  "whether the server runs" },
	{ CURLE_OPERATION_TIMEDOUT, PW_ETIMEOUT,
	  "no answer in time: check host, port and firewall" },
	{ CURLE_USE_SSL_FAILED, PW_ETLS,
	  "it does not offer STARTTLS, or somebody in between removed the offer; nothing "
	  "was sent in the clear; try the TLS port (imaps, 993, or smtps, 465)" },
	{ CURLE_RECV_ERROR, PW_ENET, "connection broken during the login" },
	{ CURLE_SEND_ERROR, PW_ENET, "connection broken during the login" },
	{ CURLE_GOT_NOTHING, PW_ENET, "connection closed without an answer" },
	{ CURLE_OUT_OF_MEMORY, PW_ENOMEM, "no memory" },
};

static int explain_by_table(const struct pw_dial_failure *f, const char *detail,
			    struct pw_err *err)
{
	size_t i;

	for (i = 0; i < PW_ARRAY_LEN(sentences); i++)
		if (sentences[i].curl_code == f->curl_code)
			return pw_err_set(err, sentences[i].code, "%s: %s", f->name,
					  sentences[i].text);
	return pw_err_set(err, PW_ENET, "%s: %s (%d)", f->name,
			  *detail ? detail : curl_easy_strerror((CURLcode)f->curl_code),
			  f->curl_code);
}

/* An IMAP tag tells a person nothing. */
static const char *without_tag(const struct pw_dial_failure *f)
{
	const char *space = strchr(f->said, ' ');

	return pw_streq(f->protocol, "imap") && f->said[0] != '*' && space ? space + 1
									   : f->said;
}

static int choose(const struct pw_dial_failure *f, const char *said, const char *detail,
		  struct pw_err *err)
{
	switch ((CURLcode)f->curl_code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return explain_certificate(f, detail, err);
	case CURLE_LOGIN_DENIED:
		return explain_login(f, said, err);
	case CURLE_WEIRD_SERVER_REPLY:
		return explain_reply(f, said, err);
	case CURLE_SSL_CONNECT_ERROR:
		return explain_tls_start(f, detail, err);
	case CURLE_OPERATION_TIMEDOUT:
		if (f->server->tls != PW_TLS_STARTTLS)
			return explain_by_table(f, detail, err);
		return pw_err_set(err, PW_ETIMEOUT,
				  "%s: no answer in time: check host, port and firewall; "
				  "a port that expects TLS at once (993, 465) wants "
				  "'%ss://'",
				  f->name, f->protocol);
	case CURLE_SSL_CACERT_BADFILE:
		return pw_err_set(err, PW_ECONFIG,
				  "%s: ca_file '%s' cannot be read or holds no "
				  "certificate (PEM)",
				  f->name, f->server->ca_file ? f->server->ca_file : "");
	default:
		return explain_by_table(f, detail, err);
	}
}

/* libcurl's words may quote a certificate: they are escaped as well. */
int pw_dial_explain(const struct pw_dial_failure *failure, struct pw_err *err)
{
	const char *text = without_tag(failure);
	struct pw_buf said, detail;
	int result;

	pw_buf_init(&said, SAID_MAX * 10);
	pw_buf_init(&detail, SAID_MAX * 10);
	pw_str_escape(&said, text, strlen(text), SAID_MAX);
	pw_str_escape(&detail, failure->detail, strlen(failure->detail), SAID_MAX);
	result = choose(failure, said.data, detail.data, err);
	pw_buf_done(&said);
	pw_buf_done(&detail);
	return result;
}
