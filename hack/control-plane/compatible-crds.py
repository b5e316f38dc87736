#!/usr/bin/env python3
"""Rewrites CustomResourceDefinitions so that an old API server takes them.

Reads YAML files (or - for standard input) and writes them as one YAML stream, without the
fields that a server of the given version does not know: it rejects them in server-side
apply and drops them, silently, in a create. Leaving them out only makes schemas more
permissive. Documents that are not CustomResourceDefinitions are passed through.
"""

import argparse
import json
import sys

try:
    import yaml
except ImportError:
    sys.exit("compatible-crds: PyYAML is missing (Debian package python3-yaml): run hack/install-dependencies.sh")

# Schema keywords, with the first minor version of Kubernetes 1 that has them on by default.
KEYWORD_SINCE = {
    "x-kubernetes-validations": 25,
}
# The same for fields of spec.versions[].
VERSION_FIELD_SINCE = {
    "deprecated": 19,
    "deprecationWarning": 19,
    "selectableFields": 31,
}

# Where a schema holds other schemas: under names, in a list, or directly.
SCHEMAS_BY_NAME = ("properties", "patternProperties", "definitions")
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")
SINGLE_SCHEMAS = ("items", "additionalProperties", "not")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads what YAML 1.1 makes dates and the value key `=` as the strings they are in JSON."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":value"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def strip_schema(schema, minor):
    if not isinstance(schema, dict):
        return
    for keyword, since in KEYWORD_SINCE.items():
        if minor < since:
            schema.pop(keyword, None)
    for keyword in SCHEMAS_BY_NAME:
        for child in schema.get(keyword, {}).values():
            strip_schema(child, minor)
    for keyword in SCHEMA_LISTS:
        for child in schema.get(keyword, []):
            strip_schema(child, minor)
    for keyword in SINGLE_SCHEMAS:
        strip_schema(schema.get(keyword), minor)


def strip_crd(crd, minor):
    crd.pop("status", None)
    for version in crd["spec"]["versions"]:
        for field, since in VERSION_FIELD_SINCE.items():
            if minor < since:
                version.pop(field, None)
        strip_schema(version.get("schema", {}).get("openAPIV3Schema"), minor)


def minor_version(text):
    major, _, rest = text.removeprefix("v").partition(".")
    minor = rest.partition(".")[0].rstrip("+")
    if major != "1" or not minor.isdigit():
        raise argparse.ArgumentTypeError(f"a version such as 1.20 is wanted, not {text}")
    return int(minor)


def documents(paths):
    for path in paths:
        try:
            with sys.stdin if path == "-" else open(path, encoding="utf-8") as stream:
                yield from (document for document in yaml.load_all(stream, Loader) if document is not None)
        except (OSError, yaml.YAMLError) as error:
            sys.exit(f"compatible-crds: {path}: {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server-version", type=minor_version, default="1.20", metavar="1.N")
    parser.add_argument("file", nargs="+")
    arguments = parser.parse_args()

    for document in documents(arguments.file):
        if isinstance(document, dict) and document.get("kind") == "CustomResourceDefinition":
            strip_crd(document, arguments.server_version)
        # JSON is YAML, and leaves no doubt about which scalars are strings: PyYAML writes "1e9" without quotes.
        print("---")
        json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
        print()


if __name__ == "__main__":
    main()
