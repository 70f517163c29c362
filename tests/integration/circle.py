# SPDX-License-Identifier: Apache-2.0
"""What the tests of the whole program share: a case, and how to read alerts."""

import email
import email.policy
import sys
import unittest

from agent import Agent
from samples import OWNERS, Dates, contracts_csv
from servers import DOMAIN, WATCH, Servers, missing

SALES_OPS = f"sales-ops@{DOMAIN}"


class Circle(unittest.TestCase):
    """Servers for the class; each test has mailboxes of its own by clearing them."""

    server_options = {}

    @classmethod
    def setUpClass(cls):
        cls.servers = cls.enterClassContext(Servers(users=OWNERS, **cls.server_options))
        cls.dates = Dates()

    def setUp(self):
        self.servers.wait_until_delivered()  # nothing of the test before arrives in this one
        for user in self.servers.users:
            self.empty(user)

    def agent(self, contracts=None, **options):
        """An agent with its contracts, stopped and removed after the test."""
        agent = self.enterContext(Agent(self.servers, **options))
        agent.import_contracts(contracts or contracts_csv(self.dates))
        return agent

    def empty(self, user):
        connection = self.servers.login(user)
        connection.select("INBOX")
        if connection.uid("SEARCH", "ALL")[1][0]:
            connection.uid("STORE", "1:*", "+FLAGS.SILENT", "(\\Deleted)")
            connection.expunge()
        connection.logout()

    def deliver(self, *samples):
        """By SMTP; returns when the mails lie in the mailbox."""
        before = len(self.servers.mails(WATCH))
        self.servers.deliver_all([(sample.sender, [WATCH], sample.raw) for sample in samples])
        self.servers.wait_for_mails(WATCH, before + len(samples))

    def alerts(self, user):
        """What lies in a mailbox, parsed, when nothing is on its way there any more."""
        self.servers.wait_until_delivered()
        return [parsed(raw) for _, _, raw in self.servers.mails(user)]

    def assert_acknowledged(self, how_many):
        mails = self.servers.mails(WATCH)
        self.assertEqual(len(mails), how_many)
        for uid, flags, _ in mails:
            self.assertIn("$Poachwatch", flags, f"UID {uid}")
            self.assertIn("\\Seen", flags, f"UID {uid}")


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(message):
    return message.get_body(("plain",)).get_content()


def main():
    if missing():
        print(f"skipped: {missing()}")
        sys.exit(77)
    unittest.main(module="__main__", verbosity=2)
