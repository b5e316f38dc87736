"""The chart's life on a real API server, by Helm's own library."""

import json
import tempfile
import unittest

import helm_python as helm
import yaml

import generate
import test_metrics
from cluster import (
    Kubelet,
    REPOSITORY,
    compatible_chart,
    condition,
    eventually,
    get,
    hold,
    install_foreign_definitions,
    kubeconfig_of,
    kubectl,
    metrics,
    minor_version,
    operator,
    played_terway,
)

NAME, NAMESPACE = "terway-operator", "terway-operator-system"
DEFINITIONS = ["terwaymonitoringprofiles.ops.terway.io", "eniautoscalepolicies.ops.terway.io"]


def values(**changes):
    return {
        "podDisruptionBudget": {"enabled": minor_version() >= 21},
        "networkPolicy": {"enabled": True, "metricsFrom": [{"namespaceSelector": {}}]},
        "serviceMonitor": {"enabled": True},
        "prometheusRule": {"enabled": True},
        "dashboard": {"enabled": True},
        "profiles": [{"name": "terway", "spec": {"alerts": {"language": "zh"}}}],
        "policies": [{"name": "default", "spec": {"mode": "Apply", "nodeSelector": {"matchLabels": {"pool": "none"}}}}],
    } | changes


class ChartOnACluster(unittest.TestCase):
    """One release, from its installation to its end."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.chart = compatible_chart(REPOSITORY / generate.CHART, cls.folder)
        cls.helm = cls.enterClassContext(helm.Config(namespace=NAMESPACE))
        install_foreign_definitions()
        for namespace in ("monitoring", "logging"):
            kubectl("create", "namespace", namespace, check=False)

    def test_lives_from_install_to_uninstall(self):
        with Kubelet(NAMESPACE, self.folder) as kubelet:
            self.installed(kubelet)
            with (
                kubeconfig_of(NAME, NAMESPACE, self.folder) as kubeconfig,
                operator(kubeconfig, "--leader-elect") as process,
            ):
                self.works()
                with played_terway(nodes=2):
                    self.serves_what_is_documented(process)
                self.upgraded(kubelet)
                self.unchanged_by_the_same_upgrade()
                self.rolled_back()
                self.refused()
                self.uninstalled()

    def installed(self, kubelet):
        release = self.helm.install(self.chart, NAME, values(), create_namespace=True, timeout=120)
        for item in yaml.safe_load_all(release["manifest"]):
            if item:
                self.assertTrue(self.present(item), f"{item['kind']} {item['metadata']['name']}")
        self.assertEqual([(args, code) for args, code, _ in kubelet.ran], [(["crds", "--apply"], 0)], kubelet.ran)
        # What the Job could do ended with it.
        for kind in ("clusterrole", "clusterrolebinding", "serviceaccount", "job"):
            self.assertIsNone(get(kind, f"{NAME}-crds", "-n", NAMESPACE))
        for name in DEFINITIONS:
            self.assertEqual(condition(get("crd", name), "Established"), "True")

    def works(self):
        eventually("the profile is ready", lambda: condition(get("twmp", "terway"), "Ready") == "True")
        hold("default")
        self.assertIsNotNone(get("prometheusrule", "terway-operator-rules", "-n", "monitoring"))

    def serves_what_is_documented(self, process):
        """What is documented and not served is seen by test_metrics: much of it is served only when there is something to tell."""
        eventually("metrics of nodes", lambda: "terway_eni_total_ips" in metrics(process))
        page = test_metrics.documented()
        for name, (kind, labels, help_) in metrics(process).items():
            with self.subTest(metric=name):
                documented = page.get(name, ("", (), ""))
                self.assertEqual((documented[0], documented[2]), (kind, help_))
                self.assertLessEqual(labels, set(documented[1]))

    def upgraded(self, kubelet):
        # As an older version left it: without a field, and with the label of somebody.
        old = get("crd", DEFINITIONS[0])
        schema = old["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
        performance_test = schema.pop("performanceTest")
        kubectl("replace", "-f", "-", input=json.dumps(old))
        kubectl("label", "crd", DEFINITIONS[0], "team=network")
        uid = get("twmp", "terway")["metadata"]["uid"]

        self.helm.upgrade(self.chart, NAME, values(replicaCount=3, profiles=[{"name": "terway"}]), timeout=120)
        now = get("crd", DEFINITIONS[0])
        schema = now["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
        self.assertEqual(schema.get("performanceTest", {}).get("description"), performance_test["description"])
        self.assertEqual(now["metadata"]["labels"]["team"], "network")
        self.assertEqual(len(kubelet.ran), 2)
        self.assertEqual(get("deployment", NAME, "-n", NAMESPACE)["spec"]["replicas"], 3)
        profile = get("twmp", "terway")
        self.assertEqual((profile["metadata"]["uid"], profile["spec"]["alerts"]["language"]), (uid, "en"))

    def unchanged_by_the_same_upgrade(self):
        def versions():
            items = [get("deployment", NAME, "-n", NAMESPACE), get("clusterrole", NAME), get("twmp", "terway")]
            return [
                (
                    item["metadata"]["uid"],
                    item["metadata"]["generation"]
                    if "generation" in item["metadata"]
                    else item["metadata"]["resourceVersion"],
                )
                for item in items
            ]

        before = versions()
        self.helm.upgrade(self.chart, NAME, values(replicaCount=3, profiles=[{"name": "terway"}]), timeout=120)
        self.assertEqual(versions(), before)

    def rolled_back(self):
        uid = get("twmp", "terway")["metadata"]["uid"]
        self.helm.rollback(NAME, version=1, timeout=120)
        self.assertEqual(get("deployment", NAME, "-n", NAMESPACE)["spec"]["replicas"], 2)
        profile = get("twmp", "terway")
        self.assertEqual((profile["metadata"]["uid"], profile["spec"]["alerts"]["language"]), (uid, "zh"))

    def refused(self):
        """An upgrade with a wrong profile changes nothing."""
        before = get("twmp", "terway")["metadata"]["generation"]
        with self.assertRaises(helm.HelmError) as caught:
            bad = [{"name": "terway", "spec": {"alerts": {"qos": {"enabled": "yess"}}}}]
            self.helm.upgrade(self.chart, NAME, values(profiles=bad), timeout=120)
        self.assertIn("profiles/0/spec/alerts/qos/enabled", str(caught.exception))
        self.assertEqual(get("twmp", "terway")["metadata"]["generation"], before)

    def uninstalled(self):
        manifest = self.helm.status(NAME)["manifest"]
        self.helm.uninstall(NAME, timeout=120)
        for item in yaml.safe_load_all(manifest):
            if item:
                eventually(
                    f"{item['kind']} {item['metadata']['name']} is gone", lambda item=item: not self.present(item)
                )
        generated = ("prometheusrule,servicemonitor,configmap", "-A", "-l", "ops.terway.io/profile=terway")
        eventually("what the profile generated is gone", lambda: not (get(*generated) or {}).get("items"))
        for name in DEFINITIONS:
            self.assertIsNotNone(get("crd", name))

    def present(self, item):
        group = item["apiVersion"].split("/")[0] if "/" in item["apiVersion"] else ""
        namespace = item["metadata"].get("namespace", "default")
        return get(f"{item['kind']}.{group}".rstrip("."), item["metadata"]["name"], "-n", namespace)


if __name__ == "__main__":
    unittest.main()
