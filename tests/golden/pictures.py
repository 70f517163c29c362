#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The letters as people see them: 400 and 800 pixels wide, light and dark.

usage: pictures.py FOLDER PROGRAM...    each PROGRAM writes its letters as HTML into $PW_ALERT_HTML

Asserts what can be said without eyes: nothing wider than the window or cut
off, contrast of all text at least 4.5 (WCAG AA), nothing to click, nothing
fetched, dark mode really dark.  The pictures stay in FOLDER, to be looked at.
Ends with 77 where there is no Chromium.
"""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from chromium import Chromium, Missing  # noqa: E402

LOOKS = [(width, dark) for width in (400, 800) for dark in (False, True)]
SKIP = 77
LETTERS_MIN = 20
BRIGHTNESS = "Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number))"


def write_letters(folder, programs):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for program in programs:
        subprocess.run([program], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env=dict(os.environ, PW_ALERT_HTML=folder))
    return sorted(name for name in os.listdir(folder) if name.endswith(".html"))


def look_at(browser, folder, name, script):
    """Complaints about one letter, over all looks."""
    complaints = []
    path = os.path.join(folder, name)
    for width, dark in LOOKS:
        look = f"{name[:-5]}-{width}-{'dark' if dark else 'light'}"
        browser.shape(width, dark)
        complaints += [f"{look}: fetches {url}" for url in browser.open(path) if not url.startswith("file://")]
        complaints += [f"{look}: {complaint}" for complaint in browser.evaluate(script)]
        if (browser.evaluate(BRIGHTNESS) < 80) != dark:
            complaints.append(f"{look}: the page is not {'dark' if dark else 'light'}")
        browser.picture(os.path.join(folder, look + ".png"))
    return complaints


def main():
    folder, programs = os.path.abspath(sys.argv[1]), sys.argv[2:]
    with open(os.path.join(HERE, "look.js"), encoding="utf-8") as file:
        script = file.read()
    try:
        with Chromium() as browser:
            letters = write_letters(folder, programs)
            complaints = [each for name in letters for each in look_at(browser, folder, name, script)]
    except Missing as reason:
        print(f"skipped: {reason}")
        return SKIP
    for complaint in complaints:
        print(complaint)
    print(f"{len(letters)} letters, {len(letters) * len(LOOKS)} pictures in {os.path.relpath(folder)}, "
          f"{len(complaints)} complaints")
    return 1 if complaints or len(letters) < LETTERS_MIN else 0


if __name__ == "__main__":
    sys.exit(main())
