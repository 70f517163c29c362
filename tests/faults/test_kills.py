#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random instants: of the agent, of inspectors, of both servers."""

import contextlib
import itertools
import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults, either  # noqa: E402
from circle import main, text_of  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH, wait_until  # noqa: E402

SEED = int(os.environ.get("PW_SEED", "4711"))
# What the log says at a moment of a run, and within how many seconds after that the kill comes.
MOMENTS = {"starting": ("", 0.6), "watching": ("watches", 0.6), "judging": (" uid=", 0.2), "sending": ("state=sent", 0.1)}


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                    if int(file.read().rsplit(")", 1)[1].split()[1]) == pid:
                        found.append(int(entry))
            except OSError:
                continue
    return found


class Kills(Faults):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    def trickle(self, mails):
        """New mail that comes in meanwhile, by SMTP."""
        self.servers.deliver_all([("office@customer.example", [WATCH], raw) for raw in mails])

    def started(self, agent, moment, mails):
        """Starts the agent, has mails come in, and returns some random while after that moment."""
        pattern, longest = MOMENTS[moment]
        before = agent.log().count(pattern)
        agent.start()
        self.trickle(mails)
        agent.wait_until(lambda: agent.log().count(pattern) > before or not pattern, 30, f"agent that is {moment}")
        time.sleep(self.random.uniform(0, longest))

    def test_the_agent_is_killed_again_and_again(self):
        n, kills = either((40, 12), (500, 300))
        agent = self.gather(n)
        self.servers.put(WATCH, self.crowd.mails[kills:])
        for mail, moment in zip(self.crowd.mails[:kills], itertools.cycle(MOMENTS)):
            self.started(agent, moment, [mail])
            agent.stop(signal.SIGKILL)
        self.servers.wait_for_count(WATCH, n)
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice(repeated_max=kills)

    def test_an_agent_that_moves_mail_is_killed_again_and_again(self):
        n, kills = either((24, 8), (300, 100))
        agent = self.gather(n, mailbox_extra="    after: move\n    move_to: Done\n")
        self.servers.put(WATCH, self.crowd.mails[kills:])
        for mail, moment in zip(self.crowd.mails[:kills], itertools.cycle(MOMENTS)):
            self.started(agent, moment, [mail])
            agent.stop(signal.SIGKILL)
        agent.wait_until(lambda: sum(self.servers.counts(WATCH, each)[0] for each in ("INBOX", "Done")) == n,
                         60, "every mail")
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice(repeated_max=kills)
        self.assertEqual((self.servers.counts(WATCH), self.servers.counts(WATCH, "Done")), ((0, 0), (n, n)))

    def test_inspectors_are_killed_again_and_again(self):
        n, kills = either((60, 15), (500, 300))
        agent = self.gather(n)
        agent.start()
        for share in self.shares(kills):
            self.trickle(share)
            for inspector in children(agent.process.pid):
                if self.random.random() < 0.5:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(inspector, signal.SIGKILL)
            time.sleep(self.random.uniform(0.01, 0.2))
            self.restarted_if_none_could_start(agent)
        self.servers.wait_for_count(WATCH, n)
        wait_until(lambda: self.has_drained(agent, n), 60, "acknowledgement of every mail")
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
        self.finish(agent)
        self.assert_no_forward_unnoticed()

    def has_drained(self, agent, n):
        self.restarted_if_none_could_start(agent)
        return self.servers.counts(WATCH) == (n, n)

    def restarted_if_none_could_start(self, agent):
        """Inspectors that were all killed while they started end the agent; systemd starts it anew."""
        if agent.process.poll() is not None:
            self.assertIn("inspectors cannot start", agent.log()[-2000:])
            agent.start()

    def assert_no_forward_unnoticed(self):
        """A forward whose inspector was killed twice is reported by hand, not judged; none
        may be lost, and none may have two alerts."""
        mails = {user: self.alerts(user) for user in self.servers.users if user != WATCH}
        texts = [str(mail) for of_one in mails.values() for mail in of_one]
        alerts = {str(alert["Message-ID"]): text_of(alert) for alert in mails[MARLOW]}
        for contract, raw in zip(self.crowd.contract_ids, self.crowd.mails):
            number = raw.split(b"renewal ", 1)[1].split(b"\n", 1)[0].decode()
            self.assertTrue(any(contract in text or number in text for text in texts), contract)
            self.assertLessEqual(sum(contract in text for text in alerts.values()), 1, contract)
        self.assertEqual(self.repeated(alerts), 0)

    def test_the_imap_server_is_killed_again_and_again(self):
        self.servers_are_killed(self.servers.stop_imap, self.servers.start_imap)

    def test_the_smtp_server_is_killed_again_and_again(self):
        self.servers_are_killed(self.servers.stop_smtp, self.servers.start_smtp)

    def servers_are_killed(self, stop, start):
        n, kills = either((40, 4), (300, 40))
        agent = self.gather(n)
        for share, moment in zip(self.shares(kills), itertools.cycle(MOMENTS)):
            self.servers.put(WATCH, share)
            self.started(agent, moment, [])
            stop(signal.SIGKILL)
            time.sleep(self.random.uniform(0.01, 0.1))
            start()
            self.assertIsNone(agent.process.poll(), agent.log()[-2000:])
            self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice(repeated_max=kills)


if __name__ == "__main__":
    main()
