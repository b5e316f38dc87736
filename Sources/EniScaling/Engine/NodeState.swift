/// What is remembered of a node between rounds.
struct NodeState: Hashable, Codable, Sendable {
  var rises = RiseWindow()
  var positions = NodePositions()
  /// Of the round before.
  var demand = 0
  var idle = 0
  /// Room of the nodes that fill before this one, in the round before.
  var ahead = ArrivalHistogram.unknownDepth
  /// The band that was asked for last.
  var band: PoolBand?
  /// When it was, in seconds; `nil` = it never was.
  var changedAt: Double?
  var growth = StabilizationWindow()
  var release = StabilizationWindow()
  var hold = ReleaseHold()
  /// The fewest idle addresses of late that were more than the least.
  var surplus = StabilizationWindow()
  var changes: TokenBudget
  /// When the node was last observed, and when it was last to be trusted, in seconds.
  var seenAt: Double
  var trustedAt: Double?

  /// Changes of the band that may come at once.
  static let changeBurst = 10.0

  init(at now: Double) {
    changes = TokenBudget(capacity: Self.changeBurst, at: now)
    seenAt = now
  }
}
