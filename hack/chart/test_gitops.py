"""What tools that apply from git see and do: their health, the same manifests again, pruning, and no fights."""

import os
import pathlib
import tempfile
import time
import unittest

import helm_python as helm
import lupa
import yaml

import kstatus
from cluster import (
    KUBECTL,
    REPOSITORY,
    compatible,
    condition,
    documents,
    eventually,
    get,
    hold,
    install_foreign_definitions,
    kubeconfig_of,
    kubectl,
    operator,
    run,
)

FOLDER = REPOSITORY / "config/gitops"
NAMESPACE = "terway-operator-system"


def health(item):
    """What Argo CD makes of an object with our script."""
    lua = lupa.LuaRuntime(unpack_returned_tuples=True)
    lua.globals().obj = lua.table_from(item, recursive=True)
    return lua.execute((FOLDER / "argo-cd/health.lua").read_text())["status"]


def resource(kind, name, spec, label="gitops"):
    return {
        "apiVersion": "ops.terway.io/v1alpha1",
        "kind": kind,
        "spec": spec,
        "metadata": {"name": name, "labels": {"applied-by": label}},
    }


def image_of(texts):
    """Of the operator's Deployment."""
    items = [item for text in texts for item in yaml.safe_load_all(text) if item]
    deployment = next(item for item in items if item["kind"] == "Deployment")
    return deployment["spec"]["template"]["spec"]["containers"][0]["image"]


class Files(unittest.TestCase):
    def test_of_argo_cd_have_the_script_for_both_kinds(self):
        data = yaml.safe_load((FOLDER / "argo-cd/argocd-cm.yaml").read_text())["data"]
        script = (FOLDER / "argo-cd/health.lua").read_text()
        for kind in ("TerwayMonitoringProfile", "EniAutoscalePolicy"):
            self.assertEqual(data[f"resource.customizations.health.ops.terway.io_{kind}"], script)

    def test_name_paths_that_are_there(self):
        for file in FOLDER.glob("*/*.yaml"):
            for item in yaml.safe_load_all(file.read_text()):
                spec = item.get("spec", {})
                for path in (
                    spec.get("path"),
                    spec.get("source", {}).get("path"),
                    spec.get("chart", {}).get("spec", {}).get("chart"),
                ):
                    if path:
                        self.assertTrue((REPOSITORY / path).is_dir(), f"{file}: {path}")
                for check in spec.get("healthChecks", []):
                    built = yaml.safe_load_all(run(KUBECTL, "kustomize", REPOSITORY / spec["path"]))
                    self.assertIn(
                        (check["kind"], check["name"]), [(one["kind"], one["metadata"]["name"]) for one in built]
                    )

    def test_need_nothing_that_they_do_not_bring(self):
        for file in FOLDER.glob("*/*.yaml"):
            items = [item for item in yaml.safe_load_all(file.read_text()) if "kind" in item]
            there = {(one["kind"], one["metadata"]["namespace"], one["metadata"]["name"]) for one in items}
            for item in items:
                spec, own = item["spec"], item["metadata"]["namespace"]
                with self.subTest(file=file.name, item=item["metadata"]["name"]):
                    source = spec.get("sourceRef") or spec.get("chart", {}).get("spec", {}).get("sourceRef")
                    if source:
                        self.assertIn((source["kind"], source.get("namespace", own), source["name"]), there)
                    # Only the tools' own namespaces are there before.
                    self.assertIn(own, ("argocd", "flux-system"))
                    if item["kind"] == "HelmRelease":
                        self.assertTrue(spec["install"]["createNamespace"])
                        self.assertEqual(spec["targetNamespace"], NAMESPACE)

    def test_run_the_image_of_their_reader(self):
        images = set()
        for file in FOLDER.glob("*/*.yaml"):
            for item in yaml.safe_load_all(file.read_text()):
                spec = item.get("spec", {})
                values = spec.get("values") or spec.get("source", {}).get("helm", {}).get("valuesObject")
                if values:
                    with helm.Chart.load(REPOSITORY / "config/chart/terway-operator") as chart:
                        manifests = chart.render(values, name="terway-operator", namespace=NAMESPACE)
                    images.add((file.name, image_of([manifests["terway-operator/templates/deployment.yaml"]])))
                elif spec.get("path") == "./config/default":
                    images.add((file.name, image_of([self.built(spec)])))
        tag = yaml.safe_load((REPOSITORY / "config/chart/terway-operator/Chart.yaml").read_text())["appVersion"]
        self.assertEqual(
            images,
            {
                (name, f"REGISTRY/terway-operator:{tag}")
                for name in ("application.yaml", "operator.yaml", "helm-release.yaml")
            },
        )

    def built(self, spec):
        """What Flux makes of a Kustomization: `images` is added to the file in `path`."""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        base = os.path.relpath(REPOSITORY / spec["path"], folder.resolve())
        (folder / "kustomization.yaml").write_text(yaml.dump({"resources": [base], "images": spec["images"]}))
        return run(KUBECTL, "kustomize", folder)

    def test_of_health_cover_what_a_resource_can_be(self):
        def item(observed, **conditions):
            entries = [{"type": type_, "status": status, "message": "m"} for type_, status in conditions.items()]
            return {"metadata": {"generation": 2}, "status": {"observedGeneration": observed, "conditions": entries}}

        cases = [
            ({"metadata": {"generation": 1}}, "Progressing", kstatus.CURRENT),
            (item(1, Ready="True"), "Progressing", kstatus.IN_PROGRESS),
            (item(2, Ready="True", Reconciling="False", Stalled="False"), "Healthy", kstatus.CURRENT),
            (item(2, Ready="False", Reconciling="True"), "Progressing", kstatus.IN_PROGRESS),
            (item(2, Ready="False", Stalled="True"), "Degraded", kstatus.FAILED),
            (item(2, Stalled="True", Ready="False"), "Degraded", kstatus.FAILED),
        ]
        for case, argo, flux in cases:
            with self.subTest(case=case):
                self.assertEqual((health(case), kstatus.status(case)), (argo, flux))


class OnACluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        install_foreign_definitions()
        for namespace in ("monitoring", "logging"):
            kubectl("create", "namespace", namespace, check=False)
        cls.manifests = compatible(run(KUBECTL, "kustomize", REPOSITORY / "config/default"))
        cls.apply(cls.manifests)
        eventually(
            "the definitions are served",
            lambda: condition(get("crd", "eniautoscalepolicies.ops.terway.io"), "Established") == "True",
        )
        kubeconfig = cls.enterClassContext(kubeconfig_of("terway-operator", NAMESPACE, cls.folder))
        cls.enterClassContext(operator(kubeconfig, "--leader-elect"))

    @classmethod
    def tearDownClass(cls):
        kubectl("delete", "twmp,eniap", "--all", "--timeout=60s")
        cls.doClassCleanups()
        kubectl("delete", "--wait=false", "-f", "-", input=cls.manifests)
        eventually("the definitions are gone", lambda: get("crd", "eniautoscalepolicies.ops.terway.io") is None)

    @staticmethod
    def apply(*items, manager="gitops"):
        text = items[0] if isinstance(items[0], str) else documents(*items)
        return kubectl("apply", "--server-side", "--force-conflicts", "--field-manager", manager, "-f", "-", input=text)

    def state(self, kind, name):
        item = get(kind, name)
        return kstatus.status(item), health(item) if item and kstatus.status(item) != kstatus.TERMINATING else None

    def becomes(self, kind, name, *expected):
        eventually(f"{kind} {name} is {expected}", lambda: self.state(kind, name) == expected)

    def test_see_a_resource_through_its_life(self):
        self.assertEqual(self.state("twmp", "seen"), (kstatus.NOT_FOUND, None))
        self.apply(resource("TerwayMonitoringProfile", "seen", {}))
        self.becomes("twmp", "seen", kstatus.CURRENT, "Healthy")
        # A namespace that is missing is something that may still come.
        self.apply(resource("TerwayMonitoringProfile", "seen", {"namespace": "not-there"}))
        eventually(
            "it is not fine",
            lambda: (
                self.state("twmp", "seen")[0] in (kstatus.IN_PROGRESS, kstatus.FAILED)
                and get("twmp", "seen")["status"]["observedGeneration"] == 2
            ),
        )
        self.apply(resource("TerwayMonitoringProfile", "seen", {}))
        self.becomes("twmp", "seen", kstatus.CURRENT, "Healthy")
        # Two fields that contradict each other, which only the operator sees on an old server.
        self.apply_unchecked(
            resource("TerwayMonitoringProfile", "seen", {"alerts": {"overrides": [{"alert": "Nonsense"}]}})
        )
        self.becomes("twmp", "seen", kstatus.FAILED, "Degraded")
        kubectl("delete", "twmp", "seen")
        self.becomes("twmp", "seen", kstatus.NOT_FOUND, None)

    def apply_unchecked(self, item):
        self.apply(item)

    def test_may_apply_the_same_again_and_again(self):
        items = [
            resource("TerwayMonitoringProfile", "same", {"alerts": {"language": "zh"}}),
            resource(
                "EniAutoscalePolicy", "same", {"mode": "Apply", "nodeSelector": {"matchLabels": {"pool": "none"}}}
            ),
        ]
        self.apply(*items)
        self.becomes("twmp", "same", kstatus.CURRENT, "Healthy")
        hold("same")
        self.settle()
        before = self.versions()
        for manager in ("gitops", "gitops", "somebody"):
            self.apply(*items, manager=manager)
            self.apply(self.manifests, manager="gitops")
        after = self.versions()
        self.assertEqual(before, after)
        self.assertTrue(get("eniap", "same")["metadata"]["finalizers"])
        kubectl("delete", "twmp,eniap", "same")

    def test_prune_what_is_no_longer_in_git(self):
        both = [
            resource("TerwayMonitoringProfile", "kept", {}, "prune"),
            resource("EniAutoscalePolicy", "pruned", {"mode": "Apply"}, "prune"),
        ]
        kinds = ["TerwayMonitoringProfile", "EniAutoscalePolicy"]
        flag = "--prune-whitelist" if "--prune-whitelist" in kubectl("apply", "--help") else "--prune-allowlist"
        prune = [
            "apply",
            "--prune",
            "-l",
            "applied-by=prune",
            *(f"{flag}=ops.terway.io/v1alpha1/{kind}" for kind in kinds),
            "-f",
            "-",
        ]
        kubectl(*prune, input=documents(*both))
        self.becomes("twmp", "kept", kstatus.CURRENT, "Healthy")
        uid = get("prometheusrule", "kept-operator-rules", "-n", "monitoring")["metadata"]["uid"]
        kubectl(*prune, input=documents(both[0]))
        self.becomes("eniap", "pruned", kstatus.NOT_FOUND, None)
        self.assertEqual(get("prometheusrule", "kept-operator-rules", "-n", "monitoring")["metadata"]["uid"], uid)
        kubectl("delete", "twmp", "kept")

    def versions(self):
        """Of what is applied the generation, which a change of more than metadata moves; of what is generated everything."""
        applied = [get("twmp", "same"), get("eniap", "same"), get("deployment", "terway-operator", "-n", NAMESPACE)]
        generated = get("prometheusrule,servicemonitor,configmap", "-A", "-l", "ops.terway.io/profile=same")["items"]
        return (
            [(item["metadata"]["uid"], item["metadata"]["generation"]) for item in applied],
            sorted((item["metadata"]["name"], item["metadata"]["resourceVersion"]) for item in generated),
        )

    def settle(self):
        """Until two looks in a row see the same."""
        last = []

        def is_quiet():
            last.append(self.versions())
            time.sleep(1)
            return len(last) > 1 and last[-1] == last[-2]

        eventually("nothing changes any more", is_quiet)


if __name__ == "__main__":
    unittest.main()
