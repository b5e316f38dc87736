#!/usr/bin/env python3
"""Writes a list of what the program, or a root file system, is made of, as SPDX 2.3 in JSON.

For the program: itself, the compiler whose standard library is linked in, and the packages of the libraries that it loads. For
a root file system: itself, and every package that dpkg knows in it. The same input gives the same list.
"""

import argparse
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys

NAMESPACE = "https://github.com/terway-operator/terway-operator/spdx"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subject", choices=["program", "image"])
    parser.add_argument("--version", required=True)
    parser.add_argument("--commit", required=True)
    parser.add_argument("--epoch", type=int, required=True, help="seconds; the time that the document gives")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path("/"), help="of the file system")
    options = parser.parse_args()
    packages = debian_packages(options.root)
    if options.subject == "program":
        names = loaded(options.program)
        packages = [package for package in packages if package["name"] in names]
    json.dump(document(options, packages), sys.stdout, indent=1, sort_keys=True)
    print()


def document(options, debian):
    program = {
        "SPDXID": "SPDXRef-terway-operator",
        "name": "terway-operator",
        "versionInfo": options.version,
        "downloadLocation": f"git+https://github.com/terway-operator/terway-operator@{options.commit}",
        "filesAnalyzed": False,
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
        "supplier": "Organization: terway-operator",
        "checksums": [
            {"algorithm": "SHA256", "checksumValue": hashlib.sha256(options.program.read_bytes()).hexdigest()}
        ],
    }
    swift = {
        "SPDXID": "SPDXRef-swift",
        "name": "swift",
        "versionInfo": json.loads(run(str(options.program), "version", "-o", "json"))["swift"],
        "downloadLocation": "https://www.swift.org/install",
        "filesAnalyzed": False,
        "licenseConcluded": "Apache-2.0 WITH Swift-exception",
        "licenseDeclared": "Apache-2.0 WITH Swift-exception",
        "copyrightText": "NOASSERTION",
        "supplier": "Organization: Swift.org",
    }
    libraries = [spdx(package) for package in debian]
    relationships = [
        ("SPDXRef-DOCUMENT", "DESCRIBES", program["SPDXID"]),
        (program["SPDXID"], "STATIC_LINK", swift["SPDXID"]),
    ]
    relation = "DYNAMIC_LINK" if options.subject == "program" else "DEPENDS_ON"
    relationships += [(program["SPDXID"], relation, library["SPDXID"]) for library in libraries]
    content = json.dumps([program, libraries], sort_keys=True).encode()
    created = datetime.datetime.fromtimestamp(options.epoch, datetime.timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"terway-operator-{options.subject}-{options.version}",
        "documentNamespace": f"{NAMESPACE}/{options.subject}-{options.version}-{hashlib.sha256(content).hexdigest()[:16]}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: hack/release/sbom.py"]},
        "packages": [program, swift, *libraries],
        "relationships": [
            {"spdxElementId": one, "relationshipType": type_, "relatedSpdxElement": other}
            for one, type_, other in relationships
        ],
    }


def spdx(package):
    name, version = package["name"], package["version"]
    return {
        "SPDXID": "SPDXRef-deb-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "supplier": "Organization: Debian",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": f"pkg:deb/debian/{name}@{version}?arch={package['architecture']}",
            }
        ],
    }


def debian_packages(root):
    """What dpkg has in a file system, by name."""
    packages = []
    for entry in (root / "var/lib/dpkg/status").read_text(encoding="utf-8").split("\n\n"):
        fields = dict(re.findall(r"^(Package|Version|Architecture|Status): (.*)$", entry, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            packages.append(
                {"name": fields["Package"], "version": fields["Version"], "architecture": fields["Architecture"]}
            )
    return sorted(packages, key=lambda package: package["name"])


def loaded(program):
    """The packages whose libraries a program names itself."""
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "--dynamic", str(program)))
    paths = dict(re.findall(r"^\s*(\S+) => (\S+)", run("ldd", str(program)), re.MULTILINE))
    names = set()
    for library in needed:
        path = pathlib.Path(paths.get(library, library)).resolve()
        for candidate in (path, pathlib.Path(str(path).removeprefix("/usr"))):
            found = subprocess.run(["dpkg", "--search", str(candidate)], capture_output=True, text=True)
            if found.returncode == 0:
                names.add(found.stdout.split(":")[0])
                break
    return names


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
