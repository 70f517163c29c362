#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The project's own mails and the layers that must be found in them.

usage: golden.py check PROGRAM           every mail of layers/mails against layers/golden
       golden.py update PROGRAM          write the golden files anew; read the difference before you commit
       golden.py add PROGRAM FILE...     copy mails in and write what is found in them

A golden file is made to be read: headers, then the text behind bars.
"""

import difflib
import os
import shutil
import sys

import layers

FOLDER = os.path.join(layers.ROOT, "tests", "corpus", "layers")
MAILS = os.path.join(FOLDER, "mails")
GOLDEN = os.path.join(FOLDER, "golden")


def person(value):
    name, address = value.get("name"), value.get("address")
    if name and address:
        return f"{name} <{address}>"
    return f"<{address}>" if address else name or "-"


def render(found):
    """Layers as a reviewer reads them."""
    lines = []
    for layer in found:
        inside = "" if layer["parent"] is None else f" in {layer['parent']}"
        lines.append(f"{layer['id']} {layer['kind']}{inside}")
        lines.append(f"  from    {person(layer['from'])}")
        for key in ("to", "cc"):
            if layer[key]:
                lines.append(f"  {key}      {'; '.join(person(one) for one in layer[key])}")
        lines.append(f"  date    {layer['date']}  ({layer['date_text']})")
        lines.append(f"  subject {layer['subject']}")
        lines += [f"  | {line}".rstrip() for line in layer["text"].split("\n")]
        lines.append("")
    return "\n".join(lines)


def mails():
    return sorted(os.path.join(MAILS, name) for name in os.listdir(MAILS))


def golden_of(name):
    return os.path.join(GOLDEN, os.path.splitext(name)[0] + ".txt")


def write(program, files):
    os.makedirs(GOLDEN, exist_ok=True)
    for name, found in layers.parse(program, files).items():
        with open(golden_of(name), "w", encoding="utf-8") as file:
            file.write(render(found))


def check(program):
    wrong = 0
    for name, found in layers.parse(program, mails()).items():
        got = render(found)
        try:
            with open(golden_of(name), encoding="utf-8") as file:
                wanted = file.read()
        except FileNotFoundError:
            wanted = ""
        if got == wanted:
            continue
        wrong += 1
        print("".join(difflib.unified_diff(wanted.splitlines(True), got.splitlines(True), golden_of(name), name)))
    print(f"{len(mails()) - wrong} of {len(mails())} mails as they should be")
    for stray in set(os.listdir(GOLDEN)) - {os.path.basename(golden_of(os.path.basename(mail))) for mail in mails()}:
        wrong += 1
        print(f"{stray}: of no mail")
    return 1 if wrong else 0


def add(program, files):
    copies = []
    for path in files:
        copy = os.path.join(MAILS, os.path.basename(path))
        if os.path.exists(copy):
            raise SystemExit(f"{copy} is there already")
        copies.append(shutil.copyfile(path, copy))
    write(program, copies)
    print("Nothing was made anonymous: names, addresses and numbers are as they were in the mail.")
    print("Replace them by invented ones in " + ", ".join(copies) + ", then run `golden.py update`.")
    return 0


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("check", "update", "add"):
        print(__doc__, file=sys.stderr)
        return 2
    if sys.argv[1] == "check":
        return check(sys.argv[2])
    if sys.argv[1] == "add":
        return add(sys.argv[2], sys.argv[3:])
    write(sys.argv[2], mails())
    return 0


if __name__ == "__main__":
    sys.exit(main())
