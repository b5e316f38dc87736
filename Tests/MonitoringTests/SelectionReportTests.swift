import KubernetesModel
import TerwayModel
import Testing

@testable import Monitoring

struct `Selection report` {
  private typealias Selection = DetectedPrometheus.Selection

  private static let everything = Selection(objects: LabelSelector(), namespaces: LabelSelector())

  private static func prometheus(
    _ name: String = "main", in namespace: String = "monitoring", monitors: Selection = everything,
    rules: Selection = everything
  ) -> DetectedPrometheus {
    DetectedPrometheus(
      namespace: namespace, name: name, serviceMonitors: monitors, podMonitors: monitors, rules: rules,
      scrapeConfigs: monitors)
  }

  private static func report(
    _ prometheuses: [DetectedPrometheus], namespaceLabels: [String: String]? = [:],
    _ change: (inout MonitoringProfileSpec) -> Void = { _ in }
  ) -> SelectionReport {
    var spec = MonitoringProfileSpec()
    change(&spec)
    var cluster = DetectedCluster(prometheuses: prometheuses)
    cluster.namespaceLabels = namespaceLabels
    return SelectionReport(MonitoringRenderer.manifests(for: "terway", spec: spec, cluster: cluster), in: cluster)
  }

  private static func monitor(_ report: SelectionReport) throws -> SelectionReport.Entry {
    try #require(report.entries.first { $0.reference.resource == GeneratedResource.serviceMonitor })
  }

  @Test func `says nothing of a cluster without Prometheus resources`() {
    let report = Self.report([])
    #expect(!report.hasPrometheus && report.unselected.count == report.entries.count)
  }

  @Test func `names who selects each object, and leaves out kinds that nobody selects`() {
    let report = Self.report([Self.prometheus("b"), Self.prometheus("a", in: "other")])
    #expect(report.entries.allSatisfy { $0.selectedBy == ["monitoring/b", "other/a"] && $0.obstacles.isEmpty })
    #expect(Set(report.entries.map(\.reference.resource.kind.kind)) == ["ServiceMonitor", "PrometheusRule"])
    #expect(report.unselected.isEmpty)
  }

  /// Selector, labels of our namespace, and why the ServiceMonitor is not selected.
  private static let cases: [(name: String, selection: Selection, namespace: [String: String]?, obstacle: String?)] = [
    ("all", everything, [:], nil),
    (
      "no selector", Selection(namespaces: LabelSelector()), [:],
      "monitoring/main selects none, for want of a serviceMonitorSelector"
    ),
    ("own namespace", Selection(objects: LabelSelector()), [:], nil),
    (
      "labels", Selection(objects: LabelSelector(matchLabels: ["release": "x"]), namespaces: LabelSelector()), [:],
      "monitoring/main wants release=x among its labels"
    ),
    (
      "impossible labels",
      Selection(
        objects: LabelSelector(matchExpressions: [.init(key: "ops.terway.io/profile", operator: .doesNotExist)]),
        namespaces: LabelSelector()), [:], "monitoring/main wants !ops.terway.io/profile among its labels"
    ),
    (
      "namespace labels", Selection(objects: LabelSelector(), namespaces: LabelSelector(matchLabels: ["team": "net"])),
      ["team": "other"], "monitoring/main wants team=net among the labels of namespace monitoring"
    ),
    (
      "matching namespace labels",
      Selection(objects: LabelSelector(), namespaces: LabelSelector(matchLabels: ["team": "net"])), ["team": "net"], nil
    ),
    (
      "unknown namespace labels",
      Selection(objects: LabelSelector(), namespaces: LabelSelector(matchLabels: ["team": "net"])), nil, nil
    ),
  ]

  @Test(arguments: cases.indices)
  func `tells what is missing`(index: Int) throws {
    let row = Self.cases[index]
    // Labels of the spec, so that none are read off the Prometheus.
    let report = Self.report([Self.prometheus(monitors: row.selection)], namespaceLabels: row.namespace) {
      $0.selectorLabels = ["some": "label"]
    }
    let monitor = try Self.monitor(report)
    #expect(monitor.obstacles == [row.obstacle].compactMap(\.self), "\(row.name)")
    #expect(monitor.selectedBy == (row.obstacle == nil ? ["monitoring/main"] : []), "\(row.name)")
  }

  @Test func `knows that without a namespace selector a Prometheus looks into its own namespace only`() throws {
    let report = Self.report([Self.prometheus(in: "other", monitors: Selection(objects: LabelSelector()))])
    #expect(
      try Self.monitor(report).obstacles == [
        "other/main looks into its own namespace only, for want of a namespace selector"
      ])
  }

  @Test func `labels of a Prometheus that looks elsewhere do not displace those of one that looks here`() throws {
    func prometheus(_ name: String, _ team: String) -> DetectedPrometheus {
      let selection = Selection(
        objects: LabelSelector(matchLabels: ["release": name]), namespaces: LabelSelector(matchLabels: ["team": team]))
      return Self.prometheus(name, monitors: selection, rules: selection)
    }
    let both = [prometheus("a", "other"), prometheus("b", "net")]
    let report = Self.report(both, namespaceLabels: ["team": "net"])
    #expect(try Self.monitor(report).selectedBy == ["monitoring/b"])
    // Where none looks, somebody may yet label the namespace.
    let neither = Self.report(both, namespaceLabels: [:])
    #expect(try Self.monitor(neither).obstacles.contains { $0.contains("team=other among the labels of namespace") })
  }

  @Test func `one Prometheus that selects an object is enough`() {
    let deaf = Self.prometheus("deaf", monitors: Selection(), rules: Selection())
    let report = Self.report([deaf, Self.prometheus()])
    #expect(report.unselected.isEmpty)
    #expect(report.entries.allSatisfy { $0.obstacles.count == 1 })
  }
}
