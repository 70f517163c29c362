#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What strangers write reaches terminals, logs and mails without its controls."""

import os
import pty
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from circle import Circle, main, text_of  # noqa: E402
from samples import MARLOW, mail  # noqa: E402
from servers import ROOT, WATCH  # noqa: E402

TITLE, CLEAR, C1, BIDI = "\x1b]0;owned\x07", "\x1b[2J\x1b[31m", "\u009b31m", "\u202e"
EVIL = TITLE + CLEAR + C1 + BIDI
# Everything that moves a cursor or turns text around; line ends and tabs are ours.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class HostileWords(Circle):
    def forward(self):
        number = "02781945"
        body = f"""Please have a look{EVIL}.

---------- Forwarded message ---------
From: Dana{EVIL} Whitlock <dana.whitlock@cdw.com>
Date: {self.dates.at(-1):%a, %b} {self.dates.at(-1).day}, {self.dates.at(-1).year} at 9:14 AM
Subject: Veeam{EVIL} renewal {number}
To: Pat{EVIL} <pat@harborfoods.example>


Hello Pat,{EVIL} your Veeam support contract {number} expires soon.{EVIL}
CDW can renew it for you at a better price. May I send you a renewal quote?

Dana Whitlock{EVIL}
CDW
"""
        return mail("pat@harborfoods.example", f"Pat{EVIL} Quinn", f"Fwd: Veeam{EVIL} renewal {number}",
                    self.dates.at(0), body)

    def assert_harmless(self, text, what):
        found = CONTROLS.search(text)
        if found:
            around = text[max(0, found.start() - 60):found.end() + 20]
            self.fail(f"{what}: {found.group()!r} in {around!r}")

    def judged(self):
        agent = self.agent()
        self.raw = self.forward()
        self.servers.put(WATCH, [self.raw])
        result = agent.once()
        self.assert_harmless(result.stderr, "log")
        return agent

    def offline(self, agent, *arguments):
        path = os.path.join(agent.work, "mail.eml")
        with open(path, "wb") as file:
            file.write(self.raw)
        return [*arguments, "--rules", os.path.join(ROOT, "rules"), "--contracts",
                os.path.join(agent.work, "contracts.csv"), "--company-domain", "baylinesystems.example", path]

    def test_no_command_prints_a_control_of_a_stranger(self):
        agent = self.judged()
        self.assertEqual(len(self.servers.wait_for_mails(MARLOW, 1)), 1)
        case = str(agent.json_lines("alerts", "list", "--json")[0]["case"])
        folder = os.path.join(agent.work, "evidence")
        commands = (["alerts", "list"], ["alerts", "show", case], ["alerts", "evidence", case, "--out", folder], ["status"],
                    ["status", "--json"], ["alerts", "list", "--json"], ["contracts", "due"],
                    ["contracts", "show", "HF-2001"], self.offline(agent, "scan"),
                    self.offline(agent, "scan", "--explain"), self.offline(agent, "scan", "--json"),
                    self.offline(agent, "rules", "explain"))
        for command in commands:
            with self.subTest(command=" ".join(command[:2])):
                result = agent.run(*command)
                self.assertIn(result.returncode, (0, 1), result.stderr)
                self.assertTrue(result.stdout)
                self.assert_harmless(result.stdout + result.stderr, " ".join(command))

    def test_a_terminal_gets_no_colour_but_ours(self):
        agent = self.judged()
        case = str(agent.json_lines("alerts", "list", "--json")[0]["case"])
        for command in (["alerts", "list"], ["alerts", "show", case], self.offline(agent, "scan", "--explain")):
            with self.subTest(command=" ".join(command[:2])):
                master, slave = self.terminal()
                process = subprocess.Popen([agent.program, "--config", agent.config, *command], stdin=slave,
                                           stdout=slave, stderr=slave)
                os.close(slave)
                text = self.all_of(master)
                process.wait(120)
                self.assertIn("\x1b[", text)  # it does show colours there
                self.assert_harmless(re.sub("\x1b\\[[0-9;]*[mK]", "", text).replace("\r", ""), "terminal")
                self.assertNotIn("\x1b[2J", text)
                # What is said begins a line of its own: no bar of progress is left before it.
                for line in re.split("\r?\n", text):
                    shown = re.sub(".*\r\x1b\\[K", "", line)
                    self.assertFalse(re.match(r"messages [.#]", shown), shown)

    def terminal(self):
        try:
            return pty.openpty()
        except OSError as error:
            return self.skipTest(f"no terminal can be opened here: {error}")

    @staticmethod
    def all_of(master):
        found = b""
        try:
            while part := os.read(master, 65536):
                found += part
        except OSError:  # the other end is closed
            pass
        os.close(master)
        return found.decode(errors="replace")

    def test_the_alert_holds_no_control_and_no_header_of_a_stranger(self):
        self.judged()
        self.servers.wait_for_mails(MARLOW, 1)
        alert = self.alerts(MARLOW)[0]
        for name, value in alert.items():
            self.assert_harmless(str(value), name)
        self.assert_harmless(text_of(alert).replace("\r\n", "\n"), "text")
        self.assert_harmless(alert.get_body(("html",)).get_content().replace("\r\n", "\n"), "html")


if __name__ == "__main__":
    main()
