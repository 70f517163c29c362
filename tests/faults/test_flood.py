#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A flood of solicitations: alerts are capped and summarised, the mailbox drains."""

import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults, either  # noqa: E402
from circle import SALES_OPS, main  # noqa: E402
from crowd import crowd  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH  # noqa: E402
from shim import Shim  # noqa: E402

N = either(300, 10000)
CAP = 20
MEMORY_MB = 150


class Flood(Faults):
    def peak_mb(self, agent):
        with open(f"/proc/{agent.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024

    def test_a_flood_is_capped_summarised_and_drained(self):
        self.crowd = crowd(N, self.dates, MARLOW)
        agent = self.mailbox = self.agent(self.crowd.contracts, alerts_extra=f"  max_per_hour: {CAP}\n")
        shim = Shim(agent)
        self.servers.put(WATCH, self.crowd.mails)
        begin = time.monotonic()
        agent.start()
        agent.wait_until(lambda: self.servers.counts(WATCH) == (N, N), either(50, 600), "the drain")
        print(f"{N} mails drained in {time.monotonic() - begin:.1f} s, peak {self.peak_mb(agent):.0f} MB", flush=True)
        self.assertLess(self.peak_mb(agent), MEMORY_MB)
        self.wait_for_count(MARLOW, CAP)
        self.wait_for_count(SALES_OPS, 1)
        summary = self.alerts(SALES_OPS)
        self.assertEqual(len(summary), 1)
        self.assertIn("held back", str(summary[0]["Subject"]))
        self.assertEqual(len(agent.json_lines("alerts", "list", "--json", "--limit", str(N))), N)
        # the next hour brings the next ones, and no more than that
        sent = self.servers.counts(MARLOW)[0]
        self.assertLessEqual(sent, CAP)
        agent.wait_until(lambda: agent.log().count("state=sent") > CAP, 20, "end of every dialogue")
        shim.pass_time(2 * 3600)
        self.wake(agent)
        self.wait_for_count(MARLOW, sent + CAP)
        self.assertLessEqual(self.servers.counts(MARLOW)[0], sent + CAP)
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
        ids = [str(alert["Message-ID"]) for alert in self.alerts(MARLOW)]
        self.assertEqual(len(ids), len(set(ids)))


if __name__ == "__main__":
    main()
