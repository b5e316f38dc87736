/// The positions of a single node's pods (see ``ArrivalHistogram``), by which the group's buffer is adjusted to the node.
///
/// The node's own distribution counts in proportion to how many pods it is made of, the group's as if it were of
/// ``groupWeight`` pods (shrinkage towards the pooled estimate: Efron and Morris, "Data analysis using Stein's estimator",
/// JASA 1975).
struct NodePositions: Hashable, Codable, Sendable {
  static let groupWeight = 500.0
  /// Positions 1, 2, … and one bucket for all beyond.
  static let count = 12
  /// Above this many pods all weights are halved, so that what is old fades.
  private static let most: Float = 4096

  private(set) var weights: [Float] = []

  init() {}

  var isUsable: Bool {
    (weights.isEmpty || weights.count == Self.count) && weights.allSatisfy { $0.isFinite && $0 >= 0 }
  }

  mutating func add(_ position: Int) {
    if weights.isEmpty { weights = [Float](repeating: 0, count: Self.count) }
    weights[min(max(position, 1), Self.count) - 1] += 1
    if weights.reduce(0, +) > Self.most { for index in weights.indices { weights[index] /= 2 } }
  }

  /// The buffer of this node, when the group's distribution function and the share that its buffer serves are these.
  ///
  /// - Parameters:
  ///   - group: share of the group's pods at positions of at most 1, 2, ….
  ///   - buffer: the group's, without safety stock.
  func buffer(group: [Double], buffer: Int) -> Int {
    guard !weights.isEmpty, (1...Self.count).contains(buffer) else { return buffer }
    let own = Double(weights.reduce(0, +))
    let level = group[buffer - 1]
    var sum = 0.0
    for position in 1..<Self.count {
      sum += Double(weights[position - 1])
      let share = (sum + Self.groupWeight * group[position - 1]) / (own + Self.groupWeight)
      if share >= level { return position }
    }
    return buffer
  }
}
