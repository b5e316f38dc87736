/// The values of the last day, with their median, and the means of the last of them and of the day before those.
struct RecentDay: Sendable {
  /// How many values a day has, and the short stretch at its end.
  private let (day, short): (Int, Int)
  /// A ring, of a day and a short stretch after it.
  private var ring: [Double] = []
  private var next = 0
  /// The last day's, in the order of size.
  private var sorted: [Double] = []
  private var (daySum, shortSum) = (0.0, 0.0)

  init(day: Int, short: Int) {
    (self.day, self.short) = (day, short)
  }

  /// `nil` before the first value.
  var median: Double? {
    sorted.isEmpty ? nil : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Of the short stretch that ends now, and of the day before it; `nil` before there are as many.
  var means: (short: Double, day: Double)? {
    ring.count < day + short ? nil : (shortSum / Double(short), daySum / Double(day))
  }

  /// The median of the last values, at most as many as are asked for; `nil` when there are none.
  func median(last count: Int) -> Double? {
    let last = (1...min(count, day)).compactMap { value($0) }.sorted()
    return last.isEmpty ? nil : (last[(last.count - 1) / 2] + last[last.count / 2]) / 2
  }

  mutating func add(_ value: Double) {
    if let old = self.value(day) { sorted.remove(at: position(of: old)) }
    sorted.insert(value, at: position(of: value))
    shortSum += value
    if let aged = self.value(short) {
      shortSum -= aged
      daySum += aged
    }
    if ring.count < day + short {
      ring.append(value)
    } else {
      daySum -= ring[next]
      ring[next] = value
    }
    next = (next + 1) % (day + short)
    if next == 0 { sumAgain() }
  }

  /// The value that came so many values ago, the last one being one ago.
  private func value(_ ago: Int) -> Double? {
    guard ago <= ring.count else { return nil }
    return ring[(next - ago + day + short) % (day + short)]
  }

  /// What additions and subtractions of great and small values leave behind must not add up.
  private mutating func sumAgain() {
    (shortSum, daySum) = (0, 0)
    for ago in 1...ring.count {
      let value = self.value(ago) ?? 0
      if ago <= short { shortSum += value } else { daySum += value }
    }
  }

  /// Where the first value is that is no less.
  private func position(of value: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
