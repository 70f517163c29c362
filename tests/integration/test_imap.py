#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The IMAP session against a real Dovecot."""

import os
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from circle import Circle, main  # noqa: E402
from probe import Probe  # noqa: E402
from proxy import Cut, Proxy, Stall  # noqa: E402
from servers import PASSWORD, PATIENCE, WATCH, held_port, to_crlf  # noqa: E402

MAIL = b"From: Anna <anna@customer.example>\nSubject: %d\n\n%s\n"


def mail(number, size=100):
    return to_crlf(MAIL % (number, b"x" * 70 + b"\n" + b".y" * (size // 2)))


class Session(Circle):
    def probe(self, environment=None, edit=None, **options):
        return self.enterContext(Probe(self.servers, environment, edit, **options))

    def opened(self, environment=None, **options):
        probe = self.probe(environment, **options)
        for command in ("open", "select"):
            answer = probe.say(command)
            self.assertTrue(answer.ok, answer)
        return probe

    def fill(self, raws):
        """Put mails into the emptied mailbox; the UID before the first of them."""
        self.servers.put(WATCH, raws)
        return self.servers.mails(WATCH)[0][0] - 1


class Fetching(Session):
    def test_messages_arrive_byte_for_byte_in_ascending_order(self):
        raws = [mail(n, 10 ** (n % 5)) for n in range(40)]
        before = self.fill(raws)
        with tempfile.TemporaryDirectory() as folder:
            answer = self.opened().say(f"fetch {before} {folder}")
            self.assertTrue(answer.ok, answer)
            got = answer.messages()
            self.assertEqual([each["uid"] for each in got], [each[0] for each in self.servers.mails(WATCH)])
            for each, stored in zip(got, self.servers.mails(WATCH)):
                with open(os.path.join(folder, str(each["uid"])), "rb") as file:
                    self.assertEqual(file.read(), stored[2])
                self.assertLess(abs(each["received"] / 1000 - time.time()), 60)

    def test_only_what_is_new_is_fetched(self):
        before = self.fill([mail(n) for n in range(5)])
        probe = self.opened()
        self.assertEqual(len(probe.say(f"fetch {before + 3}").messages()), 2)
        self.assertEqual(probe.say(f"fetch {before + 5}").messages(), [])
        self.assertEqual(probe.say("fetch 4294967295").messages(), [])

    def test_many_messages_come_in_bounded_memory(self):
        before = self.fill([mail(n, 20000) for n in range(2000)])  # 40 MB
        probe = self.opened({"PROBE_QUIET": "1"})
        idle = probe.resident_kb()
        answer = probe.say(f"fetch {before}")
        self.assertEqual(answer.values["n"], "2000", answer)
        self.assertLess(probe.resident_kb() - idle, 16 * 1024)

    def test_a_message_over_the_limit_is_not_downloaded(self):
        before = self.fill([mail(1), mail(2, 3 << 20), mail(3)])
        got = self.opened(mailbox_extra="    max_message_mb: 2").say(f"fetch {before}").messages()
        self.assertEqual([each["state"] for each in got], ["whole", "large", "whole"])
        self.assertEqual(got[1]["raw"], 0)
        self.assertGreater(got[1]["size"], 3 << 20)

    def test_messages_that_vanish_meanwhile_are_left_out(self):
        before = self.fill([mail(n) for n in range(4)])
        probe = self.opened()
        self.empty(WATCH)
        answer = probe.say(f"fetch {before}")
        self.assertTrue(answer.ok, answer)
        self.assertEqual(answer.messages(), [])

    def test_an_empty_folder_holds_nothing_new(self):
        answer = self.opened().say("fetch 0")
        self.assertTrue(answer.ok, answer)
        self.assertEqual(answer.messages(), [])


class Acknowledging(Session):
    def test_keyword_and_seen_are_set_on_these_and_no_others(self):
        before = self.fill([mail(n) for n in range(5)])
        probe = self.opened()
        self.assertEqual(len(probe.say(f"fetch {before}").messages()), 5)
        self.assertTrue(probe.say(f"ack {before + 5},{before + 1},{before + 2}").ok)
        flags = [set(flags) & {"\\Seen", "$Poachwatch"} for _, flags, _ in self.servers.mails(WATCH)]
        both = {"\\Seen", "$Poachwatch"}
        self.assertEqual(flags, [both, both, set(), set(), both])

    def test_vanished_messages_are_no_error(self):
        before = self.fill([mail(1)])
        probe = self.opened()
        self.empty(WATCH)
        answer = probe.say(f"ack {before + 1}")
        self.assertTrue(answer.ok, answer)

    def test_messages_are_moved_to_a_folder_that_is_created(self):
        before = self.fill([mail(n) for n in range(3)])
        probe = self.opened(mailbox_extra="    after: move\n    move_to: 'Entschieden & fertig für uns'")
        answer = probe.say(f"ack {before + 1},{before + 3}")
        self.assertTrue(answer.ok, answer)
        self.assertEqual([uid for uid, _, _ in self.servers.mails(WATCH)], [before + 2])
        answer = probe.say(f"ack {before + 2}")
        self.assertTrue(answer.ok, answer)
        self.assertEqual(self.servers.mails(WATCH), [])
        moved = self.servers.mails(WATCH, "Entschieden &- fertig f&APw-r uns")
        self.assertEqual(len(moved), 3)
        self.assertIn("$Poachwatch", moved[0][1])


class WithoutMove(Session):
    server_options = {"dovecot_extra": "protocol imap {\n imap_capability = IMAP4rev1 UIDPLUS SASL-IR\n}\n"}

    def test_messages_are_copied_and_only_these_removed(self):
        before = self.fill([mail(n) for n in range(3)])
        connection = self.servers.login(WATCH)
        connection.select("INBOX")
        connection.uid("STORE", str(before + 1), "+FLAGS.SILENT", "(\\Deleted)")
        connection.logout()
        probe = self.opened(mailbox_extra="    after: move\n    move_to: Done")
        answer = probe.say(f"ack {before + 2}")
        self.assertTrue(answer.ok, answer)
        self.assertEqual([uid for uid, _, _ in self.servers.mails(WATCH)], [before + 1, before + 3])
        self.assertEqual(len(self.servers.mails(WATCH, "Done")), 1)

    def test_without_idle_the_server_is_polled(self):
        probe = self.opened()
        self.assertEqual(probe.say("fetch 0").messages(), [])
        self.servers.put(WATCH, [mail(1)])
        self.assertEqual(probe.say("wait 1000").last, "ok news")


class Waiting(Session):
    def test_new_mail_ends_the_wait_within_a_second_or_two(self):
        probe = self.opened()
        self.assertEqual(probe.say("fetch 0").messages(), [])
        probe.begin("wait 60000")
        probe.wait_until_quiet()
        began = time.monotonic()
        self.servers.put(WATCH, [mail(1)])
        self.assertEqual(probe.answer().last, "ok news")
        self.assertLess(time.monotonic() - began, 3 * PATIENCE)  # Dovecot looks once a second
        self.assertEqual(len(probe.say("fetch 0").messages()), 1)

    def test_the_wake_fd_ends_the_wait_and_the_session_goes_on(self):
        probe = self.opened()
        probe.say("fetch 0")
        probe.begin("wait 20000")
        probe.wait_until_quiet()
        probe.wake()
        self.assertEqual(probe.answer().last, "ok woken")
        self.assertTrue(probe.say("fetch 0").ok)

    def test_the_abort_fd_ends_the_wait_as_canceled(self):
        probe = self.opened()
        probe.say("fetch 0")
        probe.begin("wait 20000")
        probe.wait_until_quiet()
        began = time.monotonic()
        probe.abort()
        self.assertEqual(probe.answer().code, "canceled")
        self.assertLess(time.monotonic() - began, PATIENCE)

    def test_idle_is_renewed_before_the_server_loses_patience(self):
        probe = self.opened({"PROBE_RENEW_MS": "100"})
        probe.say("fetch 0")
        self.assertEqual(probe.say("wait 550").last, "ok timeout")
        self.assertTrue(probe.say("fetch 0").ok)

    def test_a_server_that_goes_away_ends_the_wait(self):
        with Proxy(self.servers.imaps_port) as proxy:
            probe = self.opened(imap_port=proxy.port)
            probe.say("fetch 0")
            probe.begin("wait 20000")
            probe.wait_until_quiet()
        self.assertEqual(probe.answer().code, "net")


class Refusals(Session):
    def refused(self, code, *words, **options):
        answer = self.probe(**options).say("open")
        self.assertEqual(answer.code, code, answer)
        for word in words:
            self.assertIn(word, answer.message)
        self.assertNotIn(PASSWORD, answer.message)

    def test_a_wrong_password(self):
        self.refused("auth", "password", "refuses the login", WATCH, password="wrong one")

    def test_a_wrong_password_over_starttls(self):
        self.refused("auth", "password", password="wrong one", imap_scheme="imap")

    def test_a_certificate_of_another_authority(self):
        self.refused("tls", "not trusted", "ca_file", ca_file=self.servers.other_authority.file)

    def test_a_ca_file_that_is_missing(self):
        self.refused("config", "ca_file", ca_file="/nonexistent/ca.pem")

    def test_tls_spoken_to_a_starttls_port(self):
        self.refused("tls", "imap://", imap_port=self.servers.imap_port)

    def test_a_port_where_nobody_listens(self):
        with held_port() as nobody:
            self.refused("net", "refused", imap_port=nobody.getsockname()[1])

    def test_a_name_that_does_not_exist(self):
        self.refused("net", "resolved", host="nowhere.invalid")

    def test_a_missing_folder(self):
        probe = self.probe(edit=lambda text: text.replace("folder: INBOX", "folder: Nowhere"))
        self.assertTrue(probe.say("open").ok)
        answer = probe.say("select")
        self.assertEqual(answer.code, "not-found", answer)
        self.assertIn("Nowhere", answer.message)

    def test_a_connection_that_stalls_in_the_login_can_be_aborted(self):
        with Proxy(self.servers.imap_port, lambda n: Stall(after=20)) as proxy:
            probe = self.probe(imap_scheme="imap", imap_port=proxy.port)
            probe.begin("open")
            probe.wait_until_quiet()
            began = time.monotonic()
            probe.abort()
            self.assertEqual(probe.answer().code, "canceled")
            self.assertLess(time.monotonic() - began, PATIENCE)

    def test_a_connection_cut_anywhere_is_an_error_and_nothing_worse(self):
        before = self.fill([mail(n, 500) for n in range(3)])
        with Proxy(self.servers.imap_port) as proxy, Probe(
                self.servers, imap_scheme="imap", imap_port=proxy.port) as probe:
            self.assertTrue(all(probe.say(each).ok for each in ("open", "select", f"fetch {before}")))
            total = len(proxy.seen["down"])
        for after in range(1, total - 100, max(1, total // 40)):  # handshakes differ in length
            with Proxy(self.servers.imap_port, lambda n: Cut(after=after)) as proxy, Probe(
                    self.servers, imap_scheme="imap", imap_port=proxy.port) as probe:
                answers = []
                for command in ("open", "select", f"fetch {before}"):
                    answers.append(probe.say(command))
                    if not answers[-1].ok:
                        break
                self.assertFalse(answers[-1].ok, f"cut after {after} of {total}")
                self.assertIn(answers[-1].code, ("net", "tls", "protocol"), answers[-1])
            self.assertEqual(probe.status, 0)


class OtherName(Session):
    server_options = {"names": ("DNS:mail.elsewhere.example",)}

    def setUp(self):
        pass  # no login is possible over verified TLS

    def test_a_certificate_for_another_host_name(self):
        answer = self.probe().say("open")
        self.assertEqual(answer.code, "tls", answer)
        self.assertIn("wrong host name", answer.message)


if __name__ == "__main__":
    main()
