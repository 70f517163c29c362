#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./dev bench`: how fast, how soon, how large; writes docs/BENCHMARKS.md.

Every figure is the median of the rounds of one run, on private servers over
TLS.  What is compared runs in turns, on the same mails and the same disk.
"""

import argparse
import datetime
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "integration"))
import rates  # noqa: E402
from agent import Agent  # noqa: E402
from contracts import bench_import, bench_match  # noqa: E402
from parsing import bench_parse, section as parsing_section  # noqa: E402
from crowd import crowd  # noqa: E402
from samples import MARLOW, OWNERS, Dates, mail  # noqa: E402
from servers import PASSWORD, ROOT, WATCH, Missing, Servers, wait_until  # noqa: E402

SOLICITATION_EVERY = 200  # of the generated corpus; the rest is what mailboxes are full of
BUSY = "  max_per_hour: 100000\n"


def progress(text):
    print(text, file=sys.stderr, flush=True)


# What is measured over ------------------------------------------------------

def ordinary(number, dates):
    """A mail that is no solicitation: a note with a longish text below."""
    body = (f"Hello,\n\nattached are the minutes of meeting {number}. Room 4 was too small again; next time we\n"
            f"take the large one. Delivery note {number * 7} was signed.\n\nRegards\nSam\n\n"
            + f"-- \nSam Example, Client {number % 500:05}, Harbour Street {number % 90 + 1}\n" * (1 + number % 40))
    return mail(f"sam@client{number % 500:05}.example", "Sam Example", f"Minutes of meeting {number}",
                dates.at(0), body, transfer="quoted-printable" if number % 3 == 0 else "8bit")


def corpus(n, dates):
    """(contracts as CSV, mails): each SOLICITATION_EVERY-th goes after a contract."""
    people = crowd(max(1, n // SOLICITATION_EVERY), dates, MARLOW, padding=20)
    asks = iter(people.mails)
    mails = [next(asks, None) if i % SOLICITATION_EVERY == SOLICITATION_EVERY - 1 else ordinary(i, dates)
             for i in range(n)]
    return people.contracts, [raw if raw is not None else ordinary(i, dates) for i, raw in enumerate(mails)]


def sizes(mails):
    return sum(len(raw) for raw in mails)


# Processes ------------------------------------------------------------------

def family(pid):
    """pid and its descendants."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry))
            except OSError:
                continue
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        queue += children.get(one, [])
    return found


def memory_mb(pid):
    """(resident size of the agent alone, proportional size of all its processes)."""
    alone, total = 0, 0
    for one in family(pid):
        try:
            with open(f"/proc/{one}/smaps_rollup", encoding="ascii") as file:
                text = file.read()
        except OSError:
            continue
        total += int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))
        if one == pid:
            alone = int(re.search(r"^Rss:\s+(\d+)", text, re.M).group(1))
    return alone / 1024, total / 1024


def switches(pid):
    total = 0
    for one in family(pid):
        for task in os.listdir(f"/proc/{one}/task"):
            with open(f"/proc/{one}/task/{task}/status", encoding="ascii", errors="replace") as file:
                total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M).group(1))
    return total


def timed(action):
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


# The measurements -----------------------------------------------------------

def bench_scan(program, contracts, mails, rounds):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "mails"))
        for number, raw in enumerate(mails):
            with open(os.path.join(folder, "mails", f"{number:06}.eml"), "wb") as file:
                file.write(raw)
        with open(os.path.join(folder, "contracts.csv"), "w", encoding="utf-8", newline="") as file:
            file.write(contracts)

        def scan():
            subprocess.run([program, "scan", "--json", "--rules", os.path.join(ROOT, "rules"), "--contracts",
                            os.path.join(folder, "contracts.csv"), "--company-domain", "baylinesystems.example",
                            os.path.join(folder, "mails")], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        return [len(mails) / timed(scan) for _ in range(rounds)]


def fill(servers, mails):
    shutil.rmtree(os.path.join(servers.work, "mail", WATCH), ignore_errors=True)
    servers.put(WATCH, mails)
    if servers.counts(WATCH)[0] != len(mails):  # Dovecot indexes now, for both alike
        raise RuntimeError("the mailbox is not complete")


def mbsync(servers, folder):
    os.makedirs(os.path.join(folder, "copy"))
    path = os.path.join(folder, "mbsyncrc")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"IMAPAccount a\nHost localhost\nPort {servers.imaps_port}\nUser {WATCH}\n"
                   f"Pass \"{PASSWORD}\"\nSSLType IMAPS\nCertificateFile {servers.ca_file}\n\n"
                   f"IMAPStore far\nAccount a\n\nMaildirStore near\nPath {folder}/copy/\n"
                   f"Inbox {folder}/copy/INBOX\n\nChannel c\nFar :far:\nNear :near:\nPatterns INBOX\n"
                   f"Create Near\nSync Pull\nSyncState *\n")
    subprocess.run(["mbsync", "-q", "-c", path, "c"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def bench_drain(servers, program, contracts, mails, rounds):
    """[(agent, mbsync)] in messages a second, in turns."""
    found = []
    for number in range(rounds):
        fill(servers, mails)
        with Agent(servers, program, alerts_extra=BUSY) as agent:
            agent.import_contracts(contracts)
            ours = timed(lambda: agent.once(timeout=1200))
        fill(servers, mails)
        with tempfile.TemporaryDirectory() as folder:
            theirs = timed(lambda: mbsync(servers, folder))
        found.append((len(mails) / ours, len(mails) / theirs))
        progress(f"  round {number + 1}: agent {found[-1][0]:.0f}/s, mbsync {found[-1][1]:.0f}/s")
    return found


def alerts_in(servers):
    folder = os.path.join(servers.work, "mail", MARLOW, "new")
    return len(os.listdir(folder)) if os.path.isdir(folder) else 0


def accepted_times(servers):
    """[(seconds, sender)] of each mail that Exim accepted, from its log in milliseconds."""
    found = []
    with open(os.path.join(servers.work, "exim/mainlog"), encoding="utf-8", errors="replace") as file:
        for line in file:
            match = re.match(r"(\S+ \S+) \S+ <= (\S+)", line)
            if match:
                found.append((datetime.datetime.fromisoformat(match.group(1)).timestamp(), match.group(2)))
    return found


def bench_latency(servers, program, dates, n):
    """Seconds from a forward's acceptance by SMTP to that of its alert."""
    people = crowd(n, dates, MARLOW)
    fill(servers, [])
    found = []
    with Agent(servers, program, alerts_extra=BUSY) as agent:
        agent.import_contracts(people.contracts)
        agent.start()
        for number, raw in enumerate(people.mails):
            before = alerts_in(servers)
            servers.deliver(f"office@client{number:05}.example", [WATCH], raw)
            wait_until(lambda count=before: alerts_in(servers) > count, 30, "an alert")
            forward, alert = accepted_times(servers)[-2:]
            if number > 0:  # the first waits for the agent's connection
                found.append(alert[0] - forward[0])
        agent.stop()
    return found


def settled(pid, seconds=2):
    time.sleep(seconds)
    return memory_mb(pid)


def bench_memory(servers, program, contracts, mails):
    """Resident memory idle, and at the end of a drain of a tenth and of all mails."""
    found = {}
    with Agent(servers, program, alerts_extra=BUSY) as agent:
        agent.import_contracts(contracts)
        fill(servers, [])
        agent.start()
        time.sleep(3)
        found["idle"] = settled(agent.process.pid)
        before = switches(agent.process.pid)
        time.sleep(60)
        found["wakeups"] = switches(agent.process.pid) - before
        agent.stop()
    for name, part in (("tenth", mails[:len(mails) // 10]), ("all", mails)):
        fill(servers, part)
        with Agent(servers, program, alerts_extra=BUSY) as agent:
            agent.import_contracts(contracts)
            agent.start()
            wait_until(lambda count=len(part): servers.counts(WATCH)[1] >= count, 600, "the drain")
            found[name] = settled(agent.process.pid)
            agent.stop()
    return found


# The report -----------------------------------------------------------------

def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*:\s*(.+)", file.read())
    with open("/etc/os-release", encoding="utf-8") as file:
        system = re.search(r'PRETTY_NAME="(.+)"', file.read())
    return (f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, "
            f"{system.group(1) if system else platform.system()}, Linux {platform.release()}")


def median(values):
    return statistics.median(values)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def contract_rows(match, load):
    """Rows of the table about many contracts."""
    first = match[0]["scan_us"]
    rows = []
    for size in match:
        rows.append((f"scan of one message with {size['contracts']:,} contracts",
                     f"{size['scan_us']:.0f} µs ({size['scan_us'] / first:.2f}×), matching alone "
                     f"{size['match_us']:.0f} µs, image {size['image_mb']:.0f} MB"))
    for each in load["imports"]:
        rows.append((f"import of {load['rows']:,} rows, {each['name']}",
                     f"{each['seconds']:.0f} s, at most {each['peak_mb']:.0f} MB"))
        rows.append((f"delivery to alert meanwhile, p50 and slowest of {len(each['during'])}",
                     f"{1000 * median(each['during']):.0f} ms, {1000 * max(each['during']):.0f} ms"))
        rows.append(("delivery to alert while the agent takes the contracts over, slowest of "
                     f"{len(each['after'])}", f"{1000 * max(each['after']):.0f} ms"))
    rows.append((f"delivery to alert without an import, p50 and slowest of {len(load['idle'])}",
                 f"{1000 * median(load['idle']):.0f} ms, {1000 * max(load['idle']):.0f} ms"))
    rows.append((f"memory with {load['rows']:,} contracts: agent, with inspectors; the agent's peak",
                 f"{load['memory'][0]:.0f} MB, {load['memory'][1]:.0f} MB; {load['peak']:.0f} MB"))
    return rows


MANY = "## Many contracts"


def many_section(rows):
    return "\n".join([
        MANY, "", f"Machine: {machine()}.", "", "| what | result |", "|---|---|",
        *[f"| {what} | {result} |" for what, result in rows], "",
        "- **scan of one message**: parse, detect and match of 400 generated forwards, in processor time, in one",
        "  process that holds the images of all sizes, in turns, median of seven rounds. Inspectors share one image.",
        "- **import**: `poachwatch contracts import` of an export in no order, with three identifiers a row, beside",
        "  a running agent that gets one forward after the other; then again with another value in a tenth of the",
        "  rows. Afterwards mails wait for new inspectors, so that none is judged by the old contracts.",
        "", "To repeat it: `./dev bench --only-contracts`.", ""])


def report(options, bytes_each, scan, drain, latency, memory, rules, parsing):
    ratio = median([ours / theirs for ours, theirs in drain])
    rows = [
        ("`poachwatch scan`", f"{median(scan):,.0f} messages/s"),
        ("drain: fetch, inspect, match, durable store", f"{median([ours for ours, _ in drain]):,.0f} messages/s"),
        ("`mbsync` pulling the same mailbox", f"{median([theirs for _, theirs in drain]):,.0f} messages/s"),
        ("**drain against mbsync**", f"**{ratio:.2f}**"),
        (f"delivery to alert accepted, p50 of {len(latency)}", f"{1000 * median(latency):.0f} ms"),
        (f"delivery to alert accepted, p99 of {len(latency)}", f"{1000 * percentile(latency, 0.99):.0f} ms"),
        ("memory idle: agent, with inspectors", "{:.0f} MB, {:.0f} MB".format(*memory["idle"])),
        (f"memory after {options.mails // 10:,} mails", "{:.0f} MB, {:.0f} MB".format(*memory["tenth"])),
        (f"memory after {options.mails:,} mails", "{:.0f} MB, {:.0f} MB".format(*memory["all"])),
        ("wake-ups in an idle minute, all processes", f"{memory['wakeups']}"),
    ]
    lines = [
        "# Benchmarks", "",
        "Written by `./dev bench`; every figure is the median of the rounds of one run, what is compared runs in",
        f"turns. {options.rounds} rounds, {options.mails:,} generated mails of {bytes_each:.0f} bytes on average, "
        f"one in {SOLICITATION_EVERY} a solicitation.", "",
        f"Machine: {machine()}.", "",
        "| what | result |", "|---|---|",
        *[f"| {what} | {result} |" for what, result in rows], "",
        *rates.section(rules),
        parsing_section(parsing),
        "Rounds: scan " + ", ".join(f"{each:,.0f}" for each in scan) + " messages/s; drain / mbsync "
        + ", ".join(f"{ours:,.0f} / {theirs:,.0f}" for ours, theirs in drain) + " messages/s.", "",
        "- **drain**: `poachwatch run --once` on a full mailbox of a private Dovecot over TLS, from start to exit:",
        "  fetching, judging in the sandbox, committing, acknowledging, and sending what alerts there are.",
        "- **mbsync**: package isync with its default fsync, the same mailbox, server and disk, to an empty Maildir.",
        "- **delivery to alert**: from the moment the SMTP server accepted a forward to the moment it accepted the",
        "  alert, one mail at a time, by the server's own log.",
        "- **memory**: resident size of the agent alone, and the proportional size of agent and inspectors together.",
        "", "To repeat it: `./dev bench`; `./dev bench --mails 1000 --rounds 3 --latency 50` is a quick look.", "",
    ]
    return "\n".join(lines)


def page(path):
    """What is written already: (the part of this bench, the endurance section)."""
    import endurance
    if not os.path.exists(path):
        return "", ""
    with open(path, encoding="utf-8") as file:
        return endurance.split(file.read())


def write_page(path, head, tail):
    with open(path, "w", encoding="utf-8") as file:
        file.write(head.rstrip("\n") + "\n" + ("\n" + tail if tail else ""))


def endure(options):
    import endurance
    progress(f"endurance: {options.endurance} messages")
    found, wakeups, alerts = endurance.run(os.path.abspath(options.program), options.endurance)
    text = endurance.section(options.endurance, found, wakeups, alerts)
    write_page(options.output, page(options.output)[0], text)
    print(text)
    wrong = endurance.faults(found, wakeups, alerts)
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--mails", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=int, default=201)
    parser.add_argument("--rows", type=int, default=1000000, help="of the large import")
    parser.add_argument("--only-contracts", action="store_true", help="only what many contracts cost")
    parser.add_argument("--only-rules", action="store_true", help="print how fast rules run, and no more")
    parser.add_argument("--only-parsing", action="store_true", help="print what taking a mail apart costs")
    parser.add_argument("--output", default=os.path.join(ROOT, "docs/BENCHMARKS.md"))
    parser.add_argument("--endurance", type=int, nargs="?", const=100000, metavar="MESSAGES",
                        help="so many messages (100000) through one agent instead")
    options = parser.parse_args()
    if options.endurance:
        return endure(options)
    program = os.path.abspath(options.program)
    if options.only_parsing:
        print(parsing_section(bench_parse(program)))
        return 0
    rules = None if options.only_contracts else rates.measure(program, ROOT, options.rounds, progress)
    if options.only_rules:
        print("\n".join(rates.section(rules)))
        return 0
    dates = Dates()
    contracts, mails = corpus(options.mails, dates)
    match_program = os.path.join(os.path.dirname(program), "tests/bench/bench_match")
    helpers = {"fill": fill, "alerts_in": alerts_in, "accepted_times": accepted_times, "memory_mb": memory_mb,
               "BUSY": BUSY}
    try:
        progress("matching with many contracts")
        match = bench_match(match_program)
        with Servers(users=OWNERS) as servers:
            progress(f"import of {options.rows} rows beside the agent")
            many = many_section(contract_rows(match, bench_import(servers, program, dates, options.rows, helpers)))
        if options.only_contracts:
            head, tail = page(options.output)
            write_page(options.output, head.partition(MANY)[0].rstrip("\n") + "\n\n" + many, tail)
            print(many)
            return 0
        progress("parsing")
        parsing = bench_parse(program)
        progress(f"scan of {len(mails)} mails")
        scan = bench_scan(program, contracts, mails, options.rounds)
        with Servers(users=OWNERS) as servers:
            progress("drain")
            drain = bench_drain(servers, program, contracts, mails, options.rounds)
            progress("delivery to alert")
            latency = bench_latency(servers, program, dates, options.latency)
            progress("memory")
            memory = bench_memory(servers, program, contracts, mails)
    except Missing as reason:
        print(f"cannot run: {reason}", file=sys.stderr)
        return 1
    text = report(options, sizes(mails) / len(mails), scan, drain, latency, memory, rules, parsing) + "\n" + many
    write_page(options.output, text, page(options.output)[1])
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
