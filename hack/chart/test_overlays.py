"""The kustomize overlays and the samples, as kubectl applies them to a real API server."""

import re
import unittest

import yaml

from cluster import KUBECTL, PROGRAM, REPOSITORY, compatible, condition, eventually, get, kubectl, minor_version, run

OVERLAYS = sorted(path.name for path in (REPOSITORY / "config/overlays").iterdir())
SAMPLES = sorted((REPOSITORY / "config/samples").glob("*_*.yaml"))


def built(overlay):
    return run(KUBECTL, "kustomize", REPOSITORY / "config/overlays" / overlay)


def deployment(overlay):
    return next(item for item in yaml.safe_load_all(built(overlay)) if item["kind"] == "Deployment")["spec"]


class Overlays(unittest.TestCase):
    def test_are_those_that_are_documented(self):
        self.assertEqual(OVERLAYS, ["ack", "high-availability", "namespaced-monitoring"])

    def test_keep_everything_of_the_default(self):
        plain = {
            (item["kind"], item["metadata"]["name"])
            for item in yaml.safe_load_all(run(KUBECTL, "kustomize", REPOSITORY / "config/default"))
        }
        for overlay in OVERLAYS:
            items = {(item["kind"], item["metadata"]["name"]) for item in yaml.safe_load_all(built(overlay))}
            self.assertLessEqual(plain, items, overlay)

    def test_of_ack_keep_away_from_nodes_that_are_none(self):
        affinity = deployment("ack")["template"]["spec"]["affinity"]
        terms = affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
        self.assertIn({"key": "type", "operator": "NotIn", "values": ["virtual-kubelet"]}, terms[0]["matchExpressions"])
        self.assertIn("podAntiAffinity", affinity)

    def test_of_high_availability_never_share_a_node(self):
        spec = deployment("high-availability")
        pod = spec["template"]["spec"]
        self.assertEqual(spec["replicas"], 3)
        self.assertEqual(len(pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]), 1)
        self.assertFalse(pod["affinity"]["podAntiAffinity"].get("preferredDuringSchedulingIgnoredDuringExecution"))
        self.assertEqual([one["whenUnsatisfiable"] for one in pod["topologySpreadConstraints"]], ["DoNotSchedule"])
        # With as many nodes as replicas, a surge would wait for ever.
        self.assertEqual(spec["strategy"]["rollingUpdate"], {"maxSurge": 0, "maxUnavailable": 1})
        arguments = pod["containers"][0]["args"]
        default = yaml.safe_load((REPOSITORY / "config/manager/deployment.yaml").read_text())
        self.assertLess(set(default["spec"]["template"]["spec"]["containers"][0]["args"]), set(arguments))

    def test_are_applied_and_removed(self):
        for overlay in OVERLAYS:
            with self.subTest(overlay=overlay):
                text = compatible(built(overlay))
                for _ in range(2):
                    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", input=text)
                for item in yaml.safe_load_all(text):
                    name, namespace = item["metadata"]["name"], item["metadata"].get("namespace", "default")
                    self.assertIsNotNone(get(item["kind"], name, "-n", namespace), f"{item['kind']} {name}")
        eventually(
            "the definitions are served",
            lambda: condition(get("crd", "eniautoscalepolicies.ops.terway.io"), "Established") == "True",
        )
        for sample in SAMPLES:
            kubectl("apply", "--server-side", "--force-conflicts", "--dry-run=server", "-f", sample)
        kubectl("apply", "-k", REPOSITORY / "config/samples")
        self.assertIsNotNone(get("twmp", "terway"))
        kubectl("delete", "-k", REPOSITORY / "config/samples")
        for overlay in OVERLAYS:
            kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "-", input=compatible(built(overlay)))
        eventually("the namespace is gone", lambda: get("namespace", "terway-operator-system") is None)
        eventually("the definitions are gone", lambda: get("crd", "eniautoscalepolicies.ops.terway.io") is None)

    def test_themselves_are_taken_by_a_server_that_is_new_enough(self):
        if minor_version() < 25:
            self.skipTest("the schemas have rules that this server does not know")
        for overlay in OVERLAYS:
            kubectl("apply", "--server-side", "--dry-run=server", "-k", REPOSITORY / "config/overlays" / overlay)


class Samples(unittest.TestCase):
    def test_are_valid_each_and_explained(self):
        self.assertGreater(len(SAMPLES), 10)
        for sample in SAMPLES:
            with self.subTest(sample=sample.name):
                run(PROGRAM, "validate", "-f", sample)
                self.assertTrue(sample.read_text().startswith("# "))

    def test_are_listed(self):
        listed = re.findall(r"^#   (\S+\.yaml)  ", (REPOSITORY / "config/samples/kustomization.yaml").read_text(), re.M)
        self.assertEqual(
            sorted(path for pattern in listed for path in (REPOSITORY / "config/samples").glob(pattern)), SAMPLES
        )

    def test_show_what_acts_on_nodes(self):
        """Fields without which the feature of a sample would not be there."""
        specs = {sample.name: yaml.safe_load(sample.read_text())["spec"] for sample in SAMPLES}
        self.assertGreater(specs["policy_legacy.yaml"]["legacy"]["ipsPerENI"], 0)
        self.assertTrue(specs["policy_legacy.yaml"]["signal"]["prometheus"]["url"])
        healing = specs["policy_remediation.yaml"]
        self.assertEqual((healing["mode"], healing["remediation"]["mode"]), ("Apply", "Act"))
        schema = yaml.safe_load((REPOSITORY / "crds/ops.terway.io_eniautoscalepolicies.yaml").read_text())
        properties = schema["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
        actions = properties["remediation"]["properties"]["actions"]["items"]["enum"]
        self.assertEqual(sorted(healing["remediation"]["actions"]), sorted(actions))


if __name__ == "__main__":
    unittest.main()
