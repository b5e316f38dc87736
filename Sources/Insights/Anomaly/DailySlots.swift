/// What was there at the same time of the day, on the last days.
struct DailySlots: Sendable {
  /// So many days are remembered, so that every day of the week is among them.
  static let days = 7

  private let count: Int
  private let interval: Double
  private var slots: [[Double]]
  private var nextDay: [Int]

  /// - Parameter interval: between two values, in seconds.
  init(count: Int, interval: Double) {
    (self.count, self.interval) = (count, interval)
    slots = Array(repeating: [], count: count)
    nextDay = Array(repeating: 0, count: count)
  }

  /// The least and the greatest value at this time of the day, a step to either side included; `nil` when there are not yet
  /// three.
  func range(at time: Double) -> ClosedRange<Double>? {
    let slot = self.slot(at: time)
    var (low, high, known) = (Double.infinity, -Double.infinity, 0)
    for offset in -1...1 {
      for value in slots[(slot + offset + count) % count] {
        (low, high, known) = (min(low, value), max(high, value), known + 1)
      }
    }
    return known < 3 ? nil : low...high
  }

  mutating func add(_ value: Double, at time: Double) {
    let slot = self.slot(at: time)
    if slots[slot].count < Self.days {
      slots[slot].append(value)
    } else {
      slots[slot][nextDay[slot]] = value
    }
    nextDay[slot] = (nextDay[slot] + 1) % Self.days
  }

  private func slot(at time: Double) -> Int {
    let slot = (time / interval).rounded(.down).truncatingRemainder(dividingBy: Double(count))
    return Int(slot < 0 ? slot + Double(count) : slot)
  }
}
