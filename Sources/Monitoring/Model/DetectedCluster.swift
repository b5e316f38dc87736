import KubernetesModel
import Prometheus
import Serialization
import TerwayModel

/// What was found out about a cluster and matters for what is generated. `DetectedCluster()` is a cluster nothing is known of.
public struct DetectedCluster: Hashable, Sendable {
  /// Who owns the IP pools; `auto` when it could not be told.
  public var ipam: MonitoringProfileSpec.Terway.IPAM
  /// Of the daemon's image; empty when unknown.
  public var terwayVersion: String
  public var prometheuses: [DetectedPrometheus]
  /// What serves metrics that a Prometheus scrapes; `nil` when nothing could be looked at.
  public var exporters: Set<Exporter>?
  /// Of these, the ones that nothing showed and that clusters usually have.
  public var assumedExporters: Set<Exporter> = []
  /// Where those listen of which only their configuration tells: Terway's daemon and controlplane, and Hubble.
  public var ports: [Exporter: UInt16] = [:]
  /// Whether the Deployment of Terway's controlplane can be seen; `nil` when nothing could be looked at.
  public var hasControlplane: Bool?
  /// Of the namespace in which monitors and rules are; `nil` when it is not there or could not be looked at.
  public var namespaceLabels: [String: String]?
  /// What a list of custom metrics holds that somebody else keeps where ours would be; `nil` where there is none.
  public var listedMetrics: [MonitoringProfileSpec.Metrics.Custom]?
  /// Of each kind the fields of `spec` that not all releases of its CustomResourceDefinition have, and that this one has.
  public var newerFields: [String: Set<String>] = [:]

  public init(
    ipam: MonitoringProfileSpec.Terway.IPAM = .auto, terwayVersion: String = "",
    prometheuses: [DetectedPrometheus] = [], exporters: Set<Exporter>? = nil, hasControlplane: Bool? = nil
  ) {
    self.ipam = ipam
    self.terwayVersion = terwayVersion
    self.prometheuses = prometheuses
    self.exporters = exporters
    self.hasControlplane = hasControlplane
  }
}

/// One `Prometheus` resource of prometheus-operator, as far as it decides what is selected. A selector that is `nil` selects
/// nothing, an empty one everything; a namespace selector that is `nil` means the resource's own namespace.
public struct DetectedPrometheus: Hashable, Sendable {
  public var namespace: String
  public var name: String
  /// `nil` when the resource does not say.
  public var version: PrometheusVersion?
  public var serviceMonitors: Selection
  public var podMonitors: Selection
  public var rules: Selection
  public var scrapeConfigs: Selection

  /// Which objects of one kind the resource takes up.
  public struct Selection: Hashable, Sendable {
    public var objects: LabelSelector?
    public var namespaces: LabelSelector?

    public init(objects: LabelSelector? = nil, namespaces: LabelSelector? = nil) {
      self.objects = objects
      self.namespaces = namespaces
    }

    /// Labels that an object must carry to be selected; none when it cannot be helped.
    var requiredLabels: [String: String] { objects?.satisfyingLabels ?? [:] }
  }

  public init(
    namespace: String, name: String, version: PrometheusVersion? = nil, serviceMonitors: Selection = Selection(),
    podMonitors: Selection = Selection(), rules: Selection = Selection(), scrapeConfigs: Selection = Selection()
  ) {
    self.namespace = namespace
    self.name = name
    self.version = version
    self.serviceMonitors = serviceMonitors
    self.podMonitors = podMonitors
    self.rules = rules
    self.scrapeConfigs = scrapeConfigs
  }
}

extension DetectedPrometheus: JSONDecodable {
  /// Reads what matters from the resource.
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init(namespace: "", name: "")
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": try readMetadata(&reader)
      case "spec": try readSpec(&reader)
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readMetadata(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "name": name = try String(json: &reader)
      case "namespace": namespace = try String(json: &reader)
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readSpec(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "version": version = try String?(json: &reader).flatMap { PrometheusVersion($0) }
      case "serviceMonitorSelector": serviceMonitors.objects = try LabelSelector?(json: &reader)
      case "serviceMonitorNamespaceSelector": serviceMonitors.namespaces = try LabelSelector?(json: &reader)
      case "podMonitorSelector": podMonitors.objects = try LabelSelector?(json: &reader)
      case "podMonitorNamespaceSelector": podMonitors.namespaces = try LabelSelector?(json: &reader)
      case "scrapeConfigSelector": scrapeConfigs.objects = try LabelSelector?(json: &reader)
      case "scrapeConfigNamespaceSelector": scrapeConfigs.namespaces = try LabelSelector?(json: &reader)
      case "ruleSelector": rules.objects = try LabelSelector?(json: &reader)
      case "ruleNamespaceSelector": rules.namespaces = try LabelSelector?(json: &reader)
      default: try reader.skipValue()
      }
    }
  }
}

/// Where the operator itself serves the metrics that Terway does not.
public struct OperatorEndpoint: Hashable, Sendable {
  public var namespace: String
  /// Of its metrics Service. `app.kubernetes.io/name` becomes the `job` of its series.
  public var labels: [String: String]
  /// The Service port's name.
  public var port: String

  /// Defaults to how the operator is shipped.
  public init(
    namespace: String = "terway-operator-system",
    labels: [String: String] = [OperatorEndpoint.jobLabel: "terway-operator"], port: String = "metrics"
  ) {
    self.namespace = namespace
    self.labels = labels
    self.port = port
  }

  /// The label of the Service whose value Prometheus uses as `job`.
  public static let jobLabel = "app.kubernetes.io/name"

  /// The `job` of the series scraped there.
  var job: String { labels[Self.jobLabel] ?? "" }
}
