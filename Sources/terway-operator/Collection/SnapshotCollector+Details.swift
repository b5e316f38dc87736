import Insights
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import Serialization
import TerwayModel

/// What is read once it is known what there is: configurations by their names, logs of some pods, and monitoring.
extension SnapshotCollector {
  /// So many ConfigMaps of nodes are read at most: there is one for each kind of node.
  private static let configurationLimit = 200

  func collectDetails(_ snapshot: inout ClusterSnapshot) async throws {
    let own = Set(snapshot.nodes.elements.compactMap(\.configurationName)).sorted().prefix(Self.configurationLimit)
    let names = [TerwayConfigMap.base.name, TerwayConfigMap.controlplane.name] + own
    async let configurations = part(.configurations) {
      var files: [String: ConfigurationFile] = [:]
      for name in names {
        do {
          files[name] = try await client.get(
            TerwayConfigMap.resource, ObjectKey(namespace: Self.namespace, name: name), as: ConfigurationFile.self)
        } catch let refusal as StatusError where refusal.reason == .notFound { continue }
      }
      return files
    }
    async let usage = part(.usage) {
      try await client.list(ResourceSelection(PodUsage.resource, namespace: Self.namespace), as: PodUsage.self)
    }
    (snapshot.configurations, snapshot.usage) = try await (configurations, usage)
    try await collectLogs(&snapshot)
  }

  // MARK: Logs

  /// So many pods' logs are read, those first that look worst.
  private static let logLimit = 12
  private static let logBytes = 256 << 10
  /// So many bytes of one log are waited for.
  private static let streamLimit = 4 << 20

  private struct LogChoice: Sendable {
    var pod: TerwayPod
    var container: String
    var isPrevious: Bool
  }

  private func collectLogs(_ snapshot: inout ClusterSnapshot) async throws {
    guard snapshot.terwayPods.value != nil else { return }
    let choices = Self.choices(snapshot)
    guard !choices.isEmpty else { return }
    let since = Duration.seconds(snapshot.scope.since)
    // All at the same time: nodes whose kubelets do not answer take no longer together than one.
    let results = try await withThrowingTaskGroup(of: (Int, Collected<LogDigest>).self) { group in
      for (place, choice) in choices.enumerated() {
        group.addTask { (place, try await part(.logs) { try await log(choice, since: since) }) }
      }
      return try await group.reduce(into: [Int: Collected<LogDigest>]()) { $0[$1.0] = $1.1 }
    }
    var digests: [LogDigest] = []
    var reasons: [(pod: ObjectKey, reason: String)] = []
    for (place, choice) in choices.enumerated() {
      if let digest = results[place]?.value {
        digests.append(digest)
        if digest.isCut { reasons.append((choice.pod.key, "it is too long: its newest lines were not read")) }
      }
      if let reason = results[place]?.reason { reasons.append((choice.pod.key, reason)) }
    }
    // A kubelet that cannot be reached is one thing, an API server that lets nobody read logs another.
    if digests.isEmpty, let first = reasons.first {
      snapshot.logs = .unknown("the log of \(first.pod) cannot be read: \(first.reason)")
    } else {
      snapshot.logs = .value(digests)
      for (pod, reason) in reasons { snapshot.gaps.append(.init("log of \(pod)", because: reason)) }
    }
  }

  private static func choices(_ snapshot: ClusterSnapshot) -> [LogChoice] {
    let waiting = Set(
      snapshot.pods.elements.filter { $0.isAlive && !$0.hasAddress && !$0.usesHostNetwork }.map(\.node))
    func weight(_ pod: TerwayPod) -> Int {
      (pod.isReady ? 0 : 4) + (pod.containers.contains { $0.restarts > 0 } ? 2 : 0)
        + (waiting.contains(pod.node) ? 2 : 0) + (pod.role == .controlplane ? 3 : 0)
    }
    let pods = snapshot.terwayPods.elements.filter { $0.role == .daemon || $0.role == .controlplane }
    let chosen = pods.sorted { (-weight($0), $0.metadata.name) < (-weight($1), $1.metadata.name) }.prefix(logLimit)
    return chosen.flatMap { pod -> [LogChoice] in
      let container = pod.containers.first { $0.name == "terway" } ?? pod.containers.last
      guard let container else { return [] }
      let now = LogChoice(pod: pod, container: container.name, isPrevious: false)
      let former = LogChoice(pod: pod, container: container.name, isPrevious: true)
      return container.waiting.isEmpty ? [now] : container.restarts > 0 ? [former] : []
    }
  }

  /// The newest lines. A kubelet that is given a limit of bytes sends the oldest of the lines that were asked for; so the
  /// limit is one that lines seldom reach, and of what comes the end is kept.
  private func log(_ choice: LogChoice, since: Duration) async throws -> LogDigest {
    let options = LogOptions(
      container: choice.container, previous: choice.isPrevious, tailLines: 5_000,
      since: choice.isPrevious ? nil : since, limitBytes: Self.streamLimit)
    var (bytes, count) = ([UInt8](), 0)
    // Whoever answers may not keep to what was asked for.
    for try await chunk in try await client.logs(pod: choice.pod.key, options) {
      bytes += chunk
      count += chunk.count
      if bytes.count > 2 * Self.logBytes { bytes.removeFirst(bytes.count - Self.logBytes) }
      if count >= Self.streamLimit { break }
    }
    return LogDigest(
      pod: choice.pod.key, node: choice.pod.node, container: choice.container, Array(bytes.suffix(Self.logBytes)),
      isCut: count >= Self.streamLimit)
  }

  // MARK: Monitoring

  func collectMonitoring(_ snapshot: inout ClusterSnapshot) async throws {
    async let profiles = part(.profiles) {
      try await client.list(ResourceSelection(MonitoringProfile.resource), as: MonitoringProfile.self)
    }
    async let prometheuses = part(.prometheuses) {
      let kind = ResourceType("monitoring.coreos.com/v1", "Prometheus", plural: "prometheuses", namespaced: true)
      return try await client.list(ResourceSelection(kind), as: DetectedPrometheus.self)
    }
    async let scrapeObjects = part(.scrapeObjects) { try await self.scrapeObjects() }
    async let namespaces = part(.namespaces) {
      let kind = ResourceType("v1", "Namespace", plural: "namespaces", namespaced: false)
      let all = try await client.list(ResourceSelection(kind), as: MetadataOnly.self)
      return Dictionary(all.map { ($0.metadata.name, $0.metadata.labels) }) { $1 }
    }
    (snapshot.profiles, snapshot.prometheuses) = try await (profiles, prometheuses)
    (snapshot.scrapeObjects, snapshot.namespaces) = try await (scrapeObjects, namespaces)
    let wanted = snapshot.scrapeObjects.elements.filter { $0.kind == GeneratedResource.serviceMonitor }
    if !wanted.isEmpty {
      let places: [String?] =
        wanted.contains { $0.namespaces == nil } ? [nil] : Set(wanted.flatMap { $0.namespaces ?? [] }).sorted()
      snapshot.services = try await part(.services) {
        var services: [ServiceView] = []
        for place in places {
          services += try await client.list(
            ResourceSelection(ServiceView.resource, namespace: place), as: ServiceView.self)
        }
        return services
      }
    }
    try await collectTargets(&snapshot)
  }

  private func scrapeObjects() async throws -> [ScrapeObject] {
    var found: [ScrapeObject] = []
    for kind in [GeneratedResource.serviceMonitor, GeneratedResource.podMonitor] {
      do {
        for var object in try await client.list(ResourceSelection(kind), as: ScrapeObject.self) {
          object.kind = kind
          if object.metadata.isAboutTerway { found.append(object) }
        }
      } catch let refusal as StatusError where refusal.reason == .notFound { continue }
    }
    return found
  }

  private static let series = "terway_eni_allocated_ips"

  private func collectTargets(_ snapshot: inout ClusterSnapshot) async throws {
    guard let prometheus else {
      let isWatched = !snapshot.profiles.elements.isEmpty || !snapshot.prometheuses.elements.isEmpty
      if isWatched { snapshot.targets = .unknown("no Prometheus was named with --prometheus") }
      return
    }
    snapshot.targets = try await part(.targets) {
      let up = try await prometheus.query("up{job=~\"(?i).*terway.*\"}")
      let name = Self.series
      let count = try await prometheus.query("count({__name__=~\"\(name)|node:\(name):sum\"})")
      let targets = up.series.compactMap { series -> ScrapeState.Target? in
        guard let sample = series.samples.last else { return nil }
        return ScrapeState.Target(
          job: series.labels["job"] ?? "", namespace: series.labels["namespace"] ?? "",
          instance: series.labels["instance"] ?? "", isUp: sample.value == 1)
      }
      return ScrapeState(targets: targets, series: [name: count.series.first?.samples.last.map { Int($0.value) } ?? 0])
    }
  }

  /// Signals are of the whole cluster. Who did not answer about targets is not waited for again.
  func collectSignals(_ snapshot: inout ClusterSnapshot) async throws {
    guard let prometheus, !snapshot.scope.isNarrow else { return }
    if let reason = snapshot.targets.reason {
      snapshot.signals = .unknown(reason)
      return
    }
    snapshot.signals = try await SignalCollector(prometheus: prometheus, progress: progress).collect(
      at: snapshot.time, afresh: snapshot.time - snapshot.scope.since)
  }
}

extension ObjectMeta {
  /// Whether it is of an object of this operator, or of one that is about Terway by its name.
  var isAboutTerway: Bool {
    labels["app.kubernetes.io/managed-by"] == "terway-operator" || name.contains("terway")
  }
}
