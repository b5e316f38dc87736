"""Sees what pages say without running it: command lines, queries, and what is left to the reader to fill in."""

import json
import re
import subprocess
import unittest

import command_lines
import pages

LANGUAGES = {"console", "json", "logql", "promql", "yaml"}
RUNBOOKS = [page for page in pages.ALL if page.startswith("docs/runbooks/")]
OVERVIEW = "docs/runbooks/README.md"
# Pages whose inline queries and commands are looked at, too.
WHERE_ALL_IS_LOOKED_AT = RUNBOOKS + ["docs/reference/capacity.md", "docs/reference/self-healing.md"]
METRIC = re.compile(r"(?<![\w:.-])(?:[a-z_]+:)?(?:terway|aliyun)_[a-z0-9_]*[a-z0-9](?::[a-z0-9_]+)?(?![\w:-])")
# Words in capitals that stand for themselves.
THEMSELVES = {"DROPPED"}


def known_metrics():
    names = set()
    for page in ("signals", "metrics", "alerts", "recording-rules"):
        names |= set(METRIC.findall(pages.text_of(f"docs/reference/{page}.md")))
    # Of a histogram the pages have the name only.
    return names | {f"{name}_{end}" for name in names if ":" not in name for end in ("bucket", "count", "sum")}


def queries():
    """(page, line, query): each line of a block is one."""
    for page in pages.ALL:
        for block in pages.blocks(page, "promql"):
            for line, query in block.lines:
                yield page, line, query
    for page in RUNBOOKS:
        for line, text in pages.inline(page):
            if re.match(r"(topk|sum|rate|count|max)\b.*\(", text) or re.search(r"\{\w+=~?\"", text):
                yield page, line, text


class Blocks(unittest.TestCase):
    def test_say_what_they_are(self):
        for page in pages.ALL:
            for block in pages.blocks(page):
                with self.subTest(place=f"{page}:{block.line}"):
                    self.assertIn(block.language, LANGUAGES)

    def test_of_commands_have_a_prompt_and_nothing_else_in_runbooks(self):
        for page in RUNBOOKS:
            for block in pages.blocks(page, "console"):
                for line, text in block.lines:
                    with self.subTest(place=f"{page}:{line}"):
                        self.assertTrue(text.startswith("$ "), text)

    def test_that_are_not_run_have_the_comment_right_above_them(self):
        for page in pages.ALL:
            text = pages.text_of(page)
            marked = [found for found in pages.FENCE.finditer(text) if found["reason"]]
            self.assertEqual(text.count("<!-- not run"), len(marked) + len(pages.OF_FOLDER.findall(text)), page)
            self.assertEqual({found["language"] for found in marked} - {"console"}, set(), page)

    def test_of_runbooks_leave_to_the_reader_what_the_overview_lists(self):
        listed = set(re.findall(r"^\| `([A-Z_]+)` \|", pages.text_of(OVERVIEW), re.MULTILINE))
        used = set()
        for page in RUNBOOKS:
            found = [pair for block in pages.blocks(page, "console", "promql", "logql") for pair in block.lines]
            found += [(line, text) for line, text in pages.inline(page) if text.startswith("kubectl ")]
            for line, text in found:
                with self.subTest(place=f"{page}:{line}"):
                    text = pages.without_comment(text.removeprefix("$ "))
                    words = set(re.findall(r"(?<![\w.])[A-Z][A-Z_]{2,}(?![\w:])", text)) - THEMSELVES
                    used |= words
                    self.assertEqual(words - listed, set())
                    self.assertEqual(re.findall(r"<[a-z][\w -]*>|\$\{?\w+", text), [])
        self.assertEqual(listed - used, set(), "are listed, and nowhere used")


class Commands(unittest.TestCase):
    def see(self, page, line, command, others):
        with self.subTest(place=f"{page}:{line}", command=command):
            try:
                command_lines.check(command, others)
            except command_lines.Mistake as mistake:
                self.fail(str(mistake))

    def test_are_what_the_programs_understand(self):
        for page in pages.ALL:
            for block in pages.blocks(page, "console"):
                for line, command in block.commands:
                    self.see(page, line, command, command_lines.OTHERS if page in WHERE_ALL_IS_LOOKED_AT else None)

    def test_in_running_text_are_so_too(self):
        for page in pages.ALL:
            for line, text in pages.inline(page):
                if re.match(r"(kubectl|terway-operator) [a-z-]+ ", text) and "COMMAND" not in text:
                    self.see(page, line, text, None)

    def test_are_refused_for_what_is_wrong(self):
        for wrong, why in {
            "kubectl gett pods": "no verb gett",
            "kubectl get pods --al-namespaces": "no flag --al-namespaces",
            "kubectl get twnp": "twnp is no kind",
            "kubectl -n NAMESPACE annotate podenni NAME a=b": "podenni is no kind",
            "kubectl get nodes.network.alibabacloud.com NODE -o jsonpath='{.spec.nodeCaps}'": "no field spec.nodeCaps",
            "kubectl get podenis -o custom-columns=A:.status.fase": "no field status.fase",
            "kubectl get twmp a -o jsonpath='{range .status.resources[*]}{.kimd}{end}'": "no field kimd",
            "kubectl get twmp a -o jsonpath='{range .status.resources[*]}{.kind}{end}{.kind} {.name}'": "no field name",
            "kubectl get node NODE -o yaml | jqq .": "jqq: nobody knows",
            "kubectl get node NODE -o json | jq '.a | ('": "jq does not understand",
            "terway-operator capacity --promtheus http://localhost:9090": "no flag --promtheus",
            "terway-operator capcity": "no command capcity",
            "kubectl get 'pods": "is no line of a shell",
        }.items():
            with self.subTest(command=wrong), self.assertRaisesRegex(command_lines.Mistake, why):
                command_lines.check(wrong)


class Queries(unittest.TestCase):
    def refused(self, found):
        """What promtool says against them, or nothing."""
        groups = [
            {"name": f"{page}:{line}:{index}", "rules": [{"record": "a", "expr": query}]}
            for index, (page, line, query) in enumerate(found)
        ]
        check = subprocess.run(
            ["promtool", "check", "rules", "/dev/stdin"],
            input=json.dumps({"groups": groups}),
            capture_output=True,
            text=True,
        )
        return check.stderr if check.returncode != 0 else ""

    def test_are_promql(self):
        found = list(queries())
        self.assertGreater(len(found), 100)
        refused = self.refused(found)
        self.assertFalse(refused, refused)
        self.assertIn("could not parse", self.refused([("page", 1, "rate(terway_eni_total_ips[5m)")]))

    def test_ask_for_what_is_there(self):
        known = known_metrics()
        self.assertIn("node:terway_eni_free_ips:sum", known)
        self.assertNotIn("node:terway_eni_free_ips:max", known)
        for page in RUNBOOKS:
            for number, text in enumerate(pages.text_of(page).split("\n"), 1):
                for name in METRIC.findall(text):
                    with self.subTest(place=f"{page}:{number}"):
                        self.assertTrue(name in known, f"{name}: no page of the reference has it")

    def test_of_logs_select_by_labels_that_lines_have(self):
        page = "docs/runbooks/Logs.md"
        labels = set(re.findall(r"`(\w+)(?:=\"\w+\")?`", pages.text_of(page).partition("\n## ")[0].partition("```")[0]))
        self.assertLessEqual({"job", "node", "severity"}, labels)
        for block in pages.blocks(page, "logql"):
            used = re.findall(r"(\w+)(?:=|=~|!=|!~)\"", block.text) + re.findall(r"by \((\w+)\)", block.text)
            self.assertEqual(set(used) - labels, set(), f"{page}:{block.line}")


if __name__ == "__main__":
    unittest.main()
