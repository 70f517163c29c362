#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores unwrapping over the public forward fixtures.

usage: score_fixtures.py PROGRAM [FIXTURES]

Forwarded or not, sender and subject must be right in every file; To and Cc in
98 of 100.  The first forward of a file is the one that counts.
"""

import os
import sys

import layers

COPIES_WANTED = 0.98


def pairs(items):
    return [(item.get("name"), item.get("address")) for item in items]


def wrong_fields(forward, expected):
    wrong = []
    for key, got in (("from_name", forward["from"]["name"]), ("from_address", forward["from"]["address"]),
                     ("subject", forward["subject"])):
        if key in expected and got != expected[key]:
            wrong.append(f"{key} {got!r}")
    if "date" in expected and not forward["date"]:
        wrong.append(f"no date in {forward['date_text']!r}")
    return wrong


def main():
    program, folder, rows = layers.open_set(sys.argv, "forwards/inline", "expected.jsonl")
    found = layers.parse(program, [os.path.join(folder, row["file"]) for row in rows])
    failed = lists = lists_right = 0
    for row in rows:
        expected = row["expected"]
        forwards = [layer for layer in found[row["file"]] if layer["kind"] == "forward"]
        wrong = []
        if bool(forwards) != expected["forwarded"]:
            wrong.append(f"forwarded {bool(forwards)}")
        elif forwards:
            wrong = wrong_fields(forwards[0], expected)
            for key in ("to", "cc"):
                if expected.get(key) is None:
                    continue
                lists += 1
                if pairs(forwards[0][key]) == pairs(expected[key]):
                    lists_right += 1
                else:
                    print(f"{row['file']}: {key} {pairs(forwards[0][key])}")
        if wrong:
            failed += 1
            print(f"{row['file']}: {'; '.join(wrong)}")
    print(f"{len(rows) - failed} of {len(rows)} right; to and cc {lists_right} of {lists} "
          f"({lists_right / lists:.1%}, wanted {COPIES_WANTED:.0%})")
    return 0 if not failed and lists_right >= COPIES_WANTED * lists else 1


if __name__ == "__main__":
    sys.exit(main())
