#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A mail server that says "not now", "never" and "too large"."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import samples  # noqa: E402
from circle import SALES_OPS, Circle, main, text_of  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import DOMAIN  # noqa: E402


class Sending(Circle):
    def test_what_the_server_puts_off_is_sent_by_a_later_run(self):
        agent = self.agent()
        self.deliver(samples.gmail_inline(self.dates))
        with self.servers.smtp_says("later"):
            agent.once(check=1)
        self.assertEqual(self.alerts(MARLOW), [])
        self.assert_acknowledged(1)  # decided and kept: the mail itself is done
        agent.once()
        self.assertEqual(len(self.alerts(MARLOW)), 1)

    def test_an_owner_whom_the_server_refuses_is_stood_in_for(self):
        contracts = samples.contracts_csv(self.dates).replace(MARLOW, f"refuse-marlow@{DOMAIN}")
        agent = self.agent(contracts)
        self.deliver(samples.gmail_inline(self.dates))
        agent.once()
        fallback, = self.alerts(SALES_OPS)
        self.assertIn("HF-2001", text_of(fallback))
        self.assertIn(f"refuse-marlow@{DOMAIN}", text_of(fallback))

    def test_an_alert_too_large_for_the_server_goes_without_the_original(self):
        sample = samples.gmail_inline(self.dates)
        sample.raw += b"x" * 70 + b"\n" + (b"y" * 70 + b"\n") * 3000
        agent = self.agent()
        self.deliver(sample)
        with self.servers.smtp_says("too large"):
            agent.once()
        alert, = self.alerts(MARLOW)
        self.assertEqual([part for part in alert.walk() if part.get_filename() == "original.eml"], [])

    def test_smtp_down_loses_nothing(self):
        agent = self.agent()
        self.deliver(samples.gmail_inline(self.dates))
        self.servers.stop_smtp()
        try:
            agent.once(check=1)
        finally:
            self.servers.start_smtp()
        agent.once()
        self.assertEqual(len(self.alerts(MARLOW)), 1)


if __name__ == "__main__":
    main()
