"""The image, without a container engine: the Dockerfile performed, and the operator run in what comes of it."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from cluster import PROGRAM, REPOSITORY, run

IS_REPOSITORY = subprocess.run(["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True).returncode == 0


@unittest.skipUnless(os.geteuid() == 0, "debootstrap and chroot need root")
@unittest.skipUnless(IS_REPOSITORY, "labels come from git, and this is no repository")
class Image(unittest.TestCase):
    def test_runs_the_operator_as_nobody_in_a_file_system_that_nobody_can_write_to(self):
        run(PROGRAM, "crds", "--apply")
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        done = subprocess.run(
            [REPOSITORY / "hack/image.sh", "--program", PROGRAM, "--once", "--output", folder],
            capture_output=True,
            text=True,
            timeout=600,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("image: runs: terway-operator 0.", done.stderr)
        self.assertIn("the operator is ready, read-only and without privileges", done.stderr)
        self.assertIn("image.tar", (folder / "size.txt").read_text())
        packages = {package["name"] for package in json.loads((folder / "image.spdx.json").read_text())["packages"]}
        self.assertLessEqual({"libcurl4", "libyaml-0-2", "tzdata", "ca-certificates"}, packages)
