#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual page and --help tell of the same commands and options.

usage: manual.py PROGRAM PAGE

Each command has an item ".It Ic NAME ..." whose heading names its options; the
four that all judging commands share are described once.
"""

import re
import subprocess
import sys

SHARED = {"rules", "contracts", "company-domain", "mailbox"}


def help_of(program, *words):
    return subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout


def listed(text):
    """Commands of a list in --help."""
    return re.findall(r"^  ([a-z]+)  ", text, re.MULTILINE)


def commands(program):
    """{"rules check": {"rules", "strict"}} as the program has them."""
    found = {}
    for name in listed(help_of(program)):
        text = help_of(program, name)
        if "options:" in text or "COMMAND" not in text.split("\n")[0]:
            found[name] = options(text)
            continue
        for sub in listed(text):
            found[f"{name} {sub}"] = options(help_of(program, name, sub))
    return found


def options(text):
    return set(re.findall(r"^  --([a-z-]+)", text, re.MULTILINE))


def items(page):
    """The same as the page has them."""
    found = {}
    for heading in re.findall(r"^\.It Ic (.*)$", page, re.MULTILINE):
        name = re.match(r"[a-z]+(?: [a-z]+)?", heading).group()
        found[name] = set(re.findall(r"Fl -([a-z-]+)", heading))
    return found


def compare(program, page):
    said, told = commands(program), items(page)
    wrong = [f"'{name}' is not in the page" for name in said.keys() - told.keys()]
    wrong += [f"'{name}' is no command" for name in told.keys() - said.keys()]
    for name in said.keys() & told.keys():
        wrong += [f"'{name}' lacks --{option}" for option in said[name] - told[name] - SHARED]
        wrong += [f"'{name}' has no --{option}" for option in told[name] - said[name]]
    return sorted(wrong)


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[2], encoding="utf-8") as file:
        wrong = compare(sys.argv[1], file.read())
    for line in wrong:
        print(f"{sys.argv[2]}: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
