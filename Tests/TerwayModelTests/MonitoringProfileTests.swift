import KubernetesModel
import Serialization
import TerwayModel
import Testing

/// An object as a person writes it.
func manifest(_ kind: String, name: JSONValue = "terway", spec: JSONValue? = nil) -> JSONValue {
  var object: JSONValue = ["apiVersion": "ops.terway.io/v1alpha1", "kind": .string(kind), "metadata": ["name": name]]
  object["spec"] = spec
  return object
}

struct `A monitoring profile` {
  func messages(_ spec: JSONValue) -> [String] {
    MonitoringProfile.validate(manifest("TerwayMonitoringProfile", spec: spec)).map(\.description)
  }

  @Test(
    arguments: [
      [:], nil,
      ["metrics": ["interval": "30s", "scrapeTimeout": "30s"]],
      ["terway": ["podLabels": ["k8s-app": "terway"], "ipam": "CRD"]],
      ["metrics": ["keep": []], "selectorLabels": ["release": "kube-prometheus-stack"]],
      ["metrics": ["relabelings": [["action": "labeldrop", "regex": "pod_template_hash"]]]],
      [
        "metrics": [
          "relabelings": [["action": "hashmod", "sourceLabels": ["node"], "targetLabel": "shard", "modulus": 4]]
        ]
      ],
      ["metrics": ["relabelings": [["action": "keepequal", "sourceLabels": ["a"], "targetLabel": "b"]]]],
      ["metrics": ["custom": [["name": "a:b", "query": "sum(x)"], ["name": "c", "query": "1", "type": "counter"]]]],
      ["alerts": ["overrides": [["alert": "TerwayHighLatency", "for": "0s", "threshold": "0"]]]],
      ["dashboards": ["delivery": ["ConfigMap", "GrafanaDashboard"]]],
      ["performanceTest": ["enabled": true, "schedule": "*/30 2-4 * * MON,FRI"]],
    ] as [JSONValue])
  func `is fine`(spec: JSONValue) {
    #expect(messages(spec) == [])
  }

  @Test(
    arguments: [
      (["metrics": ["intervall": "15s"]], #"spec.metrics.intervall: unknown field; did you mean "interval"?"#),
      (["interval": "15s"], "spec.interval: unknown field; did you mean spec.metrics.interval?"),
      (
        ["metrics": ["interval": "15 s"]],
        #"spec.metrics.interval: "15 s" must be a duration such as 15s, 5m or 1h30m (whole numbers of h, m, s and ms, in this order)"#
      ),
      (
        ["metrics": ["interval": "1d"]],
        #"spec.metrics.interval: "1d" must be a duration such as 15s, 5m or 1h30m (whole numbers of h, m, s and ms, in this order)"#
      ),
      (["metrics": ["interval": "0s"]], #"spec.metrics.interval: "0s" must be between 1s and 1h"#),
      (["metrics": ["interval": 15]], "spec.metrics.interval: 15 must be a string, not an integer"),
      (["metrics": ["scrapeTimeout": "20s"]], #"spec.metrics.scrapeTimeout: "20s" must not exceed metrics.interval"#),
      (["metrics": ["interval": "5s"]], #"spec.metrics.scrapeTimeout: "10s" must not exceed metrics.interval"#),
      (
        ["metrics": ["source": "upstream"]],
        #"spec.metrics.source: "upstream" must be one of Auto, Contract, Upstream; did you mean "Upstream"?"#
      ),
      (
        ["metrics": ["clusterLabel": "my-cluster"]],
        #"spec.metrics.clusterLabel: "my-cluster" must be a Prometheus label name (letters, digits and underscores), or empty"#
      ),
      (
        ["metrics": ["relabelings": [["action": "discard"]]]],
        #"spec.metrics.relabelings[0].action: "discard" must be one of replace, keep, drop, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase, keepequal, dropequal"#
      ),
      (
        ["metrics": ["relabelings": [["sourceLabels": ["node"]]]]],
        #"spec.metrics.relabelings[0].targetLabel: "" is required by this action: give a label name"#
      ),
      (
        ["metrics": ["metricRelabelings": [["action": "hashmod", "targetLabel": "x"]]]],
        "spec.metrics.metricRelabelings[0].modulus: 0 must be greater than 0 for the action hashmod"
      ),
      (
        ["metrics": ["relabelings": [["action": "labelkeep", "targetLabel": "x"]]]],
        "spec.metrics.relabelings[0]: the object must give regex alone for the actions labeldrop and labelkeep, which look at label names only"
      ),
      (
        ["metrics": ["relabelings": [["action": "dropequal", "targetLabel": "x", "regex": "a"]]]],
        "spec.metrics.relabelings[0]: the object must give sourceLabels and targetLabel alone for the actions keepequal and dropequal"
      ),
      (
        ["metrics": ["custom": [["name": "terway-eni", "query": "up"]]]],
        #"spec.metrics.custom[0].name: "terway-eni" must be a Prometheus metric name: letters, digits, underscores and colons"#
      ),
      (
        ["metrics": ["custom": [["name": "a"]]]],
        "spec.metrics.custom[0].query: is required: PromQL expression. Example: terway_eni_allocated_ips / terway_eni_total_ips."
      ),
      (
        ["metrics": ["custom": [["name": "a", "query": "1"], ["name": "a", "query": "2"]]]],
        #"spec.metrics.custom[1].name: "a" is a duplicate of spec.metrics.custom[0]"#
      ),
      (
        ["alerts": ["qos": ["violationsPerMinute": "ten"]]],
        #"spec.alerts.qos.violationsPerMinute: "ten" must be a number in quotes such as "0.8", "10" or "1e9""#
      ),
      (
        ["alerts": ["qos": ["violationsPerMinute": 10]]],
        #"spec.alerts.qos.violationsPerMinute: 10 must be a string, not an integer; write "10""#
      ),
      (
        ["alerts": ["performance": ["eniUtilization": "80"]]],
        #"spec.alerts.performance.eniUtilization: "80" must be greater than 0 and at most 1"#
      ),
      (
        ["alerts": ["performance": ["throughput": "1e999"]]],
        #"spec.alerts.performance.throughput: "1e999" must be greater than 0"#
      ),
      (
        ["alerts": ["slo": ["objective": "100"]]],
        #"spec.alerts.slo.objective: "100" must be at least 50 and less than 100"#
      ),
      (
        ["alerts": ["overrides": [["alert": "A"], ["alert": "B"], ["alert": "A"]]]],
        #"spec.alerts.overrides[2].alert: "A" is a duplicate of spec.alerts.overrides[0]"#
      ),
      (
        ["alerts": ["overrides": [["alert": "A", "severity": "page"]]]],
        #"spec.alerts.overrides[0].severity: "page" must be one of critical, warning, info"#
      ),
      (
        ["alerts": ["runbookBaseURL": "docs/runbooks"]],
        #"spec.alerts.runbookBaseURL: "docs/runbooks" must be a URL that starts with http:// or https://"#
      ),
      (
        ["dashboards": ["delivery": ["GrafanaDashboard"], "labels": [:]]],
        "spec.dashboards.labels: the empty object must not be empty: a GrafanaDashboard selects its Grafana by them"
      ),
      (["dashboards": ["delivery": []]], "spec.dashboards.delivery: must not be empty"),
      (
        ["logging": ["loki": ["retention": "1h"]]], #"spec.logging.loki.retention: "1h" must be between 24h and 87600h"#
      ),
      (
        ["logging": ["fluentd": ["elasticsearch": ["port": 0]]]],
        "spec.logging.fluentd.elasticsearch.port: 0 must be between 1 and 65535"
      ),
      (["terway": ["podLabels": [:]]], "spec.terway.podLabels: must not be empty"),
      (
        ["labels": ["team": "net work"]],
        #"spec.labels.team: "net work" must be a label value: at most 63 letters, digits, dashes, underscores and dots"#
      ),
      (
        ["labels": ["a b": ""]],
        #"spec.labels: "a b" as a key must be a label name such as app or app.kubernetes.io/name"#
      ),
      (
        ["namespace": "Monitoring"],
        #"spec.namespace: "Monitoring" must be a namespace name: lower-case letters, digits and dashes"#
      ),
      (
        ["performanceTest": ["schedule": "daily"]],
        #"spec.performanceTest.schedule: "daily" must be a cron expression such as "0 3 * * *" or @daily, or empty"#
      ),
      (
        ["performanceTest": ["enabled": "yes"]],
        #"spec.performanceTest.enabled: "yes" must be true or false, not a string"#
      ),
      ("all", #"spec: "all" must be an object, not a string"#),
    ] as [(JSONValue, String)])
  func `is refused with the field, the value and what is allowed`(spec: JSONValue, message: String) {
    #expect(messages(spec) == [message])
  }

  @Test(
    arguments: [
      ("text", [#""text" must be an object, not a string"#]),
      (
        [:],
        [
          "apiVersion: is required: ops.terway.io/v1alpha1", "kind: is required: TerwayMonitoringProfile",
          "metadata.name: is required",
        ]
      ),
      (
        ["apiVersion": "ops.terway.io/v1", "kind": "MonitoringProfile", "metadata": ["name": "a"]],
        [
          #"apiVersion: "ops.terway.io/v1" must be ops.terway.io/v1alpha1"#,
          #"kind: "MonitoringProfile" must be TerwayMonitoringProfile"#,
        ]
      ),
      (
        manifest("TerwayMonitoringProfile", name: "my.profile"),
        [
          #"metadata.name: "my.profile" must be lower-case letters, digits and dashes, starting with a letter, because the names of generated objects are made of it"#
        ]
      ),
      (
        manifest("TerwayMonitoringProfile", name: .string(String(repeating: "a", count: 36))),
        [#"metadata.name: "\#(String(repeating: "a", count: 36))" must have at most 35 characters, not 36"#]
      ),
      (
        [
          "apiVersion": "ops.terway.io/v1alpha1", "kind": "TerwayMonitoringProfile",
          "metadata": ["name": "a", "labels": [1]],
        ],
        ["metadata.labels: expected an object, found array"]
      ),
      (
        [
          "apiVersion": "ops.terway.io/v1alpha1", "kind": "TerwayMonitoringProfile", "metadata": ["name": "a"],
          "status": ["old": true], "spce": [:],
        ], [#"spce: unknown field; did you mean "spec"?"#]
      ),
    ] as [(JSONValue, [String])])
  func `is judged as a whole object`(object: JSONValue, messages: [String]) {
    #expect(MonitoringProfile.validate(object).map(\.description) == messages)
  }

  @Test func `with nothing in its spec is the default spec`() throws {
    let profile = try MonitoringProfile(manifest("TerwayMonitoringProfile"))
    #expect(try profile.spec.get() == MonitoringProfileSpec())
    #expect(profile.metadata.name == "terway")
    #expect(profile.status == nil)
  }

  @Test func `keeps what it sets and defaults the rest`() throws {
    let profile = try MonitoringProfile(
      manifest("TerwayMonitoringProfile", spec: ["metrics": ["interval": "30s"], "alerts": ["language": "zh"]]))
    var expected = MonitoringProfileSpec()
    expected.metrics.interval = "30s"
    expected.alerts.language = .zh
    #expect(try profile.spec.get() == expected)
  }

  @Test func `stored by a server with a newer schema is read all the same`() throws {
    var object = manifest("TerwayMonitoringProfile", spec: ["metrics": ["interval": "30s", "future": true]])
    object["status"] = ["observedGeneration": 3, "future": 1]
    let profile = try MonitoringProfile(object)
    #expect(try profile.spec.get().metrics.interval == "30s")
    #expect(profile.status?.observedGeneration == 3)
    #expect(MonitoringProfile.validate(object).map(\.path.fieldPath) == ["spec.metrics.future"])
  }

  @Test func `with an invalid spec still tells its name and generation`() throws {
    var object = manifest("TerwayMonitoringProfile", spec: ["metrics": ["interval": "5s"], "labels": ["a": "b c"]])
    object["metadata"] = ["name": "terway", "generation": 7]
    let profile = try MonitoringProfile(jsonBytes: object.jsonBytes())
    #expect(profile.metadata.generation == 7)
    #expect(
      profile.spec.failure?.description == """
        spec.labels.a: "b c" must be a label value: at most 63 letters, digits, dashes, underscores and dots; \
        spec.metrics.scrapeTimeout: "10s" must not exceed metrics.interval
        """)
  }

  @Test func `reads the status that it wrote, and takes a foreign one for none`() throws {
    var status = MonitoringProfileStatus()
    status.observedGeneration = 3
    status.detected.ipam = "CRD"
    status.resources = [
      .init(apiVersion: "v1", kind: "ConfigMap", namespace: "monitoring", name: "a", state: .synced),
      .init(
        apiVersion: "v1", kind: "ConfigMap", namespace: "none", name: "b", state: .namespaceMissing, message: "why"),
    ]
    status.objects = MonitoringProfileStatus.count(of: status.resources)
    status.conditions = [
      Condition(type: "Ready", status: .yes, reason: "Synced", lastTransitionTime: "2026-01-02T03:04:05Z")
    ]
    #expect(status.objects == "1/2")
    var object = manifest("TerwayMonitoringProfile")
    object["status"] = try status.json()
    #expect(object["status"]?["resources"]?[0]?["message"] == nil)
    #expect(try MonitoringProfile(object).status == status)
    object["status"] = ["observedGeneration": 3]
    #expect(try MonitoringProfile(object).status?.observedGeneration == 3)
    object["status"] = ["resources": "many"]
    #expect(try MonitoringProfile(object).status == nil)
  }
}

extension Result {
  var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
