# SPDX-License-Identifier: Apache-2.0
"""How fast rules run: by their number and prefilter, by mail size, beside bare GMime and rspamd.

All rates are messages a second of processor time, so that another load of the
machine or a wait for a name server counts for nobody.
"""

import glob
import json
import os
import resource
import subprocess
import tempfile

from rspamd import Rspamd, Unavailable

PREFILTERS = ("vectorscan", "grams", "none")
COPIES = 20  # of each mail for the command, so that its start weighs little


def case_mails(root):
    """The labelled mails beside the project, or those in it."""
    for folder in ("../shared/cases/mails", "tests/corpus/scan/mails"):
        found = sorted(glob.glob(os.path.join(root, folder, "*.eml")))
        if found:
            return found
    return []


def helper(program, what, root, mails):
    """JSON lines of bench_rules on the first core."""
    path = os.path.join(os.path.dirname(program), "tests/bench/bench_rules")
    out = subprocess.run(["taskset", "-c", "0", path, what, os.path.join(root, "rules"), *mails], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def command_rate(program, root, mails):
    """`poachwatch scan --json`, all its processes together, on one core."""
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(mails):
            for copy in range(COPIES):
                os.symlink(os.path.abspath(path), os.path.join(folder, f"{copy}-{number}.eml"))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["taskset", "-c", "0", program, "scan", "--json", "--rules", os.path.join(root, "rules"),
                        "--company-domain", "baylinesystems.example", folder], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return len(mails) * COPIES / (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def rspamd_rates(root, mails, rounds):
    """Rates of the rounds, or why there are none."""
    raw = []
    for path in mails:
        with open(path, "rb") as file:
            raw.append(file.read())
    try:
        with Rspamd(os.path.join(root, "build/tools/rspamd"), 0) as server:
            server.rate(raw)  # its regexes compile on the first mails
            return [server.rate(raw * 3) for _ in range(rounds)], None
    except Unavailable as reason:
        return None, str(reason)


def measure(program, root, rounds, progress):
    mails = case_mails(root)
    progress(f"rules: {len(mails)} mails, 100 to 10,000 generated rules")
    found = {"n_mails": len(mails), "rules": helper(program, "rules", root, mails)}
    progress("rules: the default ones, beside GMime")
    found["default"] = helper(program, "default", root, mails)
    found["sizes"] = helper(program, "sizes", root, mails[:1])
    found["command"] = [command_rate(program, root, mails) for _ in range(rounds)]
    progress("rules: beside rspamd")
    found["rspamd"], found["no_rspamd"] = rspamd_rates(root, mails, rounds)
    return found


def grid(found):
    """Detect alone: number of rules by prefilter."""
    rate = {(each["rules"], each["prefilter"]): each["detect_per_s"] for each in found["rules"]}
    sizes = sorted({rules for rules, _ in rate})
    lines = ["| rules | " + " | ".join(PREFILTERS) + " |", "|---" * (len(PREFILTERS) + 1) + "|"]
    lines += [f"| {size:,} | " + " | ".join(f"{rate[size, one]:,.0f}/s" if (size, one) in rate else "not built in"
                                            for one in PREFILTERS) + " |" for size in sizes]
    best = {size: max(rate.get((size, one), 0) for one in PREFILTERS) for size in sizes}
    if len(sizes) > 1:
        lines += ["", f"{sizes[1]:,} rules at **{best[sizes[1]] / best[sizes[0]]:.2f}** of the rate of {sizes[0]:,}."]
    return lines


def compared(found):
    gmime = next(each for each in found["default"] if "gmime_tree_per_s" in each)
    tree, read = gmime["gmime_tree_per_s"], gmime["gmime_read_per_s"]
    scans = {each["prefilter"]: each["scan_per_s"] for each in found["default"] if "scan_per_s" in each}
    best = max(scans.values())
    rows = [("bare GMime: the tree", f"{tree:,.0f}/s"), ("bare GMime: the tree, every part read", f"{read:,.0f}/s")]
    rows += [(f"parse, detect, finding as JSON; {one}", f"{scans[one]:,.0f}/s") for one in PREFILTERS if one in scans]
    rows += [("**scan against bare GMime: the tree**", f"**{best / tree:.2f}**"),
             ("**scan against bare GMime: every part read**", f"**{best / read:.2f}**")]
    rows.append(("`poachwatch scan --json`, all processes", f"{max(found['command']):,.0f}/s"))
    if found["rspamd"]:
        theirs = max(found["rspamd"])
        rows += [("rspamd, default rules, one worker, its best round", f"{theirs:,.0f}/s"),
                 ("**scan against rspamd**", f"**{best / theirs:.1f}**"),
                 ("**`poachwatch scan --json` against rspamd**", f"**{max(found['command']) / theirs:.1f}**")]
    else:
        rows.append(("rspamd", f"not measured: {found['no_rspamd']}"))
    return ["| what | messages a second of one core |", "|---|---|", *[f"| {what} | {value} |" for what, value in rows]]


def by_size(found):
    return ["| mail | parse | detect | both, per MB |", "|---|---|---|---|",
            *[f"| {each['mail_kb']:,} KB | {each['parse_ms']:.2f} ms | {each['detect_ms']:.2f} ms | "
              f"{(each['parse_ms'] + each['detect_ms']) * 1024 / each['mail_kb']:.0f} ms |" for each in found["sizes"]]]


def section(found):
    """Lines of the page."""
    return [
        "## Rules", "",
        f"The {found['n_mails']} case mails, in messages a second of processor time; the first table is detect alone.", "",
        *grid(found), "",
        *compared(found), "",
        *by_size(found), "",
        "- **rules**: generated phrases, alternations and gaps, each with a word of its own, beside the rivals and",
        "  vendors; through vectorscan, the own tables of grams, or neither.",
        "- **scan**: the default rules, one process on one core; the same mails for all rows.",
        "- **bare GMime**: from raw bytes to its tree, whose contents stay as they came; *every part read*: texts turned",
        "  into UTF-8, attachments decoded, as whoever looks for words must have them.",
        "- **rspamd**: Debian's package with its default rules from a private folder, one worker on one core, fed over",
        "  loopback HTTP with keep-alive on four connections. What needs a network (DNS lists, SPF, DKIM, DMARC, fuzzy,",
        "  Redis) is off, and only its processor time counts, so that it waits for nothing.",
        "- **mail**: one text in English that grows; texts are read up to a limit, so large mails cost less per MB.", "",
    ]
