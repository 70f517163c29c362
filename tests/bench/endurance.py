# SPDX-License-Identifier: Apache-2.0
"""`./dev bench --endurance`: a hundred thousand messages through one agent, measured in steps.

Nothing may grow with the messages that went through but the store, and that
evenly.  The section it writes is kept by the ordinary bench, and the other way
round.
"""

import os
import re
import time

import bench
from agent import Agent
from crowd import crowd
from samples import MARLOW, OWNERS, Dates
from servers import WATCH, Servers, wait_until

STEPS = 10
HEADING = "## Endurance"
GROWTH_MB_MAX = 16  # between the first step and the last; what one page cache may vary


def measure(agent, seconds, n):
    alone, total = bench.memory_mb(agent.process.pid)
    store = os.path.join(agent.work, "poachwatch.db")
    return {"rate": n / seconds, "alone": alone, "total": total,
            "fds": len(os.listdir(f"/proc/{agent.process.pid}/fd")),
            "store": sum(os.path.getsize(store + each) for each in ("", "-wal") if os.path.exists(store + each))}


def step(servers, agent, raws, done):
    """One more part of the mail, until all of it is acknowledged."""
    begin = time.monotonic()
    servers.put(WATCH, raws)
    wait_until(lambda: servers.counts(WATCH)[1] >= done + len(raws), 1800, "a step")
    return measure(agent, time.monotonic() - begin, len(raws))


def run(program, n, work_on=bench.progress):
    """[figures after each step], wake-ups in an idle minute, alerts."""
    dates, size, found = Dates(), n // STEPS, []
    people = crowd(n // bench.SOLICITATION_EVERY, dates, MARLOW, padding=20)
    asks = iter(people.mails)
    with Servers(users=OWNERS) as servers, Agent(servers, program, alerts_extra=bench.BUSY) as agent:
        agent.import_contracts(people.contracts)
        agent.start()
        for number in range(STEPS):
            raws = [bench.ordinary(number * size + i, dates) for i in range(size)]
            for i in range(bench.SOLICITATION_EVERY - 1, size, bench.SOLICITATION_EVERY):
                raws[i] = next(asks, raws[i])
            found.append(step(servers, agent, raws, number * size))
            work_on("  {:,} messages: {rate:.0f}/s, {alone:.1f} MB, {fds} descriptors, store {store:,} bytes".format(
                (number + 1) * size, **found[-1]))
        time.sleep(75)  # the connection to the mail server ends, and the last look at time's work
        before = bench.switches(agent.process.pid)
        time.sleep(60)
        wakeups = bench.switches(agent.process.pid) - before
        alerts = servers.counts(MARLOW)[0]
        agent.stop()
    return found, wakeups, (alerts, len(people.mails))


def section(n, found, wakeups, alerts):
    size = n // STEPS
    lines = [
        HEADING, "",
        f"{n:,} messages through one agent that never restarts, in {STEPS} steps; one in {bench.SOLICITATION_EVERY} is",
        f"a solicitation: {alerts[0]} alerts for {alerts[1]}. Each rate includes writing the mails into the mailbox and the",
        f"servers' work on the same cores. Machine: {bench.machine()}.", "",
        "| messages | messages/s | agent | with inspectors | descriptors | store a message |",
        "|---|---|---|---|---|---|",
    ]
    before = 0
    for number, each in enumerate(found):
        lines.append(f"| {(number + 1) * size:,} | {each['rate']:,.0f} | {each['alone']:.1f} MB | {each['total']:.1f} MB | "
                     f"{each['fds']} | {(each['store'] - before) / size:,.0f} bytes |")
        before = each["store"]
    lines += ["", f"Wake-ups in an idle minute soon after it, all processes: {wakeups}. To repeat it: `./dev bench --endurance`.", ""]
    return "\n".join(lines)


def faults(found, wakeups, alerts):
    """What breaks the promise, in words."""
    wrong = []
    if found[-1]["alone"] - found[0]["alone"] > GROWTH_MB_MAX:
        wrong.append("the agent's memory grows with the messages")
    if found[-1]["fds"] > found[0]["fds"]:
        wrong.append("descriptors leak")
    if wakeups > 2:
        wrong.append(f"{wakeups} wake-ups in an idle minute")
    if alerts[0] != alerts[1]:
        wrong.append(f"{alerts[0]} alerts for {alerts[1]} solicitations")
    return wrong


def split(text):
    """(the ordinary bench's part, the endurance section) of the page."""
    match = re.search(rf"^{HEADING}$", text, re.M)
    return (text[:match.start()], text[match.start():]) if match else (text, "")
