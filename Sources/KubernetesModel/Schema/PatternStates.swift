/// A regular expression as states, of which several are held at once.
struct PatternStates {
  enum State {
    /// Takes a scalar and goes to the next state.
    case take(PatternTree.CharacterSet)
    /// Goes on at both without taking anything.
    case fork(Int, Int)
    case accept
  }

  private(set) var all: [State] = []

  init(_ tree: PatternTree) {
    add(tree)
    all.append(.accept)
  }

  /// All that can be reached from some states without taking anything, in order.
  func closure(of start: some Sequence<Int>) -> [Int] {
    var reached: Set<Int> = []
    var open = Array(start)
    while let index = open.popLast() {
      guard reached.insert(index).inserted else { continue }
      if case .fork(let first, let second) = all[index] { open += [first, second] }
    }
    return reached.sorted()
  }

  private mutating func add(_ tree: PatternTree) {
    switch tree {
    case .characters(let set): all.append(.take(set))
    case .sequence(let parts): for part in parts { add(part) }
    case .either(let branches): add(branches[...])
    case .repeated(let part, let least, let most):
      for _ in 0..<least { add(part) }
      guard let most else {
        let start = all.count
        addOptional { states in
          states.add(part)
          states.all.append(.fork(start, start))
        }
        return
      }
      for _ in least..<most { addOptional { $0.add(part) } }
    }
  }

  private mutating func add(_ branches: ArraySlice<PatternTree>) {
    guard let first = branches.first else { return }
    guard branches.count > 1 else { return add(first) }
    let fork = all.count
    all.append(.accept)
    add(first)
    let jump = all.count
    all.append(.accept)
    all[fork] = .fork(fork + 1, all.count)
    add(branches.dropFirst())
    all[jump] = .fork(all.count, all.count)
  }

  /// What `body` adds may be passed over.
  private mutating func addOptional(_ body: (inout PatternStates) -> Void) {
    let fork = all.count
    all.append(.accept)
    body(&self)
    all[fork] = .fork(fork + 1, all.count)
  }
}
