"""Runs every command of README and docs on a real control plane, page by page.

Which are left out, and how they say why: pages.py. What those say is seen by test_pages.py.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import pages
from cluster import (
    KUBECTL,
    PROGRAM,
    REPOSITORY,
    Kubelet,
    compatible_chart,
    eventually,
    get,
    install_foreign_definitions,
    kubectl,
    minor_version,
)

PAGES = [page for page in pages.ALL if page != pages.COMPARED]
NAMESPACE = "terway-operator-system"

# kubectl and helm as an old server wants them: manifests without what it does not know.
KUBECTL_SHIM = """#!{python}
import os, sys
sys.path.insert(0, {folder!r})
import cluster
words = sys.argv[1:]
if "-k" in words and words[0] in ("apply", "delete") and cluster.minor_version() < 25:
    index = words.index("-k")
    text = cluster.compatible(cluster.kubectl("kustomize", words[index + 1]))
    print(cluster.kubectl(*words[:index], "-f", "-", *words[index + 2:], input=text), end="")
else:
    os.execvp(cluster.KUBECTL, [cluster.KUBECTL, *words])
"""
HELM_SHIM = """#!{python}
import os, sys
words = [{chart!r} if word == "config/chart/terway-operator" else word for word in sys.argv[1:]]
if words[0] in ("install", "upgrade") and {is_old}:
    words += ["--set", "podDisruptionBudget.enabled=false"]
os.execv({python!r}, [{python!r}, {folder!r} + "/helm.py", *words])
"""


# Sections of this page are ways to choose from: each begins with a cluster that nothing was done to.
ALTERNATIVES = "docs/install.md"


def blocks(page):
    """(line, heading above it, its commands) of each console block that is to run."""
    for block in pages.blocks(page, "console"):
        if not block.reason:
            yield block.line, block.heading, [command for _, command in block.commands]


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        install_foreign_definitions()
        here = str(REPOSITORY / "hack/chart")
        chart = str(compatible_chart(REPOSITORY / "config/chart/terway-operator", cls.folder))
        fill = {"python": sys.executable, "folder": here, "chart": chart, "is_old": minor_version() < 21}
        cls.programs = cls.folder / "bin"
        cls.programs.mkdir()
        for name, text in (("kubectl", KUBECTL_SHIM.format(**fill)), ("helm", HELM_SHIM.format(**fill))):
            (cls.programs / name).write_text(text)
            (cls.programs / name).chmod(0o755)
        for name in ("terway-operator", "kubectl-terway"):
            (cls.programs / name).symlink_to(PROGRAM)

    def clean(self):
        """A cluster without us."""
        kubectl("delete", "twmp,eniap", "--all", "--timeout=60s", check=False)
        for namespace in (NAMESPACE, "monitoring", "logging", "terway-monitoring"):
            kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false")
        for kind in ("clusterrole", "clusterrolebinding", "crd"):
            items = (get(kind) or {"items": []})["items"]
            ours = [
                item["metadata"]["name"]
                for item in items
                if item["metadata"]["name"].startswith("terway-") or item["metadata"]["name"].endswith(".ops.terway.io")
            ]
            if ours:
                kubectl("delete", kind, "--wait=false", *ours)
        eventually(
            "it is gone",
            lambda: (
                not any(get("namespace", one) for one in (NAMESPACE, "monitoring", "logging"))
                and not get("crd", "eniautoscalepolicies.ops.terway.io")
            ),
        )

    def test_all_run(self):
        environment = os.environ | {"PATH": f"{self.programs}:{os.environ['PATH']}", "TERWAY_KUBECTL": KUBECTL}
        for page in PAGES:
            section = None
            for line, heading, commands in blocks(page):
                if section is None or (page == ALTERNATIVES and heading != section):
                    self.clean()
                    if page not in ("README.md", ALTERNATIVES):
                        self.install(environment)
                section = heading
                with Kubelet(NAMESPACE, self.folder):
                    for command in commands:
                        with self.subTest(place=f"{page}:{line}", command=command):
                            self.sh(command, environment)
        self.clean()

    def install(self, environment):
        """What a reader has who opens another page than those about installing."""
        for command in (
            "kubectl apply --server-side -k config/default",
            "kubectl create namespace monitoring",
            "kubectl create namespace logging",
            "kubectl apply -k config/samples",
        ):
            self.sh(command, environment)

    def sh(self, command, environment):
        # Kinds that have just been defined are served a moment later.
        for _ in range(40):
            done = subprocess.run(
                ["bash", "-c", command], cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120
            )
            if (
                "no matches for kind" not in done.stderr
                and "the server doesn't have a resource type" not in done.stderr
            ):
                break
            time.sleep(0.5)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")


class Links(unittest.TestCase):
    def test_lead_somewhere(self):
        for page in [REPOSITORY / name for name in pages.ALL + ["README.zh-CN.md", "CONTRIBUTING.md"]]:
            for target in re.findall(r"\]\(([^)#\s]*)(?:#[^)]*)?\)", page.read_text()):
                if target and "://" not in target:
                    with self.subTest(page=page.name, target=target):
                        self.assertTrue((page.parent / target).resolve().exists())

    def test_of_both_languages_are_the_same(self):
        def shape(page):
            text = (REPOSITORY / page).read_text()
            return (
                [line for line in text.split("\n") if line.startswith("$ ")],
                sorted(re.findall(r"\]\(([^)]*)\)", text)),
                len(re.findall(r"^## ", text, re.M)),
            )

        english, chinese = shape("README.md"), shape("README.zh-CN.md")
        self.assertEqual(
            [command.split("    # ")[0] for command in english[0]],
            [command.split("    # ")[0] for command in chinese[0]],
        )
        self.assertEqual(
            [one for one in english[1] if "README" not in one], [one for one in chinese[1] if "README" not in one]
        )
        self.assertEqual(english[2], chinese[2])


if __name__ == "__main__":
    unittest.main()
