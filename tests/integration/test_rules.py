#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`rules` as the person who tunes them uses it: test --watch, eval --baseline, exit statuses."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from commands import CONTRACTS, DOMAIN, SHIPPED, Commands, forwarded  # noqa: E402
from servers import ROOT  # noqa: E402

GOOD = """version: 1
signals:
  ring-us: { text: [ring us], kind: ask, weight: 1, ok: ['do ring us'], not: ['rings'] }
"""
FAILING = GOOD.replace("'do ring us'", "'do call us'")
BROKEN = GOOD.replace("weight: 1", "wieght: 1")

CONFIG = """company: {{ name: Bayline, domains: [baylinesystems.example] }}
store: {work}/poachwatch.db
rules: [{rules}]
mailboxes:
  - {{ name: m, address: watch@baylinesystems.example, server: 'imaps://127.0.0.1:1', user: u, password_file: {work}/password }}
smtp: {{ server: 'smtps://127.0.0.1:1', user: u, password_file: {work}/password, from: watch@baylinesystems.example }}
alerts: {{ review_to: a@baylinesystems.example, fallback_to: a@baylinesystems.example }}
"""

OFFER = forwarded("dana@cdw.com", "Your Veeam renewal 02781945",
                  "Your Veeam contract 02781945 expires on 2027-01-14. CDW can quote your renewal.")
LAPTOPS = forwarded("dana@cdw.com", "Laptops", "We have notebooks in stock.")


class Watch(Commands):
    def watching(self, *arguments):
        process = subprocess.Popen([self.program, "rules", "test", "--watch", *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, cwd=self.work)
        timer = threading.Timer(300, process.kill)  # a change that goes unnoticed ends the test
        timer.start()
        self.addCleanup(timer.cancel)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def until(self, process, word):
        """What it prints up to a line with the word."""
        lines = []
        for line in process.stdout:
            lines.append(line)
            if word in line:
                return "".join(lines)
        raise AssertionError("it ended: " + "".join(lines))

    def rename_over(self, name, text):
        """As editors save: another file, then renamed."""
        os.rename(self.write(name + "~new", text), os.path.join(self.work, name))

    def end(self, process, how=signal.SIGINT):
        process.send_signal(how)
        return process.wait(120)

    def test_it_runs_again_whenever_a_file_is_saved_and_survives_a_broken_save(self):
        self.write("own/own.yaml", GOOD)
        process = self.watching("own")
        self.assertIn("2 samples and 0 mails tested, 0 failed", self.until(process, "tested"))
        self.write("own/own.yaml", FAILING)
        told = self.until(process, "tested")
        self.assertIn("--- own.yaml was saved ---", told)
        self.assertIn("do call us", told)
        self.assertIn("1 failed", told)
        self.rename_over("own/own.yaml", BROKEN)
        told = self.until(process, "nothing was done")
        self.assertIn("own.yaml:3:", told)
        self.assertIn("did you mean 'weight'", told)
        self.rename_over("own/own.yaml", GOOD)
        self.assertIn("0 failed", self.until(process, "tested"))
        self.assertEqual(self.end(process), 0)

    def test_new_files_new_folders_and_mails_beside_them_count_as_saved(self):
        self.write("own/own.yaml", GOOD)
        process = self.watching("own")
        self.until(process, "tested")
        self.write("own/more/tests.yaml", "version: 1\ntests:\n  - { name: t, file: m.eml, expect: "
                                          "{ solicitation: true } }\n")
        self.assertIn("1 mail tested, 1 failed", self.until(process, "tested"))  # the mail is not there yet
        self.write("own/more/m.eml", LAPTOPS)
        told = self.until(process, "tested")
        self.assertIn("m.eml was saved", told)
        self.assertIn("EXPECTED", told)
        os.remove(os.path.join(self.work, "own/more/tests.yaml"))
        self.assertIn("0 mails tested, 0 failed", self.until(process, "tested"))
        self.write("own/own.yaml", FAILING)
        self.until(process, "tested")
        self.assertEqual(self.end(process, signal.SIGTERM), 1)  # that of the last run

    def test_what_editors_leave_beside_the_files_is_no_reason_to_run(self):
        self.write("own/own.yaml", GOOD)
        process = self.watching("own")
        self.until(process, "tested")
        for name in (".own.yaml.swp", "own.yaml~", "4913", "#own.yaml#"):
            self.write("own/" + name, "x")
        self.write("own/own.yaml", FAILING)
        told = self.until(process, "tested")
        self.assertEqual(told.count("was saved"), 1, told)
        self.assertIn("--- own.yaml was saved ---", told)
        self.end(process)

    def test_a_folder_that_goes_and_comes_back_is_watched_still(self):
        self.write("own/own.yaml", GOOD)
        process = self.watching("own")
        self.until(process, "tested")
        os.rename(os.path.join(self.work, "own"), os.path.join(self.work, "gone"))
        self.assertIn("own", self.until(process, "poachwatch:"))
        os.rename(os.path.join(self.work, "gone"), os.path.join(self.work, "own"))
        self.until(process, "tested")
        self.write("own/own.yaml", FAILING)
        self.assertIn("1 failed", self.until(process, "failed"))
        self.assertEqual(self.end(process), 1)


class Eval(Commands):
    def eval(self, folder, *arguments, rules=("small",), check=0):
        options = [word for path in rules for word in ("--rules", path)]
        return self.run_it("rules", "eval", *options, "--company-domain", DOMAIN, *arguments, folder, check=check)

    def cases(self):
        return self.labelled("set", {"offer.eml": (OFFER, {"verdict": "alert", "rival": "cdw", "contracts": ["HF-1"]}),
                                     "laptops.eml": (LAPTOPS, "ignore")})

    def test_a_baseline_shows_what_got_better_and_worse_by_mail_and_by_figure(self):
        folder = self.cases()
        noisy = self.write("noisy/a.yaml", "version: 1\nsignals:\n  stock: { text: [in stock], kind: ask, weight: 9 }\n"
                                           "  books: { text: [notebooks], kind: it }\n  have: { text: [we have], "
                                           "kind: renewal }\n"
                                           "exclusions:\n  no: { text: [quote your renewal], because: Test }\n")
        baseline = self.write("baseline.json", self.eval(folder, "--json").stdout)
        worse = self.eval(folder, "--baseline", baseline, rules=("small", noisy), check=1)
        self.assertIn("worse: offer.eml (verdict: alert, was right; now ignore)", worse.stdout)
        self.assertRegex(worse.stdout, r"alert recall +1.000 -> 0.000 +-1.000")
        baseline = self.write("noisy.json", self.eval(folder, "--json", rules=("small", noisy)).stdout)
        better = self.eval(folder, "--baseline", baseline)
        self.assertRegex(better.stdout, r"better: offer.eml \(verdict")
        self.assertNotIn("worse:", better.stdout)
        report = json.loads(self.eval(folder, "--json", "--baseline", baseline).stdout)["baseline"]
        self.assertEqual([item["file"] for item in report["better"]], ["laptops.eml", "offer.eml"])
        self.assertEqual(report["figures"]["alert recall"], [0.0, 1.0])

    def test_a_field_that_got_worse_in_a_mail_that_was_wrong_already_is_shown(self):
        label = {"verdict": "alert", "rival": "shi", "customer": "Harbor Foods"}
        folder = self.labelled("set", {"offer.eml": (OFFER, label)})
        baseline = json.loads(self.eval(folder, "--json").stdout)
        self.assertEqual(list(baseline["misses"][0]["wrong"]), ["rival"])
        baseline["misses"][0]["wrong"] = {"customer": ["Harbor Foods", None]}
        path = self.write("old.json", json.dumps(baseline))
        shown = self.eval(folder, "--baseline", path, check=1).stdout
        self.assertIn("better: offer.eml (customer", shown)
        self.assertIn("worse: offer.eml (rival", shown)

    def test_a_baseline_that_is_none_is_refused(self):
        folder = self.cases()
        for text in ("", "[]", '{"mails": 1}', "not json"):
            refused = self.eval(folder, "--baseline", self.write("b.json", text), check=2)
            self.assertIn("b.json", refused.stderr)
        self.eval(folder, "--baseline", "/nonexistent", check=2)

    def test_the_same_run_twice_shows_no_difference(self):
        folder = self.cases()
        shown = self.eval(folder, "--baseline", self.write("b.json", self.eval(folder, "--json").stdout)).stdout
        self.assertIn("beside the baseline: no mail better or worse", shown)

    def test_mistakes_in_labels_are_named(self):
        folder = self.cases()
        label = {"file": "offer.eml", "verdict": "alert"}
        for number, (line, words) in enumerate([
                ('{"file": "offer.eml", "verdict": "alret"}', ["labels.jsonl:2", "'alret'", "did you mean 'alert'"]),
                ('{"file": "offer.eml"}', ["labels.jsonl:2", "verdict"]),
                ('{"file": "offer.eml", "verdict": "alert", "rivel": "x"}', ["labels.jsonl:2", "'rivel'"]),
                ('{"file": "offer.eml", "verdict": "alert", "contracts": "HF-1"}', ["labels.jsonl:2", "contracts"]),
                ('{"file": "offer.eml", "verdict": "alert"', ["labels.jsonl:2"]),
                ('["offer.eml"]', ["labels.jsonl:2"]),
                (json.dumps(label) + "\n" + json.dumps(label), ["labels.jsonl:3", "twice"]),
                ('{"file": "gone.eml", "verdict": "alert"}', ["gone.eml", "no such mail"])]):
            self.write("set/labels.jsonl", '{"file": "laptops.eml", "verdict": "ignore"}\n' + line + "\n")
            with self.subTest(number):
                said = self.eval(folder, check=2).stderr
                for word in words:
                    self.assertIn(word, said)

    def test_mails_without_a_label_are_counted_and_named(self):
        folder = self.cases()
        self.write("set/mails/new.eml", LAPTOPS)
        self.assertIn("1 mail without a label: new.eml", self.eval(folder).stdout)

    def test_what_weighs_most_is_explained_first(self):
        mail = os.path.join(self.cases(), "mails", "offer.eml")
        told = self.run_it("rules", "explain", "--rules", SHIPPED, "--company-domain", DOMAIN, mail, check=0).stdout
        told = told[told.index("  layer 1: "):]  # the rival's
        points = [float(found) for found in re.findall(r"(?m)^ +([+-]\d+\.\d) signals", told)]
        self.assertGreater(len(set(points)), 2, told)
        self.assertEqual(points, sorted(points, key=abs, reverse=True))

    def test_rules_that_found_the_same_words_without_points_share_a_line(self):
        mail = os.path.join(self.cases(), "mails", "offer.eml")
        names = [f"word-{number}" for number in range(30)]
        self.write("many/a.yaml", "version: 1\nsignals:\n  renewing: { text: 'renew*', weight: 2 }\n" +
                   "".join(f"  {name}: {{ match: 'renew\\w*(?#{name})', kind: renewal }}\n" for name in names))
        told = self.run_it("rules", "explain", "--rules", "many", mail, check=0).stdout
        told = told[told.index("  layer 1: "):]
        self.assertIn("+2.0 signals.renewing a.yaml:3 ", told)
        self.assertNotIn("+0.0", told)
        for number, name in enumerate(names):
            self.assertEqual(told.count(f"signals.{name} a.yaml:{number + 4}"), 1, told)
        shared = told[told.index("same words, no points:"):]
        self.assertTrue(all(len(line) < 110 for line in shared.splitlines()), shared)

    def test_a_search_that_is_stopped_is_told_as_that_rules_error(self):
        self.write("slow/a.yaml", "version: 1\n"
                   "signals:\n  slow: { match: 'price (?:\\w+\\s?)+:', kind: ask, weight: 3 }\n"
                   "exclusions:\n  never: { body: 'price (?:\\w+\\s?)+;', because: b }\n")
        mail = self.write("slow.eml", forwarded("dana@cdw.com", "Price", "price " + "word" * 20 + "? : ;"))
        found = json.loads(self.run_it("scan", "--json", "--rules", "slow", mail, check=0).stdout)
        self.assertEqual(found["why"]["rule_errors"], ["signals.slow: match limit reached",
                                                       "exclusions.never: match limit reached"])
        self.assertIn("exclusions.never: match limit reached",
                      self.run_it("rules", "explain", "--rules", "slow", mail, check=0).stdout)


class Manual(Commands):
    """docs/rules.md promises nothing that does not work."""

    def setUp(self):
        super().setUp()
        with open(os.path.join(ROOT, "docs", "rules.md"), encoding="utf-8") as file:
            self.text = file.read()

    def blocks(self, language):
        return re.findall(rf"^```{language}\n(.*?)^```", self.text, re.M | re.S)

    def test_every_example_passes_check_and_test_over_the_shipped_rules(self):
        blocks = self.blocks("yaml")
        self.assertGreaterEqual(len(blocks), 4)
        for number, block in enumerate(blocks):
            text = block if "version:" in block else "version: 1\n" + block
            text = text.replace("$schema=schema.json", f"$schema={SHIPPED}/schema.json")
            folder = os.path.dirname(self.write(f"own{number}/example.yaml", text))
            for command in ("check", "test"):
                with self.subTest(f"example {number + 1}, rules {command}"):
                    self.run_it("rules", command, "--rules", SHIPPED, "--rules", folder, check=0)

    def test_the_label_shown_is_one_that_eval_takes(self):
        label, = self.blocks("json")
        folder = self.labelled("set", {"m1.eml": (OFFER, {"verdict": "alert"})})
        self.write("set/labels.jsonl", label)
        self.run_it("rules", "eval", "--rules", SHIPPED, "--company-domain", DOMAIN, folder, check=0)

    def test_every_command_named_is_one(self):
        listed = self.run_it("rules", "--help", check=0).stdout
        verbs = set(re.findall(r"^  (\w+) ", listed, re.M))
        named = set(re.findall(r"`(?:poachwatch )?rules (\w+)", self.text))
        self.assertEqual(named - verbs, set())
        self.assertEqual(verbs - named, set())


class Refused(Commands):
    def test_each_name_that_nothing_has_is_told_beside_what_is_shown(self):
        self.write("own/own.yaml", GOOD)
        shown = self.run_it("rules", "show", "--rules", "own", "ring-us", "rign-us", "ring-*", check=1)
        self.assertIn("ring-us:", shown.stdout)
        self.assertEqual(shown.stderr, "poachwatch: no rule is called 'rign-us'; did you mean 'ring-us'?\n")

    def test_what_is_switched_off_is_shown_to_who_asks_for_it_by_name(self):
        self.write("base/b.yaml", "version: 1\nrivals:\n  cdw: { name: CDW, domains: [cdw.com] }\n")
        self.write("own/o.yaml", "version: 1\nrivals:\n  cdw: { off: true }\n")
        folders = ("--rules", "base", "--rules", "own")
        self.assertIn("off: true  # own/o.yaml:3", self.run_it("rules", "show", *folders, "cdw", check=0).stdout)
        self.assertNotIn("cdw", self.run_it("rules", "show", *folders, check=0).stdout)
        self.assertIn("did you mean 'cdw'?", self.run_it("rules", "show", *folders, "rivals.cwd", check=1).stderr)

    def test_a_bad_configuration_is_told_once_by_every_command(self):
        config = self.write("bad.yaml", "company:\n  nam: x\n")
        for command in (["run", "--once"], ["rules", "check"], ["rules", "backtest"], ["contracts", "list"], ["status"],
                        ["doctor"], ["scan", "x"], ["rules", "suggest"]):
            with self.subTest(" ".join(command)):
                said = self.run_it("--config", config, *command, check=2).stderr
                self.assertEqual(said.count("unknown key 'nam'"), 1, said)
                self.assertEqual(said.count("'smtp' is missing"), 1, said)

    def test_mistakes_in_rules_are_told_once(self):
        own = self.write("own/own.yaml", BROKEN)
        for command in (["rules", "test", "own"], ["scan", "--rules", "own", own],
                        ["rules", "diff", "own", "own", "--mail", own]):
            with self.subTest(" ".join(command)):
                said = self.run_it(*command, check=2).stderr
                self.assertEqual(said.count("unknown key 'wieght'"), 1, said)

    def test_every_value_is_shown_with_the_file_that_gave_it(self):
        self.write("base/b.yaml", "version: 1\nthresholds: { rival: 5 }\n"
                                  "rivals:\n  cdw: { name: CDW, domains: [cdw.com] }\n")
        self.write("own/o.yaml", "version: 1\nthresholds:\n  rival: 9\n"
                                 "rivals:\n  cdw: { domains+: [cdwg.com] }\nintroductions: ['it''s {name}']\n")
        told = self.run_it("rules", "show", "--rules", "base", "--rules", "own", check=0).stdout
        self.assertIn("  - 'it''s {name}'", told)
        self.assertRegex(told, r"rival: 9  # (own/)?o\.yaml:3")
        self.assertRegex(told, r"name: CDW  # (base/)?b\.yaml:4")
        self.assertRegex(told, r"domains: \[cdw\.com, cdwg\.com\]  # (own/)?o\.yaml:5 over (base/)?b\.yaml:4")

    def test_our_domain_is_known_however_it_is_written(self):
        mail = self.write("m.eml", "From: Ida <ida@mail.xn--bcher-kva.example>\r\nSubject: x\r\n\r\nHello.\r\n")
        told = self.run_it("rules", "explain", "--rules", SHIPPED, "--company-domain", "other.example",
                           "--company-domain", "BÜCHER.example", mail, check=0).stdout
        self.assertIn("layer 0: ours", told)
        for domain in ("two words.example", "bayline", ""):
            self.assertIn("is no mail domain", self.run_it("scan", "--rules", SHIPPED, "--company-domain", domain, mail,
                                                           check=2).stderr)

    def test_what_stands_for_a_rule_file_and_cannot_be_read_is_told(self):
        self.write("own/own.yaml", GOOD)
        other = os.path.join(self.work, "own", "other.yaml")
        os.symlink("nowhere", os.path.join(self.work, "own", "README"))  # concerns nobody
        self.run_it("rules", "check", "own", check=0)
        for make, said in ((os.mkfifo, "is no file"), (lambda path: os.symlink("nowhere", path), "No such file"),
                           (lambda path: os.symlink("other.yaml", path), "symbolic links"),
                           (lambda path: os.symlink("..", path), "a link to a folder above?")):
            make(other)
            self.assertIn(said, self.run_it("rules", "check", "own", check=2).stderr)
            os.unlink(other)

    def test_lines_left_out_of_an_import_are_told_by_the_exit_status(self):
        config = self.write("c.yaml", CONFIG.format(work=self.work, rules=SHIPPED))
        self.write("password", "x")
        contracts = self.write("contracts.csv", CONTRACTS + "X-1,,x.example,Veeam,,,,,,2027-13-01,,,,active\n")
        self.run_it("--config", config, "contracts", "import", contracts, check=2)
        told = self.run_it("--config", config, "contracts", "import", "--skip-bad", contracts, check=1)
        self.assertIn("1 line of " + contracts + " left out", told.stderr)
        self.assertIn("2 contracts", told.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
