/// The least of many keys that change one at a time, in logarithmic time; of equal keys the first.
struct TournamentTree: Sendable {
  /// Larger than every key of a contestant that takes part.
  static let out = Int.max

  private let leaves: Int
  private var keys: [Int]
  private var winners: [Int32]

  init(count: Int) {
    var leaves = 1
    while leaves < count { leaves *= 2 }
    self.leaves = leaves
    keys = [Int](repeating: Self.out, count: leaves)
    winners = [Int32](repeating: 0, count: 2 * leaves)
    for index in 0..<leaves { winners[leaves + index] = Int32(index) }
    for node in stride(from: leaves - 1, to: 0, by: -1) { winners[node] = winners[2 * node] }
  }

  /// `nil` when nobody takes part.
  var least: Int? {
    let winner = Int(winners[1])
    return keys[winner] == Self.out ? nil : winner
  }

  mutating func update(_ index: Int, key: Int) {
    guard keys[index] != key else { return }
    keys[index] = key
    var node = (leaves + index) / 2
    while node > 0 {
      let (left, right) = (winners[2 * node], winners[2 * node + 1])
      winners[node] = keys[Int(right)] < keys[Int(left)] ? right : left
      node /= 2
    }
  }
}
