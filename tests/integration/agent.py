# SPDX-License-Identifier: Apache-2.0
"""The program under test, with a configuration that fits private servers."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading

from servers import DOMAIN, PASSWORD, ROOT, WATCH, wait_until

DEFAULTS = {
    "imap_scheme": "imaps", "smtp_scheme": "smtps", "password": PASSWORD, "since": "30d",
    "mailbox_extra": "", "alerts_extra": "", "extra": "", "host": "127.0.0.1",
}

CONFIG = """\
company:
  name: Bayline Systems
  domains: [{domain}]
store: {work}/poachwatch.db
rules: [{rules}]
mailboxes:
  - name: renewals-watch
    address: {watch}
    server: {imap_scheme}://{host}:{imap_port}
    user: {watch}
    password_file: {work}/password
    folder: INBOX
    since: {since}
    ca_file: {ca_file}
{mailbox_extra}
smtp:
  server: {smtp_scheme}://{host}:{smtp_port}
  user: {watch}
  password_file: {work}/smtp-password
  from: Poachwatch <{watch}>
  ca_file: {ca_file}
alerts:
  review_to: sales-ops@{domain}
  fallback_to: sales-ops@{domain}
  digest: off
{alerts_extra}
{extra}
"""


def program_path():
    """Given by CTest, else the debug build."""
    return os.environ.get("PW_PROGRAM", os.path.join(ROOT, "build/debug/poachwatch"))


class Agent:
    """A folder with configuration and store; commands run in it.  Options are
    those of DEFAULTS, and imap_port, smtp_port, ca_file, rules to override."""

    def __init__(self, servers, program=None, **options):
        self.servers = servers
        self.program = os.path.abspath(program or program_path())
        self.options = dict(DEFAULTS, **options)
        self._folder = tempfile.TemporaryDirectory(prefix="poachwatch-agent-")
        self.work = self._folder.name
        self.config = os.path.join(self.work, "poachwatch.yaml")
        self.log_path = os.path.join(self.work, "agent.log")
        self.process = None
        self.environment = None  # inherited
        self.configure()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop(signal.SIGKILL)
        self._folder.cleanup()

    def configure(self, **options):
        """Writes configuration and password files anew, with these options changed."""
        self.options.update(options)
        values = dict(self.options)
        tls = {"imaps": self.servers.imaps_port, "imap": self.servers.imap_port}
        values.setdefault("imap_port", tls[values["imap_scheme"]])
        tls = {"smtps": self.servers.smtps_port, "smtp": self.servers.submission_port}
        values.setdefault("smtp_port", tls[values["smtp_scheme"]])
        values.setdefault("ca_file", self.servers.ca_file)
        values.setdefault("smtp_password", PASSWORD)
        values.setdefault("rules", os.path.join(ROOT, "rules"))
        values.update(work=self.work, domain=DOMAIN, watch=WATCH)
        self.write("poachwatch.yaml", CONFIG.format(**values))
        self.write("password", values["password"] + "\n", 0o600)
        self.write("smtp-password", values["smtp_password"] + "\n", 0o600)

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def run(self, *arguments, timeout=300, check=None):
        """One command to its end: subprocess.CompletedProcess with text output.
        check: the exit status it must have."""
        result = subprocess.run([self.program, "--config", self.config, *arguments],
                                capture_output=True, text=True, timeout=timeout, check=False,
                                stdin=subprocess.DEVNULL, errors="replace", env=self.environment)
        if check is not None and result.returncode != check:
            raise AssertionError(f"poachwatch {' '.join(arguments)}: exit status {result.returncode}, "
                                 f"not {check}\n{result.stdout}\n{result.stderr}")
        return result

    def import_contracts(self, csv_text):
        return self.run("contracts", "import", self.write("contracts.csv", csv_text), check=0)

    def once(self, check=0, timeout=300):
        return self.run("run", "--once", check=check, timeout=timeout)

    def json_lines(self, *arguments):
        return [json.loads(line) for line in self.run(*arguments, check=0).stdout.splitlines()]

    # The agent in the background ---------------------------------------------

    def start(self, *arguments):
        """`run`, or another command that goes on meanwhile."""
        log = open(self.log_path, "ab")
        with log:
            self.process = subprocess.Popen([self.program, "--config", self.config, *(arguments or ("run",))],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.environment)
        return self

    def stop(self, how=signal.SIGTERM, seconds=20):
        """Returns the exit status, None if it did not run; kills it when it does not end in time."""
        process, self.process = self.process, None
        if process is None:
            return None
        if process.poll() is None:
            if how == signal.SIGTERM:
                wait_until(lambda: self._heeds(process), 10, "start of the agent")
            process.send_signal(how)
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            return process.wait()
        finally:
            timer.cancel()

    @staticmethod
    def _heeds(process):
        """Has it come so far that SIGTERM does not just end it, as it ends every program?"""
        if process.poll() is not None:
            return True
        with open(f"/proc/{process.pid}/status", encoding="ascii", errors="replace") as file:
            masks = re.findall(r"Sig(?:Cgt|Blk):\s+([0-9a-f]+)", file.read())
        return any(int(mask, 16) >> (signal.SIGTERM - 1) & 1 for mask in masks)

    def log(self):
        if not os.path.exists(self.log_path):
            return ""
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_until(self, condition, seconds, what):
        """As servers.wait_until(), but an agent that was started must run all the while; what it
        logged is shown when the wait is in vain."""
        def look():
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"the agent ended with {self.process.returncode}:\n{self.log()[-3000:]}")
            return condition()
        try:
            return wait_until(look, seconds, what)
        except TimeoutError as error:
            raise AssertionError(f"{error}; the agent's log ends with:\n{self.log()[-4000:]}") from error

    def wait_for_log(self, pattern, seconds=20):
        return self.wait_until(lambda: re.search(pattern, self.log()), seconds, f"'{pattern}' in the agent's log")

    def wait_for_more_log(self, pattern, seconds=30):
        """One more line like that than there is now: the loop went round."""
        before = len(re.findall(pattern, self.log()))
        self.wait_until(lambda: len(re.findall(pattern, self.log())) > before, seconds, f"another '{pattern}'")
