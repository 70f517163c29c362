#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, broken, read-only, locked or damaged, under the whole agent."""

import concurrent.futures
import contextlib
import hashlib
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Faults, either  # noqa: E402
from circle import main  # noqa: E402
from proxy import Harm, Proxy  # noqa: E402
from samples import MARLOW, OWNERS  # noqa: E402
from servers import WATCH, Servers  # noqa: E402
from shim import BROKEN, FULL, Shim  # noqa: E402

N = 3
FEW = 2  # where every write of a run is tried
WORKERS = either(2, 3)


class Gate(Harm):
    """Keeps everything back until it is opened."""

    def __init__(self):
        self.opened = threading.Event()

    def chunk(self, _direction, data):
        self.opened.wait()
        return data


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Disk(Faults):
    def gathered(self, n=N, **options):
        """An agent with a shim before it and n forwards in its mailbox."""
        self.setUp()
        agent = self.gather(n, **options)
        self.servers.put(WATCH, self.crowd.mails)
        return agent, Shim(agent)

    def test_a_write_that_fails_anywhere_loses_nothing(self):
        agent, shim = self.gathered(FEW)
        self.finish(agent)
        total, cache = shim.n_writes, os.path.join(agent.work, "cache")
        self.assertGreater(total, 20)
        runs = [(error, place) for place in either((total // 3,), range(1, total + 1)) for error in (FULL, BROKEN)]
        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            failed = sum(pool.map(lambda i: self.fail_all(runs[i::WORKERS], cache), range(WORKERS)), [])
        print(f"{len(runs)} runs whose writes failed, in {time.monotonic() - begin:.0f} s", flush=True)
        self.assertEqual(len(failed), 0, "\n".join(failed))

    def fail_all(self, runs, cache):
        """One after the other, on servers of their own; what went wrong."""
        case, failed = Disk(), []
        with Servers(users=OWNERS) as case.servers:
            for error, place in runs:
                try:
                    case.fail_from(error, place, cache)
                except Exception:
                    failed.append(f"{os.strerror(error)} at write {place}: {traceback.format_exc()}")
                case.doCleanups()
        return failed

    def fail_from(self, error, place, cache):
        """A run whose writes fail from this one on, and one on a disk that works again."""
        agent, shim = self.gathered(FEW)
        if place % 10:  # now and then the rules are compiled and kept anew
            shutil.copytree(cache, os.path.join(agent.work, "cache"))
        shim.fail(error, place)
        status, said = self.run_through(agent, shim)
        self.assertIn(status, (0, 1, 2), said[-2000:])
        shim.heal()
        self.finish(agent)
        # what was sent and could not be noted is sent again, under the same Message-ID
        self.assert_nothing_lost_nothing_twice(repeated_max=FEW)
        with contextlib.closing(sqlite3.connect(os.path.join(agent.work, "poachwatch.db"))) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    @staticmethod
    def run_through(agent, shim):
        """`run --once`; while its writes fail time flies, as it waits for them to work again."""
        agent.start("run", "--once")
        while agent.process.poll() is None:
            if shim.n_writes >= shim.fail_from:
                shim.pass_time(1)
            time.sleep(0.05)
        return agent.stop(), agent.log()

    def test_a_disk_that_gets_room_again_is_noticed_without_a_restart(self):
        self.setUp()
        agent = self.gather(N)
        shim = Shim(agent)
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        shim.fail(FULL)
        self.servers.put(WATCH, self.crowd.mails)
        agent.wait_for_log("disk is full; trying again", 30)
        shim.heal()
        self.assert_nothing_lost_nothing_twice()
        self.assertEqual(agent.stop(), 0, agent.log()[-2000:])

    def test_what_was_sent_and_could_not_be_noted_is_noted_when_there_is_room(self):
        agent, shim = self.gathered(1)
        gate = Gate()
        with Proxy(self.servers.smtps_port, lambda n: gate) as proxy:
            agent.configure(smtp_port=proxy.port)
            agent.start()
            agent.wait_until(lambda: proxy.connections, 30, "connection to the mail server")
            shim.fail(FULL)
            gate.opened.set()
            self.wait_for_count(MARLOW, 1)
            agent.wait_for_log("result cannot be recorded")
            shim.heal()
            self.assert_nothing_lost_nothing_twice()
            self.assertEqual(agent.stop(), 0, agent.log()[-2000:])

    @unittest.skipUnless(os.geteuid() == 0, "mounting takes root")
    def test_a_full_file_system_is_survived(self):
        self.setUp()
        agent = self.gather(N)
        with self.small_file_system(agent) as fill:
            agent.import_contracts(self.crowd.contracts)
            self.servers.put(WATCH, self.crowd.mails)
            with fill():
                result = agent.once(check=1)
                self.assertRegex(result.stderr, "disk I/O error|full|No space left|cannot")
            self.finish(agent)
            self.assert_nothing_lost_nothing_twice(repeated_max=N)

    @contextlib.contextmanager
    def small_file_system(self, agent):
        """The store lies on a tmpfs of 2 MB; yields what fills the rest of it."""
        folder = os.path.join(agent.work, "small")
        os.mkdir(folder)
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False,
                              capture_output=True)
        if made.returncode:
            self.skipTest("nothing may be mounted here")
        self.store_at(agent, os.path.join(folder, "store.db"))

        @contextlib.contextmanager
        def fill():
            path = os.path.join(folder, "ballast")
            with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
                while file.write(b"\0" * 4096) == 4096:
                    pass
            yield
            os.unlink(path)
        try:
            yield fill
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)

    @staticmethod
    def store_at(agent, path):
        with open(agent.config, encoding="utf-8") as file:
            text = file.read()
        agent.write("poachwatch.yaml", text.replace(f"store: {agent.work}/poachwatch.db", f"store: {path}"))

    def test_a_store_that_may_not_be_written_is_refused_with_a_reason(self):
        agent, _ = self.gathered()
        agent.environment = None
        store = os.path.join(agent.work, "poachwatch.db")
        nobody = pwd.getpwnam("nobody")
        with self.writable_again(agent, store):
            if os.geteuid() == 0:  # the agent works as the owner of its store
                for path in (agent.work, store, store + ".lock"):
                    os.chown(path, nobody.pw_uid, nobody.pw_gid)
            os.chmod(store, 0o400)
            os.chmod(store + ".lock", 0o400)
            os.chmod(agent.work, 0o555)
            before = digest(store)
            result = agent.once(check=None)
            self.assertIn(result.returncode, (1, 2))
            self.assertRegex(result.stderr, "poachwatch.db")
            self.assertRegex(result.stderr, "[Pp]ermission denied|readonly|read-only")
            self.assertEqual(digest(store), before)
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice()

    @contextlib.contextmanager
    def writable_again(self, agent, store):
        try:
            yield
        finally:
            for path, mode in ((agent.work, 0o700), (store, 0o600), (store + ".lock", 0o600)):
                if os.geteuid() == 0:
                    os.chown(path, 0, 0)
                os.chmod(path, mode)

    def test_a_store_that_another_process_holds_is_waited_for(self):
        self.setUp()
        agent = self.gather(N)
        agent.start()
        agent.wait_for_log("open, UIDVALIDITY")
        holder = sqlite3.connect(os.path.join(agent.work, "poachwatch.db"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        self.servers.put(WATCH, self.crowd.mails)
        agent.wait_for_log("held by another process", 40)
        holder.execute("ROLLBACK")
        holder.close()
        self.assert_nothing_lost_nothing_twice()
        self.assertEqual(agent.stop(), 0)

    def test_a_damaged_store_is_refused_with_instructions_and_never_written(self):
        agent, _ = self.gathered()
        agent.environment = None
        store = os.path.join(agent.work, "poachwatch.db")
        with open(store, "rb") as file:
            whole = file.read()
        for name, damaged in self.damages(whole).items():
            with self.subTest(damage=name):
                for each in ("-wal", "-shm"):
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(store + each)
                with open(store, "wb") as file:
                    file.write(damaged)
                before = digest(store)
                for command in (("contracts", "list"), ("status",), ("alerts", "list")):
                    agent.run(*command)  # what is whole may still be read
                    self.assertEqual(digest(store), before, command)
                for command in (("run", "--once"), ("doctor",), ("contracts", "touch", "CR-00000", "--note", "x"),
                                ("backup", os.path.join(agent.work, f"copy-{name}"))):
                    result = agent.run(*command)
                    self.assertIn(result.returncode, (1, 2), command)
                    self.assertEqual(digest(store), before, command)
                result = agent.once(check=None)
                self.assertRegex(result.stderr, "backup in its place|another file")
        self.assertEqual(self.servers.counts(WATCH)[1], 0)
        with open(store, "wb") as file:
            file.write(whole)
        self.finish(agent)
        self.assert_nothing_lost_nothing_twice()

    @staticmethod
    def damages(whole):
        return {
            "head": b"\xff" * 100 + whole[100:],
            "pages": whole[:8192] + b"\xa5" * 16384 + whole[8192 + 16384:],
            "short": whole[:len(whole) // 2],
            "text": b"this is no database at all, but somebody's notes\n" * 20,
        }

    def test_damage_that_comes_up_in_mid_run_ends_the_agent_with_instructions(self):
        agent, _ = self.gathered()
        agent.environment = None
        self.servers.put(WATCH, [])
        store = os.path.join(agent.work, "poachwatch.db")
        self.finish(agent)
        with open(store, "r+b") as file:
            size = os.path.getsize(store)
            file.seek(4096)
            file.write(b"\xa5" * (size - 4096))
        agent.start()
        self.assertNotEqual(agent.process.wait(120), 0)
        self.assertRegex(agent.log(), "damaged|no store of poachwatch")
        agent.process = None


if __name__ == "__main__":
    main()
