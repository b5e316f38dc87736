/// The greatest of the values within some time, in amortised constant time.
struct SlidingMaximum: Sendable {
  /// Falling values at rising times: what is followed by something as great can no longer be the greatest.
  private var candidates: [(time: Double, value: Double)] = []
  private var first = 0

  /// Takes a value, and returns whether it is above 0 and above all within the time before it.
  mutating func exceeds(_ value: Double, at time: Double, memory: Double) -> Bool {
    while first < candidates.count, candidates[first].time < time - memory { first += 1 }
    let isGreatest = value > 0 && (first == candidates.count || value > candidates[first].value)
    while candidates.count > first, let last = candidates.last, last.value <= value { candidates.removeLast() }
    if first > candidates.count / 2 {
      candidates.removeFirst(first)
      first = 0
    }
    candidates.append((time, value))
    return isGreatest
  }
}
