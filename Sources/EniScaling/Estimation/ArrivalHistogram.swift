import Glibc

/// Where the pods of a node group came, in terms of what would have served them at once. For each pod:
///
/// - its *position*: how far its node's demand had risen within the lead time, the pod included. As many idle addresses on
///   every node would have served it.
/// - its *depth*: how much room the nodes that are fuller had, plus what came to the group within the lead time, plus the
///   pod itself. As many idle addresses, laid out over the nodes from the fullest on, would have served it. Under a
///   scheduler that packs nodes it is small, under one that spreads pods it is large.
///
/// The share of pods at a position of at most S is the fill rate (type-2 service level) of a buffer of S: the newsvendor's
/// critical ratio, counted in pods instead of periods. Weights decay exponentially, as in the Kubernetes Vertical Pod
/// Autoscaler's recommender.
struct ArrivalHistogram: Hashable, Codable, Sendable {
  /// In seconds: bursts that come once a week still count.
  static let halfLife = 7 * 86_400.0
  /// Pods whose depth is not known, or beyond the scale.
  static let unknownDepth = Int.max
  private static let side = CountScale.buckets

  /// By position, then depth; in units of the weight at `reference`.
  private(set) var weights: [Double]
  private(set) var reference: Double
  /// When the first pod could have come, in seconds.
  private(set) var start: Double

  init(reference: Double) {
    weights = [Double](repeating: 0, count: Self.side * Self.side)
    self.reference = reference
    start = reference
  }

  /// Whether this can be gone on with: what is read back may be of another version, or damaged.
  var isUsable: Bool {
    weights.count == Self.side * Self.side && weights.allSatisfy { $0.isFinite && $0 >= 0 } && reference.isFinite
      && start.isFinite
  }

  mutating func add(position: Int, depth: Int, at now: Double) {
    if now - reference > 8 * Self.halfLife { rescale(to: now) }
    weights[CountScale.bucket(position) * Self.side + CountScale.bucket(depth)] += growth(at: now)
  }

  /// The weight of a pod that comes now. Growing weights of what is new stands for decaying weights of what is old.
  private func growth(at now: Double) -> Double { exp2(max(0, now - reference) / Self.halfLife) }

  private mutating func rescale(to now: Double) {
    let factor = 1 / growth(at: now)
    for index in weights.indices { weights[index] *= factor }
    reference = now
  }

  /// The time in which the pods came, decayed as they are, in seconds.
  func exposure(at now: Double) -> Double {
    (1 - exp2(-max(0, now - start) / Self.halfLife)) * Self.halfLife / log(2)
  }

  /// What came, in pods of today's weight.
  func total(at now: Double) -> Double { weights.reduce(0, +) / growth(at: now) }

  /// The weight of the pods that neither a position of at most one edge nor a depth of at most another covers, for each
  /// pair of edges; in pods of today's weight.
  func uncovered(at now: Double) -> UncoveredPods {
    var sums = [Double](repeating: 0, count: (Self.side + 1) * (Self.side + 1))
    let scale = 1 / growth(at: now)
    for position in stride(from: Self.side - 1, through: 0, by: -1) {
      var row = 0.0
      for depth in stride(from: Self.side - 1, through: 0, by: -1) {
        row += weights[position * Self.side + depth] * scale
        sums[position * (Self.side + 1) + depth] = row + sums[(position + 1) * (Self.side + 1) + depth]
      }
    }
    return UncoveredPods(sums: sums)
  }
}

/// Sums over the far corner of an ``ArrivalHistogram``.
struct UncoveredPods: Sendable {
  fileprivate let sums: [Double]
  private static let side = CountScale.buckets + 1

  var total: Double { sums[0] }

  /// Pods that idle addresses up to these edges do not serve at once.
  func beyond(positionEdge: Int, depthEdge: Int) -> Double { sums[(positionEdge + 1) * Self.side + depthEdge + 1] }
}
