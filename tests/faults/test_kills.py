#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random instants: of the agent, of inspectors, of both servers."""

import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults, either  # noqa: E402
from circle import main  # noqa: E402
from servers import WATCH  # noqa: E402

SEED = int(os.environ.get("PW_SEED", "4711"))


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

    def trickle(self, mails, share):
        """Delivers a share of what is left, by SMTP, as new mail that comes in meanwhile."""
        part, rest = mails[:share], mails[share:]
        if part:
            self.servers.deliver_all([("office@customer.example", [WATCH], raw) for raw in part])
        return rest

    def test_the_agent_is_killed_again_and_again(self):
        n, kills = either((40, 12), (500, 300))
        agent = self.gather(n)
        mails = self.crowd.mails
        self.servers.put(WATCH, mails[:n // 2])
        rest = mails[n // 2:]
        share = max(1, len(rest) // kills)
        for _ in range(kills):
            agent.start()
            rest = self.trickle(rest, share)
            time.sleep(self.random.uniform(0.01, 0.6))
            agent.stop(signal.SIGKILL)
        self.trickle(rest, len(rest))
        self.servers.wait_for_count(WATCH, n)
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice(repeated_max=kills)

    def test_inspectors_are_killed_again_and_again(self):
        n, kills = either((60, 15), (500, 300))
        agent = self.gather(n)
        agent.start()
        rest = self.crowd.mails
        share = max(1, n // kills)
        while rest:
            rest = self.trickle(rest, share)
            for inspector in children(agent.process.pid):
                if self.random.random() < 0.5:
                    try:
                        os.kill(inspector, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
            time.sleep(self.random.uniform(0.01, 0.2))
            self.restarted_if_none_could_start(agent)
        self.servers.wait_for_count(WATCH, n)
        time.sleep(1)
        self.restarted_if_none_could_start(agent)
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
        self.finish(agent)
        self.assert_no_forward_unnoticed()

    def restarted_if_none_could_start(self, agent):
        """Inspectors that were all killed while they started end the agent; systemd starts it anew."""
        if agent.process.poll() is not None:
            self.assertIn("inspectors cannot start", agent.log()[-2000:])
            agent.start()

    def assert_no_forward_unnoticed(self):
        """A forward whose inspector was killed twice is reported by hand, not judged; none
        may be lost, and none may have two alerts."""
        texts = [str(alert) for user in self.servers.users if user != WATCH for alert in self.alerts(user)]
        for contract, raw in zip(self.crowd.contract_ids, self.crowd.mails):
            number = raw.split(b"renewal ", 1)[1].split(b"\n", 1)[0].decode()
            self.assertTrue(any(contract in text or number in text for text in texts), contract)

    def test_the_imap_server_is_killed_again_and_again(self):
        self.servers_are_killed(self.servers.stop_imap, self.servers.start_imap)

    def test_the_smtp_server_is_killed_again_and_again(self):
        self.servers_are_killed(self.servers.stop_smtp, self.servers.start_smtp)

    def servers_are_killed(self, stop, start):
        n, kills = either((40, 3), (300, 40))
        agent = self.gather(n)
        self.servers.put(WATCH, self.crowd.mails)
        for _ in range(kills):
            agent.start()
            time.sleep(self.random.uniform(0.1, 0.6))
            stop(signal.SIGKILL)
            time.sleep(self.random.uniform(0.01, 0.1))
            start()
            self.assertIsNone(agent.process.poll(), agent.log()[-2000:])
            self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice(repeated_max=kills)


if __name__ == "__main__":
    main()
