# SPDX-License-Identifier: Apache-2.0
"""What many contracts cost: a message's scan, an import, and the agent beside one."""

import json
import os
import random
import re
import subprocess
import sys
import time

from agent import Agent
from crowd import crowd
from samples import MARLOW
from servers import ROOT, WATCH, wait_until

SIZES = (1000, 100000, 1000000)
VENDORS = ("Cisco", "Fortinet", "Veeam", "Adobe")


def bench_match(match_program):
    """[{contracts, scan_us, image_mb, ...}], a row a size; all judge the same mails, in turns."""
    result = subprocess.run([match_program, os.path.join(ROOT, "rules"), *map(str, SIZES)], check=True,
                            capture_output=True, text=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def write_export(path, rows, first_rows, value):
    """An export in no order: ten contracts a customer, a number and two serials each.
    first_rows: lines (with the header) that come first; value: the price of every tenth."""
    order = list(range(rows))
    random.Random(7).shuffle(order)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(first_rows)
        for i in order:
            spread = (i + 1) * 2654435761
            file.write(f"B-{i:07},Holding {i // 10:06} Ltd,holding{i // 10:06}.example,{VENDORS[i % 4]},"
                       f"Support {i % 7},{spread % 10**9:09},FOC{spread >> 7 & 0xffff:04X}L{spread & 0xfff:03X};"
                       f"FG200FT9{spread * 31 % 10**8:08},1,2026-01-01,{2026 + i % 3}-12-{1 + i % 28:02},"
                       f"{value if i % 10 == 0 else 5000}.00,USD,rep{i % 40}@baylinesystems.example,active\r\n")


class Import:
    """`contracts import` in the background."""

    def __init__(self, agent, path):
        self.began = time.monotonic()
        self.process = subprocess.Popen([agent.program, "--config", agent.config, "contracts", "import", path],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
        self.seconds, self.peak_mb = None, None

    def is_running(self):
        if self.seconds is None:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.seconds, self.peak_mb = time.monotonic() - self.began, usage.ru_maxrss / 1024
                self.process.returncode = os.waitstatus_to_exitcode(status)
                if self.process.returncode:
                    raise RuntimeError(self.process.stderr.read().decode("utf-8", "replace"))
        return self.seconds is None


class Deliveries:
    """Forwards of one customer after the other, and how long each alert took."""

    def __init__(self, servers, people, alerts_in, accepted_times):
        self.servers, self.mails = servers, iter(enumerate(people.mails))
        self.alerts_in, self.accepted_times = alerts_in, accepted_times

    def one(self):
        number, raw = next(self.mails)
        before = self.alerts_in(self.servers)
        self.servers.deliver(f"office@client{number:05}.example", [WATCH], raw)
        wait_until(lambda: self.alerts_in(self.servers) > before, 60, "an alert")
        forward, alert = self.accepted_times(self.servers)[-2:]
        return alert[0] - forward[0]

    def while_true(self, condition):
        found = []
        while condition() and len(found) < 2000:
            found.append(self.one())
        return found


def peak_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return int(re.search(r"^VmHWM:\s+(\d+)", file.read(), re.M).group(1)) / 1024


def bench_import(servers, program, dates, rows, helpers):
    """An import of so many rows, and one that changes a tenth, beside an agent that gets mail.
    helpers: fill, alerts_in, accepted_times and memory_mb of bench.py, and its BUSY."""
    people = crowd(6000, dates, MARLOW)
    helpers["fill"](servers, [])
    with Agent(servers, program, alerts_extra=helpers["BUSY"]) as agent:
        agent.import_contracts(people.contracts)
        agent.start()
        deliveries = Deliveries(servers, people, helpers["alerts_in"], helpers["accepted_times"])
        deliveries.one()  # waits for the agent's connection
        found = {"rows": rows, "idle": [deliveries.one() for _ in range(20)], "imports": []}
        for name, value in (("first", 5000), ("a tenth changed", 5100)):
            path = os.path.join(agent.work, "export.csv")
            write_export(path, rows, people.contracts, value)
            running = Import(agent, path)
            during = deliveries.while_true(running.is_running)
            # The agent rebuilds its image of the contracts now.
            after = [deliveries.one() for _ in range(20)]
            found["imports"].append({"name": name, "seconds": running.seconds, "peak_mb": running.peak_mb,
                                     "during": during, "after": after})
            print(f"  {name}: {running.seconds:.0f} s, {running.peak_mb:.0f} MB, slowest alert of "
                  f"{len(during)} {1000 * max(during):.0f} ms, after it {1000 * max(after):.0f} ms",
                  file=sys.stderr, flush=True)
        time.sleep(2)
        found["memory"] = helpers["memory_mb"](agent.process.pid)
        found["peak"] = peak_mb(agent.process.pid)
        agent.stop()
    return found
