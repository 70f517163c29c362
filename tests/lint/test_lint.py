#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each house rule is broken once in a small tree of its own, and must complain."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lint  # noqa: E402

ARCHITECTURE = """# Architecture
## Layers
| layer | folders | may do |
|---|---|---|
| L0 | `agent/base/` | |
| L1 | `parsers/` | |
| L2 | `rules/engine/` | |
| L3 | `agent/<part>/` | |
| L4 | `agent/*.c` `agent/*.h` `agent/commands/` | |
## Libraries
| library | headers | only in | for |
|---|---|---|---|
| SQLite | `sqlite3.h` | `agent/store/` | |
| PCRE2 | `pcre2.h` | `rules/engine/pattern.c` | |
"""
HEAD = "/* SPDX-License-Identifier: Apache-2.0 */\n"


class Rules(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.put("ARCHITECTURE.md", ARCHITECTURE)
        for name in ("agent/base/err.h", "parsers/mail.h", "rules/engine/ruleset.h",
                     "agent/store/store.h", "agent/run.h", "agent/commands/cli.h"):
            self.put(name, HEAD)

    def put(self, name, text):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def findings(self, check, *arguments):
        return list(lint.CHECKS[check](self.folder.name, *arguments))

    def test_a_tree_that_keeps_the_rules_passes(self):
        self.put("agent/store/store.c", HEAD + '#include <sqlite3.h>\n#include "rules/engine/ruleset.h"\n')
        self.put("agent/run.c", HEAD + '#include "agent/commands/cli.h"\n#include <stdio.h>\n')
        for check in ("layers", "libraries", "pure", "spdx", "leftovers", "documents", "scripts"):
            self.assertEqual(self.findings(check), [], check)

    def test_an_include_that_points_up_a_layer_is_found(self):
        for name, target in (("agent/base/err.c", "parsers/mail.h"),
                             ("parsers/mail.c", "rules/engine/ruleset.h"),
                             ("rules/engine/ruleset.c", "agent/store/store.h"),
                             ("agent/store/store.c", "agent/run.h"),
                             ("agent/store/other.c", "agent/commands/cli.h")):
            self.put(name, HEAD + f'#include "{target}"\n')
            self.assertTrue(any("points up" in found and found.startswith(name + ":2:")
                                for found in self.findings("layers")), name)

    def test_an_include_not_written_from_the_root_is_found(self):
        self.put("parsers/mail.c", HEAD + '#include "mail.h"\n')
        self.assertIn("not written from the root", self.findings("layers")[0])

    def test_a_library_outside_its_adapter_is_found(self):
        self.put("agent/alert/alert.c", HEAD + "#include <sqlite3.h>\n")
        self.put("rules/engine/ruleset.c", HEAD + "#include <pcre2.h>\n")
        self.assertEqual(len(self.findings("libraries")), 2)

    def test_a_library_that_no_row_names_is_found(self):
        self.put("parsers/mail.c", HEAD + "#include <openssl/ssl.h>\n")
        self.assertIn("no library", self.findings("libraries")[0])

    def test_a_clock_in_a_pure_layer_is_found(self):
        self.put("parsers/date.c", HEAD + "/* time(NULL) is not read here */\nint x = time(NULL);\n")
        self.assertEqual(self.findings("pure"), ["parsers/date.c:3: time() in a pure layer"])

    def test_a_source_without_licence_line_is_found(self):
        self.put("agent/base/err.c", "int x;\n")
        self.assertEqual(len(self.findings("spdx")), 1)

    def test_leftovers_are_found(self):
        self.put("agent/base/err.c", HEAD + "/* TO" "DO: later */\nint x; \n")
        self.put("notes.md", "see /ho" "me/me/file\n")
        self.assertEqual(len(self.findings("leftovers")), 3)

    def test_badly_formatted_code_is_found(self):
        self.put(".clang-format", "BasedOnStyle: LLVM\n")
        self.put("agent/base/err.c", HEAD + "int   x ;\n")
        try:
            self.assertEqual(len(self.findings("format")), 1)
        except SystemExit:
            self.skipTest("clang-format is not installed")

    def test_a_dead_link_and_a_long_architecture_are_found(self):
        self.put("README.md", "[gone](docs/gone.md)\n")
        self.put("ARCHITECTURE.md", ARCHITECTURE + "\n" * 200)
        self.assertEqual(len(self.findings("documents")), 2)

    def test_verbs_that_the_readme_does_not_show_are_found(self):
        self.put("dev", "#!/bin/bash\n# SPDX\ncat <<'END'\nusage: two\n  verbs\nEND\n")
        self.put("README.md", "usage: two\n  verbs\n")
        self.assertEqual(self.findings("documents"), [])
        self.put("README.md", "usage: two\n")
        self.assertEqual(len(self.findings("documents")), 1)

    def test_a_function_and_a_file_that_documents_alone_know_are_found(self):
        self.put("parsers/mail.h", HEAD + "int pw_mail_parse(void);\n")
        self.put("ARCHITECTURE.md", "`pw_mail_parse()` `pw_mail_*()` `parsers/mail.h` `parsers/` `agent/<part>/`\n"
                 "`pw_mail_read()`\n`parsers/NAME.c`\n")
        self.assertEqual(self.findings("names"), ["ARCHITECTURE.md:2: nothing is called 'pw_mail_read'",
                                                  "ARCHITECTURE.md:3: there is no 'parsers/NAME.c'"])

    def test_a_function_that_only_its_own_file_calls_is_found(self):
        self.put("parsers/mail.h", HEAD + "int pw_mail_read(void);\nvoid pw_mail_free(void);\nFREEP(pw_mail_free)\n")
        self.put("parsers/mail.c", HEAD + "int pw_mail_read(void)\n{\n}\nint x = pw_mail_read();\nvoid pw_mail_free(void)\n")
        self.assertEqual(self.findings("unused"), ["parsers/mail.h:2: nobody else calls pw_mail_read()"])
        self.put("agent/run.c", HEAD + "int x = pw_mail_read();\n")
        self.assertEqual(self.findings("unused"), [])

    def test_a_script_that_does_not_parse_is_found(self):
        self.put("tests/x.py", "def broken(:\n")
        self.put("tests/x.sh", "if true; then\n")
        self.assertEqual(len(self.findings("scripts")), 2)


if __name__ == "__main__":
    unittest.main()
