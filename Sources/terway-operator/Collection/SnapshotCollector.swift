import ControllerRuntime
import HTTPTransport
import Insights
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import TerwayModel

/// Reads from a cluster what a diagnosis looks at. It only reads; what it cannot read is noted in its place, and every part
/// ends in time.
struct SnapshotCollector: Sendable {
  typealias Part = ClusterSnapshot.Part

  let client: KubernetesClient
  let scope: ClusterSnapshot.Scope
  /// `nil` = nobody is asked.
  let prometheus: PrometheusClient?
  let progress: Progress
  var now: @Sendable () -> Timestamp = { .now }
  var serverTime: @Sendable (KubernetesClient) async throws -> Double? = { try await $0.serverTime() }
  /// How new lists are that can be long.
  var freshness = KubernetesClient.Freshness.cached

  static let namespace = TerwayConfigMap.namespace

  /// - Throws: `CancellationError` only.
  func collect() async throws -> ClusterSnapshot {
    var snapshot = ClusterSnapshot(time: now().seconds)
    var scope = scope
    if let pod = scope.pod, scope.node == nil {
      let found = try await part(.pods) { try await client.get(ClusterPod.self, pod) }
      scope.node = found.value.flatMap { $0.node.isEmpty ? nil : $0.node }
      if found.value == nil {
        snapshot.gaps.append(.init("pod \(pod)", because: found.reason ?? "there is no such pod"))
        snapshot.lacksScope = true
      }
    }
    snapshot.scope = scope
    // Where the server does not tell, events may.
    do { snapshot.serverTime = try await serverTime(client) } catch { try Task.checkCancellation() }
    try await collectCluster(&snapshot)
    if let node = scope.node, let nodes = snapshot.nodes.value, nodes.isEmpty {
      snapshot.gaps.append(.init("node \(node)", because: "there is no such node"))
      snapshot.lacksScope = true
    }
    try await collectMonitoring(&snapshot)
    try await collectSignals(&snapshot)
    try await collectDetails(&snapshot)
    return snapshot
  }

  // MARK: Terway, nodes and pods

  private func collectCluster(_ snapshot: inout ClusterSnapshot) async throws {
    let scope = snapshot.scope
    let (byName, byNode) = (
      scope.node.map { "metadata.name=\($0)" } ?? "", scope.node.map { "spec.nodeName=\($0)" } ?? ""
    )
    // Addresses before pods: a pod that comes in between has none yet that could seem leaked. See `lookAgain`, too.
    async let resources = part(.resources) {
      try await client.list(ResourceSelection(TerwayNode.resource, fields: byName), freshness, as: TerwayNode.self)
    }
    async let nodes = part(.nodes) {
      try await client.list(ResourceSelection(ClusterNode.resource, fields: byName), freshness, as: ClusterNode.self)
    }
    async let terwayPods = part(.terwayPods) { try await self.terwayPods(byNode) }
    async let daemonSet = part(.daemonSet) {
      try await client.get(
        DaemonSetView.resource, ObjectKey(namespace: Self.namespace, name: ClusterPod.daemonName),
        as: DaemonSetView.self)
    }
    async let podENIs = part(.podENIs) {
      try await client.list(ResourceSelection(PodENI.resource), freshness, as: PodENI.self)
    }
    let since = snapshot.now - scope.since
    async let events = part(.events) { try await self.events(since: since) }
    snapshot.resources = try await resources
    async let pods = part(.pods) { try await self.pods(byNode, freshness) }
    (snapshot.nodes, snapshot.terwayPods, snapshot.daemonSet) = try await (nodes, terwayPods, daemonSet)
    (snapshot.podENIs, snapshot.events, snapshot.pods) = try await (podENIs, events, pods)
    try await lookAgain(&snapshot, byNode)
    if scope.node != nil {
      let known = Set(snapshot.pods.elements.map(\.key))
      let instances = Set(snapshot.resources.elements.map(\.instanceID)).subtracting([""])
      snapshot.podENIs = snapshot.podENIs.map {
        $0.filter { known.contains($0.key) || instances.contains($0.instanceID) }
      }
    }
  }

  /// More nodes do not leak by mistake at the same time.
  private static let doubtLimit = 50

  /// The lists of a server's cache are of different moments, and perhaps of different servers: what seems to leak is looked
  /// at again as it is now, addresses before pods.
  private func lookAgain(_ snapshot: inout ClusterSnapshot, _ byNode: String) async throws {
    let doubtful = snapshot.nodesThatSeemToLeak
    guard !doubtful.isEmpty, doubtful.count <= Self.doubtLimit else { return }
    let resources = try await part(.resources) {
      var resources: [String: TerwayNode] = [:]
      for name in doubtful {
        let selection = ResourceSelection(TerwayNode.resource, fields: "metadata.name=\(name)")
        resources[name] = try await client.list(selection, as: TerwayNode.self).first
      }
      return resources
    }
    let pods = try await part(.pods) { try await self.pods(byNode, .newest) }
    guard let resources = resources.value, pods.value != nil else { return }
    snapshot.resources = snapshot.resources.map { $0.map { resources[$0.metadata.name] ?? $0 } }
    snapshot.pods = pods
  }

  private func terwayPods(_ fields: String) async throws -> [TerwayPod] {
    func pods(_ labels: LabelSelector, in namespace: String?, _ fields: String) async throws -> [TerwayPod] {
      try await client.list(
        ResourceSelection(TerwayPod.resource, namespace: namespace, labels: labels, fields: fields), freshness,
        as: TerwayPod.self)
    }
    let daemon = LabelSelector(
      matchExpressions: [.init(key: "app", operator: .isIn, values: ["terway-eniip", "terway"])])
    let (controlplane, agents) = (
      LabelSelector(matchLabels: ControlplanePods.labels), LabelSelector(matchLabels: AgentPods.labels)
    )
    return try await pods(daemon, in: Self.namespace, fields) + pods(controlplane, in: Self.namespace, "")
      + pods(agents, in: nil, fields)
  }

  /// Names of nodes are shared: a big cluster has more than a hundred thousand pods.
  private func pods(_ fields: String, _ freshness: KubernetesClient.Freshness) async throws -> [ClusterPod] {
    var names: [String: String] = [:]
    var pods: [ClusterPod] = []
    try await client.forEach(of: ResourceSelection(ClusterPod.resource, fields: fields), freshness, as: ClusterPod.self)
    {
      var pod = $0
      if let shared = names[pod.node] { pod.node = shared } else { names[pod.node] = pod.node }
      pods.append(pod)
    }
    return pods
  }

  /// More than that tell nothing new.
  private static let eventLimit = 20_000

  private func events(since: Double) async throws -> [ClusterEvent] {
    var events: [ClusterEvent] = []
    // Servers do not cache them: in pages.
    try await client.forEach(of: ResourceSelection(ClusterEvent.resource), as: ClusterEvent.self) { event in
      if event.lastSeen >= since, event.isKnown { events.append(event) }
      if events.count > 2 * Self.eventLimit { events = Self.newest(events) }
    }
    return Self.newest(events)
  }

  private static func newest(_ events: [ClusterEvent]) -> [ClusterEvent] {
    Array(events.sorted { $0.lastSeen < $1.lastSeen }.suffix(eventLimit))
  }

  func part<Value: Sendable>(
    _ part: Part, _ read: @escaping @Sendable () async throws -> Value
  ) async throws -> Collected<Value> {
    try await BoundedReading.part(part.rawValue, progress, read)
  }
}
