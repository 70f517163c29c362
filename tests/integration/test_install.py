#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` puts where, and that it fits together."""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import program_path  # noqa: E402
from servers import ROOT  # noqa: E402


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = cls.enterClassContext(tempfile.TemporaryDirectory())
        build = os.path.dirname(program_path())
        subprocess.run(["cmake", "--install", build], check=True, env=dict(os.environ, DESTDIR=cls.root),
                       stdout=subprocess.DEVNULL)
        with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
            cls.prefix = re.search(r"(?m)^CMAKE_INSTALL_PREFIX:\w+=(.*)$", file.read()).group(1)

    def path(self, name):
        """Where an installed file lies; usr/ is whatever this build installs to."""
        if name.startswith("usr/"):
            name = self.prefix.lstrip("/") + name.removeprefix("usr")
        return os.path.join(self.root, name)

    def text(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_everything_has_its_place(self):
        for name in ("usr/bin/poachwatch", "usr/lib/systemd/system/poachwatch.service",
                     "usr/lib/sysusers.d/poachwatch.conf", "usr/lib/tmpfiles.d/poachwatch.conf",
                     "usr/share/man/man1/poachwatch.1", "usr/share/man/man5/poachwatch.yaml.5",
                     "usr/share/poachwatch/rules/rivals.yaml", "usr/share/doc/poachwatch/README.md"):
            self.assertTrue(os.path.isfile(self.path(name)), name)

    def test_what_names_a_place_names_the_one_it_is_installed_to(self):
        for name, want in (("usr/lib/systemd/system/poachwatch.service", f"ExecStart={self.prefix}/bin/poachwatch "),
                           ("usr/share/doc/poachwatch/examples/poachwatch.yaml",
                            f"rules: [{self.prefix}/share/poachwatch/rules, /etc/poachwatch/rules.d]"),
                           ("usr/share/man/man1/poachwatch.1", f".It Pa {self.prefix}/share/poachwatch/rules/"),
                           ("usr/share/man/man5/poachwatch.yaml.5", f"rules: [{self.prefix}/share/")):
            self.assertIn(want, self.text(name), name)
        with open(self.path("usr/bin/poachwatch"), "rb") as file:
            self.assertIn(f"{self.prefix}/share/poachwatch/rules\0".encode(), file.read())

    def test_no_code_is_installed_among_the_rules(self):
        found = glob.glob(self.path("usr/share/poachwatch/rules/**"), recursive=True)
        self.assertEqual([name for name in found if name.endswith((".c", ".h"))], [])

    def test_the_installed_program_accepts_the_installed_rules(self):
        result = subprocess.run([self.path("usr/bin/poachwatch"), "rules", "check", "--rules",
                                 self.path("usr/share/poachwatch/rules")], capture_output=True, text=True,
                                check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_the_example_configuration_is_accepted(self):
        text = self.text("usr/share/doc/poachwatch/examples/poachwatch.yaml")
        text = text.replace(f"{self.prefix}/share/poachwatch/rules", self.path("usr/share/poachwatch/rules"))
        text = text.replace("/var/lib/poachwatch", self.root)
        os.makedirs(self.path("etc/poachwatch/rules.d"), exist_ok=True)  # empty, as a new installation has it
        text = text.replace("/etc/poachwatch/rules.d", self.path("etc/poachwatch/rules.d"))
        config = self.path("example.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(text)
        contracts = os.path.join(ROOT, "tests/corpus/samples/contracts.csv")
        result = subprocess.run([self.path("usr/bin/poachwatch"), "--config", config, "contracts", "import",
                                 contracts], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        result = subprocess.run([self.path("usr/bin/poachwatch"), "contracts", "list", "--config", config],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, "--config may follow the command, too: " + result.stderr)
        result = subprocess.run([self.path("usr/bin/poachwatch"), "--config", config, "rules", "check"],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_systemd_finds_no_fault_with_the_unit(self):
        folder = self.path("usr/lib/systemd/system")
        for name in ("sysinit.target", "basic.target", "network-online.target", "multi-user.target",
                     "nss-lookup.target", "shutdown.target", "system.slice"):
            if os.path.exists(f"/usr/lib/systemd/system/{name}"):
                shutil.copy(f"/usr/lib/systemd/system/{name}", folder)
        os.makedirs(self.path("bin"), exist_ok=True)
        shutil.copy("/bin/kill" if os.path.exists("/bin/kill") else "/bin/true", self.path("bin/kill"))
        result = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                                 f"--root={self.root}", "poachwatch.service"],
                                capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout + result.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_systemd_rates_the_exposure_two_or_better(self):
        result = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager",
                                 self.path("usr/lib/systemd/system/poachwatch.service")],
                                capture_output=True, text=True, check=False)
        rating = re.search(r"exposure level[^:]*: ([\d.]+)", result.stdout)
        self.assertIsNotNone(rating, result.stdout + result.stderr)
        self.assertLessEqual(float(rating.group(1)), 2.0)

    def test_a_mistake_on_the_command_line_is_named(self):
        for arguments, said in ((["status", "--config"], "--config wants a value (FILE)"),
                                (["--config"], "--config wants a value (FILE)"),
                                (["version", "x"], "'x' is one word too many"),
                                (["status", "--jsn"], "unknown option '--jsn'; did you mean '--json'?"),
                                (["stats"], "unknown command 'stats'; did you mean 'status'?")):
            result = subprocess.run([program_path(), *arguments], capture_output=True, text=True, check=False)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertIn(said, result.stderr)

    def test_every_command_is_in_the_manual(self):
        listed = subprocess.run([program_path(), "--help"], capture_output=True, text=True, check=True).stdout
        commands = re.findall(r"^  (\w+) ", listed.split("commands:")[1], re.M)
        self.assertGreater(len(commands), 0)
        with open(os.path.join(ROOT, "docs/man/poachwatch.1"), encoding="utf-8") as file:
            manual = file.read()
        described = re.findall(r"(?m)^\.It Ic (\w+)", manual)
        self.assertEqual([command for command in commands if command not in described], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
