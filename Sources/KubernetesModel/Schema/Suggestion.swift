/// Finds what somebody who mistyped a word most likely meant.
public enum Suggestion {
  /// Of a word that is looked at, in bytes: names are shorter, and what is longer is nothing that was mistyped.
  private static let longest = 64

  /// The closest candidate, when it is close: at most a third of the word's letters differ.
  public static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= longest else { return nil }
    let limit = max(1, word.count / 3)
    return candidates.map { ($0, distance(word.lowercased(), $0.lowercased())) }
      .filter { $0.1 <= limit }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// The number of letters to insert, delete, replace or swap with a neighbour.
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.prefix(longest)), Array(right.prefix(longest)))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replaced, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
