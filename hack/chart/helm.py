#!/usr/bin/env python3
"""As much of the command helm as the documentation uses, by Helm's own library: install, upgrade, uninstall, template, lint."""

import argparse
import re
import sys

import helm_python
import yaml


def main():
    parser = argparse.ArgumentParser(prog="helm")
    parser.add_argument("command", choices=["install", "upgrade", "uninstall", "template", "lint"])
    parser.add_argument("operands", nargs="*")
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--namespace", "-n", default="default")
    parser.add_argument("--create-namespace", action="store_true")
    parser.add_argument("--no-hooks", action="store_true")
    parser.add_argument("--values", "-f", action="append", default=[])
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_intermixed_args()
    values = {}
    for file in options.values:
        with open(file, encoding="utf-8") as text:
            values = merged(values, yaml.safe_load(text) or {})
    for expression in options.set:
        values = merged(values, helm_python.parse_set_string(expression))
    run(options, values)


def run(options, values):
    if options.command == "lint":
        report = helm_python.lint(options.operands[0], values)
        print(yaml.safe_dump(report))
        sys.exit(1 if report["errors"] else 0)
    if options.command == "template":
        name, path = options.operands
        with helm_python.Chart.load(path) as chart:
            chart.validate_schema(values)
            for path, text in chart.render(values, name=name, namespace=options.namespace).items():
                # Helm prints notes when it installs.
                for document in [] if path.endswith("NOTES.txt") else re.split(r"^---$", text, flags=re.MULTILINE):
                    item = yaml.safe_load(document)
                    if item and not (options.no_hooks and is_hook(item)):
                        print(f"---\n# Source: {path}\n{document.strip()}")
        return
    with helm_python.Config(namespace=options.namespace) as config:
        name, *chart = options.operands
        if options.command == "uninstall":
            config.uninstall(name, timeout=120)
        elif options.command == "upgrade" and not (options.install and not exists(config, name)):
            config.upgrade(chart[0], name, values, timeout=120)
        else:
            config.install(chart[0], name, values, create_namespace=options.create_namespace, timeout=120)


def is_hook(item):
    return "helm.sh/hook" in (item["metadata"].get("annotations") or {})


def exists(config, name):
    return any(release["name"] == name for release in config.list(all_states=True))


def merged(one, other):
    return one | {
        key: merged(one[key], value) if isinstance(value, dict) and isinstance(one.get(key), dict) else value
        for key, value in other.items()
    }


if __name__ == "__main__":
    try:
        main()
    except helm_python.HelmError as error:
        sys.exit(f"Error: {error}")
