/// A regular expression as a table: one look-up for each scalar of a text, whatever it holds.
final class PatternAutomaton: Sendable {
  /// Characters that no part of the expression tells apart are of one kind; the last one is that of all beyond ASCII.
  private let kinds: [UInt8]
  private let kindCount: Int
  /// By state and kind. State 0 is the one from which nothing matches, 1 the first.
  private let next: [UInt16]
  private let accepts: [Bool]

  /// - Throws: when the table were larger than any sensible expression's.
  init(_ tree: PatternTree) throws(PatternError) {
    let states = PatternStates(tree)
    let sets = states.all.compactMap { state in if case .take(let set) = state { set } else { nil } }
    var byMembership: [[Bool]: UInt8] = [:]
    var examples: [UInt8?] = []
    kinds = ((0..<0x80).map { UInt8($0) } + [nil]).map { byte in
      let membership = sets.map { $0.contains(byte) }
      if let kind = byMembership[membership] { return kind }
      let kind = UInt8(examples.count)
      byMembership[membership] = kind
      examples.append(byte)
      return kind
    }
    kindCount = examples.count

    var known: [[Int]: UInt16] = [[]: 0]
    var order: [[Int]] = [[]]
    func number(_ set: [Int]) -> UInt16 {
      if let number = known[set] { return number }
      let number = UInt16(order.count)
      known[set] = number
      order.append(set)
      return number
    }
    _ = number(states.closure(of: [0]))
    var (next, accepts): ([UInt16], [Bool]) = ([], [])
    while accepts.count < order.count {
      guard order.count <= 4_096 else { throw PatternError(reason: "it is too complex") }
      let current = order[accepts.count]
      accepts.append(current.last == states.all.count - 1)
      for example in examples {
        let taken = current.filter { if case .take(let set) = states.all[$0] { set.contains(example) } else { false } }
        next.append(number(states.closure(of: taken.map { $0 + 1 })))
      }
    }
    (self.next, self.accepts) = (next, accepts)
  }

  func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var state = 1
      for byte in bytes {
        // What continues a scalar has been taken with its first byte.
        if byte & 0xC0 == 0x80 { continue }
        state = Int(next[state * kindCount + Int(kinds[min(Int(byte), 0x80)])])
        if state == 0 { return false }
      }
      return accepts[state]
    }
  }
}
