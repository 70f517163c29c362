#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./dev demo`: customers forward, the agent reads, account managers are told.

Everything is real but private: Dovecot, Exim, TLS, the agent.  Nothing is
left behind, also on Ctrl-C; --keep leaves the agent's folder and the raw
alerts in a folder, to look around.
"""

import argparse
import os
import re
import shutil
import signal
import sys
import time
import unicodedata

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import Agent  # noqa: E402
from circle import SALES_OPS, parsed, text_of  # noqa: E402
from samples import IDA, MARLOW, OWNERS, Dates, contracts_csv, samples  # noqa: E402
from servers import WATCH, Missing, Servers  # noqa: E402

COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
TONE = {"alert": "red", "review": "yellow", "ignore": "dim"}
ALERT_LINES = 60


def colour(name, text):
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{COLOURS[name]}m{text}\033[0m"


def printable(text):
    """A stranger's text for a terminal: nothing that moves the cursor."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1
               for c in text)


def columns():
    return min(shutil.get_terminal_size((100, 24)).columns, 118)


def cut(text, limit):
    """At most limit terminal columns."""
    if width(text) <= limit:
        return text
    while width(text) > limit - 1:
        text = text[:-1]
    return text + "…"


def heading(text):
    print(f"\n{colour('bold', text)}")


def step(text):
    first, *rest = wrap(text, columns() - 4)
    print(f"  {colour('green', '✓')} {first}", *(f"    {line}" for line in rest), sep="\n", flush=True)


def wrap(text, limit):
    """Lines of at most limit terminal columns, broken at blanks."""
    lines = [""]
    for word in text.split():
        if lines[-1] and width(lines[-1]) + 1 + width(word) > limit:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def table(titles, rows):
    """Rows are (cells, tone, reasons): the cells in columns, the reasons below in full."""
    widths = [max(width(cells[i]) for cells in [titles, *(row[0] for row in rows)]) for i in range(len(titles))]
    while sum(widths) + 2 * len(widths) > columns():
        widths[widths.index(max(widths))] -= 1
    print("  " + colour("dim", "  ".join(pad(title, widths[i]) for i, title in enumerate(titles)).rstrip()))
    for cells, tone, reasons in rows:
        padded = [pad(cut(cell, widths[i]), widths[i]) for i, cell in enumerate(cells)]
        padded[1] = colour(tone, padded[1]) if tone else padded[1]
        print("  " + "  ".join(padded).rstrip())
        for reason in reasons:
            for line in wrap(reason, columns() - 6):
                print("      " + colour("dim", line))


def pad(text, limit):
    return text + " " * max(0, limit - width(text))


FACTS = {"contract-end": "it names the day on which a contract ends", "identifier": "it names a number of ours",
         "contract": "we hold a contract of that customer and vendor", "end-date": "it states an end date",
         "vendor": "it names a vendor", "product": "it names a product", "customer": "it was written to a customer"}

HOW = {"identifier": "by its number '{evidence}'", "correspondent": "by customer ({evidence}) and vendor ({vendor})"}


def why(result):
    """Scan's reasons in a line: how contracts matched, the rule that counted most, claims."""
    reasons = result.get("why") or {}
    parts = []
    for match in reasons.get("contracts") or []:
        how = HOW.get(match.get("how"), "by {how}: {evidence}")
        parts.append(f"{match.get('contract')} " + how.format(how=match.get("how"), evidence=match.get("evidence"),
                                                              vendor=match.get("vendor_evidence")))
    if result["verdict"] == "review":
        parts.append(reasons.get("decided") or "")
    if result["verdict"] == "ignore":
        parts.append(reasons.get("detection") or reasons.get("decided") or "")
    else:
        best = max(reasons.get("rules") or [{}], key=lambda rule: rule.get("points") or 0)
        said = (FACTS.get(best.get("matched")) if best.get("where") == "fact" else None) or f"it says '{best.get('matched')}'"
        parts.append(f"score {reasons.get('score'):g} where {reasons.get('threshold'):g} is enough, mostly because "
                     f"{said} ({best.get('at')})")
    if result.get("claims"):
        parts.append("claims: " + ", ".join(result["claims"]).replace("_", " "))
    return printable("; ".join(filter(None, parts)))


def rival_of(result):
    return printable((result.get("rival") or "").replace("domain:", ""))


def show_decisions(agent, mails):
    paths = []
    for number, (_, _, raw) in enumerate(mails):
        paths.append(os.path.join(agent.work, f"mail-{number:02}.eml"))
        with open(paths[-1], "wb") as file:
            file.write(raw)
    results = {row["file"]: row for row in agent.json_lines("scan", "--json", *paths)}
    rows = []
    for path, (_, _, raw) in zip(paths, mails):
        got = results[path]
        name, about = label_of(raw)
        cells = (name, got["verdict"], rival_of(got), printable(got.get("customer") or ""),
                 printable(" ".join(got.get("contracts") or [])), (got.get("timing") or "").replace("_", " "))
        rows.append((cells, TONE.get(got["verdict"], "dim"), (about, why(got))))
    names = [name for name, _ in LABELS.values()]
    rows.sort(key=lambda row: names.index(row[0][0]) if row[0][0] in names else len(names))
    table(("FORWARD", "VERDICT", "RIVAL", "CUSTOMER", "CONTRACT", "TIMING"), rows)


LABELS = {}


def label_of(raw):
    message_id = re.search(rb"(?im)^message-id:\s*(\S+)", raw)
    return LABELS.get(message_id.group(1) if message_id else b"", ("mail", ""))


def show_alert(raw, lines_max):
    message = parsed(raw)
    room = columns() - 2  # of 80: the letters' own 78
    print(f"{colour('dim', '┌')} {colour('bold', cut(printable(message['Subject']), room))}")
    to = printable(message["To"]) + (f"   Cc: {printable(message['Cc'])}" if message["Cc"] else "")
    attached = [part.get_filename() for part in message.walk() if part.get_filename()]
    print(f"{colour('dim', '│')} {colour('dim', cut(f'To: {to}   attached: ' + ', '.join(attached), room))}")
    lines = text_of(message).rstrip().splitlines()
    for line in lines[:lines_max]:
        print(f"{colour('dim', '│')} {cut(printable(line), room)}".rstrip())
    if len(lines) > lines_max:
        print(f"{colour('dim', '│')} {colour('dim', f'… {len(lines) - lines_max} more lines')}")
    print(colour("dim", "└"))


def first_paragraph(text):
    lines = [line.strip() for line in text.strip().splitlines()]
    return " ".join(lines[:lines.index("")] if "" in lines else lines)


def show_mailboxes(servers):
    shown_whole = False
    for user in (MARLOW, IDA, SALES_OPS):
        mails = servers.mails(user)
        print(f"\n  {colour('cyan', user)}: {len(mails)} mail{'s' if len(mails) != 1 else ''}")
        for _, _, raw in mails:
            if not shown_whole and user == MARLOW:
                show_alert(raw, ALERT_LINES)
                shown_whole = True
            else:
                message = parsed(raw)
                print(f"  • {cut(printable(message['Subject']), columns() - 6)}")
                for line in wrap(printable(first_paragraph(text_of(message))), columns() - 6):
                    print("      " + colour("dim", line))


def show_cases(agent):
    titles = ("CASE", "VERDICT", "RIVAL", "CUSTOMER", "VENDOR", "ENDS", "MAILS")
    keys = ("case", "verdict", "rival", "customer", "vendor", "soonest_end", "messages")
    cases = agent.json_lines("alerts", "list", "--json")
    table(titles, [(tuple(printable(case[key] if case[key] is not None else "-").replace("domain:", "")
                          for key in keys), TONE.get(case["verdict"], "dim"), ()) for case in cases])


def keep(servers, agent, folder):
    os.makedirs(folder, exist_ok=True)
    for user in (*OWNERS, SALES_OPS):
        for uid, _, raw in servers.mails(user):
            with open(os.path.join(folder, f"{user.split('@')[0]}-{uid}.eml"), "wb") as file:
                file.write(raw)
    for name in ("poachwatch.yaml", "contracts.csv"):
        shutil.copy(os.path.join(agent.work, name), folder)
    agent.run("backup", os.path.join(folder, "poachwatch.db"))


def demo(program, keep_folder):
    dates = Dates()
    mails = samples(dates)
    started = time.monotonic()
    print(colour("bold", "Poachwatch: customers forward, account managers are told"))
    with Servers(users=OWNERS) as servers, Agent(servers, program) as agent:
        step(f"a private Dovecot (imaps {servers.imaps_port}) and Exim (smtps {servers.smtps_port}) run on "
             "loopback, with a throw-away CA")
        agent.import_contracts(contracts_csv(dates))
        step("6 contracts of 5 customers are imported")
        for sample in mails:
            message_id = re.search(rb"(?im)^message-id:\s*(\S+)", sample.raw).group(1)
            LABELS[message_id] = (sample.name, sample.about)
        servers.deliver_all([(sample.sender, [WATCH], sample.raw) for sample in mails])
        received = servers.wait_for_mails(WATCH, len(mails))
        step(f"{len(mails)} mails were delivered by SMTP to {WATCH}")
        begin = time.monotonic()
        result = agent.once(check=None)
        if result.returncode != 0:
            print(f"the agent failed:\n{result.stderr}")
            return 1
        step(f"poachwatch run --once: read over verified TLS, judged in the sandbox, alerted by SMTP, "
             f"in {time.monotonic() - begin:.1f} s")
        heading("What was decided, and why")
        show_decisions(agent, received)
        heading("The alerts, as received")
        show_mailboxes(servers)
        heading("Its cases (poachwatch alerts list)")
        show_cases(agent)
        if keep_folder:
            keep(servers, agent, keep_folder)
    where_next(keep_folder, time.monotonic() - started)
    return 0


def where_next(keep_folder, seconds):
    heading("Where to look next")
    rows = [("README.md", "install it for a mailbox of yours, and how customers should forward"),
            ("rules/", "who is a rival, what counts as soliciting; docs/rules.md explains"),
            ("build/debug/poachwatch scan --explain --rules rules --contracts FILE.csv MAIL.eml",
             "judge mails of your own, offline"),
            ("./dev test", "every test, against real servers too")]
    if keep_folder:
        rows.insert(0, (keep_folder, "the alerts as .eml files, configuration and database of this demo"))
    else:
        rows.append(("./dev demo --keep FOLDER", "the same, and leaves alerts and database there"))
    for what, about in rows:
        print(f"  {colour('cyan', what)}\n      {about}")
    print(colour("dim", f"\n{seconds:.0f} s; servers and their files are gone."))


def main():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--keep", metavar="FOLDER", help="leave the alerts and the agent's database there")
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return demo(arguments.program, arguments.keep)
    except Missing as reason:
        print(f"cannot run: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; servers and their files are gone.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
