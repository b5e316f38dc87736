"""The chart without a cluster: what it is made of, what it renders, and what it refuses."""

import copy
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import helm_python as helm
import yaml

import generate

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CHART = REPOSITORY / generate.CHART
PROGRAM = os.environ["TERWAY_PROGRAM"]
HELM = str(REPOSITORY / "hack/chart/helm.py")
NAME, NAMESPACE = "terway-operator", "terway-operator-system"


def rendered(values=None, name=NAME, namespace=NAMESPACE):
    """The objects of a rendering, hooks apart: ({reference: object}, {reference: object})."""
    chart = loaded()
    # Rendering alone does not check; `helm template` does, first.
    chart.validate_schema(values or {})
    texts = chart.render(values or {}, name=name, namespace=namespace)
    objects, hooks = {}, {}
    for path, text in texts.items():
        if path.endswith("NOTES.txt"):
            continue
        for item in yaml.safe_load_all(text):
            if item:
                is_hook = "helm.sh/hook" in item["metadata"].get("annotations", {})
                (hooks if is_hook else objects)[reference(item)] = item
    return objects, hooks


@functools.cache
def loaded():
    return helm.Chart.load(CHART)


def reference(item):
    metadata = item["metadata"]
    return f"{item['kind']} {metadata.get('namespace', '')}/{metadata['name']}"


def with_value(path, value, into=None):
    values = into if into is not None else {}
    node = values
    *parents, name = path.split(".")
    for parent in parents:
        node = node.setdefault(parent, {})
    node[name] = value
    return values


# For each value another one, and what else has to be set for it to matter.
OTHER_VALUES = {
    "image.repository": "registry.example.com:5000/mirror/terway-operator",
    "image.tag": "1.2.3",
    "image.digest": "sha256:" + "0" * 64,
    "image.pullPolicy": "Always",
    "imagePullSecrets": [{"name": "registry"}],
    "nameOverride": "watcher",
    "fullnameOverride": "watcher",
    "commonLabels": {"team": "network"},
    "commonAnnotations": {"example.com/owner": "network"},
    "replicaCount": 3,
    "operator.logLevel": "debug",
    "operator.logFormat": "text",
    "operator.workers": 8,
    "operator.leaderElection.leaseDuration": "30s",
    "operator.leaderElection.renewDeadline": "9s",
    "operator.leaderElection.retryPeriod": "1s",
    "operator.policyDefaults.minENIs": 0,
    "operator.policyDefaults.maxENIs": 20,
    "operator.policyDefaults.scaleUpThreshold": "0.7",
    "operator.policyDefaults.scaleDownThreshold": "0.2",
    "operator.extraArgs": ["--workers=2"],
    "operator.extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
    "operator.extraEnvFrom": [{"configMapRef": {"name": "proxy"}}],
    "operator.extraVolumes": [{"name": "authorities", "configMap": {"name": "authorities"}}],
    "operator.extraVolumeMounts": [{"name": "authorities", "mountPath": "/authorities"}],
    "resources": {"requests": {"cpu": 1}},
    "podLabels": {"team": "network"},
    "podAnnotations": {"example.com/owner": "network"},
    "podSecurityContext": {"fsGroup": 1},
    "securityContext": {"privileged": False},
    "terminationGracePeriodSeconds": 60,
    "priorityClassName": "system-cluster-critical",
    "nodeSelector": {"pool": "system"},
    "tolerations": [{"operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "topologySpreadConstraints": [{"topologyKey": "rack", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}],
    "podDisruptionBudget.enabled": False,
    "podDisruptionBudget.maxUnavailable": "50%",
    "podDisruptionBudget.minAvailable": (1, {"podDisruptionBudget": {"maxUnavailable": None}}),
    "serviceAccount.create": False,
    "serviceAccount.name": "watcher",
    "serviceAccount.annotations": {"example.com/owner": "network"},
    "rbac.create": False,
    "rbac.aggregate": False,
    "crds.upgrade": False,
    "crds.upgradeTimeoutSeconds": 60,
    "service.annotations": {"example.com/owner": "network"},
    "service.ipFamilyPolicy": "PreferDualStack",
    "networkPolicy.enabled": True,
    "networkPolicy.metricsFrom": ([{"namespaceSelector": {}}], {"networkPolicy": {"enabled": True}}),
    "networkPolicy.egress": ([{"ports": [{"port": 443}]}], {"networkPolicy": {"enabled": True}}),
    "serviceMonitor.enabled": True,
    "serviceMonitor.labels": ({"release": "main"}, {"serviceMonitor": {"enabled": True}}),
    "serviceMonitor.interval": ("30s", {"serviceMonitor": {"enabled": True}}),
    "serviceMonitor.scrapeTimeout": ("5s", {"serviceMonitor": {"enabled": True}}),
    "serviceMonitor.relabelings": (
        [{"targetLabel": "cluster", "replacement": "a"}],
        {"serviceMonitor": {"enabled": True}},
    ),
    "serviceMonitor.metricRelabelings": ([{"action": "drop", "regex": "go_.*"}], {"serviceMonitor": {"enabled": True}}),
    "prometheusRule.enabled": True,
    "prometheusRule.labels": ({"release": "main"}, {"prometheusRule": {"enabled": True}}),
    "prometheusRule.language": ("zh", {"prometheusRule": {"enabled": True}}),
    "dashboard.enabled": True,
    "dashboard.labels": ({"dashboards": "yes"}, {"dashboard": {"enabled": True}}),
    "dashboard.annotations": ({"grafana_folder": "Network"}, {"dashboard": {"enabled": True}}),
    "profiles": [{"name": "terway"}],
    "policies": [{"name": "default", "spec": {"mode": "Apply"}}],
}

# Values that are refused, and the path that the message names.
BAD_VALUES = [
    ({"replicas": 3}, "replicas"),
    ({"image": {"registry": "example.com"}}, "registry"),
    ({"image": {"pullPolicy": "Sometimes"}}, "image/pullPolicy"),
    ({"image": {"digest": "sha256:abc"}}, "image/digest"),
    ({"replicaCount": "3"}, "replicaCount"),
    ({"replicaCount": -1}, "replicaCount"),
    ({"commonLabels": {"team": 1}}, "commonLabels/team"),
    ({"operator": {"workers": 65}}, "operator/workers"),
    ({"operator": {"logLevel": "verbose"}}, "operator/logLevel"),
    ({"operator": {"leaderElection": {"leaseDuration": 15}}}, "operator/leaderElection/leaseDuration"),
    ({"operator": {"policyDefaults": {"minENIs": 11, "maxENIs": 10}}}, "operator.policyDefaults.minENIs"),
    ({"operator": {"policyDefaults": {"scaleUpThreshold": 0.8}}}, "operator/policyDefaults/scaleUpThreshold"),
    ({"resources": {"request": {}}}, "resources"),
    ({"tolerations": [{"effect": "Never"}]}, "tolerations/0/effect"),
    ({"topologySpreadConstraints": [{"topologyKey": "zone"}]}, "topologySpreadConstraints/0"),
    ({"podDisruptionBudget": {"minAvailable": 1}}, "podDisruptionBudget.minAvailable"),
    ({"podDisruptionBudget": {"maxUnavailable": None}}, "podDisruptionBudget.maxUnavailable"),
    ({"serviceMonitor": {"interval": "often"}}, "serviceMonitor/interval"),
    ({"prometheusRule": {"language": "de"}}, "prometheusRule/language"),
    ({"profiles": [{"spec": {}}]}, "profiles/0"),
    ({"profiles": [{"name": "Terway"}]}, "profiles/0/name"),
    ({"profiles": [{"name": "a"}, {"name": "a"}]}, "profiles[1].name"),
    ({"profiles": [{"name": "a", "spec": {"metricz": {}}}]}, "profiles/0/spec"),
    (
        {"profiles": [{"name": "a", "spec": {"alerts": {"qos": {"enabled": "yess"}}}}]},
        "profiles/0/spec/alerts/qos/enabled",
    ),
    ({"profiles": [{"name": "a", "spec": {"alerts": {"language": "de"}}}]}, "profiles/0/spec/alerts/language"),
    ({"profiles": [{"name": "a", "spec": {"metrics": {"interval": "fast"}}}]}, "profiles/0/spec/metrics/interval"),
    (
        {"profiles": [{"name": "a", "spec": {"alerts": {"overrides": [{"for": "5m"}]}}}]},
        "profiles/0/spec/alerts/overrides/0",
    ),
    ({"policies": [{"name": "a", "spec": {"mode": "Act"}}]}, "policies/0/spec/mode"),
    ({"policies": [{"name": "a", "spec": {"minENIs": 300}}]}, "policies/0/spec/minENIs"),
    ({"policies": [{"name": "a", "spec": {"minENIs": 5, "maxENIs": 4}}]}, "policies[0].spec.minENIs"),
    (
        {"policies": [{"name": "a", "spec": {"scaleDownThreshold": "0.9", "scaleUpThreshold": "0.8"}}]},
        "policies[0].spec.scaleDownThreshold",
    ),
    (
        {"policies": [{"name": "a", "spec": {"signal": {"source": "Prometheus"}}}]},
        "policies[0].spec.signal.prometheus.url",
    ),
    (
        {"policies": [{"name": "a", "spec": {"nodeSelector": {"matchExpressions": [{"key": "b", "operator": "In"}]}}}]},
        "policies[0].spec.nodeSelector.matchExpressions[0].values",
    ),
    ({"policies": [{"name": "a", "spec": {"scaleUpThreshold": "1"}}]}, "policies[0].spec.scaleUpThreshold"),
    (
        {"policies": [{"name": "a", "spec": {"maintenanceWindows": [{"schedule": "0 3 * * *", "duration": "59s"}]}}]},
        "policies[0].spec.maintenanceWindows[0].duration: must be between 1m and 168h, but is 59s",
    ),
    ({"profiles": [{"name": "a", "spec": {"metrics": {"scrapeTimeout": "16s"}}}]}, "profiles[0].spec.metrics.scrapeTimeout"),
    ({"profiles": [{"name": "a", "spec": {"metrics": {"interval": "1h1ms"}}}]}, "profiles[0].spec.metrics.interval"),
    (
        {"profiles": [{"name": "a", "spec": {"dashboards": {"delivery": ["GrafanaDashboard"], "labels": {}}}}]},
        "profiles[0].spec.dashboards.labels",
    ),
    (
        {"profiles": [{"name": "a", "spec": {"metrics": {"relabelings": [{"sourceLabels": ["b"]}]}}}]},
        "profiles[0].spec.metrics.relabelings[0].targetLabel",
    ),
    (
        {"profiles": [{"name": "a", "spec": {"metrics": {"relabelings": [{"action": "hashmod", "targetLabel": "b"}]}}}]},
        "profiles[0].spec.metrics.relabelings[0].modulus",
    ),
    (
        {"profiles": [{"name": "a", "spec": {"metrics": {"metricRelabelings": [{"action": "labeldrop", "modulus": 1}]}}}]},
        "profiles[0].spec.metrics.metricRelabelings[0]: must give regex alone",
    ),
]



def profile(**spec):
    return {"profiles": [{"name": "a", "spec": spec}]}


def policy(**spec):
    return {"policies": [{"name": "a", "spec": spec}]}


def operator(**values):
    return {"operator": values}


# What only the operator would refuse, with the message, and beside each what is as near as can be and passes.
NEAR_MISSES = [
    (
        profile(alerts={"overrides": [{"alert": "TerwayHighLatencies"}]}),
        'profiles[0].spec.alerts.overrides[0].alert: "TerwayHighLatencies" is the name of no alert; there are TerwayAPIErrors, ',
        profile(alerts={"overrides": [{"alert": "TerwayHighLatency"}]}),
    ),
    (
        profile(alerts={"overrides": [{"alert": "TerwayDown"}, {"alert": "TerwayDown"}]}),
        'profiles[0].spec.alerts.overrides[1].alert: "TerwayDown" may be given once, and is given in '
        "profiles[0].spec.alerts.overrides[0], too",
        profile(alerts={"overrides": [{"alert": "TerwayDown"}, {"alert": "TerwayHighLatency"}]}),
    ),
    (
        profile(alerts={"overrides": [{"alert": "TerwayDown", "threshold": "1e999"}]}),
        "profiles[0].spec.alerts.overrides[0].threshold: must not be negative, but is 1e999",
        profile(alerts={"overrides": [{"alert": "TerwayDown", "threshold": "1e-999"}]}),
    ),
    (
        profile(dashboards={"custom": [{"title": "A", "query": "up"}, {"title": "A", "query": "up"}]}),
        'profiles[0].spec.dashboards.custom[1].title: "A" may be given once',
        profile(dashboards={"custom": [{"title": "A", "query": "up"}, {"title": "a", "query": "up"}]}),
    ),
    (
        profile(dashboards={"custom": [{"title": "Free IPs", "query": "up"}]}),
        'profiles[0].spec.dashboards.custom[0].title: "Free IPs" is a panel of the overview already; choose another title',
        profile(dashboards={"custom": [{"title": "Free IPs of mine", "query": "up"}]}),
    ),
    (
        profile(dashboards={"delivery": ["ConfigMap", "ConfigMap"]}),
        'profiles[0].spec.dashboards.delivery[1]: "ConfigMap" may be given once',
        profile(dashboards={"delivery": ["ConfigMap", "GrafanaDashboard"]}),
    ),
    (
        profile(metrics={"custom": [{"name": "a", "query": "up"}, {"name": "a", "query": "up"}]}),
        'profiles[0].spec.metrics.custom[1].name: "a" may be given once',
        profile(metrics={"custom": [{"name": "a", "query": "up"}, {"name": "b", "query": "up"}]}),
    ),
    (
        profile(metrics={"custom": [{"name": "terway_eni_limit", "query": "up"}]}),
        'profiles[0].spec.metrics.custom[0].name: "terway_eni_limit" is a metric that is scraped',
        profile(metrics={"custom": [{"name": "terway_eni_limits", "query": "up"}]}),
    ),
    (
        profile(metrics={"custom": [{"name": "a", "query": "up", "labels": ["node", "node"]}]}),
        'profiles[0].spec.metrics.custom[0].labels[1]: "node" may be given once',
        profile(metrics={"custom": [{"name": "a", "query": "up", "labels": ["node", "pod"]}]}),
    ),
    (
        profile(metrics={"keep": ["a", "a"]}),
        'profiles[0].spec.metrics.keep[1]: "a" may be given once',
        profile(metrics={"keep": ["a", "b"]}),
    ),
    (
        profile(metrics={"interval": "5s"}),
        "profiles[0].spec.metrics.interval: 5s must not be less than scrapeTimeout, which is 10s, its default",
        profile(metrics={"interval": "10s"}),
    ),
    (
        profile(metrics={"scrapeTimeout": "16s"}),
        "profiles[0].spec.metrics.scrapeTimeout: 16s must not exceed interval, which is 15s, its default",
        profile(metrics={"scrapeTimeout": "15s"}),
    ),
    (
        policy(nodeSelector={"matchExpressions": [{"key": "a", "operator": "In", "values": ["b", "b"]}]}),
        'policies[0].spec.nodeSelector.matchExpressions[0].values[1]: "b" may be given once',
        policy(nodeSelector={"matchExpressions": [{"key": "a", "operator": "In", "values": ["b", "c"]}]}),
    ),
    (
        policy(pauseRequests=["a", "a"]),
        'policies[0].spec.pauseRequests[1]: "a" may be given once',
        policy(pauseRequests=["a", "b"]),
    ),
    (
        policy(remediation={"actions": ["ForceResync", "ForceResync"]}),
        'policies[0].spec.remediation.actions[1]: "ForceResync" may be given once',
        policy(remediation={"actions": ["ForceResync", "RestartDaemon"]}),
    ),
    (
        policy(minENIs=12),
        "policies[0].spec.minENIs: 12 must not exceed maxENIs, which is 10, its default",
        policy(minENIs=10),
    ),
    (
        policy(maxENIs=1),
        "policies[0].spec.maxENIs: 1 must not be less than minENIs, which is 2, its default",
        policy(maxENIs=1, minENIs=0),
    ),
    (
        policy(scaleUpThreshold="0.2"),
        "policies[0].spec.scaleUpThreshold: 0.2 must be greater than scaleDownThreshold, which is 0.3, its default",
        policy(scaleUpThreshold="0.31"),
    ),
    (
        policy(scaleDownThreshold="0.8"),
        "policies[0].spec.scaleDownThreshold: 0.8 must be less than scaleUpThreshold, which is 0.8, its default",
        policy(scaleDownThreshold="0.79"),
    ),
]

# The same for values that are not of resources.
NEAR_MISSES_OF_THE_OPERATOR = [
    (
        operator(leaderElection={"leaseDuration": "5s"}),
        "operator.leaderElection.renewDeadline: 10s must be less than leaseDuration, which is 5s",
        operator(leaderElection={"leaseDuration": "10001ms"}),
    ),
    (
        operator(leaderElection={"retryPeriod": "10s"}),
        "operator.leaderElection.retryPeriod: 10s must be less than renewDeadline, which is 10s",
        operator(leaderElection={"retryPeriod": "9s999ms"}),
    ),
    (
        operator(leaderElection={"leaseDuration": "1s1m"}),
        "operator/leaderElection/leaseDuration",
        operator(leaderElection={"leaseDuration": "1m1s"}),
    ),
    (
        operator(policyDefaults={"minENIs": 11}),
        "operator.policyDefaults.minENIs: 11 must not exceed maxENIs, which is 10, its default",
        operator(policyDefaults={"minENIs": 10}),
    ),
    (
        operator(policyDefaults={"scaleUpThreshold": "0.25"}),
        "operator.policyDefaults.scaleUpThreshold: 0.25 must be greater than scaleDownThreshold, which is 0.3, its default",
        operator(policyDefaults={"scaleUpThreshold": "0.25", "scaleDownThreshold": "0.2"}),
    ),
    (
        operator(policyDefaults={"scaleDownThreshold": "0.0"}),
        "operator.policyDefaults.scaleDownThreshold: must be greater than 0 and less than 1, but is 0.0",
        operator(policyDefaults={"scaleDownThreshold": "0.1"}),
    ),
    (
        operator(policyDefaults={"scaleUpThreshold": ".9"}),
        "operator/policyDefaults/scaleUpThreshold",
        operator(policyDefaults={"scaleUpThreshold": "0.9"}),
    ),
    (
        operator(extraEnv=[{"name": "MAX_ENI_COUNT", "value": "20"}]),
        'operator.extraEnv[0].name: "MAX_ENI_COUNT" must be given as operator.policyDefaults.maxENIs',
        operator(extraEnv=[{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}]),
    ),
    # The default that a policy is compared with is the operator's of this release.
    (
        policy(minENIs=12) | operator(policyDefaults={"maxENIs": 11}),
        "policies[0].spec.minENIs: 12 must not exceed maxENIs, which is 11, its default",
        policy(minENIs=12) | operator(policyDefaults={"maxENIs": 12}),
    ),
    (
        policy(scaleUpThreshold="0.5") | operator(policyDefaults={"scaleDownThreshold": "0.6"}),
        "policies[0].spec.scaleUpThreshold: 0.5 must be greater than scaleDownThreshold, which is 0.6, its default",
        policy(scaleUpThreshold="0.2") | operator(policyDefaults={"scaleDownThreshold": "0.1"}),
    ),
    (
        {"serviceMonitor": {"interval": "5s", "scrapeTimeout": "30s"}},
        "serviceMonitor.scrapeTimeout: 30s must not exceed interval, which is 5s",
        {"serviceMonitor": {"interval": "30s", "scrapeTimeout": "30s"}},
    ),
    ({"resources": {"requests": {"cpu": "lots"}}}, "resources/requests/cpu", {"resources": {"requests": {"cpu": "1.5"}}}),
    ({"resources": {"limits": {"memory": "1gi"}}}, "resources/limits/memory", {"resources": {"limits": {"memory": "1Gi"}}}),
    ({"resources": {"limits": {"cpus": 1}}}, "resources/limits", {"resources": {"limits": {"cpu": 1}}}),
]

# Rules about several fields, which templates/_checks.tpl has by hand; those about one are in limits.yaml.
RULES_BY_HAND = {
    "policies": [
        "must not exceed maxENIs",
        "must be less than scaleUpThreshold",
        "must be given for In and NotIn, and left out for Exists and DoesNotExist",
        "is required by the source Prometheus",
    ],
    "profiles": [
        "must not be empty: a GrafanaDashboard selects its Grafana by them",
        "must not exceed metrics.interval",
    ]
    + 2
    * [
        "is required by this action: give a label name",
        "must be greater than 0 for the action hashmod",
        "must give regex alone for the actions labeldrop and labelkeep, which look at label names only",
        "must give sourceLabels and targetLabel alone for the actions keepequal and dropequal",
    ],
}


class Parts(unittest.TestCase):
    def test_are_what_the_repository_makes_of_them(self):
        for path, text in generate.files(REPOSITORY, PROGRAM).items():
            with self.subTest(path=str(path)):
                self.assertEqual((REPOSITORY / path).read_text(), text, "run hack/chart.sh --update")

    def test_have_nothing_to_be_linted(self):
        for values in ({}, all_on()):
            report = helm.lint(CHART, values, strict=True)
            self.assertEqual(report["errors"], [])
            worst = [message for message in report["messages"] if message["severity"] > 1]
            self.assertEqual(worst, [])

    def test_document_and_type_every_value(self):
        values = generate.Values((CHART / "values.yaml").read_text())
        typed = {
            path
            for path, _, _ in generate.paths(yaml.safe_load((REPOSITORY / "hack/chart/values-schema.yaml").read_text()))
        }
        for path in typed:
            self.assertGreater(len(values.comments.get(path, "")), 8, f"{path} has no comment in values.yaml")
        self.assertEqual(typed - leaves(values.values, typed), set())
        self.assertEqual(leaves(values.values, typed) - typed, set(), "values without a type in values-schema.yaml")


class Rendering(unittest.TestCase):
    def test_of_the_defaults_is_what_kustomize_builds(self):
        """Apart from labels that only tell where an object comes from, and the Namespace, which Helm makes on demand."""
        text = subprocess.run(
            ["kubectl", "kustomize", "config/default"], cwd=REPOSITORY, capture_output=True, text=True, check=True
        ).stdout
        built = {reference(item): bare(item) for item in yaml.safe_load_all(text)}
        definitions = {key: built.pop(key) for key in list(built) if key.startswith("CustomResourceDefinition")}
        del built[f"Namespace /{NAMESPACE}"]
        objects = {key: bare(item) for key, item in rendered()[0].items()}
        self.assertEqual(set(objects), set(built))
        for key, item in objects.items():
            with self.subTest(object=key):
                self.assertEqual(item, built[key])
        crds = [bare(yaml.safe_load(path.read_text())) for path in (CHART / "crds").iterdir()]
        self.assertEqual({reference(crd): crd for crd in crds}, definitions)

    def test_depends_on_every_value(self):
        plain = rendered()
        schema = yaml.safe_load((REPOSITORY / "hack/chart/values-schema.yaml").read_text())
        self.assertEqual({path for path, _, _ in generate.paths(schema)}, set(OTHER_VALUES))
        for path, other in OTHER_VALUES.items():
            with self.subTest(value=path):
                other, besides = other if isinstance(other, tuple) else (other, None)
                before = plain if besides is None else rendered(besides) if "minAvailable" not in path else plain
                after = rendered(with_value(path, other, copy.deepcopy(besides) if besides else None))
                self.assertNotEqual(before, after)

    def test_of_any_two_values_together_is_well_formed(self):
        paths = sorted(OTHER_VALUES)
        for index, path in enumerate(paths):
            values = {}
            for chosen in (path, paths[(index * 7 + 3) % len(paths)]):
                other = OTHER_VALUES[chosen]
                other, besides = other if isinstance(other, tuple) else (other, {})
                values = merged(values, copy.deepcopy(besides))
                with_value(chosen, other, values)
            with self.subTest(values=values):
                objects, hooks = rendered(values)
                for item in list(objects.values()) + list(hooks.values()):
                    self.assertTrue(item.get("apiVersion") and item["metadata"]["labels"])

    def test_takes_names_from_the_release(self):
        objects, hooks = rendered({"policies": [{"name": "default"}]}, name="watch", namespace="ops")
        for key, item in (objects | hooks).items():
            if item["apiVersion"].startswith("ops.terway.io"):
                continue
            with self.subTest(object=key):
                self.assertTrue(item["metadata"]["name"].startswith("watch-terway-operator"))
                self.assertIn(item["metadata"].get("namespace"), (None, "ops"))
        binding = objects["ClusterRoleBinding /watch-terway-operator"]
        self.assertEqual(
            binding["subjects"][0], {"kind": "ServiceAccount", "name": "watch-terway-operator", "namespace": "ops"}
        )

    def test_of_rules_and_monitor_is_what_prometheus_takes(self):
        for language in ("en", "zh"):
            objects, _ = rendered(
                {"prometheusRule": {"enabled": True, "language": language}, "serviceMonitor": {"enabled": True}}
            )
            groups = json.dumps(objects[f"PrometheusRule {NAMESPACE}/{NAME}"]["spec"])
            check = subprocess.run(
                ["promtool", "check", "rules", "/dev/stdin"], input=groups, capture_output=True, text=True
            )
            self.assertEqual(check.returncode, 0, check.stderr)
            self.assertIn("TerwayOperatorNoLeader", groups)
        spec = objects[f"ServiceMonitor {NAMESPACE}/{NAME}"]["spec"]
        service = objects[f"Service {NAMESPACE}/{NAME}-metrics"]
        self.assertLessEqual(spec["selector"]["matchLabels"].items(), service["metadata"]["labels"].items())
        self.assertEqual(spec["endpoints"][0]["port"], service["spec"]["ports"][0]["name"])
        self.assertEqual(spec["namespaceSelector"], {"matchNames": [NAMESPACE]})

    def test_of_the_dashboard_is_one_dashboard(self):
        objects, _ = rendered({"dashboard": {"enabled": True}})
        (text,) = objects[f"ConfigMap {NAMESPACE}/{NAME}-dashboard"]["data"].values()
        self.assertEqual(json.loads(text), json.loads((CHART / "files/dashboard.json").read_text()))

    def test_of_profiles_and_policies_is_what_the_operator_accepts(self):
        values = all_on()
        objects, hooks = rendered(values)
        own = [item for item in [*objects.values(), *hooks.values()] if item["apiVersion"].startswith("ops.terway.io")]
        self.assertEqual(len(own), 3)
        for item in own:
            check = subprocess.run(
                [PROGRAM, "validate", "-f", "-"], input=json.dumps(item), capture_output=True, text=True
            )
            self.assertEqual(check.returncode, 0, check.stdout + check.stderr)

    def test_keeps_apart_what_helm_and_what_argo_cd_do_with_hooks(self):
        _, hooks = rendered(all_on())
        policy = hooks["EniAutoscalePolicy /default"]
        self.assertEqual(policy["spec"], {"mode": "Recommend"})
        self.assertEqual(policy["metadata"]["annotations"]["argocd.argoproj.io/hook"], "Skip")
        self.assertFalse(any(item["kind"] == "CustomResourceDefinition" for item in hooks.values()))


class Template(unittest.TestCase):
    """What docs/install.md makes of the chart for tools that know no hooks."""

    def test_without_hooks_has_every_object_once(self):
        for flags, policies in (["--no-hooks"], 1), ([], 2):
            with self.subTest(flags=flags):
                references = [reference(item) for item in yaml.safe_load_all(template(*flags))]
                self.assertEqual(references.count("EniAutoscalePolicy /default"), policies)
                self.assertEqual(len(set(references)) == len(references), policies == 1)
                self.assertIn(f"Deployment {NAMESPACE}/{NAME}", references)

    def test_can_be_validated_by_the_operator(self):
        """Which refuses what Helm cannot read."""
        for query, code in ("up", 0), ("up(", 1):
            with self.subTest(query=query):
                text = template("--no-hooks", profile(dashboards={"custom": [{"title": "A", "query": query}]}))
                done = subprocess.run(
                    [PROGRAM, "validate", "--ignore-foreign", "-f", "-"], input=text, capture_output=True, text=True
                )
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)


def template(*words):
    """The output of the command `helm template`; words are flags and perhaps values."""
    flags = [word for word in words if isinstance(word, str)]
    (values,) = [word for word in words if isinstance(word, dict)] or [all_on()]
    command = [sys.executable, HELM, "template", NAME, str(CHART), "--namespace", NAMESPACE, *flags, "-f", "/dev/stdin"]
    return subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, check=True).stdout


class Limits(unittest.TestCase):
    def test_leave_out_no_rule_of_the_definitions(self):
        for entries, plural in generate.LISTS.items():
            others = [rule["message"] for _, rule in generate.rules(REPOSITORY, plural) if not generate.bounds(rule)]
            self.assertCountEqual(others, RULES_BY_HAND[entries])

    def test_allow_the_least_and_the_greatest(self):
        """And refuse what is beyond: each line of the table, by itself."""
        for limit in limits():
            if "message" not in limit or "names" in limit:
                continue
            inside, outside = [], []
            unit, step = ("ms", 1) if limit["kind"] == "duration" else ("", 0.001)
            for bound, direction in (("least", -1), ("most", 1)):
                if bound in limit:
                    amount = limit[bound] * (1000 if unit else 1)
                    inside.append(amount)
                    outside += [amount + direction * step] if amount + direction * step >= 0 else []
            for bound, direction in (("above", 1), ("below", -1)):
                if bound in limit:
                    inside.append(limit[bound] + direction * step)
                    outside.append(limit[bound])
            for amount in inside + outside:
                text = f"{amount:.0f}ms" if unit else f"{amount:g}"
                with self.subTest(limit=limit, value=text):
                    values = {limit["list"]: [{"name": "a", "spec": nested(limit["path"], text)}]}
                    if amount in outside:
                        with self.assertRaisesRegex(helm.HelmError, re.escape(limit["message"])):
                            rendered(values)
                    else:
                        rendered(values)


    def test_have_the_names_that_the_operator_knows(self):
        """All alerts at once are fine, and each of the names that are taken is refused."""
        (allowed,) = [limit for limit in limits() if limit["kind"] == "allowed"]
        good = profile(alerts={"overrides": [{"alert": name} for name in allowed["names"]]})
        self.assertEqual(findings(good), [])
        for limit in limits():
            if limit["kind"] == "taken":
                section, entries, _, key = limit["path"]
                # Lists have at most 64 entries.
                for names in (limit["names"][:50], limit["names"][50:]):
                    bad = profile(**{section: {entries: [{key: name, "query": "vector(1)"} for name in names]}})
                    self.assertEqual(
                        [finding["path"] for finding in findings(bad)],
                        [f"spec.{section}.{entries}[{index}].{key}" for index, _ in enumerate(names)],
                    )

    def test_have_a_default_of_every_size(self):
        """Which one, near misses show."""
        values = yaml.safe_load((CHART / "values.yaml").read_text())
        table = yaml.safe_load((CHART / "limits.yaml").read_text())
        self.assertEqual(set(table["defaults"]["sizes"]), set(values["operator"]["policyDefaults"]))


def limits():
    return yaml.safe_load((CHART / "limits.yaml").read_text())["limits"]


def findings(values):
    """What `terway-operator validate` says of the profiles and policies in values, without the chart."""
    kinds = {"profiles": "TerwayMonitoringProfile", "policies": "EniAutoscalePolicy"}
    items = [
        {
            "apiVersion": "ops.terway.io/v1alpha1",
            "kind": kind,
            "metadata": {"name": entry["name"]},
            "spec": entry.get("spec", {}),
        }
        for entries, kind in kinds.items()
        for entry in values.get(entries, [])
    ]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    done = subprocess.run(
        [PROGRAM, "validate", "-o", "json", "-f", "-"], input=text, capture_output=True, text=True, timeout=60
    )
    found = json.loads(done.stdout)
    return [finding | {"path": finding["path"].split("].", 1)[1]} for finding in found]


# What else an object needs so that only one field of it is in question.
BESIDE = {
    ("", "scaleUpThreshold"): {"scaleDownThreshold": "0.0001"},
    ("", "scaleDownThreshold"): {"scaleUpThreshold": "0.9999"},
    ("metrics", "scrapeTimeout"): {"interval": "1h"},
    ("metrics", "interval"): {"scrapeTimeout": "100ms"},
    ("maintenanceWindows", "duration"): {"schedule": "0 3 * * *"},
    ("overrides", "for"): {"alert": "TerwayDown"},
    ("overrides", "keepFiringFor"): {"alert": "TerwayDown"},
    ("overrides", "threshold"): {"alert": "TerwayDown"},
}


def nested(path, value, parent=""):
    """A spec with the value at the path."""
    first, *rest = path
    if first == "[]":
        return [nested(rest, value, parent)]
    if rest:
        return {first: nested(rest, value, first)}
    return BESIDE.get((parent, first), {}) | {first: value}


class BadValues(unittest.TestCase):
    def test_are_refused_with_their_path(self):
        for values, path in BAD_VALUES:
            with self.subTest(values=values):
                with self.assertRaises(helm.HelmError) as caught:
                    rendered(values)
                self.assertIn(path, str(caught.exception))

    def test_are_refused_where_only_the_operator_would(self):
        for bad, message, good in NEAR_MISSES + NEAR_MISSES_OF_THE_OPERATOR:
            with self.subTest(values=bad):
                with self.assertRaises(helm.HelmError) as caught:
                    rendered(bad)
                self.assertIn(message, str(caught.exception))
                rendered(good)

    def test_of_resources_are_those_that_the_operator_refuses(self):
        for bad, _, good in NEAR_MISSES:
            with self.subTest(values=bad):
                self.assertNotEqual(findings(bad), [])
                self.assertEqual(findings(good), [])


# --- Values and objects -----------------------------------------------------------------


def all_on():
    return {
        "networkPolicy": {"enabled": True},
        "serviceMonitor": {"enabled": True, "labels": {"release": "main"}},
        "prometheusRule": {"enabled": True},
        "dashboard": {"enabled": True},
        "profiles": [{"name": "terway", "spec": {"alerts": {"language": "zh"}}}],
        "policies": [
            {"name": "default", "labels": {"team": "network"}, "spec": {"nodeSelector": {"matchLabels": {"a": "b"}}}}
        ],
    }


def merged(one, other):
    result = dict(one)
    for name, value in other.items():
        result[name] = (
            merged(result[name], value) if isinstance(value, dict) and isinstance(result.get(name), dict) else value
        )
    return result


def leaves(values, known, prefix=""):
    found = set()
    for name, value in values.items():
        path = prefix + name
        found |= leaves(value, known, path + ".") if isinstance(value, dict) and path not in known and value else {path}
    return found


def bare(item):
    """Without labels and annotations that only say where it comes from."""
    item = copy.deepcopy(item)
    origin = {"helm.sh/chart"} | {
        f"app.kubernetes.io/{name}" for name in ("instance", "managed-by", "name", "part-of", "version")
    }
    labels = {key: value for key, value in item["metadata"].pop("labels", {}).items() if key not in origin}
    item["metadata"] = {key: value for key, value in item["metadata"].items() if key != "annotations" or value}
    return item | {"labels": labels}


if __name__ == "__main__":
    unittest.main(verbosity=int(os.environ.get("TERWAY_VERBOSITY", "1")))
