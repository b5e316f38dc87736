import KubernetesModel
import Serialization

/// What the operator found and did for a `TerwayMonitoringProfile`.
public struct MonitoringProfileStatus: Codable, Hashable, Sendable {
  /// The `metadata.generation` that the status is about.
  public var observedGeneration: Int64 = 0
  public var conditions: [Condition] = []
  public var detected = Detected()
  /// `14/16`: in sync, of all. For the column of `kubectl get`; see `count(of:)`.
  public var objects = ""
  public var resources: [Resource] = []
  /// `nil` while there is no performance test.
  public var performanceTest: PerformanceTest?

  public init() {}

  /// What the cluster showed.
  public struct Detected: Codable, Hashable, Sendable {
    /// `CRD` or `Legacy`; empty = not known.
    public var ipam = ""
    /// Version of the daemon's image; empty = not known.
    public var terwayVersion = ""
    /// `Contract`, `Upstream` or `Contract, Upstream`; empty = neither.
    public var metricsSource = ""
    /// What serves metrics that a Prometheus scrapes, sorted.
    public var exporters: [String] = []
    /// Signals that nothing serves, and what follows from them.
    public var missingSignals: [MissingSignal] = []
    /// Alerts that are switched on and cannot be, for want of signals.
    public var alertsLeftOut: [AlertLeftOut] = []
    /// `namespace/name` of the ConfigMap whose metrics are recorded besides those of the spec; empty = there is none.
    public var customMetricsFrom = ""
    /// `namespace/name` of each Prometheus resource.
    public var prometheuses: [String] = []

    public init() {}
  }

  /// A signal that rules, alerts and dashboards have to do without.
  public struct MissingSignal: Codable, Hashable, Sendable {
    public var name: String
    /// What would have to be there.
    public var reason: String

    public init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// An alert that the spec asks for and that nothing could raise.
  public struct AlertLeftOut: Codable, Hashable, Sendable {
    public var name: String
    /// The signals that it lacks, and what would have to be there.
    public var reason: String

    public init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// One generated object.
  public struct Resource: Codable, Hashable, Sendable {
    public var apiVersion: String
    public var kind: String
    public var namespace: String
    public var name: String
    public var state: State
    /// Why it is not in sync.
    public var message: String
    /// `namespace/name` of each Prometheus resource that selects it; for kinds that Prometheus selects.
    public var selectedBy: [String]

    public init(
      apiVersion: String, kind: String, namespace: String, name: String, state: State, message: String = "",
      selectedBy: [String] = []
    ) {
      self.apiVersion = apiVersion
      self.kind = kind
      self.namespace = namespace
      self.name = name
      self.state = state
      self.message = message
      self.selectedBy = selectedBy
    }

    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
      /// As it should be.
      case synced = "Synced"
      /// The API server does not know the kind.
      case crdMissing = "CRDMissing"
      case namespaceMissing = "NamespaceMissing"
      /// An object of that name belongs to somebody else.
      case conflict = "Conflict"
      case forbidden = "Forbidden"
      /// The API server found it invalid.
      case rejected = "Rejected"
      /// Could not be written; it is tried again.
      case failed = "Failed"
    }
  }

  /// `in sync/all` as `objects` shows it.
  public static func count(of resources: [Resource]) -> String {
    "\(resources.count { $0.state == .synced })/\(resources.count)"
  }

  /// What is written to the API server; `init(_:)` of the resource reads the same back.
  public func json() throws -> JSONValue {
    MonitoringProfileSchema.status.omittingEmptyTexts(from: try .encoded(self))
  }
}
