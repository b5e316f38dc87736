"""The metrics that the operator's sources declare: how each place writes them down, and what is read off it."""

import re

from cluster import REPOSITORY

SOURCES = REPOSITORY / "Sources"
NAME, HELP = r'"(?P<name>[a-z_]+)"', r'"(?P<help>[^"]+)"'
LABELS = r"\[(?P<labels>[^\]]*)\]"

# file below Sources (None: all), how a metric stands in it, what its name begins with, its kind and labels where these do not
# stand beside it.
PLACES = [
    (None, rf"(?P<kind>counter|gauge|histogram)\(\s*{NAME},\s*help:\s*{HELP}(?:,\s*labels:\s*{LABELS})?", "", None, None),
    (
        "ControllerRuntime/Controller/ControllerMetrics.swift",
        rf"(?<!\.)\b(?P<kind>counter|gauge)\(\s*{NAME},\s*{HELP}",
        "controller_runtime_",
        None,
        '"controller"',
    ),
    (
        "ControllerRuntime/Informer/InformerMetrics.swift",
        rf"(?<!\.)\bgauge\(\s*{NAME},\s*{HELP}",
        "terway_operator_cache_",
        "gauge",
        '"cache"',
    ),
    (
        "ControllerRuntime/WorkQueue/WorkQueueMetrics.swift",
        rf"number\(\s*{NAME},\s*{HELP},\s*\.(?P<kind>\w+)",
        "",
        None,
        '"controller", "name"',
    ),
    (
        "ControllerRuntime/WorkQueue/WorkQueueMetrics.swift",
        rf"= histogram\(\s*{NAME},\s*{HELP}",
        "",
        "histogram",
        '"controller", "name"',
    ),
    ("ControllerRuntime/Process/ProcessCollector.swift", rf"\({NAME}, {HELP}, \.(?P<kind>\w+)", "", None, ""),
    (
        "Prometheus/Metrics/MetricRegistry.swift",
        rf"MetricSnapshot\(\s*{NAME},\s*help: {HELP}, kind: \.(?P<kind>\w+)",
        "",
        None,
        '"metric"',
    ),
    (
        "TerwayOperator/PerformanceTest/PerformanceTestMetrics.swift",
        rf"MetricSnapshot\(\s*{NAME}, help: {HELP},\s*kind: \.(?P<kind>\w+)",
        "",
        None,
        '"profile"',
    ),
]
# Read by functions of their own.
TABLES = {
    "TerwayOperator/Autoscale/Report/AutoscaleMetrics.swift",
    "TerwayOperator/PerformanceTest/PerformanceTestMetrics.swift",
    "TerwayOperator/Exporter/TerwayExposition.swift",
}
# What makes families, and no metric of its own.
MACHINERY = {"Prometheus/Metrics/MetricFamily.swift"}


def text_of(name):
    return (SOURCES / name).read_text()


def words(labels):
    return tuple(sorted(re.findall(r'"(\w+)"', labels or "")))


def declared():
    """{name: (kind, labels, help)}"""
    found = {}
    for place, pattern, prefix, kind, labels in PLACES:
        for file in [SOURCES / place] if place else sorted(SOURCES.rglob("*.swift")):
            for one in re.finditer(pattern, file.read_text()):
                groups = one.groupdict()
                name = prefix + one["name"]
                found[name] = (
                    groups.get("kind") or kind,
                    words(groups.get("labels") if labels is None else labels),
                    one["help"],
                )
    return found | of_policies() | of_performance_tests() | of_terway()


def of_policies():
    """The cases of an enumeration, the texts of its `help`, and the labels where samples are added."""
    text = text_of("TerwayOperator/Autoscale/Report/AutoscaleMetrics.swift")
    names = dict(re.findall(r'case (\w+) = "(\w+)"', text))
    helps = dict(re.findall(r'case \.(\w+): "([^"]+)"', text))
    labels = {case: words(keys) for case, keys in re.findall(r"add\(\s*\.(\w+), \[([^\]]*)\]", text)}
    return {f"terway_operator_autoscale_{name}": ("gauge", labels[case], helps[case]) for case, name in names.items()}


def of_performance_tests():
    """Families with a closure that gives the labels besides those of the two nodes."""
    text = text_of("TerwayOperator/PerformanceTest/PerformanceTestMetrics.swift")
    nodes = words(re.search(r"func nodes\(.*?\{(.*?)\n  \}", text, re.DOTALL)[1])
    functions = re.findall(r"func (directions|latencies)\(.*?\{\n(.*?)\n  \}", text, re.DOTALL)
    found = {}
    for family in text.split("    Family(")[1:]:
        family = family.split("\n  ]")[0]
        heading = re.match(rf"\s*name: {NAME},\s*help: {HELP}", family)
        bodies = [family] + [body for function, body in functions if f"{function}(" in family]
        labels = {label for body in bodies for label in re.findall(r'\.init\("(\w+)",', body)}
        found[heading["name"]] = ("gauge", tuple(sorted(labels | set(nodes))), heading["help"])
    return found


def of_terway():
    """What of the contract is the operator's own."""
    text = (SOURCES / "Monitoring/Signals/ContractMetric.swift").read_text()
    names = dict(re.findall(r'case (\w+) = "(\w+)"', text))
    return {
        names[case]: (kind, words(labels), help_)
        for case, kind, labels, help_ in re.findall(
            r'case \.(\w+):\s*\(\s*\.operator, \.(\w+), \[([^\]]*)\],\s*"([^"]+)"', text
        )
    }


def unread():
    """Files that make metrics in a way that nothing above reads."""
    known = {place for place, *_ in PLACES if place} | TABLES | MACHINERY
    making = re.compile(
        r'\b(?:MetricSnapshot|WrittenFamily)\((?!\s*_)|registry\.(?:counter|gauge|histogram)\(\s*(?!"[a-z_]+",)'
    )
    return {
        str(file.relative_to(SOURCES))
        for file in SOURCES.rglob("*.swift")
        if making.search(file.read_text()) and str(file.relative_to(SOURCES)) not in known
    }
