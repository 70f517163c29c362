# SPDX-License-Identifier: Apache-2.0
"""Drives pw_probe: IMAP and SMTP sessions of the agent's own code, by hand."""

import os
import re
import signal
import subprocess
import threading

from agent import Agent
from servers import ROOT, wait_until


def probe_path():
    """Given by CTest, else the debug build."""
    return os.environ.get("PW_PROBE", os.path.join(ROOT, "build/debug/tests/integration/pw_probe"))


class Answer:
    """Lines of one command; `ok` and `code` tell how it ended."""

    def __init__(self, lines):
        self.lines, self.last = lines[:-1], lines[-1]
        self.ok = self.last.startswith("ok")
        match = re.match(r"error ([a-z-]+): (.*)", self.last)
        self.code, self.message = match.groups() if match else (None, "")
        self.values = dict(re.findall(r"(\w+)=(-?\w+)", self.last))

    def messages(self):
        """[{'uid': .., 'state': .., 'size': .., 'raw': ..}] of a fetch."""
        found = [dict(re.findall(r"(\w+)=(-?\w+)", line)) for line in self.lines if line.startswith("message ")]
        return [{key: int(value) if re.fullmatch(r"-?\d+", value) else value for key, value in each.items()}
                for each in found]

    def recipients(self):
        """{address: (outcome, status, text)} of a send."""
        found = [line.split(" ", 4) for line in self.lines if line.startswith("recipient ")]
        return {each[1]: (each[2], int(each[3]), each[4] if len(each) > 4 else "") for each in found}

    def __repr__(self):
        return "\n".join(self.lines + [self.last])


class Probe:
    """A probe over the configuration of an agent.Agent with these options,
    changed by edit(text)."""

    def __init__(self, servers, environment=None, edit=None, **options):
        self.agent = Agent(servers, **options)
        if edit:
            with open(self.agent.config, encoding="utf-8") as file:
                text = file.read()
            self.agent.write("poachwatch.yaml", edit(text))
        self.process = None
        self.environment = dict(os.environ, **(environment or {}))

    def __enter__(self):
        self.process = subprocess.Popen([probe_path(), self.agent.config, "renewals-watch"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=self.environment, errors="replace")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        timer = threading.Timer(60, self.process.kill)
        timer.start()
        self.status = self.process.wait()
        timer.cancel()
        self.process.stdout.close()
        self.agent.__exit__()

    def begin(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def answer(self):
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if re.match(r"ok\b|error [a-z-]+:", line):
                return Answer(lines)
        raise AssertionError(f"the probe ended with {self.process.wait()}:\n" + "\n".join(lines))

    def say(self, command):
        self.begin(command)
        return self.answer()

    def abort(self):
        self.process.send_signal(signal.SIGUSR1)

    def wake(self):
        self.process.send_signal(signal.SIGUSR2)

    def resident_kb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def wait_until_quiet(self):
        """Until it waits for the network: its main thread sleeps in poll()."""
        def look():
            with open(f"/proc/{self.process.pid}/wchan", encoding="ascii") as file:
                return "poll" in file.read()
        wait_until(look, 5, "the probe to wait")
