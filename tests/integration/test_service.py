#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The agent as a service: readiness, watchdog, reload, new contracts, figures."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import sys
import tempfile
import time
import unittest.mock
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import samples  # noqa: E402
from circle import Circle, main, text_of  # noqa: E402
from manager import Manager  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import PATIENCE, ROOT, held_port, wait_until  # noqa: E402


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.read().decode()


class Service(Circle):
    def test_the_service_manager_hears_when_it_is_ready_alive_and_ends(self):
        with tempfile.TemporaryDirectory() as folder:
            manager = Manager(folder)
            self.addCleanup(manager.socket.close)
            with unittest.mock.patch.dict(os.environ, NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="1000000"):
                agent = self.agent().start()
            manager.wait_for("READY=1")
            self.assertLess(manager.seconds_of("WATCHDOG=1", 4), 3 * PATIENCE)
            agent.process.send_signal(signal.SIGHUP)
            manager.wait_for("RELOADING=1")
            agent.process.send_signal(signal.SIGTERM)
            manager.wait_for("STOPPING=1")
            self.assertEqual(agent.stop(), 0, agent.log())

    def test_sigterm_ends_an_agent_that_is_still_starting(self):
        agent = self.agent()
        agent.start()
        self.assertEqual(agent.stop(seconds=5), 0, agent.log())  # its rules are compiling
        with contextlib.closing(sqlite3.connect(os.path.join(agent.work, "poachwatch.db"))) as holder:
            holder.isolation_level = None
            holder.execute("BEGIN IMMEDIATE")
            agent.start()
            self.assertEqual(agent.stop(seconds=5), 0, agent.log())
            self.assertIn("ends before it had started", agent.log())

    def test_sigterm_ends_an_agent_whose_store_is_held_by_another_process(self):
        agent = self.agent().start()
        agent.wait_for_log("mailbox=renewals-watch open")
        with contextlib.closing(sqlite3.connect(os.path.join(agent.work, "poachwatch.db"))) as holder:
            holder.isolation_level = None
            holder.execute("BEGIN IMMEDIATE")
            self.deliver(samples.gmail_inline(self.dates))
            agent.wait_for_log("held by another process")
            self.assertEqual(agent.stop(seconds=5), 0, agent.log())
        agent.once()
        self.assertEqual(len(self.alerts(MARLOW)), 1)

    def test_a_bad_configuration_is_refused_and_the_last_good_one_stays(self):
        agent = self.agent().start()
        agent.wait_for_log("mailbox=renewals-watch open")
        with open(agent.config, encoding="utf-8") as file:
            good = file.read()
        agent.write("poachwatch.yaml", good + "\nmailboxs: []\n")
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for_log("reload refused")
        self.assertIn("mailboxs", agent.log())
        self.deliver(samples.gmail_inline(self.dates))
        self.servers.wait_for_mails(MARLOW, 1)
        agent.write("poachwatch.yaml", good)
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for_log("read anew")
        self.assertEqual(agent.stop(), 0, agent.log())

    def rules_status(self, agent, check):
        """What `status` says of the rules, for programs and for people."""
        return (json.loads(agent.run("status", "--json", check=check).stdout)["rules"],
                agent.run("status", check=check).stdout)

    def test_a_broken_save_of_the_rules_disarms_nobody_and_status_says_why(self):
        agent = self.agent()
        own = os.path.join(agent.work, "own")
        os.mkdir(own)
        agent.write("own/own.yaml", "version: 1\nrivals:\n  acme: { name: Acme, domains: [acme.example] }\n")
        agent.configure(rules=f"{os.path.join(ROOT, 'rules')}, {own}")
        agent.start()
        agent.wait_for_log("mailbox=renewals-watch open")
        good, _ = self.rules_status(agent, 0)
        self.assertEqual((good["files"], good["refused"]), ("same", None))
        self.assertIn(own, good["folders"])

        agent.write("own/own.yaml", "version: 1\nrivals:\n  acme: { nam: Acme }\n")
        self.assertIn("changed since", self.rules_status(agent, 0)[1])
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for_log("reload refused")
        self.assertIn("did you mean 'name'", agent.log())
        refused, shown = self.rules_status(agent, 1)
        self.assertEqual((refused["hash"], refused["since_ms"]), (good["hash"], good["since_ms"]))
        self.assertIn("own.yaml:3:", refused["refused"])
        self.assertIn("a newer version was refused", shown)
        self.deliver(samples.gmail_inline(self.dates))
        self.servers.wait_for_mails(MARLOW, 1)

        agent.write("own/own.yaml", "version: 1\nrivals:\n  acme: { name: Acme, domains: [acme.test] }\n")
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for_log("read anew")
        mended, _ = self.rules_status(agent, 0)
        self.assertNotEqual(mended["hash"], good["hash"])
        self.assertEqual((mended["files"], mended["refused"]), ("same", None))
        self.assertEqual(agent.stop(), 0, agent.log())

    def test_contracts_that_are_imported_meanwhile_are_known_without_a_restart(self):
        rows = samples.contracts_csv(self.dates).splitlines()
        agent = self.agent("\r\n".join(row for row in rows if "HF-2001" not in row) + "\r\n").start()
        agent.wait_for_log("mailbox=renewals-watch open")
        agent.import_contracts("\r\n".join(rows) + "\r\n")
        agent.wait_for_log("contracts changed")
        self.deliver(samples.gmail_inline(self.dates))
        self.servers.wait_for_mails(MARLOW, 1)
        alert, = self.alerts(MARLOW)
        self.assertIn("HF-2001", text_of(alert))
        self.assertEqual(agent.stop(), 0, agent.log())

    def test_figures_and_health_are_served_on_the_loopback_when_asked_for(self):
        port = self.enterContext(held_port()).getsockname()[1]
        agent = self.agent(extra=f"metrics: 127.0.0.1:{port}").start()
        agent.wait_for_log("mailbox=renewals-watch open")
        self.deliver(samples.gmail_inline(self.dates))
        self.servers.wait_for_mails(MARLOW, 1)
        wait_until(lambda: 'poachwatch_outbox_mails{state="sent"} 1' in get(port, "/metrics"), 10, "the figures")
        self.assertRegex(get(port, "/metrics"), r'(?m)^poachwatch_messages_total\{verdict="alert"\} 1$')
        self.assertEqual(get(port, "/healthz"), "ok\n")
        self.assertEqual(agent.stop(), 0, agent.log())

    def test_a_second_agent_on_one_store_is_refused(self):
        agent = self.agent().start()
        agent.wait_for_log("mailbox=renewals-watch open")
        second = agent.run("run", "--once", check=2)
        self.assertTrue(re.search("agent", second.stderr), second.stderr)
        self.assertEqual(agent.stop(), 0, agent.log())


if __name__ == "__main__":
    main()
