#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whoever is blind or dumb for an hour says so: once, and when it is over."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults  # noqa: E402
from circle import SALES_OPS, main, text_of  # noqa: E402
from fakes import FakeImap, Replace  # noqa: E402
from proxy import Hangup, Harm, Proxy  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH  # noqa: E402
from shim import FULL, Shim  # noqa: E402

HOUR = 3600
NO = Replace(b"TAG NO go away\r\n")
SENT = "kind=operations .*state=sent"  # time must not pass in the middle of a dialogue


class Wall(Harm):
    """Lets nothing through while is_up."""

    is_up = True

    def chunk(self, _direction, data):
        if self.is_up:
            raise Hangup
        return data


class Silence(Faults):
    def shimmed(self, n=1, **options):
        agent = self.gather(n, **options)
        return agent, Shim(agent)

    def told(self, n):
        """The subjects of the n mails that lie with sales operations; there are no more."""
        self.wait_for_count(SALES_OPS, n)
        mails = self.alerts(SALES_OPS)
        self.assertEqual(len(mails), n, [str(mail["Subject"]) for mail in mails])
        return [str(mail["Subject"]) for mail in mails]

    def test_a_mailbox_that_cannot_be_read_for_an_hour_is_told_once_and_when_it_is_over(self):
        agent, shim = self.shimmed()
        wall = Wall()
        with Proxy(self.servers.imaps_port, lambda n: wall) as proxy:
            agent.configure(imap_port=proxy.port)
            agent.start()
            agent.wait_for_log("mailbox=renewals-watch failed")
            shim.pass_time(HOUR - 600)
            agent.wait_for_more_log("mailbox=renewals-watch failed")
            self.told(0)
            shim.pass_time(1200)
            self.wake(agent)
            subjects = self.told(1)
            self.assertIn("'renewals-watch' could not be read for an hour", subjects[0])
            agent.wait_for_log(SENT)
            agent.stop()  # a restart is no reason to say it again
            agent.start()
            agent.wait_for_more_log("mailbox=renewals-watch failed")
            shim.pass_time(5 * HOUR)
            self.wake(agent)
            agent.wait_for_more_log("mailbox=renewals-watch failed")
            self.told(1)
            wall.is_up = False
            subjects = self.told(2)
            self.assertIn("'renewals-watch' is read again", subjects[1])
            self.servers.put(WATCH, self.crowd.mails)
            self.assert_nothing_lost_nothing_twice()
            self.assertEqual(agent.stop(), 0)
        self.told(2)

    def test_a_mailbox_that_opens_and_hands_out_nothing_is_silent_too(self):
        agent, shim = self.shimmed()
        with FakeImap(self.crowd.mails, lambda command, *_: NO if command == "FETCH" else None) as imap:
            self.plain_imap(agent, imap.port)
            agent.start()
            agent.wait_for_log("mailbox=renewals-watch failed")
            for _ in range(3):
                shim.pass_time(HOUR // 3 + 60)
                agent.wait_for_more_log("mailbox=renewals-watch failed")
            self.wake(agent)
            self.assertIn("'renewals-watch' could not be read for an hour", self.told(1)[0])
            imap.hook = lambda *_: None
            self.assertIn("'renewals-watch' is read again", self.told(2)[1])
            self.wait_for_count(MARLOW, 1)
            self.assertEqual(agent.stop(), 0, agent.log()[-2000:])

    def test_an_agent_that_a_timer_runs_tells_of_silence_too(self):
        agent, shim = self.shimmed()
        wall = Wall()
        with Proxy(self.servers.imaps_port, lambda n: wall) as proxy:
            agent.configure(imap_port=proxy.port)
            for _ in range(3):
                self.told(0)
                agent.once(check=1)
                shim.pass_time(HOUR // 3 + 60)
            for _ in range(2):
                agent.once(check=1)
                self.assertIn("'renewals-watch' could not be read for an hour", self.told(1)[0])
            wall.is_up = False
            agent.once(check=0)
            self.assertIn("'renewals-watch' is read again", self.told(2)[1])

    def test_a_store_that_cannot_be_written_for_an_hour_is_told_once_and_when_it_is_over(self):
        agent, shim = self.shimmed()
        with Proxy(self.servers.imaps_port) as proxy:
            agent.configure(imap_port=proxy.port)
            agent.start()
            agent.wait_for_log("open, UIDVALIDITY")
            shim.fail(FULL)
            self.servers.put(WATCH, self.crowd.mails)
            agent.wait_for_log("store: .*the disk is full; trying again")
            proxy.hang_up()  # a mailbox that wants to go on and may not
            agent.wait_for_log("cannot go on: .*the disk is full")
            with self.servers.smtp_says("later"):
                shim.pass_time(HOUR + 60)
                self.wake(agent)
                agent.wait_for_log("word of the store's trouble was not accepted")
            self.told(0)
            shim.pass_time(120)
            self.wake(agent)
            self.assertIn("store could not be written for an hour", self.told(1)[0])
            agent.wait_for_log("word of the store's trouble was accepted")
            shim.pass_time(3 * HOUR)
            self.wake(agent)
            agent.wait_for_more_log("store: .*the disk is full; trying again")
            self.told(1)
            shim.heal()
            shim.pass_time(120)  # the pauses between tries have grown
            self.wake(agent)
            self.assertIn("store can be written again", self.told(2)[1])
            self.assert_nothing_lost_nothing_twice()
            self.assertEqual(agent.stop(), 0)

    def test_dead_letters_are_told_when_the_fallback_can_be_reached_again(self):
        agent, shim = self.shimmed()
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        with self.servers.smtp_says("never"):
            self.servers.put(WATCH, self.crowd.mails)
            agent.wait_for_log("to=marlow.* state=dead")
            agent.wait_for_log("to=sales-ops.* state=dead")
        self.assertEqual(agent.run("status").returncode, 1)
        shim.pass_time(25 * HOUR)
        self.wake(agent)
        self.assertIn("could not be delivered", self.told(1)[0])
        agent.wait_for_log(SENT)
        shim.pass_time(25 * HOUR)
        self.wake(agent)
        self.assertEqual(agent.stop(), 0)
        self.told(1)
        self.assertEqual(self.servers.counts(MARLOW)[0], 0)

    def test_an_empty_digest_goes_out_with_the_number_of_mails_seen(self):
        agent, shim = self.shimmed()
        with open(agent.config, encoding="utf-8") as file:
            text = file.read()
        agent.write("poachwatch.yaml", text.replace("digest: off", "digest: daily"))
        agent.import_contracts(self.crowd.contracts.replace(str(self.dates.day(20)), str(self.dates.day(300))))
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        shim.pass_time(25 * HOUR)
        self.wake(agent)
        self.wait_for_count(SALES_OPS, 1)
        digest = [mail for mail in self.alerts(SALES_OPS) if "Renewals" in str(mail["Subject"])]
        self.assertEqual(len(digest), 1)
        self.assertRegex(text_of(digest[0]), r"Mails seen since [-0-9]+: 0\b")
        self.assertEqual(agent.stop(), 0)


if __name__ == "__main__":
    main()
