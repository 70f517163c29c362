#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`rules suggest`: what it prints is a rule file that mends, and costs nothing."""

import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from commands import DOMAIN, Commands, forwarded  # noqa: E402

# Asks in words that no rule knows; "mind the paperwork" is in no other mail.
ASK = ("Hi Ana,\n\nA little bird told me that NW-440021 gets old in January, and so does the Veeam of yours.\n"
       "Fancy letting our crew mind the Veeam paperwork from February onwards, before Mr Marlow does?\n\n"
       "Robin Doe\nWhinbridge Ltd")
NEWS = ("Hello, our crew went to the seaside. From February onwards we sell flowers; letting our crew mind the shop "
        "was fun.\n")
BASE = {
    "offer.eml": (forwarded("dana@cdw.com", "Your Veeam renewal 02781945",
                            "Your Veeam contract 02781945 expires on 2027-01-14. CDW can quote your renewal."), "alert"),
    "news.eml": (forwarded("news@whinbridge.example", "Newsletter", NEWS), "ignore"),
}


class Suggest(Commands):
    def suggest(self, cases, check=0):
        """The set's folder, and what is printed for it over the shipped rules."""
        folder = self.labelled("set", {**BASE, **cases})
        result = self.run_it("rules", "suggest", "--rules", self.small, "--company-domain", DOMAIN, folder, check=check)
        return folder, result.stdout

    def assert_mends(self, folder, text):
        """Redirected into a rule file, it passes check and test, and every label is met."""
        own = self.write("own/suggested.yaml", text)
        for command in ("check", "test"):
            self.run_it("rules", command, "--rules", self.small, "--rules", os.path.dirname(own), check=0)
        report = json.loads(self.run_it("rules", "eval", "--json", "--rules", self.small, "--rules", os.path.dirname(own),
                                        "--company-domain", DOMAIN, folder, check=0).stdout)
        self.assertEqual(report["verdict"], 1.0, report["misses"])

    def test_missed_mails_get_a_phrase_a_vendor_or_a_rival(self):
        gate = "Your Gatekeeper renewal is due on 2027-01-14. We can quote your Gatekeeper renewal at a better price."
        folder, text = self.suggest({
            "ask.eml": (forwarded("robin@whinbridge.example", "February", ASK), "alert"),
            "gate.eml": (forwarded("robin@whinbridge.example", "Gatekeeper", gate), "alert"),
            "rep.eml": (forwarded("rep@cdw-renewals.example", "Veeam", "Hi Ana,\nthe Veeam renewal is due on a Friday.\nRobin"),
                        {"verdict": "alert", "rival": "cdw"})})
        self.assertIn("ask.eml: ignore, should be alert", text)
        self.assertIn("3 of 5 labelled mails right, 2 before, none worse", text)
        self.assertRegex(text, r"text: \['(?!.*(marlow|robin|ana|whinbridge|veeam|440021))[a-z ]+'\]")
        self.assertIn("kind: ask", text)
        self.assertIn("vendors:\n  nordwall:\n    name: 'Nordwall'\n    products: ['Gatekeeper']", text)
        self.assertIn("rivals:\n  cdw:\n    domains+: ['cdw-renewals.example']", text)
        self.assert_mends(folder, text)

    def test_no_phrase_stands_in_a_mail_that_is_none(self):
        copied = forwarded("news@whinbridge.example", "All of it", ASK)  # the same words, labelled otherwise
        _, text = self.suggest({"ask.eml": (forwarded("robin@whinbridge.example", "February", ASK), "alert"),
                                "copied.eml": (copied, "ignore")}, check=1)
        self.assertIn("nothing to suggest", text)
        self.assertNotIn("version:", text)

    def test_an_exclusion_for_a_false_alarm_that_costs_no_true_one(self):
        paper = forwarded("dana@cdw.com", "Your Veeam paper 'A4' [x]",
                          "We can quote your renewal of the Veeam branded paper subscription.")
        folder, text = self.suggest({"paper.eml": (paper, {"verdict": "ignore", "notes": "only \"paper\"\n: # {"})})
        self.assertIn("exclusions:", text)
        self.assertIn("none worse", text)
        self.assert_mends(folder, text)  # the same sender's true offer is an alert still

    def test_an_own_exclusion_that_hid_a_mail_is_named(self):
        own = self.write("hide/a.yaml", "version: 1\nexclusions:\n  hide: { text: [quote your renewal], because: x }\n")
        folder = self.labelled("set", BASE)
        text = self.run_it("rules", "suggest", "--rules", self.small, "--rules", own, "--company-domain", DOMAIN, folder,
                           check=0).stdout
        self.assertIn("exclusions:\n  hide:\n    off: true", text)

    def test_what_strangers_write_reaches_neither_yaml_nor_terminal(self):
        evil = ASK.replace("mind the", "mind\u202e the\u200b 'quoted': [x] #").replace("Hi Ana", "\x1b[31mHi, Ana")
        cases = {"evil.eml": (forwarded("robin@whinbridge.example", "x'\x1b[2J: [a]", evil), "alert"),
                 "e2.eml": (forwarded('"a\'b]: x"@whinbridge.example', "Your Veeam renewal '#: \u202e",
                                      "We can quote your Veeam renewal. It expires on 2027-01-14."),
                            {"verdict": "ignore", "notes": "\u202e'\x1b[31m"})}
        folder, text = self.suggest(cases, check=None)
        for char in "\x1b\u202e\u200b":
            self.assertNotIn(char, text)
        if "version: 1" in text:
            own = self.write("own/suggested.yaml", text)
            self.run_it("rules", "check", "--rules", self.small, "--rules", os.path.dirname(own), check=0)

    def test_all_right_says_so_and_bad_input_is_refused(self):
        _, text = self.suggest({})
        self.assertIn("every labelled mail is decided right", text)
        self.run_it("rules", "suggest", "--rules", self.small, check=2)
        self.run_it("rules", "suggest", "--rules", self.small, "/nonexistent", check=2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
