/// Which nodes a scheduler that packs would fill next: the fullest that still takes pods first (kube-scheduler's
/// `MostAllocated`).
struct FillOrder: Sendable {
  /// For each node, the pods that the nodes before it still take; the largest number where that is not known.
  let ahead: [Int]

  /// - Parameters:
  ///   - pods: on each node.
  ///   - headroom: pods that each node still takes; `nil` = not known, and the node comes last.
  init(pods: [Int], headroom: [Int?]) {
    var ahead = [Int](repeating: ArrivalHistogram.unknownDepth, count: pods.count)
    // One integer for each node: the sort of 50,000 must not cost more than the round.
    var keys: [Int] = []
    keys.reserveCapacity(pods.count)
    for index in pods.indices {
      keys.append((Int(Int32.max) - min(pods[index], Int(Int32.max))) << 24 | index)
    }
    keys.sort()
    var sum = 0
    for key in keys {
      let index = key & 0xFF_FFFF
      guard let room = headroom[index] else { continue }
      ahead[index] = sum
      sum += room
    }
    self.ahead = ahead
  }
}
