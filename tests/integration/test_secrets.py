#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The password is where it is needed, and nowhere else."""

import base64
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import samples  # noqa: E402
from circle import Circle, main  # noqa: E402
from samples import MARLOW  # noqa: E402

SHADOW_BYTES = 1 << 34
SECRET = "correct-horse-battery-staple-7341"


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(each) for each in file.read().split()]


def memory(pid):
    """All that a process has in memory, by root's eyes."""
    found = []
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as maps, open(f"/proc/{pid}/mem", "rb") as mem:
        for line in maps:
            start, end, mode = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if "r" not in mode or line.rstrip().endswith(("[vvar]", "[vsyscall]")):
                continue
            size = int(end, 16) - int(start, 16)
            if size > SHADOW_BYTES:
                raise unittest.SkipTest("a sanitizer's memory is too large to be read")
            mem.seek(int(start, 16))
            try:
                found.append(mem.read(size))
            except OSError:
                continue
    return b"".join(found)


class Secrets(Circle):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in cls.servers.users:
            cls.servers.users[user] = SECRET
        cls.servers.write_users()

    def running(self):
        agent = self.agent(password=SECRET)
        agent.configure(smtp_password=SECRET)
        self.deliver(samples.gmail_inline(self.dates))
        agent.start()
        self.servers.wait_for_mails(MARLOW, 1)
        return agent

    @unittest.skipUnless(os.geteuid() == 0, "only root sees another process's memory")
    def test_no_inspector_has_the_password_in_its_memory(self):
        agent = self.running()
        inspectors = children(agent.process.pid)
        self.assertTrue(inspectors)
        for pid in inspectors:
            text = memory(pid)
            self.assertIn(b"poachwatch", text)  # it really was read
            self.assertNotIn(SECRET.encode(), text)
            with open(f"/proc/{pid}/environ", "rb") as file:
                variables = [each for each in file.read().split(b"\0") if each]
            self.assertEqual([each for each in variables if b"SAN_OPTIONS=" not in each], [])
        self.assertEqual(agent.stop(), 0)

    @unittest.skipUnless(os.geteuid() == 0, "only root sees another process's memory")
    def test_the_agent_that_is_logged_in_has_the_password_in_its_memory_no_more(self):
        agent = self.running()
        agent.wait_for_log("state=sent")
        text = memory(agent.process.pid)
        self.assertTrue(b"renewals-watch@" in text)  # it really was read
        self.assertEqual(text.count(SECRET.encode()), 0)
        for before in range(3):  # as SASL sends it: base64 in one of three alignments
            middle = base64.b64encode(b"\0" * before + SECRET.encode())[4:-4]
            self.assertEqual(text.count(middle), 0)
        self.assertEqual(agent.stop(), 0)

    def test_neither_arguments_nor_environment_nor_log_nor_store_hold_the_password(self):
        agent = self.running()
        for pid in [agent.process.pid, *children(agent.process.pid)]:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                self.assertNotIn(SECRET.encode(), file.read())
        self.assertNotIn(SECRET, agent.log())
        self.assertEqual(agent.stop(), 0)
        result = agent.run("doctor")
        self.assertNotIn(SECRET, result.stdout + result.stderr)
        for folder, _, names in os.walk(agent.work):
            for name in names:
                if name.endswith("password"):
                    continue
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(SECRET.encode(), file.read(), name)


if __name__ == "__main__":
    main()
