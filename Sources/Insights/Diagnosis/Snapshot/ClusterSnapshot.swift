import KubernetesModel
import Monitoring
import TerwayModel

/// All that a diagnosis looks at, as it was at one moment. Each part that could not be collected says why.
public struct ClusterSnapshot: Sendable {
  /// Seconds since 1970, by our own clock.
  public var time: Double
  /// By the clock of the API server, at the same moment.
  public var serverTime: Double?
  public var scope = Scope()
  /// The node or pod to which it is narrowed does not exist, so that finding nothing means nothing.
  public var lacksScope = false
  /// Pods of Terway's daemon and of its controlplane, and of our agents.
  public var terwayPods: Collected<[TerwayPod]> = .absent
  public var daemonSet: Collected<DaemonSetView> = .absent
  /// By name: `eni-config`, `terway-controlplane`, and those that nodes name. What is not in it does not exist.
  public var configurations: Collected<[String: ConfigurationFile]> = .absent
  public var nodes: Collected<[ClusterNode]> = .absent
  public var resources: Collected<[TerwayNode]> = .absent
  public var podENIs: Collected<[PodENI]> = .absent
  public var pods: Collected<[ClusterPod]> = .absent
  /// Those whose reason is known, within the time that was asked for; oldest first.
  public var events: Collected<[ClusterEvent]> = .absent
  public var logs: Collected<[LogDigest]> = .absent
  public var usage: Collected<[PodUsage]> = .absent
  public var profiles: Collected<[MonitoringProfile]> = .absent
  public var prometheuses: Collected<[DetectedPrometheus]> = .absent
  public var scrapeObjects: Collected<[ScrapeObject]> = .absent
  public var services: Collected<[ServiceView]> = .absent
  /// Labels by the name of the namespace.
  public var namespaces: Collected<[String: [String: String]]> = .absent
  public var targets: Collected<ScrapeState> = .absent
  /// Of the whole cluster; absent where no Prometheus was named, or the diagnosis is narrowed.
  public var signals: Collected<[SignalReview]> = .absent
  /// What is not known of parts that are known otherwise, such as the log of one pod.
  public var gaps: [Unknown] = []

  public init(time: Double) { self.time = time }

  /// What the diagnosis is narrowed to.
  public struct Scope: Hashable, Sendable {
    public var node: String?
    public var pod: ObjectKey?
    /// How far back events and logs are looked at, in seconds.
    public var since = 3600.0

    public var isNarrow: Bool { node != nil || pod != nil }

    public init(node: String? = nil, pod: ObjectKey? = nil, since: Double = 3600) {
      (self.node, self.pod, self.since) = (node, pod, since)
    }
  }

  /// A part that could not be looked at.
  public struct Unknown: Hashable, Sendable {
    /// For people: `events of the last hours`.
    public var what: String
    public var because: String

    public init(_ what: String, because: String) { (self.what, self.because) = (what, because) }
  }

  /// Names of nodes of which an address seems to belong to a pod that is gone.
  public var nodesThatSeemToLeak: [String] {
    guard pods.value != nil else { return [] }
    let alive = pods.elements.aliveFingerprints
    return resources.elements.filter { $0.podInterfaces.contains { !alive.isSuperset(of: $0.pods) } }.map(
      \.metadata.name)
  }

  /// What could not be looked at, in the order in which it is collected.
  public var unknown: [Unknown] {
    Part.allCases.compactMap { part in reason(part).map { Unknown(part.rawValue, because: $0) } } + gaps
      + unknownSignals
  }

  /// Those of which one reason is the same, together.
  private var unknownSignals: [Unknown] {
    let titles = signals.elements.reduce(into: [String: [String]]()) { titles, review in
      if let reason = review.reason { titles[reason, default: []].append(review.signal.title.en) }
    }
    return titles.sorted { $0.key < $1.key }.map { reason, titles in
      Unknown("\(Part.signals.rawValue) of \(titles.joined(separator: ", "))", because: reason)
    }
  }

  /// The parts by the names under which they are said to be unknown.
  public enum Part: String, CaseIterable, Sendable {
    case terwayPods = "pods of Terway"
    case daemonSet = "DaemonSet of Terway"
    case configurations = "configuration of Terway"
    case nodes = "nodes"
    case resources = "Node resources of Terway"
    case podENIs = "PodENIs"
    case pods = "pods"
    case events = "events"
    case logs = "logs of Terway"
    case usage = "resource usage (metrics.k8s.io)"
    case profiles = "monitoring profiles"
    case prometheuses = "Prometheus resources"
    case scrapeObjects = "scrape objects"
    case services = "Services"
    case namespaces = "namespaces"
    case targets = "targets and series of Prometheus"
    case signals = "unusual readings"
  }

  /// Why a part is not known; `nil` where it is known or not there.
  public func reason(_ part: Part) -> String? {
    switch part {
    case .terwayPods: terwayPods.reason
    case .daemonSet: daemonSet.reason
    case .configurations: configurations.reason
    case .nodes: nodes.reason
    case .resources: resources.reason
    case .podENIs: podENIs.reason
    case .pods: pods.reason
    case .events: events.reason
    case .logs: logs.reason
    case .usage: usage.reason
    case .profiles: profiles.reason
    case .prometheuses: prometheuses.reason
    case .scrapeObjects: scrapeObjects.reason
    case .services: services.reason
    case .namespaces: namespaces.reason
    case .targets: targets.reason
    case .signals: signals.reason
    }
  }

  /// By the server's clock where ours is wrong, and no earlier than what the cluster has written: a clock that is behind
  /// hides nothing, and one that is ahead makes nothing old.
  public var now: Double {
    let now = (clockError.map { abs($0) > Self.clockTolerance } ?? false) ? serverTime ?? time : time
    return max(now, newestStamp ?? now)
  }

  /// How far clocks may be apart, in seconds.
  static let clockTolerance = 60.0

  /// How far the server's clock is ahead of ours, in seconds; `nil` where it is not known.
  var clockError: Double? { serverTime.map { $0 - time } }

  /// The newest time that the cluster itself has written; `nil` where nothing tells.
  var newestStamp: Double? { events.elements.map(\.lastSeen).max() }
}
