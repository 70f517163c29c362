#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the libFuzzer targets of a build, counts, and keeps what they found.

Each target gets SECONDS of processor time (libFuzzer itself only knows the
clock on the wall, which says little on a busy machine).  Inputs that reached
new code are merged into tests/fuzz/corpus/NAME, which ordinary test runs
replay; a table says what was run.  Exit status 1 when a target failed: the
input and the log are in BUILD/found.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS_FILES, CORPUS_BYTES = 1000, 2 << 20  # of one target; what is left out stays in BUILD/found
MADE_BY_FUZZER = re.compile(r"[0-9a-f]{40}$")  # other names were given by people and are never dropped
STUCK_S = 60
SLOW_S = 10  # of processor time, for one input
LIMITS = ["-timeout=60", "-rss_limit_mb=2048"]  # that timeout is on the wall: see is_failure()
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def run_for(process, seconds):
    """Let it run for so many seconds of processor time; returns how many it had."""
    asked_at = None
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime
        if asked_at is None and cpu_seconds(process.pid) >= seconds:
            process.send_signal(signal.SIGUSR1)  # libFuzzer ends after this input and prints its figures
            asked_at = time.monotonic()
        elif asked_at is not None and time.monotonic() - asked_at > STUCK_S:
            process.kill()
        time.sleep(0.5)


def size_of(folder):
    sizes = [path.stat().st_size for path in folder.iterdir()]
    return len(sizes), sum(sizes)


class Target:
    def __init__(self, program, found, seconds):
        self.name, self.program, self.seconds = program.name, program, seconds
        self.corpus = HERE / "corpus" / self.name
        self.found = found / self.name
        self.failures = found / (self.name + ".failed")
        self.log = found / (self.name + ".log")
        for folder in (self.corpus, self.found, self.failures):
            folder.mkdir(parents=True, exist_ok=True)
        self.cpu, self.executions, self.crashes = 0.0, 0, []
        self.before = self.after = size_of(self.corpus)

    def options(self):
        dictionary = HERE / "dict" / (self.name + ".dict")
        words = [f"-dict={dictionary}"] if dictionary.exists() else []
        return [*LIMITS, *words, f"-artifact_prefix={self.failures}/"]

    def fuzz(self):
        """Until it had its time, or failed."""
        command = [self.program, *self.options(), "-print_final_stats=1", self.found, self.corpus]
        while self.cpu < self.seconds and not self.crashes:
            had = set(self.failures.iterdir())
            with open(self.log, "wb") as log:
                self.cpu += run_for(subprocess.Popen(command, stdout=log, stderr=log), self.seconds - self.cpu)
            text = self.log.read_text(errors="replace")
            stats = re.findall(r"stat::number_of_executed_units: (\d+)", text) or re.findall(r"^#(\d+)", text, re.M)
            self.executions += int(stats[-1]) if stats else 0
            self.crashes = sorted(path.name for path in set(self.failures.iterdir()) - had if self.is_failure(path))
            if not stats:
                self.crashes.append("(it did not start: see the log)")

    def is_failure(self, path):
        """A timeout that only the busy machine made is none, and is forgotten."""
        if path.name.startswith("timeout-"):
            with open(os.devnull, "wb") as nowhere:
                took = run_for(subprocess.Popen([self.program, path], stdout=nowhere, stderr=nowhere), SLOW_S)
            if took < SLOW_S:
                path.unlink()
                return False
        return not path.name.startswith("slow-unit-")

    def merge_into(self, folder, *sources, how="-merge=1"):
        subprocess.run([self.program, *LIMITS, how, folder, *sources], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def keep(self, files):
        """Copy files, in their order, as long as the corpus stays within its size."""
        count, total = size_of(self.corpus)
        for path in files:
            size = path.stat().st_size
            if count < CORPUS_FILES and total + size <= CORPUS_BYTES:
                shutil.copyfile(path, self.corpus / path.name)
                count, total = count + 1, total + size

    def grow(self):
        """Add what reaches new code; where that is too much, choose anew what reaches most."""
        with tempfile.TemporaryDirectory() as work:
            new = Path(work) / "new"
            shutil.copytree(self.corpus, new)
            self.merge_into(new, self.found)
            count, total = size_of(new)
            if count <= CORPUS_FILES and total <= CORPUS_BYTES:
                self.keep(path for path in sorted(new.iterdir()) if not (self.corpus / path.name).exists())
            else:
                best = Path(work) / "best"
                best.mkdir()
                self.merge_into(best, new, how="-set_cover_merge=1")
                for path in self.corpus.iterdir():
                    if MADE_BY_FUZZER.match(path.name):
                        path.unlink()
                self.keep(sorted(best.iterdir(), key=lambda path: path.stat().st_mtime_ns))
        self.after = size_of(self.corpus)

    def run(self, grows):
        self.fuzz()
        if grows:
            self.grow()
        return self

    def row(self):
        return (self.name, f"{self.executions:,}", f"{self.cpu:.0f}",
                "{} / {} KB".format(self.before[0], self.before[1] >> 10),
                "{} / {} KB".format(self.after[0], self.after[1] >> 10), str(len(self.crashes)))


def print_table(rows):
    rows = [("target", "executions", "CPU s", "corpus before", "after", "crashes"), *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="folder of the fuzz build")
    parser.add_argument("--seconds", type=int, default=60, help="of processor time, each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="targets at the same time")
    parser.add_argument("--no-merge", action="store_true", help="leave tests/fuzz/corpus as it is")
    parser.add_argument("targets", nargs="*", help="names, with or without fuzz_; default: all")
    return parser.parse_args()


def main():
    args = parse_arguments()
    programs = {path.name: path for path in sorted((args.build / "tests/fuzz").glob("fuzz_*"))
                if path.is_file() and os.access(path, os.X_OK)}
    names = ["fuzz_" + name.removeprefix("fuzz_") for name in args.targets] or list(programs)
    unknown = [name for name in names if name not in programs]
    if unknown:
        print(f"there is no target {', '.join(unknown)}; there are: {', '.join(programs)}", file=sys.stderr)
        return 2
    targets = [Target(programs[name].resolve(), (args.build / "found").resolve(), args.seconds) for name in names]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(target.run, not args.no_merge) for target in targets]):
            target = done.result()
            print(f"{target.name}: {target.executions:,} executions in {target.cpu:.0f} s", file=sys.stderr)
    print_table(target.row() for target in targets)
    failed = [f"{target.failures}/{name}" for target in targets for name in target.crashes]
    for path in failed:
        print(f"FAILED {path}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
