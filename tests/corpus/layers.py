# SPDX-License-Identifier: Apache-2.0
"""What the scoring scripts share: running `parse --json` over files."""

import json
import os
import subprocess

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
