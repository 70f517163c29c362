# SPDX-License-Identifier: Apache-2.0
"""What taking a mail apart costs, beside bare GMime, and by the mail's size."""

import json
import os
import subprocess

from servers import ROOT

SIZES = (10000, 100000, 1000000, 10000000)


def folder():
    """The shared case mails where they are, else our own corpus."""
    shared = os.path.join(os.environ.get("POACHWATCH_SHARED", os.path.join(ROOT, "../shared")), "cases/mails")
    return shared if os.path.isdir(shared) else os.path.join(ROOT, "tests/corpus")


def bench_parse(program):
    """[{mails, bytes, parse_per_s, gmime_per_s, ratio, ...}]: the mails, then one generated mail of each size."""
    bench = os.path.join(os.path.dirname(program), "tests/bench/bench_parse")
    result = subprocess.run([bench, folder(), *map(str, SIZES)], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def section(found):
    all_mails, *by_size = found
    name = "case" if "cases" in folder() else "corpus"
    lines = [
        "## Parsing", "",
        "From raw bytes to layers (MIME, charsets, HTML to text, inner mails), in turns with bare GMime, which only",
        "makes its tree, in the same process; processor time of one core, medians of seven rounds.", "",
        "| what | messages/s | MB/s |", "|---|---|---|",
        f"| parse and unwrap, {all_mails['mails']} {name} mails | {all_mails['parse_per_s']:,.0f} "
        f"| {all_mails['parse_mb_s']:.1f} |",
        f"| bare GMime, the same mails | {all_mails['gmime_per_s']:,.0f} | {all_mails['gmime_mb_s']:.1f} |",
        f"| **parse and unwrap against bare GMime** | **{all_mails['ratio']:.2f}** | |",
    ]
    for each in by_size:
        lines.append(f"| one mail of {each['bytes'] / 1000:,.0f} KB, a third each of text, HTML and attachment "
                     f"| {each['parse_per_s']:,.0f} | {each['parse_mb_s']:.1f} |")
    return "\n".join([*lines, "", "To repeat it: `./dev bench --only-parsing`.", ""])
