import KubernetesModel
import Serialization
import TerwayModel
import Testing

struct `An autoscale policy` {
  func messages(_ spec: JSONValue) -> [String] {
    EniAutoscalePolicy.validate(manifest("EniAutoscalePolicy", spec: spec)).map(\.description)
  }

  @Test(
    arguments: [
      [:], ["minENIs": 10], ["minENIs": 0, "maxENIs": 1], ["scaleUpThreshold": "0.31"],
      ["signal": ["source": "Prometheus", "prometheus": ["url": "http://prometheus-k8s.monitoring:9090"]]],
      ["nodeSelector": ["matchExpressions": [["key": "gpu", "operator": "Exists"]]]],
      ["budget": ["maxConcurrentNodes": 5]], ["budget": ["maxConcurrentNodes": "100%"]],
      ["maintenanceWindows": [["schedule": "0 3 * * *", "duration": "2h", "timeZone": "Asia/Shanghai"]]],
    ] as [JSONValue])
  func `is fine`(spec: JSONValue) {
    #expect(messages(spec) == [])
  }

  @Test(
    arguments: [
      (["minENIs": 11], "spec.minENIs: 11 must not exceed maxENIs"),
      (["minENIs": -1], "spec.minENIs: -1 must be between 0 and 256"),
      (["scaleDownThreshold": "0.8"], #"spec.scaleDownThreshold: "0.8" must be less than scaleUpThreshold"#),
      (["scaleUpThreshold": "1"], #"spec.scaleUpThreshold: "1" must be greater than 0 and less than 1"#),
      (["scaleUpThreshold": 0.8], #"spec.scaleUpThreshold: 0.8 must be a string, not a number; write "0.8""#),
      (["mode": "apply"], #"spec.mode: "apply" must be one of Recommend, Apply; did you mean "Apply"?"#),
      (["signal": ["source": "Prometheus"]], #"spec.signal.prometheus.url: "" is required by the source Prometheus"#),
      (
        ["nodeSelector": ["pool": "gpu"]],
        "spec.nodeSelector.pool: unknown field; known here are matchLabels, matchExpressions"
      ),
      (
        ["nodeSelector": ["matchExpressions": [["key": "gpu", "operator": "In"]]]],
        "spec.nodeSelector.matchExpressions[0].values: the list of 0 items must be given for In and NotIn, and left out for Exists and DoesNotExist"
      ),
      (
        ["budget": ["maxConcurrentNodes": "0%"]],
        #"spec.budget.maxConcurrentNodes: "0%" must be a percentage from "1%" to "100%""#
      ),
      (["pauseRequests": ["a", "a"]], #"spec.pauseRequests[1]: "a" is a duplicate of spec.pauseRequests[0]"#),
      (
        ["maintenanceWindows": [["schedule": "", "duration": "2h"]]],
        #"spec.maintenanceWindows[0].schedule: "" must be a cron expression such as "0 3 * * *" or @daily"#
      ),
      (["forecast": ["coverage": "1"]], #"spec.forecast.coverage: "1" must be at least 0.5 and less than 1"#),
    ] as [(JSONValue, String)])
  func `is refused with the field, the value and what is allowed`(spec: JSONValue, message: String) {
    #expect(messages(spec) == [message])
  }

  @Test func `takes the operator's defaults for what it leaves out`() throws {
    let defaults = try EniAutoscaleDefaults(environment: ["MIN_ENI_COUNT": "3", "SCALE_UP_THRESHOLD": "0.7"])
    let policy = try EniAutoscalePolicy(manifest("EniAutoscalePolicy", spec: ["scaleUpThreshold": "0.9"]))
    let spec = try policy.spec(defaults: defaults).get()
    #expect(spec.minENIs == 3)
    #expect(spec.maxENIs == 10)
    #expect(spec.scaleUpThreshold == "0.9")
    #expect(try policy.spec().get().minENIs == 2)
  }

  @Test func `can be wrong by the operator's defaults alone`() throws {
    let defaults = try EniAutoscaleDefaults(environment: ["MIN_ENI_COUNT": "6"])
    let policy = try EniAutoscalePolicy(manifest("EniAutoscalePolicy", spec: ["maxENIs": 4]))
    #expect(policy.spec(defaults: defaults).failure?.description == "spec.minENIs: 6 must not exceed maxENIs")
  }

  @Test func `selects nodes as Kubernetes does`() throws {
    let policy = try EniAutoscalePolicy(
      manifest(
        "EniAutoscalePolicy",
        spec: [
          "nodeSelector": [
            "matchLabels": ["pool": "a"],
            "matchExpressions": [["key": "gpu", "operator": "NotIn", "values": ["v100"]]],
          ]
        ]))
    let selector = try policy.spec().get().nodeSelector.labelSelector
    #expect(selector.matches(["pool": "a"]))
    #expect(!selector.matches(["pool": "a", "gpu": "v100"]))
    #expect(EniAutoscalePolicySpec().nodeSelector.labelSelector.isEmpty)
  }
}

struct `Autoscale defaults of the environment` {
  @Test(
    arguments: [
      ([:], [:], false), (["scaleUpThreshold": "0.8"], [:], true), (["scaleDownThreshold": "0.2"], [:], true),
      (["minENIs": 3], ["MAX_ENI_COUNT": "9"], false), ([:], ["SCALE_DOWN_THRESHOLD": "0.3"], true),
    ] as [(JSONValue, [String: String], Bool)])
  func `tell whether anybody names a threshold`(spec: JSONValue, environment: [String: String], names: Bool) throws {
    let policy = EniAutoscalePolicy(metadata: ObjectMeta(name: "p"), givenSpec: spec)
    let read = try policy.spec(defaults: EniAutoscaleDefaults(environment: environment)).get()
    #expect(read.namesThresholds == names)
  }

  @Test func `are the usual ones where nothing is set`() throws {
    #expect(try EniAutoscaleDefaults(environment: [:]) == EniAutoscaleDefaults())
    #expect(try EniAutoscaleDefaults(environment: ["MIN_ENI_COUNT": ""]) == EniAutoscaleDefaults())
  }

  @Test func `are read from four variables`() throws {
    var expected = EniAutoscaleDefaults()
    expected.minENIs = 1
    expected.maxENIs = 4
    expected.scaleUpThreshold = "0.75"
    expected.scaleDownThreshold = "0.25"
    expected.namesThresholds = true
    let environment = [
      "MIN_ENI_COUNT": "1", "MAX_ENI_COUNT": "4", "SCALE_UP_THRESHOLD": "0.75", "SCALE_DOWN_THRESHOLD": "0.25",
      "PATH": "/bin",
    ]
    #expect(try EniAutoscaleDefaults(environment: environment) == expected)
  }

  @Test(
    arguments: [
      (["MIN_ENI_COUNT": "two"], #"MIN_ENI_COUNT: "two" must be an integer, not a string"#),
      (["MAX_ENI_COUNT": "0"], "MAX_ENI_COUNT: 0 must be between 1 and 256"),
      (["MIN_ENI_COUNT": "12"], "MIN_ENI_COUNT: 12 must not exceed MAX_ENI_COUNT"),
      (
        ["SCALE_UP_THRESHOLD": "80%"],
        #"SCALE_UP_THRESHOLD: "80%" must be a number in quotes such as "0.8", "10" or "1e9""#
      ),
      (
        ["SCALE_UP_THRESHOLD": "0.2"],
        #"SCALE_DOWN_THRESHOLD: "0.3" must be less than SCALE_UP_THRESHOLD"#
      ),
    ])
  func `are refused under the name of the variable`(environment: [String: String], message: String) {
    let error = #expect(throws: EniAutoscaleDefaults.Invalid.self) {
      try EniAutoscaleDefaults(environment: environment)
    }
    #expect(error?.description == message)
  }
}
