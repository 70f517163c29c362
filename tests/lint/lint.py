#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""House rules that a machine can check.

usage: lint.py CHECK ROOT [ARGUMENT...]

CHECK is one of the functions in CHECKS.  The tables of ARCHITECTURE.md are
the rules: which folder is which layer, and which outside library may be
included where.  Every finding is a line "file:line: what is wrong".
"""

import os
import re
import shutil
import subprocess
import sys

# Headers of the C library and of the kernel: everybody may use them.
LIBC = re.compile(
    r"^(alloca|assert|byteswap|complex|ctype|dirent|dlfcn|elf|endian|errno|fcntl|features|fenv"
    r"|float|fnmatch|ftw|getopt|glob|grp|iconv|ifaddrs|inttypes|iso646|langinfo|libgen|limits"
    r"|link|locale|malloc|math|memory|mntent|netdb|paths|poll|pthread|pty|pwd|regex|resolv|sched"
    r"|search|semaphore|setjmp|signal|spawn|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio"
    r"|stdlib|stdnoreturn|string|strings|syslog|termios|threads|time|uchar|ucontext|ulimit|unistd"
    r"|utime|wchar|wctype|wordexp|(sys|linux|asm|netinet|arpa|net|bits)/[\w./]+)\.h$|^linux/"
)
# What a pure layer (parsers/, rules/) may not call: clock, environment, log.
IMPURE = re.compile(
    r"(?<![\w.>])(time|gettimeofday|clock_gettime|localtime|localtime_r|getenv|secure_getenv"
    r"|setlocale|fopen|open|openat|socket|connect|syslog|printf|perror|pw_log\w*|rand|random"
    r"|getrandom)\s*\("
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCE = (".c", ".h")
SPDX = "SPDX-License-Identifier: Apache-2.0"
# Written in two halves, so that this file does not find itself.
LEFTOVERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|^(<{7}|>{7}) |^={7}$")
MACHINE_PATHS = re.compile(r"(?<![\w.$}/~-])/(home|work|Users)/\w|/tmp/(wt|land)\b")
ARCHITECTURE_LINES_MAX = 199
OUR_SYMBOL = re.compile(r"\b(?:pw|PW)_\w+")
DECLARED = re.compile(r"^(?!static\b|typedef\b)[a-z][\w *]*?\b(pw_\w+)\(")
OUR_PATH = re.compile(r"(agent|parsers|rules|tests|docs|systemd|\.ci)/[\w./*<>-]+$")


def files_of(root):
    """Every file of the project, relative to root, whether git knows it or not."""
    if shutil.which("git"):
        listed = subprocess.run(
            ["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
            capture_output=True, text=True, check=False)
        if listed.returncode == 0 and listed.stdout:
            names = listed.stdout.splitlines()
            return sorted(name for name in set(names) if os.path.isfile(os.path.join(root, name)))
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in (".git", "build", "__pycache__")]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)


def lines_of(root, name):
    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
        return file.read().split("\n")


def table_under(root, heading):
    """Rows (lists of cells) of the first table under a heading of ARCHITECTURE.md."""
    rows, inside = [], False
    for line in lines_of(root, "ARCHITECTURE.md"):
        if line.startswith("#"):
            inside = line.lstrip("# ").strip().lower() == heading.lower()
        elif inside and line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    if len(rows) < 3:
        raise SystemExit(f"ARCHITECTURE.md: no table under '{heading}'")
    return rows[2:]


def quoted(cell):
    return re.findall(r"`([^`]+)`", cell)


def layer_table(root):
    """[(folder, level)], named folders before agent/<part>/, so that the first match decides."""
    table = []
    for row in table_under(root, "Layers"):
        table += [(folder, int(row[0].lstrip("L"))) for folder in quoted(row[1])]
    return sorted(table, key=lambda entry: "<part>" in entry[0])


def folder_matches(name, folder):
    """agent/<part>/ stands for any folder under agent/, agent/*.c for the files in it."""
    pattern = re.escape(folder).replace(re.escape("<part>"), "[^/]+").replace(r"\*", "[^/]*")
    return re.match(pattern + ("" if folder.endswith("/") else "$"), name) is not None


def layer_of(table, name):
    return next((level for folder, level in table if folder_matches(name, folder)), None)


def includes_of(root, name):
    for number, line in enumerate(lines_of(root, name), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def program_sources(root):
    return [name for name in files_of(root)
            if name.endswith(SOURCE) and not name.startswith("tests/")]


def check_layers(root):
    """An include points down or sideways, never up."""
    table = layer_table(root)
    for name in program_sources(root):
        own = layer_of(table, name)
        if own is None:
            yield f"{name}:1: lies in no folder of the layer table"
            continue
        for number, kind, target in includes_of(root, name):
            if kind == "<":
                continue
            if not os.path.isfile(os.path.join(root, target)):
                yield f'{name}:{number}: "{target}" is not written from the root'
                continue
            other = layer_of(table, target)
            if other is not None and other > own:
                yield f'{name}:{number}: L{own} includes "{target}" of L{other}: points up'


def check_libraries(root):
    """An outside library's header stays where the library table allows it."""
    allowed = []
    for row in table_under(root, "Libraries"):
        allowed += [(header, quoted(row[2])) for header in quoted(row[1])]
    for name in program_sources(root):
        for number, kind, target in includes_of(root, name):
            if kind == '"' or LIBC.match(target):
                continue
            places = [place for header, folders in allowed if target.startswith(header)
                      for place in folders]
            if not places:
                yield f"{name}:{number}: <{target}> is of no library in ARCHITECTURE.md"
            elif not any(folder_matches(name, place) for place in places):
                yield f"{name}:{number}: <{target}> is allowed only in {', '.join(places)}"


def check_pure(root):
    """parsers/ and rules/ log nothing and read no clock, environment or file."""
    for name in program_sources(root):
        if not name.startswith(("parsers/", "rules/")) or not name.endswith(".c"):
            continue
        in_comment = False
        for number, line in enumerate(lines_of(root, name), 1):
            code = re.sub(r'"(\\.|[^"\\])*"|/\*.*?\*/', "", line)
            in_comment = (in_comment or "/*" in code) and "*/" not in code
            match = None if in_comment else IMPURE.search(code)
            if match:
                yield f"{name}:{number}: {match.group(1)}() in a pure layer"


def needs_spdx(name):
    base = os.path.basename(name)
    if name.startswith("tests/fuzz/corpus/") or "/data/" in name:
        return False
    return (base.endswith(SOURCE + (".py", ".sh", ".service", ".cmake", ".supp"))
            or base in ("CMakeLists.txt", "dev")
            or name in (".ci/run", ".ci/setup", ".ci/packages", ".ci/summary", "systemd/postinst", "systemd/prerm", "systemd/postrm")
            or (name.startswith("rules/") and base.endswith(".yaml")))


def check_spdx(root):
    """The licence stands in the first lines of each source."""
    for name in files_of(root):
        if needs_spdx(name) and not any(SPDX in line for line in lines_of(root, name)[:3]):
            yield f"{name}:1: no '{SPDX}' in the first three lines"


def is_text(root, name):
    if name.startswith(("tests/fuzz/corpus/", "tests/corpus/")) or name.endswith((".eml", ".mbox")):
        return False
    with open(os.path.join(root, name), "rb") as file:
        return b"\0" not in file.read(8192)


def check_leftovers(root):
    """No notes to oneself, merge marks, trailing blanks or paths of one machine."""
    for name in files_of(root):
        if name == "LICENSE" or not is_text(root, name):
            continue
        for number, line in enumerate(lines_of(root, name), 1):
            match = LEFTOVERS.search(line)
            if match and not name.startswith("tests/lint/"):
                yield f"{name}:{number}: leftover '{match.group(0)}'"
            if MACHINE_PATHS.search(line) and not name.startswith("tests/lint/"):
                yield f"{name}:{number}: path of one machine"
            if line.endswith((" ", "\t", "\r")) and name.endswith(SOURCE + (".py", ".sh", ".md", ".yaml")):
                yield f"{name}:{number}: blank at the end of the line"


def check_format(root):
    """clang-format would change nothing."""
    tool = shutil.which("clang-format")
    if not tool:
        print("skipped: clang-format is not installed")
        raise SystemExit(77)
    names = [name for name in files_of(root) if name.endswith(SOURCE)]
    result = subprocess.run([tool, "--dry-run", "--Werror", "--ferror-limit=1", *names], cwd=root,
                            capture_output=True, text=True, check=False)
    for line in result.stderr.splitlines():
        match = re.match(r"(\S+?:\d+):\d+: error: code should be", line)
        if match:
            yield f"{match.group(1)}: not as .clang-format says (./dev format)"
    if result.returncode != 0 and "code should be" not in result.stderr:
        yield f"clang-format: {result.stderr.strip()[:300]}"


def check_documents(root):
    """ARCHITECTURE.md stays short; files that the documents link to exist."""
    length = len(lines_of(root, "ARCHITECTURE.md")) - 1
    if length > ARCHITECTURE_LINES_MAX:
        yield f"ARCHITECTURE.md:{length}: longer than {ARCHITECTURE_LINES_MAX} lines"
    for name in files_of(root):
        if not name.endswith(".md"):
            continue
        for number, line in enumerate(lines_of(root, name), 1):
            for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", line):
                path = os.path.join(root, os.path.dirname(name), target)
                if not os.path.exists(path):
                    yield f"{name}:{number}: link to '{target}', which is not there"
    if os.path.isfile(os.path.join(root, "dev")):
        usage = "\n".join(lines_of(root, "dev")).split("<<'END'\n")[1].split("\nEND\n")[0]
        if usage not in "\n".join(lines_of(root, "README.md")):
            yield "README.md:1: does not show what ./dev says of its verbs"


def stands_for(name, known):
    """A name as documents write it: *, <part> and NAME stand for anything."""
    pattern = re.sub(r"\\\*|<part>|\bNAME\b", "[^/]*", re.escape(name))
    return any(re.fullmatch(pattern, one) for one in known)


def check_names(root):
    """Our functions, constants, files and folders that documents name in `quotes` exist."""
    files = files_of(root)
    paths = set(files) | {"/".join(name.split("/")[:depth]) for name in files
                          for depth in range(1, name.count("/") + 1)}
    symbols = {word for name in files if name.endswith(SOURCE)
               for line in lines_of(root, name) for word in OUR_SYMBOL.findall(line)}
    for name in files:
        if not name.endswith(".md"):
            continue
        for number, line in enumerate(lines_of(root, name), 1):
            for word in quoted(line):
                word = re.sub(r"\(.*\)$", "", word).split(" ")[0].split(":")[0].rstrip("/")
                if re.match(r"(pw|PW)_", word) and not stands_for(word, symbols):
                    yield f"{name}:{number}: nothing is called '{word}'"
                elif OUR_PATH.match(word) and not stands_for(word, paths):
                    yield f"{name}:{number}: there is no '{word}'"


def check_unused(root):
    """A function that a header declares is named elsewhere than in the file that defines it."""
    where, declared = {}, {}
    for name in files_of(root):
        if not name.endswith(SOURCE):
            continue
        for number, line in enumerate(lines_of(root, name), 1):
            for word in OUR_SYMBOL.findall(line):
                where.setdefault(word, []).append(name)
            match = DECLARED.match(line)
            if match and name.endswith(".h") and not name.startswith("tests/"):
                declared[match.group(1)] = (name, number)
    for word, (header, number) in declared.items():
        # Twice in the header: a macro or an inline function calls it there.
        if where[word].count(header) == 1 and len(set(where[word])) < 3:
            yield f"{header}:{number}: nobody else calls {word}()"


def check_scripts(root):
    """Shell and Python sources parse; the shell's also pass shellcheck where it is."""
    for name in files_of(root):
        path = os.path.join(root, name)
        if name.endswith(".py") or name == ".ci/summary":
            try:
                compile("\n".join(lines_of(root, name)), name, "exec")
            except SyntaxError as error:
                yield f"{name}:{error.lineno}: {error.msg}"
        elif name.endswith(".sh") or name in ("dev", ".ci/run", ".ci/setup", "systemd/postinst", "systemd/prerm", "systemd/postrm"):
            result = subprocess.run(["bash", "-n", path], capture_output=True, text=True, check=False)
            if result.returncode != 0:
                yield f"{name}: {result.stderr.strip()}"


def check_symbols(_root, *archives):
    """Every symbol that our archives define for others begins with pw_."""
    for archive in archives:
        listing = subprocess.run(["nm", "-g", "--defined-only", archive], capture_output=True,
                                 text=True, check=True).stdout
        for line in listing.splitlines():
            words = line.split()
            if len(words) == 3 and not words[2].startswith(("pw_", "__odr_asan", "_ZTV")):
                yield f"{os.path.basename(archive)}: symbol '{words[2]}' does not begin with pw_"


CHECKS = {
    "layers": check_layers, "libraries": check_libraries, "pure": check_pure, "spdx": check_spdx,
    "leftovers": check_leftovers, "format": check_format, "documents": check_documents,
    "names": check_names, "unused": check_unused, "scripts": check_scripts, "symbols": check_symbols,
}


def main(argv):
    if len(argv) < 3 or argv[1] not in CHECKS:
        print(__doc__, file=sys.stderr)
        return 2
    findings = list(CHECKS[argv[1]](argv[2], *argv[3:]))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
