#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges labelled mails and compares.

usage: corpus.py own PROGRAM FOLDER      every field that a label gives must be met
       corpus.py score PROGRAM FOLDER    run FOLDER/score.py, demand the verdict's score

A set is a folder with contracts.csv, labels.jsonl (one object a mail, the keys
of `scan --json`) and mails/.  A label may give "also": {field: [other values]}.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VERDICT_MIN = 0.97
SKIP = 77


def scan(program, folder):
    """{file name: what scan says}"""
    result = subprocess.run(
        [program, "scan", "--json", "--rules", os.path.join(ROOT, "rules"),
         "--contracts", os.path.join(folder, "contracts.csv"), "--company-domain", "baylinesystems.example",
         "--mailbox", "renewals-watch@baylinesystems.example", os.path.join(folder, "mails")],
        capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"scan ended with {result.returncode}:\n{result.stderr[-3000:]}")
    found = {}
    for line in result.stdout.splitlines():
        row = json.loads(line)
        found[os.path.basename(row["file"])] = row
    return found


def labels_of(folder):
    with open(os.path.join(folder, "labels.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def own(program, folder):
    found, wrong, labels = scan(program, folder), 0, labels_of(folder)
    for label in labels:
        got, also = found.get(label["file"], {}), label.pop("also", {})
        for key, expected in label.items():
            if key in ("file", "notes"):
                continue
            if got.get(key) != expected and got.get(key) not in also.get(key, []):
                print(f"{label['file']}: {key} is {got.get(key)!r}, not {expected!r}")
                wrong += 1
    unlabelled = sorted(set(found) - {label["file"] for label in labels})
    for name in unlabelled:
        print(f"{name}: has no label")
    print(f"{len(labels)} mails, {wrong} fields wrong")
    return 1 if wrong or unlabelled or not labels else 0


def score(program, folder):
    scorer = os.path.join(folder, "score.py")
    if not os.path.exists(scorer):
        print(f"skipped: {os.path.relpath(folder, ROOT)} is not here")
        return SKIP
    found = scan(program, folder)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as predictions:
        for row in found.values():
            predictions.write(json.dumps(row) + "\n")
        predictions.flush()
        result = subprocess.run([sys.executable, "-B", scorer, "--pred", predictions.name, "--labels",
                                 os.path.join(folder, "labels.jsonl")], capture_output=True, text=True,
                                check=False)
    print(result.stdout + result.stderr)
    match = re.search(r"^score verdict=([\d.]+)", result.stdout, re.M)
    if not match or float(match.group(1)) < VERDICT_MIN:
        print(f"the verdict's score is below {VERDICT_MIN}")
        return 1
    return 0


def main(argv):
    if len(argv) != 4 or argv[1] not in ("own", "score"):
        print(__doc__, file=sys.stderr)
        return 2
    return {"own": own, "score": score}[argv[1]](argv[2], argv[3])


if __name__ == "__main__":
    sys.exit(main(sys.argv))
