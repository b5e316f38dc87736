import KubernetesModel
import Monitoring
import Serialization

/// What we read of a ServiceMonitor that somebody else made: which of the exporters that our rules use it scrapes.
struct ScrapeMonitorView: TypedObject {
  static let resource = GeneratedResource.serviceMonitor

  var metadata = ObjectMeta()
  var exporters: Set<Exporter> = []
  /// True for those that this operator generates.
  var isOurs = false

  init(json reader: inout JSONReader) throws(JSONError) {
    var names: Set<String> = []
    var paths: Set<String> = []
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
        isOurs = ManagedLabel.selector.matches(metadata.labels)
        (metadata.annotations, metadata.labels) = ([:], [:])
      case "spec":
        try reader.readObject { (key, reader) throws(JSONError) in
          switch key {
          case "selector": names = Self.names(in: try LabelSelector?(json: &reader) ?? LabelSelector())
          case "endpoints":
            for endpoint in try JSONValue(json: &reader).array ?? [] {
              paths.insert(endpoint["path"]?.string ?? "/metrics")
            }
          default: try reader.skipValue()
          }
        }
      default: break
      }
    }
    exporters = Set(Self.table.filter { names.contains($0.name) && paths.contains($0.path) }.map(\.exporter))
  }

  /// What the usual stacks call the Services of exporters, in one of the labels that name a program.
  private static let table: [(name: String, path: String, exporter: Exporter)] = [
    ("kubelet", "/metrics/cadvisor", .cAdvisor),
    ("node-exporter", "/metrics", .nodeExporter),
    ("prometheus-node-exporter", "/metrics", .nodeExporter),
    ("kube-state-metrics", "/metrics", .kubeStateMetrics),
    ("apiserver", "/metrics", .apiServer),
    ("kube-apiserver", "/metrics", .apiServer),
  ]
  private static let naming: Set<String> = ["app.kubernetes.io/name", "k8s-app", "app", "component", "name"]

  private static func names(in selector: LabelSelector) -> Set<String> {
    let equal = selector.matchLabels.filter { naming.contains($0.key) }.values
    let listed = selector.matchExpressions.filter { naming.contains($0.key) && $0.operator == .isIn }.flatMap(\.values)
    return Set(equal).union(listed)
  }
}

/// What we read of a Service that serves our own metrics: the names of its ports.
struct MetricsServiceView: TypedObject {
  static let resource = GeneratedResource.service

  var metadata = ObjectMeta()
  var ports: Set<String> = []

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try .withoutAnnotations(json: &reader)
      case "spec":
        ports = Set((try JSONValue(json: &reader)["ports"]?.array ?? []).compactMap { $0["name"]?.string })
      default: break
      }
    }
  }
}
