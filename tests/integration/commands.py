# SPDX-License-Identifier: Apache-2.0
"""Commands that need no server: a folder to work in, and the program."""

import json
import os
import subprocess
import tempfile
import unittest

from agent import program_path
from servers import ROOT

SHIPPED = os.path.join(ROOT, "rules")
DOMAIN = "baylinesystems.example"

CONTRACTS = """\
contract_id,customer,customer_domains,vendor,product,contract_number,serials,quantity,start_date,end_date,annual_value,\
currency,owner_email,status
HF-1,Harbor Foods,harborfoods.example,Veeam,Data Platform,02781945,,40,2026-01-15,2027-01-14,8240.00,USD,\
marlow@baylinesystems.example,active
HF-2,Harbor Foods,harborfoods.example,Nordwall,Gatekeeper,NW-440021,,3,2026-01-15,2027-01-14,900.00,USD,\
marlow@baylinesystems.example,active
"""


def forwarded(sender, subject, body, name="Robin Doe", date="Mon, 02 Nov 2026 09:14:00 +0000"):
    """A mail as a customer forwards it, attached whole."""
    return (f"From: Ana Reyes <ana@harborfoods.example>\nTo: watch@{DOMAIN}\nSubject: Fwd: {subject}\nDate: {date}\n"
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=b\"\n\n--=b\nContent-Type: text/plain\n\n"
            "fyi\n--=b\nContent-Type: message/rfc822\n\n"
            f"From: {name} <{sender}>\nTo: Ana Reyes <ana@harborfoods.example>\nSubject: {subject}\nDate: {date}\n"
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
            f"{body}\n--=b--\n").encode()


class Commands(unittest.TestCase):
    def setUp(self):
        self.program = os.path.abspath(program_path())
        self.work = self.enterContext(tempfile.TemporaryDirectory(prefix="poachwatch-commands-"))

    def write(self, name, text):
        """Text or bytes into a file below the folder; gives its path."""
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def run_it(self, *arguments, check=None, stdin=None):
        result = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=120, check=False,
                                errors="replace", input=stdin, cwd=self.work)
        if check is not None and result.returncode != check:
            raise AssertionError(f"poachwatch {' '.join(arguments)}: exit status {result.returncode}, not {check}\n"
                                 f"{result.stdout}\n{result.stderr}")
        return result

    def labelled(self, name, cases):
        """A labelled set: {file: (raw, label)}; label is a verdict, or an object."""
        lines = []
        for file, (raw, label) in cases.items():
            self.write(f"{name}/mails/{file}", raw)
            label = {"verdict": label} if isinstance(label, str) else label
            lines.append(json.dumps({"file": file, **label}))
        self.write(f"{name}/labels.jsonl", "\n".join(lines) + "\n")
        self.write(f"{name}/contracts.csv", CONTRACTS)
        return os.path.join(self.work, name)
