import KubernetesModel
import Serialization

/// Plays Terway, the kubelets, the scheduler and the DaemonSet's controller on an API server. Pure: what is seen there goes
/// in, what is to be done there comes out.
///
/// Terway is played by the letter of what it reads and when: the daemon of a node sets the resource's `spec` to what the
/// ConfigMaps say whenever the resource changes, so that a change of it by hand is undone, and one of a ConfigMap or of the
/// node's label waits for the next touch; the controlplane obeys the `spec` that it finds.
public struct StandIn: Sendable {
  public let configuration: Configuration
  public let pace: Pace
  /// By number; those of nodes that are gone stay, and nobody finds them.
  private(set) var nodes: [PlayedNode] = []
  private(set) var numbers: [String: Int] = [:]
  var scene: Scene
  /// When something happens on each node, in played milliseconds since the start.
  private var due = TournamentTree(count: 64)
  private var dueCapacity = 64
  /// What resources said in their status before the stand-in came.
  var inheritance: [String: JSONValue] = [:]
  var schedule = Schedule()
  private var workload: Workload?
  /// Pods of the workload that are to be there.
  private(set) var workloadPods: Set<Int64> = []

  /// - Parameter workload: pods that come and go by themselves; its time begins with the stand-in's.
  public init(_ configuration: Configuration, pace: Pace, workload: Workload? = nil) {
    self.configuration = configuration
    self.pace = pace
    self.workload = workload
    scene = Scene(configuration)
  }

  /// Takes over what an earlier stand-in left in the status of a resource; before any other event.
  public mutating func inherit(_ status: JSONValue, of name: String) { inheritance[name] = status }

  /// When the next ``Event/tick`` is due, in played seconds; `nil` when nothing will happen by itself.
  public var nextDue: Double? {
    let next = min(due.least.map { nodes[$0].nextDue } ?? .infinity, pace.origin + (workload?.nextDue ?? .infinity))
    return next < .infinity ? next : nil
  }

  /// Takes what happened.
  ///
  /// - Parameter now: in played seconds.
  public mutating func handle(_ event: Event, at now: Double) -> [Action] {
    switch event {
    case .node(let facts): take(facts, at: now)
    case .nodeGone(let name): loseNode(name, at: now)
    case .resource(let facts, let isTouched):
      change(facts.name) { node, scene in node.take(facts, isTouched: isTouched, at: now, &scene) }
    case .resourceGone(let name): change(name) { node, scene in node.loseResource(at: now, &scene) }
    case .configuration(let name, let text): scene.texts[name] = text
    case .configurationRead(let name): change(name) { node, scene in node.readConfiguration(at: now, &scene) }
    case .pod(let facts): take(facts, at: now)
    case .podGone(let key, let uid): losePod(key, uid, at: now)
    case .podENIGone(let name): change(name) { node, scene in node.heal(.stuckPodENI, &scene) }
    case .tick: tick(at: now)
    }
    return scene.takeActions()
  }

  private mutating func tick(at now: Double) {
    // Each node at most once: what is due again at once is due at the next tick.
    var done: Set<Int> = []
    while let number = due.least, nodes[number].nextDue <= now, done.insert(number).inserted {
      change(nodes[number].name) { node, scene in node.advance(to: now, &scene) }
    }
    for step in workload?.advance(to: now - pace.origin) ?? [] {
      switch step {
      case .start(let number):
        workloadPods.insert(number)
        scene.write(.workload(number))
      case .end(let number):
        workloadPods.remove(number)
        scene.write(.workload(number))
      }
    }
  }

  /// Lets something happen to a node, and notes when the next thing will.
  mutating func change(_ name: String, _ body: (inout PlayedNode, inout Scene) -> Void) {
    guard let number = numbers[name] else { return }
    body(&nodes[number], &scene)
    noteDue(number)
  }

  private mutating func noteDue(_ number: Int) {
    let next = nodes[number].nextDue
    let milliseconds = ((next - pace.origin) * 1000).rounded(.up)
    due.update(number, key: milliseconds < 9e15 ? Int(milliseconds) : TournamentTree.out)
  }

  // MARK: Nodes

  private mutating func take(_ facts: NodeFacts, at now: Double) {
    if numbers[facts.name] == nil { add(facts) }
    change(facts.name) { node, scene in
      node.take(facts, at: now, &scene)
      node.ensureDaemon(&scene)
    }
    bindWaiting()
  }

  private mutating func add(_ facts: NodeFacts) {
    let number = nodes.count
    let letters = (0..<configuration.zones).map(configuration.zone)
    let zone = letters.firstIndex(of: facts.zone) ?? number % configuration.zones
    var first = NodeFacts(name: facts.name)
    (first.uid, first.zone) = (facts.uid, configuration.zone(zone))
    var node = PlayedNode(first, number: number, zone: zone)
    if let status = inheritance.removeValue(forKey: facts.name) {
      node.status = PlayedStatus(status, pace: pace)
      for address in node.status.interfaces.lazy.flatMap(\.addresses) { scene.cloud.occupy(address.ip, zone: zone) }
    }
    nodes.append(node)
    numbers[facts.name] = number
    if nodes.count > dueCapacity {
      dueCapacity *= 2
      due = TournamentTree(count: dueCapacity)
      for number in numbers.values { noteDue(number) }
    }
    schedule.add(number)
  }

  private mutating func loseNode(_ name: String, at now: Double) {
    guard let number = numbers.removeValue(forKey: name) else { return }
    due.update(number, key: TournamentTree.out)
    schedule.remove(number)
    nodes[number].endAll(at: now, &scene)
  }

  // MARK: Pods

  private mutating func take(_ facts: PodFacts, at now: Double) {
    if let former = schedule.uid(of: facts.key), former != facts.uid { losePod(facts.key, former, at: now) }
    guard !facts.node.isEmpty else {
      if facts.isBeingDeleted || facts.hasEnded { return }
      schedule.wait(facts)
      return bindWaiting()
    }
    guard let number = numbers[facts.node] else { return }
    schedule.bound(facts, to: number)
    change(facts.node) { node, scene in node.take(facts, at: now, &scene) }
  }

  private mutating func losePod(_ key: ObjectKey, _ uid: String, at now: Double) {
    guard let number = schedule.lose(key, uid) else { return }
    change(nodes[number].name) { node, scene in node.lose(uid, at: now, &scene) }
    bindWaiting()
  }

  /// Gives pods that have no node the emptiest one.
  private mutating func bindWaiting() {
    for key in schedule.place(limit: configuration.addressesPerNode) { scene.write(.pod(key)) }
  }
}
