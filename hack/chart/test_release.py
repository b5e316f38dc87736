"""What hack/release.sh makes: complete, consistent, and the same every time."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest

import helm_python as helm
import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["TERWAY_PROGRAM"]


def release(output, program):
    return subprocess.run(
        [REPOSITORY / "hack/release.sh", "--program", program, "--output", output],
        capture_output=True,
        text=True,
        timeout=120,
    )


def digests(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


IS_REPOSITORY = subprocess.run(["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True).returncode == 0


@unittest.skipUnless(IS_REPOSITORY, "versions come from git, and this is no repository")
class Release(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.output = cls.folder / "one"
        cls.program = cls.folder / "terway-operator"
        subprocess.run(["strip", "-o", cls.program, PROGRAM], check=True)
        done = release(cls.output, cls.program)
        assert done.returncode == 0, done.stderr
        cls.version = done.stderr.split()[1]

    def file(self, pattern):
        (found,) = self.output.glob(pattern)
        return found

    def test_is_the_same_every_time(self):
        done = release(self.folder / "two", self.program)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(digests(self.output), digests(self.folder / "two"))

    def test_has_checksums_of_everything(self):
        lines = dict(reversed(line.split("  ")) for line in (self.output / "checksums.txt").read_text().splitlines())
        everything = digests(self.output)
        del everything["checksums.txt"]
        self.assertEqual(lines, everything)

    def test_installs_what_kustomize_builds_with_its_own_image(self):
        text = (self.output / "install.yaml").read_text()
        items = list(yaml.safe_load_all(text))
        deployment = next(item for item in items if item["kind"] == "Deployment")
        image = deployment["spec"]["template"]["spec"]["containers"][0]["image"]
        self.assertEqual(image, "ghcr.io/terway-operator/terway-operator:" + self.version.replace("+", "-"))
        built = subprocess.run(
            ["kubectl", "kustomize", "config/default"], cwd=REPOSITORY, capture_output=True, text=True, check=True
        )
        self.assertEqual(len(items), len(list(yaml.safe_load_all(built.stdout))))

    def test_has_a_chart_of_its_version(self):
        with helm.Chart.load(self.file("*.tgz")) as chart:
            self.assertEqual((chart.name, chart.version), ("terway-operator", self.version))
            manifests = chart.render({}, name="terway-operator", namespace="terway-operator-system")
            self.assertIn(":" + self.version.replace("+", "-"), manifests["terway-operator/templates/deployment.yaml"])
        with tarfile.open(self.file("*.tgz")) as archive:
            names = archive.getnames()
        self.assertLessEqual({"terway-operator/README.md", "terway-operator/LICENSE"}, set(names))

    def test_has_the_program_and_its_completion(self):
        with tarfile.open(self.file("*_linux_*.tar.gz")) as archive:
            names = {member.name.removeprefix("./"): member for member in archive.getmembers()}
            self.assertTrue(names["terway-operator"].mode & 0o111)
            # krew takes nothing else.
            self.assertEqual({name for name, one in names.items() if not (one.isreg() or one.isdir())}, set())
            self.assertLessEqual(
                {f"completion/{name}" for name in ("terway-operator.bash", "_terway-operator", "terway-operator.fish")},
                names.keys(),
            )
            self.assertTrue(
                archive.extractfile(names["completion/_terway-operator"]).read().startswith(b"#compdef terway-operator\n")
            )
            self.assertTrue(
                all(member.uid == 0 and member.mtime == next(iter(names.values())).mtime for member in names.values())
            )
            script = archive.extractfile(names["completion/terway-operator.bash"]).read()
        self.assertEqual(subprocess.run(["bash", "-n"], input=script, check=False).returncode, 0)

    def test_has_a_plugin_manifest_that_fits_the_archive(self):
        plugin = yaml.safe_load((self.output / "terway.yaml").read_text())
        (platform,) = plugin["spec"]["platforms"]
        archive = self.file("*_linux_*.tar.gz")
        self.assertTrue(platform["uri"].endswith(f"/v{self.version}/{archive.name}"))
        self.assertEqual(platform["sha256"], hashlib.sha256(archive.read_bytes()).hexdigest())
        self.assertEqual(plugin["metadata"]["name"], "terway")
        self.assertLessEqual(len(plugin["spec"]["shortDescription"]), 50)
        for command in ("diagnose", "capacity", "report"):
            self.assertIn(f"({command})", plugin["spec"]["description"])
        with tarfile.open(archive) as content:
            self.assertTrue(content.getmember("./" + platform["bin"]).isreg())

    def test_is_a_plugin_by_the_name_of_the_link_that_krew_makes(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "kubectl-terway").symlink_to(self.program)
        done = subprocess.run([folder / "kubectl-terway", "diagnose", "--help"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("kubectl terway diagnose [flags]", done.stdout)

    def test_is_completed_by_kubectl(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("kubectl-terway", "kubectl_complete-terway"):
            (folder / name).symlink_to(self.program)
        environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["kubectl", "__complete", "terway", "run", "--log-level", ""], env=environment, capture_output=True, text=True
        )
        if "kubectl_complete-terway" not in done.stderr:
            self.skipTest("this kubectl is older than 1.26 and completes no plugins")
        self.assertEqual(done.stdout.splitlines(), ["debug", "info", "warning", "error", ":4"])

    def test_lists_what_the_program_is_made_of(self):
        document = json.loads(self.file("*.spdx.json").read_text())
        self.assertEqual((document["spdxVersion"], document["dataLicense"]), ("SPDX-2.3", "CC0-1.0"))
        packages = {package["SPDXID"]: package for package in document["packages"]}
        self.assertEqual(len(packages), len(document["packages"]))
        for package in packages.values():
            self.assertRegex(package["SPDXID"], r"^SPDXRef-[A-Za-z0-9.-]+$")
            self.assertTrue(
                {"name", "versionInfo", "downloadLocation", "licenseConcluded", "copyrightText"} <= package.keys()
            )
        self.assertTrue(
            {"terway-operator", "swift", "libyaml-0-2"} <= {package["name"] for package in packages.values()}
        )
        self.assertTrue(any(package["name"].startswith("libcurl4") for package in packages.values()))
        for one in document["relationships"]:
            for name in (one["spdxElementId"], one["relatedSpdxElement"]):
                self.assertTrue(name == "SPDXRef-DOCUMENT" or name in packages, name)


class Versions(unittest.TestCase):
    """In a repository of their own, so that tags can be made."""

    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.copy = folder / "repository"
        shutil.copytree(
            REPOSITORY,
            self.copy,
            symlinks=True,
            ignore=lambda at, names: [
                name for name in names if name == ".git" or name.startswith(".build") or name == "Tests"
            ],
        )
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "all")

    def git(self, *words):
        identity = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "tag.gpgsign=false",
        ]
        subprocess.run(["git", *identity, *words], cwd=self.copy, check=True, capture_output=True)

    def version(self):
        return subprocess.run([self.copy / "hack/release.sh", "--version"], capture_output=True, text=True)

    def test_come_from_tags(self):
        self.assertRegex(self.version().stdout, r"^0\.1\.0-dev\.1\+[0-9a-f]{7}\n$")
        self.release("## 0.1.0, 2026-01-02")
        self.git("tag", "v0.1.0")
        self.assertEqual(self.version().stdout, "0.1.0\n")
        (self.copy / "new").write_text("")
        done = self.version()
        self.assertEqual(done.returncode, 1)
        self.assertIn("not committed: ?? new", done.stderr)

    def release(self, heading):
        changelog = self.copy / "docs/changelog.md"
        changelog.write_text(re.sub(r"^## 0\.1\.0.*$", heading, changelog.read_text(), flags=re.MULTILINE))
        self.git("commit", "--quiet", "--allow-empty", "--all", "--message", "heading")

    def test_are_told_of_in_the_changelog(self):
        for heading, refusal in (
            ("## 0.1.0, not released yet", "but docs/changelog.md says: ## 0.1.0, not released yet"),
            ("## 0.1.01", "but docs/changelog.md has no section '## 0.1.0'"),
        ):
            with self.subTest(heading=heading):
                self.release(heading)
                self.git("tag", "--force", "v0.1.0")
                done = self.version()
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(refusal, done.stderr)

    def test_are_written_into_the_program_and_not_among_the_sources(self):
        script = """
          root=$0 commit=0123456789ab work= program=
          source "$root/hack/release/program.sh"
          mkdir "$root/Tests"
          copy_source "$1"
        """
        target = self.copy.parent / "source"
        subprocess.run(["bash", "-euc", script, self.copy, target], check=True, timeout=60)
        name = "Sources/terway-operator/BuildInformation.swift"
        self.assertIn('commit = "0123456789ab"', (target / name).read_text())
        self.assertIn('commit = ""', (self.copy / name).read_text())

    def test_of_tag_and_program_agree(self):
        self.git("tag", "v9.9.9")
        done = self.version()
        self.assertEqual(done.returncode, 1)
        self.assertIn("the tag is v9.9.9, but Sources/terway-operator/BuildInformation.swift says 0.1.0", done.stderr)


if __name__ == "__main__":
    unittest.main()
