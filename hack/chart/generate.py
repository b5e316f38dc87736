#!/usr/bin/env python3
"""What the chart has from elsewhere: its CustomResourceDefinitions, the schema of its values and their page in the
reference, and the monitor, rules and dashboard of the operator, as the operator itself renders them.

`files(repository, program)` makes all of them, as texts by path; a test compares them with what is there.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys

import yaml

CHART = pathlib.Path("config/chart/terway-operator")
RESOURCES = {"profile": "terwaymonitoringprofiles", "policy": "eniautoscalepolicies"}
# The lists of them in the values.
LISTS = {"profiles": RESOURCES["profile"], "policies": RESOURCES["policy"]}


def files(repository, program):
    made = {}
    for plural in RESOURCES.values():
        name = f"ops.terway.io_{plural}.yaml"
        made[CHART / "crds" / name] = (repository / "crds" / name).read_text()
    values = Values((repository / CHART / "values.yaml").read_text())
    schema = yaml.safe_load((repository / "hack/chart/values-schema.yaml").read_text())
    definitions = {entry: definition(repository, plural) for entry, plural in RESOURCES.items()}
    made[CHART / "values.schema.json"] = json.dumps(values_schema(values, schema, definitions), indent=1) + "\n"
    made[CHART / "limits.yaml"] = limits(repository)
    made[pathlib.Path("docs/reference/chart.md")] = reference(values, schema)
    made[pathlib.Path("docs/reference/resources.md")] = resources(repository)
    made.update(monitoring(program))
    return made


# --- Values -----------------------------------------------------------------------------


class Values:
    """The values with the comments above them, by their paths."""

    def __init__(self, text):
        self.values = yaml.safe_load(text)
        self.comments = {}
        comment, path = [], []
        for line in text.split("\n"):
            depth = (len(line) - len(line.lstrip())) // 2
            found = re.match(r" *([A-Za-z]+):", line)
            if line.strip().startswith("#"):
                comment.append(line.strip()[1:].strip())
            elif found and depth <= len(path):
                path = path[:depth] + [found.group(1)]
                if comment:
                    self.comments[".".join(path)] = " ".join(comment)
                comment = []
            else:
                comment = []

    def default(self, path):
        value = self.values
        for name in path.split("."):
            value = value[name]
        return value


def paths(schema):
    """(path, may be null, type) of each value."""
    for path, type_ in schema.items():
        if path != "$defs":
            yield path.removesuffix("?"), path.endswith("?"), type_


def values_schema(values, schema, definitions):
    root = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Values of the chart terway-operator",
        "type": "object",
        "properties": {
            "global": {"type": "object", "description": "What Helm gives every chart; nothing is read from it."}
        },
        "additionalProperties": False,
        "$defs": dict(schema["$defs"]),
    }
    for path, nullable, type_ in paths(schema):
        *parents, name = path.split(".")
        node, above = root, []
        for parent in parents:
            above.append(parent)
            node = node["properties"].setdefault(
                parent,
                {
                    "type": "object",
                    "description": values.comments.get(".".join(above), ""),
                    "properties": {},
                    "additionalProperties": False,
                },
            )
        entry = {"anyOf": [{"type": "null"}, type_]} if nullable else dict(type_)
        node["properties"][name] = {"description": values.comments.get(path, "")} | entry
    for entry, (name, spec) in definitions.items():
        root["$defs"][entry] = {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": name,
                "labels": {"$ref": "#/$defs/labels"},
                "annotations": {"$ref": "#/$defs/texts"},
                "spec": spec,
            },
            "additionalProperties": False,
        }
    return root


def stored(repository, plural):
    """What a definition says, and the version that is stored."""
    resource = yaml.safe_load((repository / "crds" / f"ops.terway.io_{plural}.yaml").read_text())["spec"]
    return resource, next(version for version in resource["versions"] if version["storage"])


def definition(repository, plural):
    """The name and the spec of a resource as JSON schemas."""
    fields = stored(repository, plural)[1]["schema"]["openAPIV3Schema"]["properties"]
    return strict(fields["metadata"]["properties"]["name"]), strict(fields["spec"])


def strict(schema):
    """Unknown fields, which an API server drops, are refused, and what only API servers know is left out. Defaults are
    the server's: written here, Helm would not apply them either."""
    schema = {
        keyword: copy.deepcopy(value)
        for keyword, value in schema.items()
        if not keyword.startswith("x-kubernetes-") and keyword not in ("default", "format", "nullable")
    }
    if "properties" in schema:
        schema["properties"] = {name: strict(child) for name, child in schema["properties"].items()}
        schema.setdefault("additionalProperties", False)
    if isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = strict(schema["additionalProperties"])
    if "items" in schema:
        schema["items"] = strict(schema["items"])
    return schema


# --- Limits -----------------------------------------------------------------------------

COMPARISON = re.compile(r"(?:duration|double)\(self\) (>=|<=|>|<) (?:duration\('(\d+)(ms|s)'\)|([\d.]+))")
BOUNDS = {">=": "least", ">": "above", "<=": "most", "<": "below"}


def specification(repository, plural):
    """The schema of a spec."""
    return stored(repository, plural)[1]["schema"]["openAPIV3Schema"]["properties"]["spec"]


def below(path, schema):
    """(path, schema) of a schema and of each below it."""
    yield path, schema
    for name, child in schema.get("properties", {}).items():
        yield from below([*path, name], child)
    if "items" in schema:
        yield from below([*path, "[]"], schema["items"])


def rules(repository, plural):
    """(path, rule) of each validation rule of a spec, which is more than a JSON schema can say."""
    for path, schema in below([], specification(repository, plural)):
        for rule in schema.get("x-kubernetes-validations", []):
            yield path, rule


def bounds(rule):
    """What a rule about one amount allows, in seconds or as a number; None for rules about several fields."""
    parts = [COMPARISON.fullmatch(part) for part in rule["rule"].split(" && ")]
    if not all(parts):
        return None
    return {
        BOUNDS[part[1]]: float(part[4]) if part[4] else int(part[2]) / (1000 if part[3] == "ms" else 1) for part in parts
    }


def limits(repository):
    """What the chart's templates look up: bounds of texts and repetitions, which a schema cannot compare, names that there
    are, and what holds for a field that is left out."""
    lines = [
        "# Made from the CustomResourceDefinitions and docs/reference by hack/chart.sh --update; templates/_checks.tpl looks at"
        " it.",
        "limits:",
    ]
    lines += [f"- {json.dumps(entry)}" for entry in [*amounts(repository), *repetitions(repository), *names(repository)]]
    lines.append("defaults:")
    lines += [f"  {place}: {json.dumps(values)}" for place, values in defaults(repository).items()]
    return "\n".join(lines) + "\n"


def amounts(repository):
    """The least and greatest durations and numbers."""
    for entries, plural in LISTS.items():
        for path, rule in rules(repository, plural):
            found = bounds(rule)
            if found:
                kind = "duration" if "duration" in rule["rule"] else "number"
                yield {"list": entries, "path": path, "kind": kind} | found | {"message": rule["message"]}


def repetitions(repository):
    """The lists in which nothing is given twice: sets, and maps by their key."""
    for entries, plural in LISTS.items():
        for path, schema in below([], specification(repository, plural)):
            if schema.get("x-kubernetes-list-type") in ("set", "map"):
                # The templates know no keys of several fields.
                (key,) = schema.get("x-kubernetes-list-map-keys", [""])
                yield {"list": entries, "path": path, "kind": "unique", "key": key}


def names(repository):
    """Names that a profile takes from the catalogue, and those that it must not give again. The pages of the reference
    have them, which tests of the catalogue hold complete."""
    pages = repository / "docs/reference"
    alerts = re.findall(r"^\| \[(\w+)\]\(\.\./runbooks/", (pages / "alerts.md").read_text(), re.MULTILINE)
    series = (pages / "signals.md").read_text().split("\n## Series\n")[1].split("\n## ")[0]
    overview = (pages / "dashboards.md").read_text().split("\n## ")[1]
    panels = [
        row[1]
        for table in overview.split("| panel |")[1:]
        for row in re.finditer(r"^\| (?!---)(.*?) \|", table.split("\n\n")[0], re.MULTILINE)
    ]
    for path, kind, found, message in (
        (["alerts", "overrides", "[]", "alert"], "allowed", alerts, "is the name of no alert"),
        (
            ["metrics", "custom", "[]", "name"],
            "taken",
            re.findall(r"^\| `(\w+)` \|", series, re.MULTILINE),
            "is a metric that is scraped, and the rule would add to its own input; choose another name",
        ),
        (
            ["dashboards", "custom", "[]", "title"],
            "taken",
            panels,
            "is a panel of the overview already; choose another title",
        ),
    ):
        if not found:
            raise ValueError(f"docs/reference has no names for {'.'.join(path)}")
        yield {"list": "profiles", "path": path, "kind": kind, "names": sorted(set(found)), "message": message}


STARTED_WITH = re.compile(r"Default: [A-Z_]+ of the operator, else \"?([\d.]+)\"?\.")


def defaults(repository):
    """What stands for fields of which rules compare two, as texts."""
    sizes = specification(repository, LISTS["policies"])["properties"]
    metrics = specification(repository, LISTS["profiles"])["properties"]["metrics"]["properties"]
    found = {name: STARTED_WITH.search(schema.get("description", "")) for name, schema in sizes.items()}
    return {
        "sizes": {name: match[1] for name, match in found.items() if match},
        "metrics": {name: metrics[name]["default"] for name in ("interval", "scrapeTimeout")},
    }


def reference(values, schema):
    lines = [
        "# Values of the Helm chart",
        "",
        "Made from `values.yaml` by `hack/chart.sh --update`. The chart is [config/chart/terway-operator]"
        "(../../config/chart/terway-operator); how it is installed: [../install.md](../install.md).",
        "",
        "| value | default | what it does |",
        "|---|---|---|",
    ]
    for path, _, _ in paths(schema):
        default = json.dumps(values.default(path), separators=(", ", ": "))
        lines.append(f"| `{path}` | `{default}` | {values.comments[path].replace('|', '&#124;')} |")
    return "\n".join(lines) + "\n"


# --- Resources --------------------------------------------------------------------------


def resources(repository):
    """Every field of both resources, from the CustomResourceDefinitions."""
    lines = [
        "# Fields of the resources",
        "",
        "Made from the CustomResourceDefinitions by `hack/chart.sh --update`; `kubectl explain` says the same. With comments, as"
        " files: [config/samples](../../config/samples).",
    ]
    for plural in RESOURCES.values():
        resource, version = stored(repository, plural)
        root = version["schema"]["openAPIV3Schema"]
        names = resource["names"]
        lines += [
            "",
            f"## {names['kind']}",
            "",
            f"`{resource['group']}/{version['name']}`, cluster-scoped, short name `{names['shortNames'][0]}`."
            f" {root['description']}",
        ]
        for part in ("spec", "status"):
            lines += ["", f"### {part}", "", "| field | type | default | meaning |", "|---|---|---|---|"]
            lines += [row(*field) for field in fields(part, root["properties"][part])]
    return "\n".join(lines) + "\n"


def fields(path, schema):
    """(path, schema) of each field below a schema."""
    for name, child in schema.get("properties", {}).items():
        here = f"{path}.{name}"
        yield here, child
        yield from fields(here, child)
        if "items" in child:
            yield from fields(f"{here}[]", child["items"])


def row(path, schema):
    type_ = schema.get("type", "integer or string")
    if "enum" in schema:
        type_ = " \\| ".join(f"`{value}`" if value else '`""`' for value in schema["enum"])
    elif type_ == "array":
        type_ = f"list of {schema['items'].get('type', '')}s"
    bounds = [f"{name} {schema[key]}" for key, name in (("minimum", "from"), ("maximum", "to")) if key in schema]
    default = "" if schema.get("default") in (None, {}) else f"`{json.dumps(schema['default'], ensure_ascii=False)}`"
    rules = [rule["message"] for rule in schema.get("x-kubernetes-validations", []) if "fieldPath" not in rule]
    text = schema.get("description", "").replace("|", "\\|")
    if rules:
        text += f" Rule: {'; '.join(rules)}."
    return f"| `{path}` | {' '.join([type_] + bounds)} | {default} | {text} |"


# --- Monitoring -------------------------------------------------------------------------


def monitoring(program):
    """What the operator renders about itself, from a profile of which only that is taken."""
    made = {}
    for language in ("en", "zh"):
        objects = render(program, language)
        recorded = [
            rule
            for group in objects["PrometheusRule", "terway-operator-recording-rules"]["spec"]["groups"]
            for rule in group["rules"]
            if ":terway_operator_" in rule["record"]
        ]
        alerts = objects["PrometheusRule", "terway-operator-operator-rules"]["spec"]["groups"]
        rules = {"groups": [{"name": "terway.operator.recording.rules", "rules": recorded}] + alerts}
        made[CHART / "files" / f"rules.{language}.yaml"] = yaml_text(rules)
    monitor = objects["ServiceMonitor", "terway-operator-monitor"]["spec"]
    for endpoint in monitor["endpoints"]:
        # Everything is kept: there are no nodes' metrics without a profile.
        endpoint.pop("metricRelabelings")
    made[CHART / "files" / "service-monitor.yaml"] = yaml_text(monitor)
    dashboard = objects["ConfigMap", "grafana-terway-operator-dashboard-operator"]["data"]
    made[CHART / "files" / "dashboard.json"] = dashboard_text(json.loads(next(iter(dashboard.values()))))
    return made


def dashboard_text(dashboard):
    """Without links to dashboards that only a profile has."""
    dashboard["links"] = []
    dashboard["uid"] = "terway-operator-itself"
    dashboard["description"] = (
        dashboard["description"].split(" Generated by")[0] + " Comes with the chart terway-operator."
    )
    return json.dumps(dashboard, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def render(program, language):
    profile = {
        "apiVersion": "ops.terway.io/v1alpha1",
        "kind": "TerwayMonitoringProfile",
        "metadata": {"name": "terway-operator"},
        "spec": {"alerts": {"language": language}},
    }
    output = subprocess.run(
        [program, "render", "-f", "-"], input=json.dumps(profile), capture_output=True, text=True, check=True
    ).stdout
    return {(item["kind"], item["metadata"]["name"]): item for item in yaml.safe_load_all(output)}


def yaml_text(value):
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)


if __name__ == "__main__":
    repository, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    for path, text in files(repository, program).items():
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_text(text)
