# SPDX-License-Identifier: Apache-2.0
"""Run as root, the commands work as the owner of the store: no file of it becomes root's."""

import os
import shutil
import stat
import subprocess
import tempfile
import unittest

from agent import program_path
from servers import ROOT

OWNER = 64999  # nobody's; it needs no name

CONFIG = """\
company: {{name: Bayline Systems, domains: [baylinesystems.example]}}
store: {work}/state/poachwatch.db
rules: [{rules}]
mailboxes:
  - name: watch
    address: watch@baylinesystems.example
    server: imaps://localhost
    user: watch
    password_file: {work}/password
smtp: {{server: "smtps://localhost", from: watch@baylinesystems.example}}
alerts: {{review_to: ops@baylinesystems.example, fallback_to: ops@baylinesystems.example}}
"""

CONTRACTS = """\
contract_id,customer,customer_domains,vendor,contract_number,end_date,status
C-1,Harbor Foods,harborfoods.example,Veeam,02781945,2027-12-24,active
"""


@unittest.skipUnless(os.geteuid() == 0, "becoming somebody else takes root")
class TestOwner(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="poachwatch-owner-")
        os.chmod(self.work, 0o755)
        self.state = os.path.join(self.work, "state")
        os.mkdir(self.state, 0o700)
        os.chown(self.state, OWNER, OWNER)
        self.write("poachwatch.yaml", CONFIG.format(work=self.work, rules=os.path.join(ROOT, "rules")))
        self.write("password", "x\n")
        self.write("contracts.csv", CONTRACTS)

    def tearDown(self):
        shutil.rmtree(self.work)

    def write(self, name, text):
        """Root's own, and readable by nobody else."""
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)
        return path

    def run_as_root(self, *arguments):
        # A process that gave root away may not be traced, and LeakSanitizer traces.
        options = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        result = subprocess.run([program_path(), "--config", os.path.join(self.work, "poachwatch.yaml"), *arguments],
                                capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120,
                                env=dict(os.environ, ASAN_OPTIONS=options))
        self.assertEqual(result.returncode, 0, f"{arguments}: {result.stderr}")
        return result.stdout

    def assert_all_owned(self, after):
        names = os.listdir(self.state)
        self.assertIn("poachwatch.db", names)
        for name in names:
            found = os.stat(os.path.join(self.state, name))
            self.assertEqual((found.st_uid, found.st_gid), (OWNER, OWNER), f"{name}, after {after}")
            self.assertEqual(stat.S_IMODE(found.st_mode) & 0o077, 0, f"others can read {name}, after {after}")

    def test_no_file_of_a_store_becomes_roots(self):
        for command in (("contracts", "import", os.path.join(self.work, "contracts.csv")),
                        ("contracts", "import", "--dry-run", os.path.join(self.work, "contracts.csv")),
                        ("contracts", "touch", "C-1", "--note", "called them"),
                        ("contracts", "list"), ("contracts", "due", "--days", "3000"),
                        ("alerts", "list"), ("status",)):
            self.run_as_root(*command)
            self.assert_all_owned(" ".join(command[:2]))
        self.assertIn("called them", self.run_as_root("contracts", "show", "C-1"))

    def test_a_store_that_root_made_stays_the_owners(self):
        """An empty file that an administrator gave to the service's user."""
        path = os.path.join(self.state, "poachwatch.db")
        with open(path, "w", encoding="ascii"):
            os.chmod(path, 0o600)
            os.chown(path, OWNER, OWNER)
        self.run_as_root("contracts", "import", os.path.join(self.work, "contracts.csv"))
        self.assert_all_owned("contracts import")


if __name__ == "__main__":
    unittest.main(verbosity=2)
