#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Backup, purge, reload and status while the agent is at work."""

import json
import os
import shutil
import signal
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults, either  # noqa: E402
from circle import main  # noqa: E402
from samples import MARLOW  # noqa: E402
from servers import WATCH  # noqa: E402

# What one commit writes together: an alert has its case, its mail and its raw message.
TORN = """SELECT count(*) FROM message m WHERE m.verdict = 2 AND m.duplicate_of IS NULL AND
 (m.case_id IS NULL OR NOT EXISTS (SELECT 1 FROM outbox WHERE message_id = m.id)
  OR NOT EXISTS (SELECT 1 FROM raw WHERE message_id = m.id))"""


class Upkeep(Faults):
    def test_status_says_whether_an_agent_runs(self):
        agent = self.gather(1)
        self.assertFalse(json.loads(agent.run("status", "--json").stdout)["running"])
        self.assertIn("No agent runs", agent.run("status").stdout)
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        told = json.loads(agent.run("status", "--json").stdout)
        self.assertEqual((told["running"], told["pid"]), (True, agent.process.pid))
        self.assertIn(f"process {agent.process.pid}", agent.run("status").stdout)
        agent.stop()
        self.assertFalse(json.loads(agent.run("status", "--json").stdout)["running"])

    def backup(self, agent, number):
        path = os.path.join(agent.work, f"copy-{number}.db")
        agent.run("backup", path, check=0)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as copy:
            self.assertEqual(copy.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            self.assertEqual(copy.execute(TORN).fetchone()[0], 0)
            found = copy.execute("SELECT count(*) FROM message").fetchone()[0]
        return path, found

    def test_a_backup_taken_in_mid_run_is_whole_and_can_be_restored(self):
        n = either(60, 500)
        agent = self.gather(n)
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        copies = []
        for number, share in enumerate(self.shares(either(3, 12))):
            self.servers.put(WATCH, share)
            copies.append(self.backup(agent, number))
        agent.wait_until(lambda: self.servers.counts(WATCH) == (n, n), 120, "the drain")
        self.assertEqual(agent.stop(), 0)
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice()
        # The disk is lost; an early copy takes its place.
        path, found = min(copies, key=lambda copy: copy[1])
        self.assertLess(found, n)  # most of the mails were not there yet
        store = os.path.join(agent.work, "poachwatch.db")
        for each in ("", "-wal", "-shm"):
            if os.path.exists(store + each):
                os.unlink(store + each)
        shutil.copyfile(path, store)
        self.finish(agent)
        # what it did not know is sent anew, under the Message-IDs of before
        self.assert_nothing_lost_nothing_twice(repeated_max=n)

    def test_reloads_in_mid_drain_lose_nothing_and_repeat_nothing(self):
        n, reloads = either((60, 6), (500, 100))
        agent = self.gather(n)
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        for number, share in enumerate(self.shares(reloads), 1):
            self.servers.put(WATCH, share)
            agent.process.send_signal(signal.SIGHUP)
            agent.wait_until(lambda: agent.log().count("read anew") == number, 30, "reload")
        self.assert_nothing_lost_nothing_twice()
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])

    def assert_store_lacks(self, agent, word):
        """Neither the file nor the log that SQLite keeps beside it while it is open."""
        for each in ("poachwatch.db", "poachwatch.db-wal"):
            path = os.path.join(agent.work, each)
            if os.path.exists(path):
                with open(path, "rb") as file:
                    self.assertFalse(word in file.read(), each)

    def test_a_customer_is_purged_while_the_agent_runs(self):
        agent = self.gather(3)
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        self.servers.put(WATCH, self.crowd.mails[:2])
        self.wait_for_count(MARLOW, 2)
        agent.run("purge", "--customer", "Client 00000", "--yes", check=0)
        self.assert_store_lacks(agent, b"client00000.example")
        self.servers.put(WATCH, self.crowd.mails[2:])
        self.wait_for_count(MARLOW, 3)
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])
        left = {case["customer"] for case in agent.json_lines("alerts", "list", "--json")}
        self.assertEqual(left, {"Client 00001", "Client 00002"})
        self.assert_store_lacks(agent, b"client00000.example")
        agent.once()  # its mail still lies in the mailbox, and is not judged anew
        self.assertEqual(self.servers.counts(MARLOW)[0], 3)


if __name__ == "__main__":
    main()
