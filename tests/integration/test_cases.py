#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people do with cases: list, show, close, snooze, resend, evidence, feedback."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import samples  # noqa: E402
from circle import Circle, main, text_of  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH  # noqa: E402


class Cases(Circle):
    def one_case(self, agent):
        """Delivers one solicitation and gives its case, as `alerts list --json` has it."""
        self.deliver(samples.gmail_inline(self.dates))
        agent.once()
        case, = agent.json_lines("alerts", "list", "--json")
        return case

    def test_two_forwards_of_one_solicitation_are_one_case_and_one_alert(self):
        agent = self.agent()
        case = self.one_case(agent)
        self.deliver(samples.second_forwarder(self.dates))
        agent.once()
        again, = agent.json_lines("alerts", "list", "--json")
        self.assertEqual(again["case"], case["case"])
        self.assertEqual(again["messages"], 2)
        self.assertEqual(len(self.alerts(MARLOW)), 1)
        shown = agent.run("alerts", "show", str(case["case"]), check=0).stdout
        self.assertIn("HF-2001", shown)
        self.assertIn("collected", shown)  # says why no second mail went out

    def test_what_was_not_judged_is_listed_with_the_reason(self):
        agent = self.agent(mailbox_extra="    accept: [nobody.example]")
        self.deliver(samples.gmail_inline(self.dates))
        agent.once()
        self.assertEqual(agent.json_lines("alerts", "list", "--json"), [])
        listed, = agent.json_lines("status", "--json")[0]["unjudged"]
        self.assertEqual((listed["state"], listed["forwarder"]), ("refused", samples.gmail_inline(self.dates).sender))
        shown = agent.run("status", check=0).stdout
        self.assertRegex(shown, r"(?m)^NOT JUDGED .*FROM")
        self.assertRegex(shown, rf"(?m)^refused .*{re.escape(listed['forwarder'])}.*{re.escape(listed['why'])}")

    def test_a_closed_case_leaves_the_list_and_keeps_its_outcome(self):
        agent = self.agent()
        case = str(self.one_case(agent)["case"])
        agent.run("alerts", "close", case, "--outcome", "kept", "--note", "renewed with us", check=0)
        self.assertEqual(agent.json_lines("alerts", "list", "--json"), [])
        closed, = agent.json_lines("alerts", "list", "--all", "--json")
        self.assertEqual(closed["state"], "kept")
        self.assertIn("renewed with us", agent.run("alerts", "show", case, check=0).stdout)

    def test_a_wrong_outcome_is_refused_with_a_suggestion(self):
        agent = self.agent()
        case = str(self.one_case(agent)["case"])
        refused = agent.run("alerts", "close", case, "--outcome", "keptt")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("kept", refused.stderr)
        self.assertEqual(agent.run("alerts", "close", case).returncode, 2)
        self.assertEqual(agent.run("alerts", "show", "999").returncode, 2)
        self.assertEqual(agent.run("alerts", "show", "x").returncode, 2)

    def test_a_false_positive_is_kept_as_a_labelled_case(self):
        agent = self.agent()
        case = str(self.one_case(agent)["case"])
        received = self.servers.mails(WATCH)[0][2]
        agent.run("alerts", "close", case, "--outcome", "false-positive", check=0)
        folder = os.path.join(agent.work, "feedback")
        with open(os.path.join(folder, "labels.jsonl"), encoding="utf-8") as labels:
            label, = [json.loads(line) for line in labels]
        self.assertEqual(label["verdict"], "ignore")
        with open(os.path.join(folder, "mails", label["file"]), "rb") as mail:
            self.assertEqual(mail.read(), received)

    def test_a_missed_mail_is_kept_as_a_labelled_case(self):
        agent = self.agent()
        path = agent.write("missed.eml", "Subject: who do you renew with?\r\n\r\nhello\r\n")
        agent.run("alerts", "missed", path, "--rival", "cdw", check=0)
        with open(os.path.join(agent.work, "feedback", "labels.jsonl"), encoding="utf-8") as labels:
            label, = [json.loads(line) for line in labels]
        self.assertEqual((label["verdict"], label["rival"]), ("alert", "cdw"))

    def test_a_snoozed_case_collects_in_silence(self):
        agent = self.agent()
        case = str(self.one_case(agent)["case"])
        agent.run("alerts", "snooze", case, "--until", "2199-01-01", check=0)
        listed, = agent.json_lines("alerts", "list", "--json")
        self.assertEqual(listed["state"], "snoozed")
        self.assertEqual(agent.run("alerts", "snooze", case, "--until", "soon").returncode, 2)
        agent.run("alerts", "snooze", case, "--until", "now", check=0)
        listed, = agent.json_lines("alerts", "list", "--json")
        self.assertEqual(listed["state"], "open")

    def test_resend_delivers_the_same_mail_again(self):
        agent = self.agent()
        case = str(self.one_case(agent)["case"])
        agent.run("alerts", "resend", case, check=0)
        agent.once()
        first, second = self.alerts(MARLOW)
        self.assertEqual(first["Message-ID"], second["Message-ID"])
        self.assertEqual(text_of(first), text_of(second))

    def test_evidence_is_complete_and_its_hashes_agree(self):
        agent = self.agent()
        case = str(self.one_case(agent)["case"])
        received = self.servers.mails(WATCH)[0][2]
        folder = os.path.join(tempfile.mkdtemp(dir=agent.work), "evidence")
        agent.run("alerts", "evidence", case, "--out", folder, check=0)
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
        with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
            message, = json.load(file)["messages"]
        self.assertEqual(message["sha256"], hashlib.sha256(received).hexdigest())
        with open(os.path.join(folder, message["file"]), "rb") as original:
            self.assertEqual(original.read(), received)
        with open(os.path.join(folder, "summary.txt"), encoding="utf-8") as summary:
            text = summary.read()
        for word in ("HF-2001", "Dana Whitlock", "PROOF OF INCUMBENCY", "TIMELINE"):
            self.assertIn(word, text)
        self.assertEqual(agent.run("alerts", "evidence", case, "--out", folder).returncode, 2)


if __name__ == "__main__":
    main()
