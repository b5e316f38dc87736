/// Places pods on nodes. Depends on the pods only, so that every rule meets the same demand on the same node.
struct Scheduler: Sendable {
  private let configuration: FleetConfiguration
  /// Pods on each node.
  private(set) var pods: [Int]
  private var trees: [TournamentTree]
  /// Pods of each group in each zone. Groups share 4096 places: a trace may have any number of them.
  private var groupPods: [Int32]
  private var random: SeededGenerator
  private static let groupPlaces = 4096

  init(_ configuration: FleetConfiguration, seed: UInt64) {
    self.configuration = configuration
    pods = [Int](repeating: 0, count: configuration.nodes)
    let count = configuration.placement == .zoneAware ? configuration.zones : 1
    trees = [TournamentTree](repeating: TournamentTree(count: configuration.nodes), count: count)
    groupPods = [Int32](
      repeating: 0, count: configuration.placement == .zoneAware ? Self.groupPlaces * configuration.zones : 0)
    random = SeededGenerator(seed: seed)
    for node in pods.indices { updateKey(of: node) }
  }

  func zone(of node: Int) -> Int { node % configuration.zones }

  /// The node of a new pod; `nil` when no node has room.
  mutating func place(_ group: GroupID) -> Int? {
    guard let node = choose(group) else { return nil }
    change(node, group, by: 1)
    return node
  }

  mutating func remove(_ group: GroupID, from node: Int) { change(node, group, by: -1) }

  private mutating func change(_ node: Int, _ group: GroupID, by delta: Int) {
    pods[node] += delta
    if configuration.placement == .zoneAware { groupPods[place(of: group, in: zone(of: node))] += Int32(delta) }
    updateKey(of: node)
  }

  private mutating func choose(_ group: GroupID) -> Int? {
    switch configuration.placement {
    case .spread, .pack: trees[0].least
    case .random: anyNode()
    case .pinned: node(of: group) ?? trees[0].least
    case .zoneAware: emptiestZoneWithRoom(for: group).flatMap { trees[$0].least }
    }
  }

  private func emptiestZoneWithRoom(for group: GroupID) -> Int? {
    trees.indices.filter { trees[$0].least != nil }.min {
      groupPods[place(of: group, in: $0)] < groupPods[place(of: group, in: $1)]
    }
  }

  private mutating func anyNode() -> Int? {
    for _ in 0..<16 {
      let node = Int(random.next() % UInt64(pods.count))
      if pods[node] < configuration.podsPerNode { return node }
    }
    return trees[0].least
  }

  /// The node that a group stands for; `nil` while it is full.
  private func node(of group: GroupID) -> Int? {
    let node = Int(group.hash % UInt64(pods.count))
    return pods[node] < configuration.podsPerNode ? node : nil
  }

  private func place(of group: GroupID, in zone: Int) -> Int {
    Int(group.hash % UInt64(Self.groupPlaces)) * configuration.zones + zone
  }

  private mutating func updateKey(of node: Int) {
    let isFull = pods[node] >= configuration.podsPerNode
    let key = configuration.placement == .pack ? -pods[node] : pods[node]
    let tree = configuration.placement == .zoneAware ? zone(of: node) : 0
    trees[tree].update(node, key: isFull ? TournamentTree.out : key)
  }
}
