import KubernetesModel
import Monitoring
import Serialization
import Testing

@testable import TerwayOperator

struct Detection {
  private func configuration(_ text: String) throws -> EniConfigView {
    let object: JSONValue = [
      "metadata": [
        "name": "eni-config", "namespace": "kube-system",
        "annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{\"access_secret\":\"hush\"}"],
      ],
      "data": ["eni_conf": .string(text), "10-terway.conf": "{}"],
    ]
    return try EniConfigView(jsonBytes: object.jsonBytes())
  }

  @Test func `tells the central IPAM from each daemon's own`() throws {
    #expect(try configuration(#"{"version":"1","ipam_type":"crd"}"#).facts.ipam == .crd)
    #expect(try configuration(#"{"version":"1"}"#).facts.ipam == .legacy)
    #expect(try configuration(#"{"ipam_type":"#).facts.ipam == .auto)
  }

  @Test(
    arguments: [
      ("{}", nil), (#"{"cilium_enable_hubble":"true"}"#, 9091), (#"{"cilium_enable_hubble":true}"#, 9091),
      (#"{"cilium_enable_hubble":"false"}"#, nil),
      (#"{"cilium_enable_hubble":"true","cilium_hubble_metrics_server":":9965"}"#, 9965),
      (#"{"cilium_enable_hubble":"true","cilium_hubble_metrics_server":"127.0.0.1:9965"}"#, nil),
      (#"{"plugins":[{"type":"terway"},{"type":"cilium-cni","cilium_enable_hubble":"true"}]}"#, 9091),
    ] as [(String, UInt16?)])
  func `finds where Hubble serves metrics`(text: String, port: UInt16?) throws {
    #expect(try configuration(text).facts.hubblePort == port)
  }

  @Test(arguments: [#"{"access_key":"AKID","access_secret":"hush","ipam_type":"crd"}"#, #"{"access_secret":"hush"#])
  func `keeps nothing of the credentials, whether the configuration can be read or not`(text: String) throws {
    var everything = ""
    dump(try configuration(text), to: &everything)
    #expect(!everything.contains("hush") && !everything.contains("AKID"))
  }

  // MARK: Controlplane

  @Test(
    arguments: [
      ("metricsBindAddress: \"0\"", nil), ("metricsBindAddress: 0", nil), ("other: 1", nil), ("", nil),
      ("metricsBindAddress: \":8081\"", 8081), ("metricsBindAddress: 0.0.0.0:9999\nother: 1", 9999),
      ("metricsBindAddress: \"127.0.0.1:8081\"", nil), ("{metricsBindAddress: [", nil),
    ] as [(String, UInt16?)])
  func `finds where the controlplane serves metrics`(text: String, port: UInt16?) throws {
    let object: JSONValue = [
      "metadata": ["name": "terway-controlplane"], "data": ["ctrl-config.yaml": .string(text), "other": "x"],
    ]
    let view = try ControlplaneConfigView(jsonBytes: object.jsonBytes())
    #expect(view.metricsPort == port)
    var everything = ""
    dump(view, to: &everything)
    #expect(!everything.contains("metricsBindAddress") && !everything.contains("other"))
  }

  // MARK: Workloads

  @Test(
    arguments: [
      ("registry.cn-hangzhou.aliyuncs.com/acs/terway:v1.16.7", "v1.16.7"), ("registry:5000/acs/terway", nil),
      ("registry:5000/acs/terway:v1@sha256:abc", "v1"), ("terway@sha256:abc", nil),
    ] as [(String, String?)])
  func `reads the version off an image`(image: String, version: String?) {
    #expect(WorkloadView.Container.tag(of: image) == version)
  }

  @Test(
    arguments: [
      (["-readonly-listen", "0.0.0.0:9190"], 9190), (["-readonly-listen=:9190"], 9190),
      (["--readonly-listen", "[::]:9190", "-daemon-mode", "ENIMultiIP"], 9190),
      (["-readonly-listen", "$(HOST_IP):9190"], 9190),
      (["-readonly-listen", "unix:///var/run/eni/eni_debug.socket"], nil),
      (["-readonly-listen=unix:///var/run/eni:1.socket"], nil), (["-readonly-listen", "127.0.0.1:9190"], nil),
      (["-readonly-listen", "localhost:9190"], nil), (["-readonly-listen", "[::1]:9190"], nil),
      (["-readonly-listen", ":0"], nil), (["-readonly-listen", ":99999"], nil), (["-readonly-listen"], nil),
      (["-readonly-listen", "-v"], nil), (["-daemon-mode", "readonly-listen=:1"], nil), ([], nil),
    ] as [([String], UInt16?)])
  func `finds the port of the daemon, where another node can reach it`(arguments: [String], port: UInt16?) throws {
    let words = JSONValue.array(arguments.map(JSONValue.string))
    for field in ["args", "command"] {
      let view = try workload(["containers": [.object(["name": "terway", field: words])]])
      #expect(view.facts.containers["terway"]?.readOnlyPort == port)
    }
  }

  @Test(arguments: [
    (["--collector.qdisc"], true), (["--collector.qdisc=true"], true), (["--collector.qdisc=false"], false),
    (["--no-collector.qdisc"], false), (["--path.rootfs=/host"], false),
  ])
  func `tells whether node_exporter looks at queue disciplines`(arguments: [String], isOn: Bool) throws {
    let container: JSONValue = ["name": "x", "args": .array(arguments.map(JSONValue.string))]
    #expect(try workload(["containers": [container]]).facts.containers["x"]?.collectsQdisc == isOn)
  }

  @Test func `keeps of a workload what finds its pods, and none of its arguments`() throws {
    let view = try workload(
      [
        "containers": [
          ["name": "a", "args": ["--password=hush"], "ports": [["name": "metrics", "containerPort": 1]]]
        ]
      ], status: ["desiredNumberScheduled": 0])
    #expect(view.facts.podLabels == ["app": "x"] && view.facts.containers["a"]?.ports == ["metrics"])
    #expect(!view.facts.wantsPods)
    var everything = ""
    dump(view, to: &everything)
    #expect(!everything.contains("hush"))
  }

  private func workload(_ pod: JSONValue, status: JSONValue = [:]) throws -> WorkloadView {
    let object: JSONValue = [
      "metadata": ["name": "terway-eniip"],
      "spec": ["template": ["metadata": ["labels": ["app": "x"]], "spec": pod]], "status": status,
    ]
    return try WorkloadView(jsonBytes: object.jsonBytes())
  }

  // MARK: Monitors

  /// Selectors and endpoints as the usual stacks have them.
  @Test(
    arguments: [
      (#"{"matchLabels":{"app.kubernetes.io/name":"kubelet","k8s-app":"kubelet"}}"#, "/metrics/cadvisor", .cAdvisor),
      (#"{"matchLabels":{"app.kubernetes.io/name":"kubelet"}}"#, "/metrics", nil),
      (#"{"matchLabels":{"app.kubernetes.io/name":"prometheus-node-exporter"}}"#, nil, .nodeExporter),
      (#"{"matchLabels":{"app.kubernetes.io/name":"node-exporter"}}"#, nil, .nodeExporter),
      (#"{"matchExpressions":[{"key":"k8s-app","operator":"In","values":["node-exporter"]}]}"#, nil, .nodeExporter),
      (#"{"matchExpressions":[{"key":"k8s-app","operator":"NotIn","values":["node-exporter"]}]}"#, nil, nil),
      (#"{"matchLabels":{"app.kubernetes.io/name":"kube-state-metrics"}}"#, nil, .kubeStateMetrics),
      (#"{"matchLabels":{"component":"apiserver","provider":"kubernetes"}}"#, nil, .apiServer),
      (#"{"matchLabels":{"release":"node-exporter"}}"#, nil, nil), ("{}", nil, nil), ("null", nil, nil),
    ] as [(String, String?, Exporter?)])
  func `knows the monitors of the usual stacks`(selector: String, path: String?, exporter: Exporter?) throws {
    let endpoint = path.map { #"{"port":"https-metrics","path":"\#($0)"}"# } ?? #"{"port":"https-metrics"}"#
    let text = #"{"metadata":{"name":"x"},"spec":{"selector":\#(selector),"endpoints":[\#(endpoint)]}}"#
    let view = try ScrapeMonitorView(jsonText: text)
    #expect(view.exporters == Set([exporter].compactMap(\.self)) && !view.isOurs)
  }

  @Test func `does not take its own monitors for those of others`() throws {
    let text = #"{"metadata":{"name":"x","labels":{"app.kubernetes.io/managed-by":"terway-operator"}}}"#
    #expect(try ScrapeMonitorView(jsonText: text).isOurs)
  }

  // MARK: Definitions

  @Test func `knows which newer fields an installed definition has`() throws {
    func definition(_ fields: JSONValue) throws -> CustomResourceDefinitionView {
      let schema: JSONValue = [
        "openAPIV3Schema": [
          "properties": ["spec": ["properties": fields], "status": ["properties": ["bodySizeLimit": [:]]]]
        ]
      ]
      let object: JSONValue = [
        "metadata": ["name": "x"], "spec": ["versions": [["name": "v1", "served": true, "schema": schema]]],
      ]
      return try CustomResourceDefinitionView(jsonBytes: object.jsonBytes())
    }
    #expect(try definition(["bodySizeLimit": ["type": "string"], "other": [:]]).newerFields == ["bodySizeLimit"])
    #expect(try definition(["sampleLimit": ["properties": ["bodySizeLimit": [:]]]]).newerFields == [])
  }

  @Test func `a kind is served once its definition is established, in a version that is served`() throws {
    let kind = ResourceType("example.com/v1", "Thing", plural: "things", namespaced: true)
    func definition(_ version: String, served: Bool, established: String) throws -> CustomResourceDefinitionView {
      let object: JSONValue = [
        "metadata": ["name": "things.example.com"],
        "spec": ["versions": [["name": .string(version), "served": .bool(served), "schema": ["deep": []]]]],
        "status": ["conditions": [["type": "Established", "status": .string(established)]]],
      ]
      return try CustomResourceDefinitionView(jsonBytes: object.jsonBytes())
    }
    #expect(try definition("v1", served: true, established: "True").serves(kind))
    #expect(try !definition("v1", served: true, established: "False").serves(kind))
    #expect(try !definition("v1", served: false, established: "True").serves(kind))
    #expect(try !definition("v2", served: true, established: "True").serves(kind))
  }
}
