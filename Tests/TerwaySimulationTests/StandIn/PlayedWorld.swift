import KubernetesModel
import Serialization

@testable import TerwaySimulation

/// An API server as a value: does what a stand-in wants done, and tells it what has come of it.
struct PlayedWorld {
  private(set) var standIn: StandIn
  /// In played seconds.
  private(set) var now: Double
  private(set) var nodes: [String: StandIn.NodeFacts] = [:]
  private(set) var hasSufficientIPs: [String: Bool] = [:]
  private(set) var resources: [String: JSONValue] = [:]
  private(set) var pods: [ObjectKey: StandIn.PodFacts] = [:]
  private(set) var podENIs: Set<String> = []
  private(set) var notices: [StandIn.Notice] = []
  /// Writes of each kind of object.
  private(set) var writes = 0
  private var texts: [String: String] = [:]
  private var written: [String: PlayedStatus] = [:]
  private var versions = 0
  private var events: [StandIn.Event] = []
  private var isSending = false

  /// - Parameter start: in seconds; at a whole minute, as throttling ends at one.
  init(
    nodes count: Int = 1, start: Double = 1_800_000_000, inherited: [String: JSONValue] = [:],
    workload: Workload? = nil,
    _ configure: (inout StandIn.Configuration) -> Void = { _ in }
  ) {
    var configuration = StandIn.Configuration()
    configuration.addressesPerAdapter = 10
    configuration.cloud.assignLatency = Latency(median: 10)
    configuration.cloud.attachLatency = Latency(median: 15)
    configure(&configuration)
    now = start
    standIn = StandIn(configuration, pace: Pace(origin: start), workload: workload)
    for (name, resource) in inherited {
      standIn.inherit(resource["status"] ?? [:], of: name)
      resources[name] = resource
    }
    self.configure("eni-config", ["security_groups": ["sg-1"], "max_pool_size": 5, "access_key": "secret"])
    for number in 0..<count { addNode(StandIn.nodeName(number)) }
    for (name, resource) in inherited { send(.resource(facts(name, resource), isTouched: true)) }
  }

  // MARK: What others do

  mutating func addNode(_ name: String) {
    nodes[name] = StandIn.NodeFacts(name: name)
    send(.node(StandIn.NodeFacts(name: name)))
  }

  mutating func configure(_ name: String, _ settings: JSONValue?) {
    texts[name] = settings?.jsonText()
    send(.configuration(name: name, text: texts[name]))
  }

  mutating func edit(_ node: String = "node-0000", _ change: (inout StandIn.NodeFacts) -> Void) {
    guard var facts = nodes[node] else { return }
    change(&facts)
    nodes[node] = facts
    send(.node(facts))
  }

  /// Merges something into Terway's resource, as kubectl does.
  mutating func patchResource(of name: String = "node-0000", _ patch: JSONValue) {
    let patched = MergePatch.apply(patch, to: resources[name] ?? [:])
    resources[name] = patched
    send(.resource(facts(name, patched), isTouched: patch["status"] == nil))
  }

  mutating func touch(_ name: String = "node-0000") {
    versions += 1
    patchResource(of: name, ["metadata": ["annotations": ["touched": .string("\(versions)")]]])
  }

  mutating func createPod(_ name: String, on node: String = "node-0000", lifetime: Double? = nil) {
    versions += 1
    let key = ObjectKey(namespace: "default", name: name)
    var facts = StandIn.PodFacts(key: key, uid: "uid-\(versions)")
    (facts.node, facts.containers, facts.lifetime) = (node, ["main"], lifetime)
    pods[key] = facts
    send(.pod(facts))
  }

  /// A pod that had an address before the stand-in came.
  mutating func createInheritedPod(_ eni: Int, _ number: Int) {
    let key = ObjectKey(namespace: "default", name: "inherited-\(eni)-\(number)")
    var facts = StandIn.PodFacts(key: key, uid: "inherited-\(eni)-\(number)")
    (facts.node, facts.phase, facts.address) = ("node-0000", "Running", "10.16.\(eni).\(number + 1)")
    pods[key] = facts
    send(.pod(facts))
  }

  mutating func createPods(_ count: Int, on node: String = "node-0000") {
    for number in 0..<count { createPod("pod-\(pods.count)-\(number)", on: node) }
  }

  /// Deletes a pod; whoever runs it has to let it go.
  mutating func deletePod(_ name: String, in namespace: String = "default", force: Bool = false) {
    let key = ObjectKey(namespace: namespace, name: name)
    guard var facts = pods[key] else { return }
    if force || facts.isDaemon {
      pods[key] = nil
      return send(.podGone(key, uid: facts.uid))
    }
    facts.isBeingDeleted = true
    pods[key] = facts
    send(.pod(facts))
  }

  mutating func deleteNode(_ name: String) {
    nodes[name] = nil
    send(.nodeGone(name))
  }

  mutating func deleteDaemon(of node: String = "node-0000") {
    if let pod = daemon(of: node) { deletePod(pod.key.name, in: "kube-system") }
  }

  mutating func deletePodENI(of node: String = "node-0000") {
    podENIs.remove(node)
    send(.podENIGone(node))
  }

  /// Lets time pass.
  mutating func advance(by seconds: Double) {
    let end = now + seconds
    while let due = standIn.nextDue, due <= end {
      now = max(now, due)
      send(.tick)
    }
    now = end
  }

  // MARK: What is there

  func daemon(of node: String = "node-0000") -> StandIn.PodFacts? {
    pods.values.first { $0.isDaemon && $0.node == node }
  }

  func pool(_ name: String = "node-0000") -> JSONValue? { resources[name]?.at("spec", "pool") }

  func interfaces(_ name: String = "node-0000") -> [JSONValue] {
    (resources[name]?.at("status", "networkInterfaces")?.object ?? [:]).sorted { $0.key < $1.key }.map(\.value)
  }

  func addresses(_ name: String = "node-0000") -> [JSONValue] {
    interfaces(name).flatMap { ($0["ipv4"]?.object ?? [:]).values }
  }

  func idle(_ name: String = "node-0000") -> Int {
    addresses(name).count { $0["podID"] == nil && $0["status"] == "Valid" }
  }

  func used(_ name: String = "node-0000") -> Int { addresses(name).count { $0["podID"] != nil } }

  /// Pods that run, daemons apart.
  var running: Int { pods.values.count { !$0.isDaemon && $0.phase == "Running" && $0.address != nil } }

  func reasons(_ reason: String) -> [StandIn.Notice] { notices.filter { $0.reason == reason } }

  // MARK: The server

  /// Tells the stand-in, and all that comes of it, one after another.
  private mutating func send(_ event: StandIn.Event) {
    events.append(event)
    guard !isSending else { return }
    isSending = true
    while !events.isEmpty {
      for action in standIn.handle(events.removeFirst(), at: now) { perform(action) }
    }
    isSending = false
  }

  private mutating func perform(_ action: StandIn.Action) {
    switch action {
    case .report(let notice): notices.append(notice)
    case .read(let name):
      if let node = nodes[name] { send(.node(node)) }
      send(.configurationRead(node: name))
    case .write(let target):
      writes += 1
      write(target)
    }
  }

  private mutating func write(_ target: StandIn.Target) {
    switch target {
    case .node(let name): writeNode(name)
    case .resource(let name): writeResource(name)
    case .daemon(let name): writeDaemon(of: name)
    case .daemonSet: break
    case .pod(let key): writePod(key)
    case .workload(let number): writeWorkload(number)
    case .podENI(let name):
      if standIn.wish(forPodENIOf: name) != nil {
        podENIs.insert(name)
      } else if podENIs.remove(name) != nil {
        send(.podENIGone(name))
      }
    }
  }

  private mutating func writeNode(_ name: String) {
    guard let wish = standIn.wish(forNode: name), var node = nodes[name] else { return }
    hasSufficientIPs[name] = wish.hasSufficientIPs
    guard node.faults != wish.faults else { return }
    node.faults = wish.faults
    nodes[name] = node
    send(.node(node))
  }

  private mutating func writeResource(_ name: String) {
    guard let wish = standIn.wish(forResource: name) else {
      if nodes[name] == nil { resources[name] = nil }
      return
    }
    if let manifest = wish.manifest {
      resources[name] = manifest
      return send(.resource(facts(name, manifest), isTouched: true))
    }
    let statusPatch =
      written[name].map(wish.statusPatch) ?? wish.statusPatch(of: resources[name]?["status"] ?? [:])
    written[name] = wish.status
    for patch in [wish.specPatch, statusPatch].compactMap(\.self) { patchResource(of: name, patch) }
  }

  private mutating func writeWorkload(_ number: Int64) {
    let name = StandIn.workloadPod(number).name
    if standIn.wish(forWorkload: number) != nil { createPod(name, on: "") } else { deletePod(name) }
  }

  private mutating func writeDaemon(of name: String) {
    let owner = OwnerReference(apiVersion: "apps/v1", kind: "DaemonSet", name: "terway-eniip", uid: "1")
    guard let manifest = standIn.wish(forDaemonOf: name, owner: owner) else { return }
    versions += 1
    let key = ObjectKey(namespace: "kube-system", name: manifest.at("metadata", "name")?.string ?? "")
    var facts = StandIn.PodFacts(key: key, uid: "uid-\(versions)")
    (facts.node, facts.isDaemon, facts.usesHostNetwork) = (name, true, true)
    pods[key] = facts
    send(.pod(facts))
  }

  private mutating func writePod(_ key: ObjectKey) {
    guard let wish = standIn.wish(forPod: key), var facts = pods[key] else { return }
    switch wish {
    case .bind(_, let node): facts.node = node
    case .status(let patch):
      facts.phase = patch.at("status", "phase")?.string ?? ""
      facts.address = patch.at("status", "podIP")?.string ?? facts.address
      facts.isWaitingVisibly = true
    case .delete(let uid):
      pods[key] = nil
      return send(.podGone(key, uid: uid))
    }
    pods[key] = facts
    send(.pod(facts))
  }

  private func facts(_ name: String, _ resource: JSONValue) -> StandIn.ResourceFacts {
    var facts = StandIn.ResourceFacts(name: name, spec: resource["spec"] ?? [:])
    facts.nextSync = resource.at("status", "nextSyncOpenAPITime")?.string.flatMap(RFC3339.seconds)
    return facts
  }
}
