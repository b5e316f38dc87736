import KubernetesModel

/// Where the pods are, and where those go that have no node: to the one with the fewest, as kube-scheduler does by default.
struct Schedule: Sendable {
  private var places: [ObjectKey: Place] = [:]
  /// Pods of each node, by its number; `nil` = the node is gone.
  private var loads: [Int?] = []
  private var tree = TournamentTree(count: 64)
  private var capacity = 64
  /// In the order in which they came.
  private var waiting: [ObjectKey] = []

  private struct Place {
    var uid: String
    /// Chosen, or bound already; `nil` = it waits.
    var node: Int?
    var isBound = false
    var counts: Bool
  }

  func uid(of key: ObjectKey) -> String? { places[key]?.uid }

  /// The node that a pod is bound to.
  func node(of key: ObjectKey) -> Int? { places[key].flatMap { $0.isBound ? $0.node : nil } }

  /// The node that a pod is to be bound to; `nil` when it waits for one, or is bound.
  func choice(for key: ObjectKey) -> (uid: String, node: Int)? {
    guard let place = places[key], !place.isBound, let node = place.node else { return nil }
    return (place.uid, node)
  }

  mutating func add(_ node: Int) {
    while loads.count <= node { loads.append(nil) }
    loads[node] = 0
    if loads.count > capacity {
      capacity *= 2
      tree = TournamentTree(count: capacity)
      for number in loads.indices { updateTree(number) }
    }
    updateTree(node)
  }

  mutating func remove(_ node: Int) {
    loads[node] = nil
    updateTree(node)
  }

  mutating func wait(_ facts: StandIn.PodFacts) {
    guard places[facts.key] == nil else { return }
    places[facts.key] = Place(uid: facts.uid, counts: !facts.usesHostNetwork)
    waiting.append(facts.key)
  }

  mutating func bound(_ facts: StandIn.PodFacts, to node: Int) {
    let counts = !facts.usesHostNetwork && !facts.hasEnded
    let former = places.updateValue(
      Place(uid: facts.uid, node: node, isBound: true, counts: counts), forKey: facts.key)
    if let former, former.counts, let node = former.node { load(node, by: -1) }
    if counts { load(node, by: 1) }
  }

  /// - Returns: the node that it was bound to.
  mutating func lose(_ key: ObjectKey, _ uid: String) -> Int? {
    guard let place = places[key], place.uid == uid else { return nil }
    places[key] = nil
    waiting.removeAll { $0 == key }
    if place.counts, let node = place.node { load(node, by: -1) }
    return place.isBound ? place.node : nil
  }

  /// Chooses nodes for the pods that wait, as far as there is room.
  ///
  /// - Parameter limit: pods that a node takes.
  mutating func place(limit: Int) -> [ObjectKey] {
    var placed: [ObjectKey] = []
    while placed.count < waiting.count, let node = tree.least, let load = loads[node], load < limit {
      let key = waiting[placed.count]
      places[key]?.node = node
      if places[key]?.counts == true { self.load(node, by: 1) }
      placed.append(key)
    }
    waiting.removeFirst(placed.count)
    return placed
  }

  private mutating func load(_ node: Int, by change: Int) {
    guard let load = loads[node] else { return }
    loads[node] = load + change
    updateTree(node)
  }

  private mutating func updateTree(_ node: Int) { tree.update(node, key: loads[node] ?? TournamentTree.out) }
}
