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

# Just enough for mails about renewals: tests of the tools start fast with it, and
# do not depend on how the shipped rules are tuned.
SMALL = """version: 1
thresholds: { rival: 3, unknown: 5, freemail: 5, unnamed: 5, pasted: 5 }
rivals:
  cdw: { name: CDW, domains: [cdw.com] }
  shi: { name: SHI, domains: [shi.com] }
vendors:
  veeam: { name: Veeam, domains: [veeam.com] }
signals:
  quote-your-renewal: { text: [quote your renewal], kind: ask, weight: 3, lang: en }
  renewal: { text: [renewal, renew], kind: renewal, weight: 1, lang: en }
  expires: { text: [expires on, is due on, 'ends on'], kind: expiry, weight: 1, lang: en }
  end-date: { text: [expires on, is due on, 'ends on'], kind: end-date, lang: en }
  vendor: { fact: vendor, weight: 1 }
  product: { fact: product, weight: 2 }
  says-an-end: { fact: end-date, weight: 1 }
  our-number: { fact: identifier, weight: 2 }
  our-customer: { fact: customer, weight: 1 }
"""

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

        self.small = os.path.dirname(self.write("small/small.yaml", SMALL))

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
