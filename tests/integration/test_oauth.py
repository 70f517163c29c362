#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""OAuth 2.0 against a token server of the tests' own and Dovecot's oauth2 passdb."""

import base64
import contextlib
import hashlib
import http.server
import json
import os
import secrets
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import Agent  # noqa: E402
from circle import main  # noqa: E402
from probe import Probe  # noqa: E402
from proxy import Proxy  # noqa: E402
from samples import Dates, contracts_csv, gmail_inline  # noqa: E402
from servers import PASSDB, WATCH, Servers  # noqa: E402
from test_smtp import Scripted  # noqa: E402

CLIENT, SECRET = "poachwatch-test", "the client's own secret"


class TokenServer:
    """Authorization, device and token endpoints; also says who a token is."""

    def __init__(self):
        self.active, self.refresh, self.codes, self.devices = {}, set(), {}, {}
        self.lifetime, self.asked, self.broken = 3600, [], False
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.plain = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.plain_port = self.plain.server_address[1]
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"

    def serve(self, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        for each in (self.server, self.plain):
            threading.Thread(target=each.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        for each in (self.server, self.plain):
            each.shutdown()
            each.server_close()

    def issue(self, refresh=True):
        token = secrets.token_urlsafe(20)
        self.active[token] = time.time() + 3600  # a busy machine may take longer than its lifetime to show it
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}
        if refresh:
            answer["refresh_token"] = secrets.token_urlsafe(20)
            self.refresh.add(answer["refresh_token"])
        return 200, answer

    def grant(self, form):
        kind = form.get("grant_type", "")
        self.asked.append(kind.rsplit(":", 1)[-1])
        if self.broken:
            return 503, {}
        if form.get("client_id") != CLIENT:
            return 401, {"error": "invalid_client"}
        if kind == "client_credentials":
            return self.issue(refresh=False) if form.get("client_secret") == SECRET else (
                401, {"error": "invalid_client", "error_description": "wrong \x1b[31msecret"})
        if kind == "refresh_token":
            return self.issue() if form.get("refresh_token") in self.refresh else (400, {"error": "invalid_grant"})
        if kind == "authorization_code":
            challenge, redirect = self.codes.pop(form.get("code"), ("", ""))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            good = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
            return self.issue() if good and redirect == form.get("redirect_uri") else (400, {"error": "invalid_grant"})
        waiting = self.devices.get(form.get("device_code"))
        if waiting is None:
            return 400, {"error": "expired_token"}
        self.devices[form["device_code"]] = waiting - 1
        return (400, {"error": "authorization_pending"}) if waiting > 0 else self.issue()

    def answer(self, path, form):
        if path == "/token":
            return self.grant(form)
        if path == "/device":
            code = secrets.token_urlsafe(8)
            self.devices[code] = 2
            return 200, {"device_code": code, "user_code": "WDJB-MJHT", "interval": 0, "expires_in": 60,
                         "verification_uri": "https://example.com/device"}
        if path == "/introspect":
            token = form.get("token", "")
            return 200, {"active": self.active.get(token, 0) > time.time(), "user": WATCH, "username": WATCH}
        return 404, {"error": "not_found"}

    def authorize(self, query):
        """What the person and the login page do together; the address the browser is sent to."""
        assert query["code_challenge_method"] == "S256" and query["response_type"] == "code"
        code = secrets.token_urlsafe(8)
        self.codes[code] = (query["code_challenge"], query["redirect_uri"])
        return query["redirect_uri"] + "?" + urllib.parse.urlencode({"code": code, "state": query["state"]})

    def handler(self):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def say(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                status, answer = owner.answer(self.path, dict(urllib.parse.parse_qsl(body)))
                self.say(status, json.dumps(answer).encode())

            def do_GET(self):
                self.say(404, b"{}")

            def log_message(self, *_):
                pass

        return Handler


class Silent:
    """A token server that takes what is asked and never answers; without a TLS
    context it does not even shake hands."""

    def __init__(self, context=None):
        self.context, self.asked, self.held = context, threading.Event(), []

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.socket.getsockname()[1]}/token"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)
        for each in self.held:
            each.close()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                if self.context:
                    connection = self.context.wrap_socket(connection, server_side=True)
                self.held.append(connection)
                if connection.recv(1):
                    self.asked.set()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokens = TokenServer()
        cls.addClassCleanup(cls.tokens.close)
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.chmod(cls.folder, 0o755)
        conf = os.path.join(cls.folder, "oauth2.conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write(f"introspection_url = http://127.0.0.1:{cls.tokens.plain_port}/introspect\n"
                       "introspection_mode = post\nusername_attribute = user\n"
                       "active_attribute = active\nactive_value = true\n")
        passdb = ("passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n"
                  f" args = {conf}\n}}}}\n" + PASSDB)
        cls.servers = cls.enterClassContext(Servers(passdb=passdb, mechanisms="plain login xoauth2 oauthbearer"))
        cls.tokens.serve(cls.servers.cert, cls.servers.key)

    def setUp(self):
        self.tokens.asked.clear()
        self.tokens.lifetime, self.tokens.broken = 3600, False
        self.token_file = os.path.join(tempfile.mkdtemp(dir=self.folder), "tokens.json")
        self.secret_file = os.path.join(os.path.dirname(self.token_file), "secret")
        with open(self.secret_file, "w", encoding="utf-8") as file:
            file.write(SECRET + "\n")
        os.chmod(self.secret_file, 0o600)

    def oauth2(self, **keys):
        keys = {"client_id": CLIENT, "token_url": self.tokens.url + "/token", "device_url": self.tokens.url + "/device",
                "authorize_url": self.tokens.url + "/authorize", "token_file": self.token_file,
                "ca_file": self.servers.ca_file, **keys}
        return "    oauth2:\n" + "".join(f"      {key}: {value}\n" for key, value in keys.items())

    def edit(self, **keys):
        def change(text):
            head, tail = text.split("smtp:\n")
            lines = [self.oauth2(**keys).rstrip("\n") if "password_file" in line else line for line in head.split("\n")]
            return "\n".join(lines) + "smtp:\n" + tail
        return change

    def client_keys(self, **keys):
        return {"flow": "client_credentials", "client_secret_file": self.secret_file, **keys}

    def probe(self, **keys):
        return self.enterContext(Probe(self.servers, edit=self.edit(**keys)))

    def auth(self, during=None, **keys):
        """`poachwatch auth`, with something done while it waits; (status, output)."""
        agent = self.enterContext(Agent(self.servers))
        with open(agent.config, encoding="utf-8") as file:
            text = file.read()
        agent.write("poachwatch.yaml", self.edit(**keys)(text))
        process = subprocess.Popen([agent.program, "--config", agent.config, "auth", "renewals-watch"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        output = ""
        if during:
            for line in process.stdout:
                output += line
                if "Waiting" in line:
                    during(process, output)
                    break
        output += process.communicate(timeout=120)[0]
        return process.returncode, output

    def saved(self):
        with open(self.token_file, encoding="utf-8") as file:
            return json.load(file)


class Authorizing(Case):
    def browser(self, output):
        """Follows the address as a browser would, up to where it comes back."""
        url = next(word for word in output.split() if word.startswith(self.tokens.url))
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        self.assertEqual(query["login_hint"], WATCH)
        return self.tokens.authorize(query)

    def test_a_code_comes_back_through_the_browser(self):
        pages = []

        def during(_, output):
            # A browser knows what localhost is without asking /etc/hosts.
            back = self.browser(output).replace("//localhost:", "//127.0.0.1:")
            with self.assertRaises(urllib.error.HTTPError):  # a forged answer changes nothing
                urllib.request.urlopen(back.split("?")[0] + "?code=forged&state=forged")
            with urllib.request.urlopen(back) as page:
                pages.append(page.read().decode())
        status, output = self.auth(during, flow="authorization_code")
        self.assertEqual(status, 0, output)
        self.assertIn("close this window", pages[0])
        self.assertIn("accepts the login", output)
        self.assertEqual(stat.S_IMODE(os.stat(self.token_file).st_mode), 0o600)
        self.assertNotIn(self.saved()["refresh_token"], output)
        answer = self.probe(flow="authorization_code").say("open")
        self.assertTrue(answer.ok, answer)

    def test_the_address_can_be_pasted_instead(self):
        def during(process, output):
            process.stdin.write(self.browser(output) + "\n")
            process.stdin.flush()
        status, output = self.auth(during, flow="authorization_code")
        self.assertEqual(status, 0, output)

    def test_a_refusal_of_the_person_is_reported(self):
        def during(process, output):
            back = urllib.parse.urlsplit(self.browser(output))
            state = dict(urllib.parse.parse_qsl(back.query))["state"]
            process.stdin.write(f"http://localhost/?error=access_denied&state={state}\n")
            process.stdin.flush()
        status, output = self.auth(during, flow="authorization_code")
        self.assertEqual(status, 1, output)
        self.assertIn("access_denied", output)
        self.assertFalse(os.path.exists(self.token_file))

    def test_a_device_code_is_shown_and_waited_for(self):
        status, output = self.auth(flow="device_code")
        self.assertEqual(status, 0, output)
        self.assertIn("WDJB-MJHT", output)
        self.assertIn("https://example.com/device", output)
        self.assertEqual(self.tokens.asked, ["device_code"] * 3)

    def test_client_credentials_need_nobody(self):
        status, output = self.auth(**self.client_keys())
        self.assertEqual(status, 0, output)

    def test_a_wrong_client_secret_is_named_and_not_shown(self):
        with open(self.secret_file, "w", encoding="utf-8") as file:
            file.write("wrong one")
        status, output = self.auth(**self.client_keys())
        self.assertEqual(status, 1, output)
        self.assertIn("invalid_client", output)
        self.assertNotIn("wrong one", output)
        self.assertNotIn("\x1b[31m", output)

    def test_a_token_server_that_is_not_trusted_gets_no_secret(self):
        status, output = self.auth(**self.client_keys(ca_file=self.servers.other_authority.file))
        self.assertEqual(status, 1, output)
        self.assertIn("not trusted", output)
        self.assertEqual(self.tokens.asked, [])


class LoggingIn(Case):
    def test_both_mechanisms_are_spoken(self):
        for mechanism in ("xoauth2", "oauthbearer"):
            answer = self.probe(**self.client_keys(mechanism=mechanism)).say("open")
            self.assertTrue(answer.ok, answer)

    def test_a_token_is_used_until_shortly_before_its_end(self):
        probe = self.probe(**self.client_keys())
        self.assertTrue(probe.say("open").ok)
        self.assertTrue(probe.say("open").ok)
        self.assertEqual(len(self.tokens.asked), 1)
        saved = self.saved()
        saved["expires_ms"] = int((time.time() + 60) * 1000)
        with open(self.token_file, "w", encoding="utf-8") as file:
            json.dump(saved, file)
        self.assertTrue(probe.say("open").ok)
        self.assertEqual(len(self.tokens.asked), 2)

    def test_a_token_that_holds_is_used_while_its_server_is_in_trouble(self):
        probe = self.probe(**self.client_keys())
        self.assertTrue(probe.say("open").ok)
        saved = self.saved()
        saved["expires_ms"] = int((time.time() + 60) * 1000)
        with open(self.token_file, "w", encoding="utf-8") as file:
            json.dump(saved, file)
        self.tokens.broken = True
        self.assertTrue(probe.say("open").ok)
        saved["expires_ms"] = 0
        with open(self.token_file, "w", encoding="utf-8") as file:
            json.dump(saved, file)
        self.assertEqual(probe.say("open").code, "not-now")

    def test_a_withdrawn_token_is_replaced_at_the_next_try(self):
        probe = self.probe(**self.client_keys())
        self.assertTrue(probe.say("open").ok)
        self.tokens.active.clear()
        self.assertEqual(probe.say("open").code, "auth")
        self.assertTrue(probe.say("open").ok)

    def test_a_session_that_ends_with_its_token_is_followed_by_one_with_a_new_token(self):
        self.tokens.lifetime = 1
        with Proxy(self.servers.imaps_port) as proxy:
            probe = self.enterContext(Probe(self.servers, edit=self.edit(**self.client_keys()), imap_port=proxy.port))
            self.assertTrue(probe.say("open").ok)
            self.assertTrue(probe.say("select").ok)
            probe.say("fetch 0")
            probe.begin("wait 20000")
            probe.wait_until_quiet()
            proxy.hang_up()  # as a provider does when the token expires
            self.assertEqual(probe.answer().code, "net")
            self.tokens.lifetime = 3600
            self.assertTrue(probe.say("open").ok)
        self.assertEqual(len(self.tokens.asked), 2)

    def test_a_withdrawn_authorization_asks_for_a_person(self):
        self.assertEqual(self.auth(flow="device_code")[0], 0)
        self.tokens.active.clear()
        self.tokens.refresh.clear()
        probe = self.probe(flow="device_code")
        self.assertEqual(probe.say("open").code, "auth")
        answer = probe.say("open")
        self.assertEqual(answer.code, "auth")
        self.assertIn("poachwatch auth", answer.message)

    def test_without_an_authorization_the_person_is_told_what_to_do(self):
        answer = self.probe(flow="device_code").say("open")
        self.assertEqual(answer.code, "auth")
        self.assertIn("poachwatch auth", answer.message)

    def test_smtp_logs_in_with_the_token_too(self):
        with Scripted(EHLO="250-scripted\r\n250 AUTH XOAUTH2", AUTH="235 welcome") as server:
            def edit(text):
                head, tail = text.split("smtp:\n")
                tail = tail[tail.index("  from:"):].replace(f"  ca_file: {self.servers.ca_file}\n", "", 1)
                login = self.oauth2(**self.client_keys()).replace("\n    ", "\n  ")[2:].rstrip(" ")
                return (f"{head}smtp:\n  server: smtp://127.0.0.1:{server.port}\n  tls: none\n"
                        f"  user: {WATCH}\n{login}{tail}")
            probe = self.enterContext(Probe(self.servers, edit=edit))
            mail = probe.agent.write("mail.eml", "Subject: x\n\nx\n")
            answer = probe.say(f"send {WATCH} a@x.example {mail}")
            self.assertTrue(answer.ok, answer)
        sent = next(line for line in server.commands if line.startswith("AUTH XOAUTH2 ")).split()[2]
        token = self.saved()["access_token"]
        self.assertEqual(base64.b64decode(sent).decode(), f"user={WATCH}\x01auth=Bearer {token}\x01\x01")


class Ending(Case):
    """SIGTERM while a token server says nothing."""

    def silent(self, shakes_hands):
        context = None
        if shakes_hands:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.servers.cert, self.servers.key)
        return self.enterContext(Silent(context))

    def ends(self, agent, server):
        agent.start()
        self.assertTrue(server.asked.wait(60), agent.log())
        self.assertEqual(agent.stop(seconds=5), 0, agent.log())

    def test_a_mailbox_that_waits_for_its_token_does_not_hold_the_agent(self):
        for shakes_hands in (False, True):
            with self.subTest(shakes_hands=shakes_hands):
                server = self.silent(shakes_hands)
                agent = self.enterContext(Agent(self.servers))
                with open(agent.config, encoding="utf-8") as file:
                    text = file.read()
                agent.write("poachwatch.yaml", self.edit(**self.client_keys(token_url=server.url))(text))
                self.ends(agent, server)

    def test_a_mail_that_waits_for_a_token_is_kept_for_the_next_start(self):
        server = self.silent(shakes_hands=True)
        agent = self.enterContext(Agent(self.servers))
        agent.import_contracts(contracts_csv(Dates()))
        with open(agent.config, encoding="utf-8") as file:
            head, tail = file.read().split("smtp:\n")
        login = self.oauth2(**self.client_keys(token_url=server.url)).replace("\n    ", "\n  ")[2:].rstrip(" ")
        lines = [login.rstrip("\n") if "password_file" in line else line for line in tail.split("\n")]
        agent.write("poachwatch.yaml", head + "smtp:\n" + "\n".join(lines))
        self.servers.put(WATCH, [gmail_inline(Dates()).raw])
        self.ends(agent, server)
        status = json.loads(agent.run("status", "--json").stdout)
        self.assertEqual((status["mails_sent"], status["mails_waiting"], status["dead_letters"]), (0, 1, 0))


if __name__ == "__main__":
    main()
