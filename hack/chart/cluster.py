"""A control plane as the tests use it: kubectl, what an old server does not know, and a played kubelet."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
KUBECTL = os.environ.get("TERWAY_KUBECTL", "kubectl")
PROGRAM = os.environ["TERWAY_PROGRAM"]


def run(*command, input=None, check=True):
    done = subprocess.run([str(word) for word in command], input=input, capture_output=True, text=True, timeout=120)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.stderr or done.stdout}")
    return done.stdout


def kubectl(*arguments, input=None, check=True):
    return run(KUBECTL, *arguments, input=input, check=check)


def get(*arguments):
    """The object, or None."""
    text = kubectl("get", *arguments, "-o", "json", "--ignore-not-found")
    return json.loads(text) if text else None


def eventually(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.2)


def minor_version():
    return int(json.loads(kubectl("get", "--raw", "/version"))["gitVersion"].split(".")[1])


def compatible(text):
    """Manifests without what an old server does not know."""
    minor = minor_version()
    text = run(
        sys.executable,
        REPOSITORY / "hack/control-plane/compatible-crds.py",
        "--server-version",
        f"1.{minor}",
        "-",
        input=text,
    )
    items = [item for item in yaml.safe_load_all(text) if item]
    if minor < 21:
        items = [item for item in items if item["kind"] != "PodDisruptionBudget"]
    return documents(*items)


class QuotingDumper(yaml.SafeDumper):
    """Quotes every text: what PyYAML writes plain, such as 1e9, others read as a number."""

    def represent_text(self, text):
        return self.represent_scalar("tag:yaml.org,2002:str", text, style='"')


QuotingDumper.add_representer(str, QuotingDumper.represent_text)


def documents(*items):
    return yaml.dump_all(items, Dumper=QuotingDumper, width=1000)


def compatible_chart(chart, folder):
    """A copy of the chart that the server takes."""
    copy = pathlib.Path(folder) / chart.name
    shutil.copytree(chart, copy)
    for crd in (copy / "crds").iterdir():
        crd.write_text(compatible(crd.read_text()))
    metadata = (copy / "Chart.yaml").read_text()
    (copy / "Chart.yaml").write_text(metadata.replace('kubeVersion: ">=1.21.0-0"\n', ""))
    return copy


def install_foreign_definitions():
    for file in sorted((REPOSITORY / "hack").glob("*/crds/*.yaml")):
        kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", input=compatible(file.read_text()))


@contextlib.contextmanager
def kubeconfig_of(service_account, namespace, folder):
    """A kubeconfig with the token of a service account."""
    config = json.loads(kubectl("config", "view", "--raw", "-o", "json"))
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{service_account}/token"
    token = json.loads(kubectl("create", "--raw", path, "-f", "-", input=json.dumps(request)))["status"]["token"]
    config["users"] = [{"name": user["name"], "user": {"token": token}} for user in config["users"]]
    for context in config["contexts"]:
        context["context"]["namespace"] = namespace
    file = pathlib.Path(folder) / f"{service_account}.kubeconfig"
    file.write_text(json.dumps(config))
    yield file
    file.unlink()


class Kubelet(threading.Thread):
    """Runs the pods of Jobs: their arguments with our program, as their service account, and reports how they ended."""

    def __init__(self, namespace, folder):
        super().__init__(daemon=True)
        self.namespace, self.folder = namespace, folder
        self.stopped = threading.Event()
        self.ran = []

    def run(self):
        while not self.stopped.wait(0.2):
            text = kubectl("get", "pods", "-n", self.namespace, "-o", "json", check=False)
            for pod in json.loads(text)["items"] if text else []:
                owners = pod["metadata"].get("ownerReferences", [])
                if pod["status"].get("phase") == "Pending" and owners and owners[0]["kind"] == "Job":
                    self.play(pod)

    def play(self, pod):
        (container,) = pod["spec"]["containers"]
        with kubeconfig_of(pod["spec"]["serviceAccountName"], self.namespace, self.folder) as kubeconfig:
            command = [PROGRAM, *container["args"], "--kubeconfig", str(kubeconfig)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        self.ran.append((container["args"], done.returncode, done.stdout + done.stderr))
        pod["status"] |= {
            "phase": "Succeeded" if done.returncode == 0 else "Failed",
            "containerStatuses": [
                {
                    "name": container["name"],
                    "image": container["image"],
                    "imageID": "",
                    "ready": False,
                    "restartCount": 0,
                    "state": {"terminated": {"exitCode": done.returncode}},
                }
            ],
        }
        path = f"/api/v1/namespaces/{self.namespace}/pods/{pod['metadata']['name']}/status"
        kubectl("replace", "--raw", path, "-f", "-", input=json.dumps(pod), check=False)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.join()


@contextlib.contextmanager
def operator(kubeconfig, *arguments):
    """The operator as a process; ready when the block begins."""
    log = pathlib.Path(kubeconfig).with_suffix(".log")
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [
                PROGRAM,
                "run",
                "--kubeconfig",
                str(kubeconfig),
                "--metrics-bind-address",
                "127.0.0.1:0",
                "--health-probe-bind-address",
                "127.0.0.1:0",
                *arguments,
            ],
            stderr=output,
            stdout=output,
        )
    process.log = log
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def metrics(process):
    """What the operator serves: {family: (type, names of labels, help)}."""
    log = process.log.read_text()
    found = re.search(r"listening.*address=(\S+).*for=metrics", log)
    if not found:
        return {}
    with urllib.request.urlopen(f"http://{found[1]}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    return families(text)


def families(text):
    """What is exposed in Prometheus' text format; without the label of a histogram's buckets."""
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    labels = {name: set() for name in types}
    for series, inner in re.findall(r"^(\w+)\{(.*)\} ", text, re.MULTILINE):
        family = series if series in types else re.sub(r"_(bucket|sum|count)$", "", series)
        labels.setdefault(family, set()).update(re.findall(r'(?:^|,)(\w+)="', inner))
    return {
        name: (types.get(name, "untyped"), labels.get(name, set()) - {"le"}, help_)
        for name, help_ in re.findall(r"^# HELP (\S+) (.*)$", text, re.MULTILINE)
    }


@contextlib.contextmanager
def played_terway(nodes):
    """Terway on so many nodes, as the simulator plays it."""
    process = subprocess.Popen(
        [
            pathlib.Path(PROGRAM).with_name("terway-simulator"),
            "run",
            "--nodes",
            str(nodes),
            "--speed",
            "20",
            "--workload",
            "steady",
            "--workload-nodes",
            "1",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=40)


def hold(policy):
    """Makes a policy wait for the operator when it goes, as one does that has changed nodes."""
    patch = {"metadata": {"finalizers": ["ops.terway.io/restore-nodes"]}}
    kubectl("patch", "eniap", policy, "--type=merge", "--patch", json.dumps(patch))


def condition(item, type_):
    conditions = ((item or {}).get("status") or {}).get("conditions") or []
    return next((entry["status"] for entry in conditions if entry["type"] == type_), None)
