#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clocks that step back and forth, and names that do not resolve."""

import contextlib
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults  # noqa: E402
from circle import main  # noqa: E402
from samples import MARLOW, hardware_offer  # noqa: E402
from servers import WATCH  # noqa: E402
from shim import Shim  # noqa: E402

HOST = "mail.baylinesystems.example"
HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
RETENTION = "SELECT value FROM setting WHERE key = 'retention.reached'"
STEPS_DAYS = (-0.04, 0.04, 400, -400, 3000, 2999, 0)  # certificates hold for ten years


class ClockAndNames(Faults):
    server_options = {"days": 3650, "names": ("DNS:localhost", "IP:127.0.0.1", f"DNS:{HOST}")}

    def shimmed(self, n, **options):
        agent = self.gather(n, **options)
        return agent, Shim(agent)

    def test_a_clock_that_steps_back_and_forth_loses_nothing(self):
        agent, shim = self.shimmed(len(STEPS_DAYS), since="3650d")
        shim.wall_ms = DAY_MS * 500
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        for number, days in enumerate(STEPS_DAYS):
            shim.wall_ms = DAY_MS * 500 + int(days * DAY_MS)
            self.servers.put(WATCH, [self.crowd.mails[number]])
            self.wait_for_count(MARLOW, number + 1)
        self.assert_nothing_lost_nothing_twice()
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
        self.assertEqual(agent.once().returncode, 0)
        self.assert_nothing_lost_nothing_twice()

    def test_a_mail_that_was_put_off_goes_out_after_the_clock_was_set_back(self):
        agent, shim = self.shimmed(1, since="3650d", extra="retry: {first: 2s}")
        self.servers.put(WATCH, self.crowd.mails)
        shim.wall_ms = DAY_MS * 500
        with self.servers.smtp_says("later"):
            agent.start()
            agent.wait_for_log("state=queued")
            shim.wall_ms = 0
        self.assert_nothing_lost_nothing_twice()
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])

    def test_a_mail_that_was_put_off_is_not_given_up_when_the_clock_steps_ahead(self):
        agent, shim = self.shimmed(1, extra="retry: {first: 2s}")
        self.servers.put(WATCH, self.crowd.mails)
        with self.servers.smtp_says("later"):
            agent.start()
            agent.wait_for_log("state=queued attempts=1")
            shim.wall_ms = DAY_MS * 300
            agent.wait_for_log("state=queued attempts=2")
        self.assert_nothing_lost_nothing_twice()
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])

    def test_a_clock_that_is_far_ahead_for_some_hours_forgets_nothing(self):
        agent, shim = self.shimmed(1, since="3650d")
        self.servers.put(WATCH, [hardware_offer(self.dates).raw])
        agent.start()
        agent.wait_for_log("verdict=ignored?")
        for hours in range(1, 4):
            shim.wall_ms = DAY_MS * 3000
            before = self.in_store(agent, RETENTION)
            shim.monotonic_ms = hours * (HOUR_MS + 1)
            self.wake(agent)
            agent.wait_until(lambda: self.in_store(agent, RETENTION) > before, 30, "retention")
        self.assertEqual(self.in_store(agent, "SELECT count(*) FROM raw"), 1)
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])

    def in_store(self, agent, query):
        with contextlib.closing(sqlite3.connect(os.path.join(agent.work, "poachwatch.db"), 30)) as store:
            return store.execute(query).fetchone()[0]

    def test_names_that_do_not_resolve_are_waited_for(self):
        agent, shim = self.shimmed(2, host=HOST)
        self.servers.put(WATCH, self.crowd.mails)
        shim.is_nameless = 1
        self.assertEqual(agent.once(check=None).returncode, 1)
        agent.start()
        agent.wait_for_log("mailbox=renewals-watch failed: .*mail.baylinesystems")
        shim.is_nameless = 0
        self.assert_nothing_lost_nothing_twice()
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])

    def test_alerts_wait_until_the_name_of_the_mail_server_resolves(self):
        agent, shim = self.shimmed(2, host=HOST, extra="retry: {first: 2s}")
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        shim.is_nameless = 1
        self.servers.put(WATCH, self.crowd.mails)
        agent.wait_for_log("smtp: .*mail.baylinesystems")
        shim.is_nameless = 0
        self.assert_nothing_lost_nothing_twice()
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])


if __name__ == "__main__":
    main()
