# SPDX-License-Identifier: Apache-2.0
"""What the scoring scripts share: sets of mails, running `parse --json` over files."""

import json
import os
import subprocess
import sys

SKIP = 77
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def shared(name):
    """A folder of the shared fixtures, which lie beside the project."""
    return os.path.join(os.path.dirname(ROOT), "shared", name)


def parse(program, files):
    """{file name: layers}"""
    result = subprocess.run([program, "parse", "--json", *files], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"parse ended with {result.returncode}:\n{result.stderr[-3000:]}")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return {os.path.basename(row["file"]): row["layers"] for row in rows}


def open_set(arguments, name, listing):
    """Program, folder and lines of a set: of "SCRIPT PROGRAM [FOLDER]", the folder beside the project by default."""
    program = arguments[1]
    folder = arguments[2] if len(arguments) > 2 else shared(name)
    if not os.path.isdir(folder):
        print(f"skipped: {folder} is not here")
        sys.exit(SKIP)
    with open(os.path.join(folder, listing), encoding="utf-8") as file:
        return program, folder, [json.loads(line) for line in file]
