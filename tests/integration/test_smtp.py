#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The SMTP side against a real Exim, and against a server that plays a script."""

import contextlib
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from circle import SALES_OPS, Circle, main  # noqa: E402
from probe import Probe  # noqa: E402
from proxy import Proxy, Stall, Strip  # noqa: E402
from servers import DOMAIN, PASSWORD, PATIENCE, WATCH, to_crlf  # noqa: E402

MAIL = b"From: Poachwatch <%s>\nMessage-ID: <one@poachwatch.example>\nSubject: alert\n\n.dot\n..dots\n.\nend\n" % WATCH.encode()


class Scripted:
    """A server of one connection after another that answers each command with
    the first line of `answers` whose key begins it; "" hangs up, "220 ..." opens."""

    DEFAULTS = {"": "220 scripted ready", "EHLO": "250-scripted\r\n250-SIZE 1000000\r\n250 8BITMIME",
                "MAIL": "250 fine", "RCPT": "250 fine", "DATA": "354 go on", ".": "250 taken",
                "RSET": "250 fine", "QUIT": "221 bye"}

    def __init__(self, **answers):
        self.answers = dict(self.DEFAULTS, **{key.replace("_", " "): value for key, value in answers.items()})
        if "dot" in self.answers:
            self.answers["."] = self.answers.pop("dot")
        if "greeting" in self.answers:
            self.answers[""] = self.answers.pop("greeting")
        self.commands, self.texts = [], []

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.connection = self.socket
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        for each in (self.socket, self.connection):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connection = connection
            with connection, connection.makefile("rb") as lines:
                try:
                    self.talk(connection, lines)
                except OSError:
                    pass

    def reply(self, connection, command):
        best = max((key for key in self.answers if command.upper().startswith(key.upper()) and
                    (key or not command)), key=len, default=None)
        text = self.answers[best] if best is not None else "500 what?"
        if callable(text):
            text = text(self)
        if text:
            connection.sendall(text.encode() + b"\r\n")
        return text

    def talk(self, connection, lines):
        if not self.reply(connection, ""):
            return
        for line in lines:
            command = line.decode("utf-8", "replace").rstrip("\r\n")
            self.commands.append(command)
            text = self.reply(connection, command)
            if not text or command == "QUIT":
                return
            if text.startswith("354"):
                body = b""
                for each in lines:
                    if each == b".\r\n":
                        break
                    body += each[1:] if each.startswith(b".") else each
                self.texts.append(body)
                if not self.reply(connection, "."):
                    return


class Sending(Circle):
    def probe(self, environment=None, edit=None, **options):
        probe = self.enterContext(Probe(self.servers, environment, edit, **options))
        probe.mail = probe.agent.write("mail.eml", MAIL.decode())
        return probe

    def send(self, probe, *to, sender=WATCH):
        return probe.say(f"send {sender} {','.join(to)} {probe.mail}")

    def plain_probe(self, server, environment=None):
        """Speaks to a scripted server without TLS and login."""
        def edit(text):
            head, tail = text.split("smtp:\n")
            tail = tail[tail.index("  from:"):].replace(f"  ca_file: {self.servers.ca_file}\n", "", 1)
            return f"{head}smtp:\n  server: smtp://127.0.0.1:{server.port}\n  tls: none\n{tail}"
        return self.probe(environment, edit)

    def outcome(self, **answers):
        """What becomes of a mail to a and b, and what the server saw."""
        with Scripted(**answers) as server:
            answer = self.send(self.plain_probe(server), "a@x.example", "b@x.example")
        return answer, server


class Exim(Sending):
    def test_a_mail_arrives_byte_for_byte_over_tls(self):
        for scheme in ("smtps", "smtp"):
            answer = self.send(self.probe(smtp_scheme=scheme), SALES_OPS)
            self.assertEqual(answer.recipients()[SALES_OPS][0], "accepted", answer)
        for _, _, raw in self.servers.wait_for_mails(SALES_OPS, 2):
            self.assertTrue(raw.endswith(to_crlf(MAIL)), raw)

    def test_each_recipient_gets_its_own_answer(self):
        refuse, defer = f"refuse@{DOMAIN}", f"defer@{DOMAIN}"
        answer = self.send(self.probe(), refuse, SALES_OPS, defer, "a>b@x.example")
        self.assertTrue(answer.ok, answer)
        got = answer.recipients()
        self.assertEqual(got[SALES_OPS][:2], ("accepted", 250))
        self.assertEqual(got[refuse][:2], ("refused", 550))
        self.assertIn("no such person", got[refuse][2])
        self.assertEqual(got[defer][:2], ("later", 451))
        self.assertEqual(got["a>b@x.example"][:2], ("refused", 0))
        self.servers.wait_for_mails(SALES_OPS, 1)

    def test_the_connection_is_used_again(self):
        with Proxy(self.servers.smtps_port) as proxy:
            probe = self.probe(smtp_port=proxy.port)
            for _ in range(5):
                self.assertTrue(self.send(probe, SALES_OPS).ok)
            self.assertEqual(proxy.connections, 1)
        self.servers.wait_for_mails(SALES_OPS, 5)

    def test_a_connection_that_died_in_its_sleep_is_replaced(self):
        probe = self.probe()
        self.assertTrue(self.send(probe, SALES_OPS).ok)
        self.servers.restart_smtp()
        answer = self.send(probe, SALES_OPS)
        self.assertTrue(answer.ok, answer)
        self.servers.wait_for_mails(SALES_OPS, 2)

    def test_a_wrong_password_is_named_and_not_shown(self):
        answer = self.send(self.probe(smtp_password="wrong one"), SALES_OPS)
        self.assertEqual(answer.code, "auth", answer)
        self.assertIn("password", answer.message)
        self.assertNotIn("wrong one", str(answer))

    def test_untrusted_certificates_end_it_before_the_password(self):
        probe = self.probe(edit=lambda text: text.replace(self.servers.ca_file, self.servers.other_authority.file))
        answer = self.send(probe, SALES_OPS)
        self.assertEqual(answer.code, "tls", answer)

    def test_stripped_starttls_ends_it_before_the_password(self):
        with Proxy(self.servers.submission_port, lambda n: Strip("STARTTLS")) as proxy:
            answer = self.send(self.probe(smtp_scheme="smtp", smtp_port=proxy.port), SALES_OPS)
            self.assertNotIn(b"AUTH", proxy.seen["up"].upper())
        self.assertEqual(answer.code, "tls", answer)
        self.assertIn("STARTTLS", answer.message)

    def test_a_server_without_login_is_not_used_unauthenticated(self):
        with Proxy(self.servers.smtp_port) as proxy, Scripted() as server:
            def edit(text):
                head, tail = text.split("smtp:\n")
                tail = tail.replace(f"smtps://127.0.0.1:{self.servers.smtps_port}",
                                    f"smtp://127.0.0.1:{server.port}\n  tls: none")
                return f"{head}smtp:\n{tail}"
            answer = self.send(self.probe(edit=edit), SALES_OPS)
            self.assertEqual(proxy.connections, 0)
        self.assertEqual(answer.code, "auth", answer)
        self.assertNotIn("MAIL", " ".join(server.commands))

    def test_a_stalled_server_can_be_aborted_at_once(self):
        with Proxy(self.servers.smtps_port, lambda n: Stall(after=3000)) as proxy:
            probe = self.probe(smtp_port=proxy.port)
            probe.begin(f"send {WATCH} {SALES_OPS} {probe.mail}")
            probe.wait_until_quiet()
            began = time.monotonic()
            probe.abort()
            self.assertEqual(probe.answer().code, "canceled")
            self.assertLess(time.monotonic() - began, PATIENCE)


class Script(Sending):
    def test_an_answer_at_any_step_decides_for_the_right_recipients(self):
        for step, status, outcome in (("MAIL", 451, "later"), ("MAIL", 550, "refused"), ("RCPT", 452, "later"),
                                      ("RCPT", 551, "refused"), ("DATA", 451, "later"), ("DATA", 554, "refused"),
                                      ("dot", 452, "later"), ("dot", 552, "refused")):
            with self.subTest(step=step, status=status):
                answer, server = self.outcome(**{step: f"{status} 5.0.0 \x1b[31mnot now"})
                self.assertTrue(answer.ok, answer)
                for got, code, text in answer.recipients().values():
                    self.assertEqual((got, code), (outcome, status))
                    self.assertIn("not now", text)
                    self.assertNotIn("\x1b", text)
                self.assertEqual(len(server.texts), 1 if step == "dot" else 0)

    def test_only_the_accepted_recipient_counts(self):
        answer, server = self.outcome(RCPT="250 fine", **{"RCPT TO:<b": "550-no\r\n550 such person"})
        self.assertEqual(answer.recipients()["a@x.example"][0], "accepted")
        self.assertEqual(answer.recipients()["b@x.example"], ("refused", 550, "no such person"))
        self.assertEqual(server.texts, [to_crlf(MAIL)])

    def test_a_hang_up_at_any_step_accepts_nobody(self):
        for step in ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot"):
            with self.subTest(step=step):
                answer, _ = self.outcome(**{step: ""})
                self.assertEqual(answer.code, "net", answer)
                for got, status, _ in answer.recipients().values():
                    self.assertEqual((got, status), ("later", 0))

    def test_a_server_that_turns_us_away_is_told_from_one_that_is_busy(self):
        self.assertEqual(self.outcome(greeting="554 go away")[0].code, "refused")
        self.assertEqual(self.outcome(greeting="421 too many connections")[0].code, "not-now")

    def test_421_in_the_middle_is_for_later(self):
        answer, server = self.outcome(**{"RCPT TO:<b": "421 closing"})
        self.assertTrue(answer.ok, answer)
        self.assertEqual({each[0] for each in answer.recipients().values()}, {"later"})
        self.assertEqual(server.texts, [])

    def test_garbage_and_endless_replies_end_the_connection(self):
        for text in ("what?", "250" + "x" * 100000, "250-on\r\n" * 200 + "250 end", "25", "999 no"):
            answer, _ = self.outcome(RCPT=text)
            self.assertEqual(answer.code, "protocol", text[:20])

    def test_a_server_that_stalls_is_given_up(self):
        def stall(server):
            server.waited.wait(20)
            return ""
        with Scripted(RCPT=stall) as server:
            server.waited = threading.Event()
            answer = self.send(self.plain_probe(server, {"PROBE_IO_MS": "300"}), "a@x.example")
            server.waited.set()
        self.assertEqual(answer.code, "timeout", answer)

    def test_nothing_in_an_address_can_add_a_command(self):
        with Scripted() as server:
            probe = self.plain_probe(server)
            self.send(probe, "a@x.example>\tSIZE=1", "b\x0b@x.example", "b@x.example")
        self.assertEqual([each for each in server.commands if each.startswith("RCPT")], ["RCPT TO:<b@x.example>"])

    def test_addresses_beyond_ascii_need_a_server_that_takes_them(self):
        with Scripted() as server:
            got = self.send(self.plain_probe(server), "ä@x.example").recipients()
            self.assertEqual(got["ä@x.example"][:2], ("refused", 0))
        with Scripted(EHLO="250-scripted\r\n250 SMTPUTF8") as server:
            got = self.send(self.plain_probe(server), "ä@x.example").recipients()
            self.assertEqual(got["ä@x.example"][0], "accepted")
            self.assertIn(f"MAIL FROM:<{WATCH}> SMTPUTF8", server.commands)


if __name__ == "__main__":
    main()
