"""The page of the operator's metrics: those that the sources declare, with their labels, no more and no less."""

import os
import re
import unittest

import declared_metrics
from cluster import REPOSITORY

PAGE = REPOSITORY / "docs/reference/metrics.md"


def documented():
    """{name: (kind, labels, meaning)}"""
    rows = re.findall(r"^\| `(\S+)` \| (\w+) \| (.*?) \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    return {name: (kind, tuple(re.findall(r"`(\w+)`", labels)), meaning) for name, kind, labels, meaning in rows}


def write(metrics):
    head = PAGE.read_text().split("| metric |")[0]
    rows = [
        f"| `{name}` | {kind} | {', '.join(f'`{label}`' for label in labels)} | {meaning} |"
        for name, (kind, labels, meaning) in sorted(metrics.items())
    ]
    PAGE.write_text(head + "\n".join(["| metric | type | labels | meaning |", "|---|---|---|---|", *rows]) + "\n")


class Page(unittest.TestCase):
    maxDiff = 4000

    def test_lists_what_the_sources_declare(self):
        """TERWAY_UPDATE=1 writes the page anew."""
        declared = declared_metrics.declared()
        if os.environ.get("TERWAY_UPDATE"):
            write(declared)
        self.assertEqual(documented(), declared)

    def test_lists_the_results_of_performance_tests(self):
        """Which no test of a cluster sees, because none of them measures."""
        names = {name for name in documented() if name.startswith("terway_network_test_")}
        self.assertEqual(len(names), 6, names)

    def test_knows_every_place_that_makes_metrics(self):
        self.assertEqual(declared_metrics.unread(), set())


if __name__ == "__main__":
    unittest.main()
