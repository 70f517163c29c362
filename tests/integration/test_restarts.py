#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Servers and agent that end in the middle: nothing lost, nothing twice."""

import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from circle import Circle, main, text_of  # noqa: E402
from crowd import crowd  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH, wait_until  # noqa: E402

N = 60


class Restarts(Circle):
    def setUp(self):
        super().setUp()
        self.crowd = crowd(N, self.dates, MARLOW)
        self.mailbox = self.agent(self.crowd.contracts)
        self.servers.put(WATCH, self.crowd.mails)

    def assert_one_alert_each(self):
        """Every solicitation names a contract of its own, so there is one alert a contract.

        Sent once is what the SMTP server counted.  In the mailbox the same mail may lie twice:
        an LMTP server that dies after it stored a mail and before it said so is asked again.
        """
        texts = {str(alert["Message-ID"]): text_of(alert) for alert in self.alerts(MARLOW)}
        taken = self.servers.accepted()
        for identity in texts:
            self.assertEqual(taken.count(identity.strip("<>")), 1, identity)
        for contract in self.crowd.contract_ids:
            found = sum(contract in text for text in texts.values())
            self.assertEqual(found, 1, f"{contract}: {found} alerts; {len(texts)} in all")
        self.assertEqual(len(texts), N)
        self.assert_acknowledged(N)

    def some_alerts(self, n=3):
        wait_until(lambda: len(self.servers.mails(MARLOW)) >= n, 30, f"{n} alerts")

    def test_the_imap_server_restarts_in_mid_run(self):
        self.mailbox.start()
        self.some_alerts()
        self.servers.stop_imap(signal.SIGKILL)
        self.servers.start_imap()
        wait_until(lambda: len({str(alert["Message-ID"]) for alert in self.alerts(MARLOW)}) >= N,
                   60, "every alert")
        wait_until(lambda: all("$Poachwatch" in flags for _, flags, _ in self.servers.mails(WATCH)),
                   60, "acknowledgement of every mail")
        self.assertEqual(self.mailbox.stop(), 0, self.mailbox.log()[-2000:])
        self.assert_one_alert_each()

    def test_the_agent_is_killed_in_mid_run(self):
        self.mailbox.start()
        self.some_alerts()
        self.mailbox.stop(signal.SIGKILL)
        self.mailbox.once()
        wait_until(lambda: len(self.servers.mails(MARLOW)) >= N, 20, "every alert")
        ids = [str(alert["Message-ID"]) for alert in self.alerts(MARLOW)]
        repeated = len(ids) - len(set(ids))
        self.assertLessEqual(repeated, 1, "only the mail in flight may be sent again, by the same Message-ID")
        self.assertEqual(len(set(ids)), N)
        self.assert_acknowledged(N)

    def test_sigterm_ends_the_agent_in_time_and_loses_nothing(self):
        self.mailbox.start()
        self.some_alerts()
        self.assertEqual(self.mailbox.stop(signal.SIGTERM, seconds=5), 0, self.mailbox.log()[-2000:])
        self.mailbox.once()
        wait_until(lambda: len(self.servers.mails(MARLOW)) >= N, 20, "every alert")
        self.assert_one_alert_each()


if __name__ == "__main__":
    main()
