#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An IMAP server that lies, floods and hangs up: the agent neither dies nor swells."""

import os
import resource
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults, either  # noqa: E402
from circle import main  # noqa: E402
from fakes import FakeImap, Replace  # noqa: E402
from samples import MARLOW  # noqa: E402

MEMORY_MB = 400
NO = Replace(b"TAG NO [NOPERM] go away\r\n")
LOGIN = ("AUTHENTICATE", "LOGIN")


def at(commands, answer, connections=1):
    """A hook that gives its answer to some commands, on the first connections."""
    def hook(command, _arguments, number):
        if command in commands and number < connections:
            if answer is EOFError:
                raise EOFError
            return answer
        return None
    return hook


class HostileImap(Faults):
    def against(self, hook, n=3, uidvalidity=1):
        """Runs the agent against a server with that hook, then without, and counts alerts."""
        self.setUp()
        agent = self.gather(n)
        with FakeImap(self.crowd.mails, hook, uidvalidity) as imap:
            self.plain_imap(agent, imap.port)
            result = agent.once(check=None)
            self.assertIn(result.returncode, (0, 1), result.stderr[-2000:])
            self.finish(agent)
            self.assertGreater(imap.connections, 0)
            for uid, (_, flags) in imap.mails.items():
                self.assertIn("$Poachwatch", flags, f"UID {uid}")
        self.servers.wait_for_count(MARLOW, n)
        self.assertEqual(self.servers.counts(MARLOW)[0], n)
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        self.assertLess(used, MEMORY_MB)
        return result

    def test_an_honest_plain_server_on_loopback_works(self):
        self.assertEqual(self.against(lambda *_: None).returncode, 0)

    def test_bye_in_any_state(self):
        for state in either(("greeting", "SELECT", "FETCH", "STORE"),
                            ("greeting", *LOGIN, "CAPABILITY", "SELECT", "SEARCH", "FETCH", "STORE")):
            with self.subTest(state=state):
                self.against(at((state,), EOFError))
                if state != "greeting":
                    self.against(at((state,), Replace(b"* BYE no more\r\n")))

    def test_no_and_bad_in_any_state(self):
        for state in either(("FETCH", "STORE"), (*LOGIN, "SELECT", "FETCH", "STORE")):
            for word in either((b"NO",), (b"NO", b"BAD")):
                with self.subTest(state=state, word=word):
                    self.against(at((state,), Replace(b"TAG " + word + b" go away\r\n")))

    def test_a_server_that_refuses_marks_is_read_none_the_less(self):
        agent = self.gather(3)
        with FakeImap(self.crowd.mails, lambda command, *_: NO if command == "STORE" else None) as imap:
            self.plain_imap(agent, imap.port)
            agent.start()
            agent.wait_for_log("cannot mark messages as decided.*it is read on")
            self.wait_for_count(MARLOW, 3)
            self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
            self.assertNotIn("failed", agent.log())
            self.assertEqual(agent.once(check=None).returncode, 1)
            imap.hook = lambda *_: None
            self.finish(agent)
            self.assertTrue(all("$Poachwatch" in flags for _, flags in imap.mails.values()))
        self.assertEqual(self.servers.counts(MARLOW)[0], 3)

    def test_unsolicited_responses_are_survived(self):
        kinds = (b"* ESEARCH (TAG \"x\") UID ALL 1\r\n", b"* XNOISE \x00\x01\r\n", b"* 2 EXPUNGE\r\n",
                 b"* 99 EXISTS\r\n", b"* OK [ALERT] \x1b[2J\r\n", b"* 1 FETCH (X-GM-MSGID 12)\r\n",
                 b"* 1 FETCH (UID 1 EMAILID (abc))\r\n")
        for noise in either((b"".join(kinds),), kinds):
            with self.subTest(noise=noise):
                self.against(at(("FETCH",), noise))

    def test_an_endless_line_is_cut(self):
        self.against(at(("FETCH",), b"* OK " + b"x" * (64 << 20) + b"\r\n"))

    def test_an_enormous_literal_is_not_believed(self):
        for size in either((b"99999999999999999999", b"2147483647"),
                           (b"4294967296", b"99999999999999999999", b"-1", b"2147483647")):
            with self.subTest(size=size):
                self.against(at(("FETCH",), Replace(b"* 1 FETCH (UID 1 BODY[] {" + size + b"}\r\n" + b"y" * 5000)))

    def test_deep_nesting_is_survived(self):
        self.against(at(("FETCH",), b"* 1 FETCH (BODYSTRUCTURE " + b"(" * 300000 + b"\r\n"))

    def test_a_server_that_sends_another_message_than_asked_confuses_nobody(self):
        self.against(at(("FETCH",), b"* 1 FETCH (UID 4000000000 BODY[] {3}\r\nabc)\r\n"))

    def test_a_changed_uidvalidity_alerts_nothing_twice(self):
        agent = self.gather(3)
        for uidvalidity in (1, 7):
            with FakeImap(self.crowd.mails, uidvalidity=uidvalidity) as imap:
                self.plain_imap(agent, imap.port)
                self.finish(agent)
        self.servers.wait_for_count(MARLOW, 3)
        self.assertEqual(self.servers.counts(MARLOW)[0], 3)

    def test_vanished_messages_are_passed_over(self):
        agent = self.gather(3)
        with FakeImap(self.crowd.mails) as imap:
            self.plain_imap(agent, imap.port)

            def vanish(command, _arguments, _number):
                if command == "FETCH":
                    imap.mails.pop(2, None)
            imap.hook = vanish
            self.finish(agent)
        self.servers.wait_for_count(MARLOW, 2)
        self.assertEqual(self.servers.counts(MARLOW)[0], 2)


if __name__ == "__main__":
    main()
