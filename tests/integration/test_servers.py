#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The private servers themselves: what every other test here rests on."""

import smtplib
import ssl
import sys
import os
import signal
import socket
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from proxy import Cut, Proxy, Strip  # noqa: E402
from servers import DOMAIN, ELSEWHERE, PASSWORD, WATCH, Servers, missing  # noqa: E402

MAIL = b"From: Anna <anna@customer.example>\nSubject: one\n\n.dot first\nbody\n"


class PrivateServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = cls.enterClassContext(Servers())

    def test_a_mail_from_the_world_arrives_byte_for_byte(self):
        before = len(self.servers.mails(WATCH))
        self.servers.deliver("anna@customer.example", [WATCH], MAIL)
        mails = self.servers.wait_for_mails(WATCH, before + 1)
        self.assertTrue(mails[-1][2].endswith(MAIL.replace(b"\n", b"\r\n")))

    def test_the_world_may_not_relay(self):
        with self.assertRaises(smtplib.SMTPRecipientsRefused):
            self.servers.deliver("anna@customer.example", ["someone@elsewhere.example"], MAIL)

    def test_the_agents_mail_to_others_is_caught_in_one_mailbox(self):
        before = len(self.servers.mails(ELSEWHERE))
        with smtplib.SMTP("127.0.0.1", self.servers.submission_port) as smtp:
            smtp.starttls(context=self.servers.tls_context())
            smtp.login(WATCH, PASSWORD)
            smtp.sendmail(WATCH, ["someone@elsewhere.example"], MAIL)
        self.servers.wait_for_mails(ELSEWHERE, before + 1)

    def test_a_wrong_password_is_refused_by_both(self):
        with smtplib.SMTP_SSL("127.0.0.1", self.servers.smtps_port,
                              context=self.servers.tls_context()) as smtp:
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                smtp.login(WATCH, "wrong")

    def test_the_certificate_holds_for_its_own_authority_only(self):
        other = ssl.create_default_context(cafile=self.servers.other_authority.file)
        with socket.create_connection(("127.0.0.1", self.servers.imaps_port)) as sock:
            with self.assertRaises(ssl.SSLCertVerificationError):
                other.wrap_socket(sock, server_hostname="127.0.0.1")

    def test_the_smtp_server_says_later_and_never_when_told(self):
        for word, error in (("later", 451), ("never", 550)):
            with self.servers.smtp_says(word), self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
                self.servers.deliver("anna@customer.example", [f"anna@{DOMAIN}"], MAIL)
            self.assertEqual(list(caught.exception.recipients.values())[0][0], error)

    def test_mail_survives_a_killed_imap_server(self):
        self.servers.put(WATCH, [MAIL])
        before = len(self.servers.mails(WATCH))
        self.servers.stop_imap(signal.SIGKILL)
        self.servers.start_imap()
        self.assertEqual(len(self.servers.mails(WATCH)), before)

    def test_the_proxy_cuts_where_it_is_told(self):
        with Proxy(self.servers.imap_port, lambda n: Cut(after=5)) as proxy:
            with socket.create_connection(("127.0.0.1", proxy.port)) as sock:
                got = b""
                while data := sock.recv(100):
                    got += data
        self.assertEqual(got, b"* OK ")

    def test_the_proxy_strips_starttls(self):
        with Proxy(self.servers.imap_port, lambda n: Strip("STARTTLS")) as proxy:
            with socket.create_connection(("127.0.0.1", proxy.port)) as sock:
                self.assertNotIn(b"STARTTLS", sock.recv(1000))


if __name__ == "__main__":
    if missing():
        print(f"skipped: {missing()}")
        sys.exit(77)
    unittest.main(verbosity=2)
