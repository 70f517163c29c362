#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`rules backtest` and `rules diff` over a store that the agent filled."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import samples  # noqa: E402
from circle import Circle, main  # noqa: E402
from commands import forwarded  # noqa: E402
from crowd import crowd  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH, wait_until  # noqa: E402

# Its own rules: how the shipped ones are tuned is no matter of this test.
RULES = """version: 1
thresholds: { rival: 3, unknown: 5, freemail: 5, unnamed: 5, pasted: 5 }
rivals:
  cdw: { name: CDW, domains: [cdw.com] }
  shi: { name: SHI, domains: [shi.com] }
  bechtle: { name: Bechtle, domains: [bechtle.com] }
vendors:
  veeam: { name: Veeam, domains: [veeam.com] }
  cisco: { name: Cisco, domains: [cisco.com], products: [SmartNet] }
  fortinet: { name: Fortinet, domains: [fortinet.com], products: [FortiCare] }
  vmware: { name: VMware, domains: [vmware.com], products: [vSphere] }
  sophos: { name: Sophos, domains: [sophos.com], products: [Intercept X] }
  kaspersky: { name: Kaspersky, domains: [kaspersky.com] }
  trend-micro: { name: Trend Micro, domains: [trendmicro.com], products: [Apex One] }
signals:
  quote: { text: [send you a quote, renewal quote, quote your, 需要报价, お見積り], kind: ask, weight: 3 }
  renewal: { text: [renewal, renew your subscription, 续费, 更新], kind: renewal, weight: 1 }
  ends: { text: [expires on, ends on, läuft am, 到期], kind: expiry, weight: 1 }
  our-number: { fact: identifier, weight: 2 }
  vendor: { fact: vendor, weight: 1 }
"""
FEW, MANY, PADDING = 130, 330, 400  # messages; lines of text in each

# What is put over the shipped rules; {message: (change, before, now)}; the rule that makes it.
CHANGES = [
    ("exclusions:\n  no-cdw: { from: [cdw.com], because: Works for us }\n",
     {"Fwd: Your Veeam renewal 02781945": ("lost", "alert", "ignore"),
      "Fwd: Renew your Fortinet support with CDW": ("lost", "review", "ignore")}, "exclusions.no-cdw"),
    ("thresholds: { unknown: 90 }\n",
     {"Re: vSphere subscription renewal": ("lost", "alert", "ignore"),
      "转发: 卡巴斯基授权到期续费提醒": ("lost", "alert", "ignore"),
      "FW: ウイルスバスター更新のご案内": ("lost", "alert", "ignore")}, "thresholds"),
    ("conditions:\n  not-shi: { when: 'rival:shi', mode: suppress, because: A partner }\n",
     {"Fwd: Cisco SmartNet coterm": ("lost", "alert", "ignore")}, "conditions.not-shi"),
    ("signals:\n  in-stock: { text: [in stock], kind: ask, weight: 9 }\n"
     "  notebooks: { text: [notebooks], kind: renewal, weight: 9 }\n  dock: { text: [docking stations], kind: it }\n",
     {"Fwd: Laptops for the new office": ("gained", "ignore", "review")}, "signals.in-stock"),
    ("rivals:\n  huaxing: { name: Huaxing, domains: [huaxing-soft.example] }\n",
     {"转发: 卡巴斯基授权到期续费提醒": ("solicitor", "alert", "alert")}, "rivals.huaxing"),
]


def rows_of(agent):
    """Everything that the store holds."""
    with sqlite3.connect(f"file:{agent.work}/poachwatch.db?mode=ro", uri=True) as store:
        return list(store.iterdump())


class Backtest(Circle):
    def agent(self, contracts=None, **options):
        self.base = self.enterContext(tempfile.TemporaryDirectory(prefix="poachwatch-rules-"))
        with open(os.path.join(self.base, "base.yaml"), "w", encoding="utf-8") as file:
            file.write(RULES)
        os.chmod(self.base, 0o755)
        return super().agent(contracts, rules=self.base, **options)

    def filled(self, *makers):
        """An agent that has judged these samples (default: all)."""
        agent = self.agent()
        made = [make(self.dates) for make in makers or samples.MAKERS]
        self.deliver(*made)
        agent.once()
        return agent

    def rules(self, agent, name, text):
        os.makedirs(os.path.join(agent.work, name), exist_ok=True)
        agent.write(f"{name}/own.yaml", "version: 1\n" + text)
        return os.path.join(agent.work, name)

    def pasted(self, agent, text):
        os.makedirs(os.path.join(agent.work, "pasted"))
        return agent.write("pasted/suggested.yaml", text)

    def differences(self, agent, *arguments):
        """{subject: (change, before, now)}, {subject: rules behind it}; the exit status must fit."""
        result = agent.run("rules", *arguments, "--json")
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(result.returncode, 1 if lines else 0, result.stderr)
        return ({line["subject"]: (line["change"], line["before"]["verdict"], line["now"]["verdict"])
                 for line in lines},
                {line["subject"]: [cause["rule"] for cause in line["causes"]] for line in lines})

    def test_the_rules_that_decided_decide_the_same_again(self):
        agent = self.filled()
        result = agent.run("rules", "backtest", check=0)
        self.assertIn("10 messages compared, 0 decided differently", result.stdout)

    def test_each_difference_is_shown_with_the_rule_that_causes_it(self):
        agent = self.filled()
        before = self.rules(agent, "before", "freemail: [post.example]\n")
        for number, (text, expected, cause) in enumerate(CHANGES):
            with self.subTest(cause):
                own = self.rules(agent, f"own{number}", text)
                for command in (("backtest", "--rules", self.base, "--rules", own),
                                ("diff", before, own, "--rules", self.base, "--history")):
                    changes, causes = self.differences(agent, *command)
                    changes.pop("Fwd: Your Veeam renewal", None)
                    self.assertEqual(changes, expected, command[0])
                    for subject in expected:
                        self.assertIn(cause, causes[subject])
                        self.assertLessEqual(len(causes[subject]), 3)

    def test_a_change_taken_back_is_gained_again_by_the_same_rule(self):
        agent = self.filled(samples.iphone_inline)
        old, new = (self.rules(agent, "old", CHANGES[2][0]), self.rules(agent, "new", "freemail: [post.example]\n"))
        changes, causes = self.differences(agent, "diff", old, new, "--rules", self.base, "--history")
        self.assertEqual(changes, {"Fwd: Cisco SmartNet coterm": ("gained", "ignore", "alert")})
        self.assertEqual(causes, {"Fwd: Cisco SmartNet coterm": ["conditions.not-shi"]})

    def test_a_folder_in_force_is_exchanged_and_the_others_stay(self):
        agent = self.agent()
        live = self.rules(agent, "live", "freemail: [post.example]\n")
        agent.configure(rules=f"{self.base}, {live}")
        self.deliver(samples.iphone_inline(self.dates))
        agent.once()
        draft = self.rules(agent, "draft", CHANGES[2][0])
        changes, _ = self.differences(agent, "diff", live, draft, "--history")
        self.assertEqual(changes, {"Fwd: Cisco SmartNet coterm": ("lost", "alert", "ignore")})

    def test_files_are_compared_as_the_store_is(self):
        agent = self.agent()
        mails = os.path.join(agent.work, "mails")
        os.mkdir(mails)
        for make in (samples.iphone_inline, samples.hardware_offer):
            with open(os.path.join(mails, make.__name__ + ".eml"), "wb") as file:
                file.write(make(self.dates).raw)
        own = self.rules(agent, "own", CHANGES[2][0])
        result = agent.run("rules", "diff", self.base, f"{self.base}:{own}", "--mail", mails, check=1)
        self.assertRegex(result.stdout, r"iphone_inline.eml: lost: alert \(shi\) -> ignore")
        self.assertIn("+ conditions.not-shi own.yaml:3", result.stdout)
        self.assertIn("2 messages compared, 1 decided differently: 0 gained, 1 lost", result.stdout)
        self.assertIn("rules behind it: conditions.not-shi 1", result.stdout)

    def test_nothing_is_sent_or_changed(self):
        agent = self.filled()
        own = self.rules(agent, "own", CHANGES[0][0])
        rows, mails = rows_of(agent), [len(self.servers.mails(user)) for user in self.servers.users]
        with open(f"{agent.work}/poachwatch.db", "rb") as store:
            bytes_before = store.read()
        agent.run("rules", "backtest", "--rules", self.base, "--rules", own, check=1)
        agent.run("rules", "diff", self.base, f"{self.base}:{own}", "--history", check=1)
        self.assertEqual(rows_of(agent), rows)
        with open(f"{agent.work}/poachwatch.db", "rb") as store:
            self.assertEqual(store.read(), bytes_before)
        agent.once()
        self.assertEqual([len(self.servers.mails(user)) for user in self.servers.users], mails)

    def test_messages_that_are_not_kept_any_longer_are_counted_and_said(self):
        agent = self.filled()
        self.deliver(samples.hardware_offer(self.dates))  # once more: a duplicate
        agent.once()
        with sqlite3.connect(f"{agent.work}/poachwatch.db") as store:
            store.execute("DELETE FROM raw WHERE message_id IN (SELECT id FROM message WHERE verdict = 0)")
        result = agent.run("rules", "backtest", check=0)
        self.assertIn("2 messages left out: judged then, but the mail itself is not kept any longer", result.stdout)
        self.assertIn("1 message left out: never judged", result.stdout)
        self.assertIn("8 messages compared, 0 decided differently", result.stdout)

    def test_since_leaves_out_what_was_stored_before(self):
        agent = self.filled(samples.iphone_inline, samples.hardware_offer)
        with sqlite3.connect(f"{agent.work}/poachwatch.db") as store:
            store.execute("UPDATE message SET stored_ms = stored_ms - 40 * 86400000 WHERE verdict = 0")
        self.assertIn("1 message compared", agent.run("rules", "backtest", "--since", "30d", check=0).stdout)
        self.assertIn("2 messages compared", agent.run("rules", "backtest", "--since", "50d", check=0).stdout)
        day = str(self.dates.day(-1))
        self.assertIn("1 message compared", agent.run("rules", "backtest", "--since", day, check=0).stdout)
        self.assertIn("'soon'", agent.run("rules", "backtest", "--since", "soon", check=2).stderr)

    def test_messages_are_judged_on_the_day_they_were_received(self):
        agent = self.filled(samples.iphone_inline)
        past = str(self.dates.day(-400))
        own = self.rules(agent, "own", "exclusions:\n  gone: { from: [shi.com], because: Worked for us, "
                                       f"until: {self.dates.day(-300)} }}\n")
        self.assertIn("0 decided differently", agent.run("rules", "backtest", "--rules", self.base, "--rules", own,
                                                         check=0).stdout)
        with sqlite3.connect(f"{agent.work}/poachwatch.db") as store:
            store.execute("UPDATE message SET received_ms = unixepoch(?) * 1000", (past,))
        self.assertIn("+ exclusions.gone", agent.run("rules", "backtest", "--rules", self.base, "--rules", own,
                                                     check=1).stdout)

    def test_a_suggestion_for_a_missed_mail_costs_nothing_in_the_store(self):
        agent = self.filled()
        words = "Fancy letting our crew mind the Veeam paperwork from now on"
        asks = forwarded("robin@whinbridge.example", "February",
                         f"Hi Ana,\n{words}? Your 02781945 ends on {self.dates.long(34)}.\nRobin")
        news = forwarded("news@whinbridge.example", "News", "Fancy letting our crew mind the shop. Bye.")
        self.servers.put(WATCH, [asks.replace(b"ana@", b"priya@"), news.replace(b"ana@", b"priya@")])
        agent.once()
        path = agent.write("missed.eml", asks.replace(b"ana@", b"priya@").decode())
        agent.run("alerts", "missed", path, check=0)
        rows = rows_of(agent)
        told = agent.run("rules", "suggest", check=0).stdout
        self.assertIn("1 of 1 labelled mails right, 0 before, none worse; 11 messages of the store decided as before",
                      told)
        phrase, = re.findall(r"text: \['([^']+)'\]", told)
        self.assertIn(phrase, words.lower())
        self.assertNotIn(phrase, news.decode().lower())
        self.assertEqual(rows_of(agent), rows)
        own = os.path.dirname(self.pasted(agent, told))
        changes, causes = self.differences(agent, "diff", self.base, f"{self.base}:{own}", "--history")
        self.assertEqual(changes, {"Fwd: February": ("gained", "ignore", "alert")})
        self.assertTrue(causes["Fwd: February"][0].startswith("signals.missed-"), causes)

    def test_a_running_agent_and_a_backtest_do_not_hinder_each_other(self):
        many = crowd(40, self.dates, MARLOW)
        agent = self.agent(many.contracts)
        agent.start()
        self.servers.put(WATCH, many.mails)
        compared = 0
        while compared < 40:
            result = agent.run("rules", "backtest", check=0)
            compared = int(re.search(r"(\d+) messages? compared, 0 decided differently", result.stdout)[1])
            self.assertIsNone(agent.process.poll(), agent.log()[-2000:])
        wait_until(lambda: len(self.servers.mails(MARLOW)) == 40, 30, "every alert")
        wait_until(lambda: self.servers.counts(WATCH)[1] == 40, 30, "every acknowledgement")
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
        self.assertNotRegex(agent.log(), r"locked|busy")
        self.assert_acknowledged(40)

    def peak_kb(self, agent, *arguments):
        """Most memory that the command itself had (not its inspectors)."""
        with subprocess.Popen([agent.program, "--config", agent.config, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:
            output = process.stdout.read().decode()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0, output)
        return usage.ru_maxrss, int(re.search(r"(\d+) messages? compared", output)[1])

    def test_memory_does_not_grow_with_the_store(self):
        few = crowd(5, self.dates, MARLOW, padding=PADDING)
        agent = self.agent(few.contracts)
        self.servers.put(WATCH, few.mails)
        agent.once()
        with sqlite3.connect(f"{agent.work}/poachwatch.db") as store:
            columns = ("received_ms, stored_ms, state, verdict, forwarder, subject, finding, why, case_id, "
                       "duplicate_of, is_acked, label")
            self.copy(store, columns, FEW)
            small, n = self.peak_kb(agent, "rules", "backtest")
            self.assertEqual(n, FEW)
            self.copy(store, columns, MANY)
        large, n = self.peak_kb(agent, "rules", "backtest")
        self.assertEqual(n, MANY)
        self.assertLess(large, small + 4 * 1024, f"{small} KB for {FEW}, {large} KB for {n} messages")

    @staticmethod
    def copy(store, columns, up_to):
        """The messages again and again, each under an UID of its own."""
        n, = store.execute("SELECT count(*) FROM message").fetchone()
        for number in range(n + 1, up_to + 1):
            like = 1 + number % 5
            store.execute(f"INSERT INTO message(mailbox, uidvalidity, uid, hash, size, {columns}) SELECT mailbox, "
                          f"uidvalidity, ?, ?, size, {columns} FROM message WHERE id = ?",
                          (100000 + number, f"copy{number}", like))
            store.execute("INSERT INTO raw SELECT last_insert_rowid(), size, zstd FROM raw WHERE message_id = ?",
                          (like,))
        store.commit()


if __name__ == "__main__":
    main()
