#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An SMTP server that says no at every step of the dialogue, or accepts and hangs up."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults, either  # noqa: E402
from circle import SALES_OPS, main, parsed, text_of  # noqa: E402
from fakes import FakeSmtp  # noqa: E402
from servers import WATCH  # noqa: E402

STEPS = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "body")


class SmtpTrouble(Faults):
    def plain_smtp(self, agent, port):
        """The configuration with an SMTP server on loopback without TLS and login."""
        with open(agent.config, encoding="utf-8") as file:
            head, _, rest = file.read().partition("smtp:\n")
        alerts = rest[rest.index("alerts:"):]
        agent.write("poachwatch.yaml", head + f"smtp:\n  server: smtp://127.0.0.1:{port}\n  tls: none\n"
                    f"  from: Poachwatch <{WATCH}>\n" + alerts)

    def with_trouble(self, trouble, times=1):
        """One forward, one fake server: what it accepted in the end."""
        self.setUp()
        agent = self.gather(1)
        self.servers.put(WATCH, self.crowd.mails)
        with FakeSmtp(trouble, times) as smtp:
            self.plain_smtp(agent, smtp.port)
            first = agent.once(check=None)
            self.finish(agent)
            self.assertGreater(smtp.connections, 0)
            return first.returncode, [parsed(raw) for raw in smtp.accepted]

    def test_what_is_put_off_at_any_step_is_sent_once_later(self):
        for step in STEPS:
            for reply in either(("451 not now",), ("451 not now", "421 closing", None)):
                with self.subTest(step=step, reply=reply):
                    status, accepted = self.with_trouble({step: reply})
                    # a refused EHLO may be followed by HELO, which is no trouble
                    self.assertIn(status, (0, 1) if step == "EHLO" else (1,))
                    self.assertEqual(len(accepted), 1)
                    self.assertIn(self.crowd.contract_ids[0], text_of(accepted[0]))

    def test_what_is_refused_for_good_reaches_the_fallback(self):
        for step in ("RCPT", "body"):
            with self.subTest(step=step):
                self.setUp()
                agent = self.gather(1)
                self.servers.put(WATCH, self.crowd.mails)
                with FakeSmtp({step: "550 never"}, times=2) as smtp:
                    self.plain_smtp(agent, smtp.port)
                    agent.once()
                    accepted = [parsed(raw) for raw in smtp.accepted]
                self.assertEqual(len(accepted), 1)
                self.assertIn(self.crowd.contract_ids[0], text_of(accepted[0]))
                self.assertIn(SALES_OPS, str(accepted[0]["To"]))

    def test_accepted_and_hung_up_is_repeated_under_the_same_message_id(self):
        _, accepted = self.with_trouble({"body": "drop"})
        self.assertEqual(len({str(mail["Message-ID"]) for mail in accepted}), 1)
        self.assertGreaterEqual(len(accepted), 1)

    def test_trouble_after_the_mail_was_accepted_sends_nothing_twice(self):
        for reply in ("500 what", None):
            with self.subTest(reply=reply):
                status, accepted = self.with_trouble({"QUIT": reply})
                self.assertEqual((status, len(accepted)), (0, 1))


if __name__ == "__main__":
    main()
