#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A forward comes in by SMTP, an alert goes out by SMTP, all over TLS."""

import base64
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import samples  # noqa: E402
from circle import SALES_OPS, Circle, main, text_of  # noqa: E402
from samples import IDA, MARLOW  # noqa: E402
from servers import ELSEWHERE, PATIENCE, WATCH, wait_until  # noqa: E402


class FullCircle(Circle):
    def test_a_forward_becomes_an_alert_while_the_agent_idles(self):
        agent = self.agent().start()
        self.deliver(samples.hardware_offer(self.dates))  # connected, once this is acknowledged
        self.wait_acknowledged(1)
        start = time.monotonic()
        self.deliver(samples.gmail_inline(self.dates))
        self.servers.wait_for_mails(MARLOW, 1)
        self.assertLess(time.monotonic() - start, 5 * PATIENCE)  # polled for, it would take minutes
        self.wait_acknowledged(2)
        self.assertEqual(agent.stop(), 0, agent.log())

    def wait_acknowledged(self, n):
        wait_until(lambda: sum("$Poachwatch" in flags for _, flags, _ in self.servers.mails(WATCH)) >= n,
                   20, f"{n} acknowledged mail(s)")

    def test_an_alert_says_who_what_and_when_and_carries_the_original(self):
        agent = self.agent()
        sample = samples.gmail_inline(self.dates)
        self.deliver(sample)
        agent.once()
        received = self.servers.mails(WATCH)[0][2]
        alert, = self.alerts(MARLOW)
        self.assertIn(MARLOW, alert["To"])
        self.assertIn(WATCH, alert["From"])
        self.assertEqual(alert["Auto-Submitted"], "auto-generated")
        self.assertIsNotNone(alert.get_body(("html",)))
        text = text_of(alert)
        for word in ("HF-2001", "Harbor Foods", "02781945", "Dana Whitlock", "dana.whitlock@cdw.com"):
            self.assertIn(word, text)
        original, = [part for part in alert.walk() if part.get_filename() == "original.eml"]
        self.assertEqual(original["Content-Transfer-Encoding"], "base64")
        self.assertEqual(base64.b64decode(original.get_payload()), received)
        self.assert_acknowledged(1)

    def test_gb18030_is_read_right_inside_the_sandbox(self):
        agent = self.agent()
        self.deliver(samples.chinese(self.dates))
        agent.once()
        alert, = self.alerts(IDA)
        for word in ("卡巴斯基授权到期续费提醒", "林晓", "linxiao@huaxing-soft.example", "JP-5001"):
            self.assertIn(word, text_of(alert))

    def test_iso_2022_jp_is_read_right_inside_the_sandbox(self):
        agent = self.agent()
        self.deliver(samples.japanese(self.dates))
        agent.once()
        alert, = self.alerts(IDA)
        for word in ("ウイルスバスター更新のご案内", "佐藤 健", "sato@tokai-license.example", "MT-6001"):
            self.assertIn(word, text_of(alert))

    def test_all_samples_reach_the_right_people_once(self):
        agent = self.agent()
        mails = samples.samples(self.dates)
        self.deliver(*mails)
        agent.once()
        self.assertEqual(len(self.alerts(MARLOW)), 3)   # Veeam, Cisco, VMware: one each
        self.assertEqual(len(self.alerts(IDA)), 3)      # Sophos, Kaspersky, Trend Micro
        self.assertEqual(len(self.alerts(SALES_OPS)), 1)  # the prospect's
        self.assertEqual(self.alerts(ELSEWHERE), [])    # nothing to customers or strangers
        self.assert_acknowledged(len(mails))

    def test_a_second_run_alerts_nothing_twice(self):
        agent = self.agent()
        sample = samples.gmail_inline(self.dates)
        self.deliver(sample)
        agent.once()
        agent.once()
        self.deliver(sample)  # the same once more: other UID, other trace fields
        agent.once()
        self.assertEqual(len(self.alerts(MARLOW)), 1)
        self.assert_acknowledged(2)

    def test_the_agents_own_alert_coming_back_is_no_solicitation(self):
        agent = self.agent()
        self.deliver(samples.gmail_inline(self.dates))
        agent.once()
        own = self.servers.mails(MARLOW)[0][2]
        self.servers.deliver(MARLOW, [WATCH], own)
        self.servers.wait_for_mails(WATCH, 2)
        agent.once()
        self.assertEqual(len(self.alerts(MARLOW)), 1)
        self.assertEqual(self.alerts(SALES_OPS), [])
        self.assert_acknowledged(2)


if __name__ == "__main__":
    main()
