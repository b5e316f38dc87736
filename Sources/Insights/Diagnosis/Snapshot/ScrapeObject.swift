import KubernetesModel
import Serialization

/// What we read of a ServiceMonitor or PodMonitor: what it selects, and by which labels it is selected itself.
public struct ScrapeObject: JSONDecodable, Hashable, Sendable {
  public var kind: ResourceType
  /// Without annotations.
  public var metadata = ObjectMeta()
  public var selector = LabelSelector()
  /// Namespaces of what it selects; `nil` = all.
  public var namespaces: [String]?
  /// Names of the ports that it scrapes.
  public var ports: [String] = []

  public init(_ kind: ResourceType, _ metadata: ObjectMeta) { (self.kind, self.metadata) = (kind, metadata) }

  public init(json reader: inout JSONReader) throws(JSONError) {
    try self.init(ResourceType("", "", plural: "", namespaced: true), json: &reader)
  }

  public init(_ kind: ResourceType, json reader: inout JSONReader) throws(JSONError) {
    self.kind = kind
    var spec = JSONValue.null
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try .withoutAnnotations(json: &reader)
      case "spec": spec = try JSONValue(json: &reader)
      default: break
      }
    }
    if let selector = spec["selector"] { self.selector = try LabelSelector(jsonBytes: selector.jsonBytes()) }
    let named = spec.at("namespaceSelector", "matchNames")?.array?.compactMap(\.string) ?? []
    let isAny = spec.at("namespaceSelector", "any")?.bool == true
    namespaces = isAny ? nil : named.isEmpty ? [metadata.namespace ?? ""] : named
    let endpoints = (spec["endpoints"]?.array ?? []) + (spec["podMetricsEndpoints"]?.array ?? [])
    ports = endpoints.compactMap { $0["port"]?.string }
  }

  /// `ServiceMonitor monitoring/terway-monitor`.
  public var title: String { "\(kind.kind.kind) \(metadata.key)" }
}

/// What we read of a Service: by what monitors find it.
public struct ServiceView: KubernetesObject, Hashable {
  public static let resource = ResourceType("v1", "Service", plural: "services", namespaced: true)

  /// Without annotations.
  public var metadata = ObjectMeta()
  public var ports: Set<String> = []

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try .withoutAnnotations(json: &reader)
      case "spec": ports = Set((try JSONValue(json: &reader)["ports"]?.array ?? []).compactMap { $0["name"]?.string })
      default: break
      }
    }
  }
}

/// What a Prometheus says of our targets and series.
public struct ScrapeState: Hashable, Sendable {
  public struct Target: Hashable, Sendable {
    public var job: String
    public var namespace: String
    public var instance: String
    public var isUp: Bool

    public init(job: String, namespace: String, instance: String, isUp: Bool) {
      (self.job, self.namespace, self.instance, self.isUp) = (job, namespace, instance, isUp)
    }
  }

  public var targets: [Target]
  /// How many series each name has of those that were asked for; 0 where there are none.
  public var series: [String: Int]

  public init(targets: [Target], series: [String: Int]) { (self.targets, self.series) = (targets, series) }
}
