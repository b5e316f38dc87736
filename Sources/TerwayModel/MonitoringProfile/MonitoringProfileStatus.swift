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
    /// `Contract` or `Upstream`; empty = not known.
    public var metricsSource = ""
    /// `namespace/name` of each Prometheus resource.
    public var prometheuses: [String] = []

    public init() {}
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

    public init(
      apiVersion: String, kind: String, namespace: String, name: String, state: State, message: String = ""
    ) {
      self.apiVersion = apiVersion
      self.kind = kind
      self.namespace = namespace
      self.name = name
      self.state = state
      self.message = message
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
