#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Servers that cannot be trusted, and passwords that do not fit."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import samples  # noqa: E402
from circle import Circle, main  # noqa: E402
from proxy import Proxy, Strip  # noqa: E402
from samples import MARLOW, OWNERS  # noqa: E402
from servers import PASSWORD, WATCH, Servers, held_port  # noqa: E402


class Refusals(Circle):
    def refused(self, agent, *words):
        """run --once fails without touching the mail, doctor names what is wrong."""
        self.deliver(samples.gmail_inline(self.dates))
        result = agent.once(check=1)
        doctor = agent.run("doctor", check=1)
        said = (doctor.stdout + doctor.stderr).lower()
        for word in words:
            self.assertIn(word, said)
        for text in (result.stdout, result.stderr, said):
            self.assertNotIn(PASSWORD, text)
        self.assertEqual(self.servers.mails(MARLOW), [])
        for _, flags, _ in self.servers.mails(WATCH):
            self.assertNotIn("$Poachwatch", flags)

    def test_a_certificate_of_another_authority_is_refused(self):
        agent = self.agent(ca_file=self.servers.other_authority.file)
        self.refused(agent, "certificate", "ca_file")

    def test_a_wrong_password_is_named_and_not_shown(self):
        self.refused(self.agent(password="a wrong one"), "password")

    def test_stripped_starttls_ends_the_connection_before_the_password(self):
        with Proxy(self.servers.imap_port, lambda n: Strip("STARTTLS")) as proxy:
            self.refused(self.agent(imap_scheme="imap", imap_port=proxy.port), "starttls")
            sent = proxy.seen["up"].upper()
        self.assertGreater(proxy.connections, 0)
        self.assertNotIn(b"LOGIN", sent)
        self.assertNotIn(b"AUTHENTICATE", sent)

    def test_stripped_starttls_stops_sending_before_the_password(self):
        with Proxy(self.servers.submission_port, lambda n: Strip("STARTTLS")) as proxy:
            agent = self.agent(smtp_scheme="smtp", smtp_port=proxy.port)
            self.deliver(samples.gmail_inline(self.dates))
            agent.once(check=1)
            self.assertGreater(proxy.connections, 0)
            self.assertNotIn(b"AUTH", proxy.seen["up"].upper())
        self.assertEqual(self.servers.mails(MARLOW), [])
        agent.configure(smtp_scheme="smtp", smtp_port=self.servers.submission_port)
        agent.once()  # nothing was lost
        self.assertEqual(len(self.servers.mails(MARLOW)), 1)

    def test_starttls_works_where_it_is_offered(self):
        agent = self.agent(imap_scheme="imap", smtp_scheme="smtp")
        self.deliver(samples.gmail_inline(self.dates))
        agent.once()
        self.assertEqual(len(self.servers.mails(MARLOW)), 1)

    def test_doctor_is_content_with_servers_that_fit(self):
        self.agent().run("doctor", check=0)

    def test_a_missing_folder_is_named(self):
        agent = self.agent()
        agent.configure(mailbox_extra="")
        with open(agent.config, encoding="utf-8") as file:
            text = file.read()
        agent.write("poachwatch.yaml", text.replace("folder: INBOX", "folder: Nowhere"))
        result = agent.run("doctor", check=1)
        self.assertIn("Nowhere", result.stdout + result.stderr)

    def test_a_refused_connection_is_named(self):
        with held_port() as nobody:
            result = self.agent(imap_port=nobody.getsockname()[1]).run("doctor", check=1)
        self.assertIn("refused", (result.stdout + result.stderr).lower())


class OtherName(Circle):
    server_options = {"names": ("DNS:mail.elsewhere.example",)}

    def setUp(self):
        pass  # no login is possible over verified TLS

    def test_a_certificate_for_another_host_name_is_refused(self):
        agent = self.agent()
        result = agent.once(check=1)
        doctor = agent.run("doctor", check=1)
        self.assertRegex((doctor.stdout + doctor.stderr).lower(), "certificate|host ?name")
        self.assertNotIn(PASSWORD, result.stdout + result.stderr)


if __name__ == "__main__":
    main()
