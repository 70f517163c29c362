#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores unwrapping over the shared labelled cases.

usage: score_layers.py PROGRAM [CASES]

For each mail labelled alert or review, the layer that the label means (by
solicitor_email, or by subject where that is null) must be among those of
`parse --json`, with the right sender, name, date and subject.
"""

import os
import re
import sys

import layers

WANTED = 0.97


def plain(text):
    return re.sub(r"\s+", " ", text or "").strip()


def fits(layer, label):
    """Wrong fields of a layer, as a list."""
    wrong = []
    sender = layer["from"] or {}
    if (sender.get("address") or "").lower() != (label["solicitor_email"] or "").lower():
        wrong.append(f"address {sender.get('address')!r}")
    if plain(sender.get("name")) != plain(label["solicitor_name"]):
        wrong.append(f"name {sender.get('name')!r}")
    if (layer["date"] or "")[:10] != (label["original_date"] or ""):
        wrong.append(f"date {layer['date']!r}")
    if plain(layer["subject"]) != plain(label["original_subject"]):
        wrong.append(f"subject {layer['subject']!r}")
    return wrong


def mistakes(found, label):
    """The fewest wrong fields of any layer."""
    if not label["original_subject"] and not label["solicitor_email"]:
        return []  # pasted text: nothing was written to be found
    return min((fits(layer, label) for layer in found), key=len, default=["no layer"])


def copied_rival(found, label):
    """A vendor's mail that copies the rival: the solicitor stands in Cc."""
    for layer in found:
        for other in layer["cc"]:
            if other["address"] == label["solicitor_email"]:
                seen = dict(layer)
                seen["from"] = other
                if not fits(seen, label):
                    return True
    return False


def main():
    program, cases, labels = layers.open_set(sys.argv, "cases", "labels.jsonl")
    labels = [label for label in labels if label["verdict"] != "ignore"]
    found = layers.parse(program, [os.path.join(cases, "mails", label["file"]) for label in labels])
    right = 0
    for label in labels:
        wrong = mistakes(found[label["file"]], label)
        if wrong and copied_rival(found[label["file"]], label):
            wrong = []
        right += not wrong
        if wrong:
            print(f"{label['file']}: {'; '.join(wrong)}")
    print(f"{right} of {len(labels)} layers right ({right / len(labels):.1%}, wanted {WANTED:.0%})")
    return 0 if right >= WANTED * len(labels) else 1


if __name__ == "__main__":
    sys.exit(main())
