/// What is to be known of a history before one believes what follows from it.
public enum HistoryFinding: Hashable, Sendable {
  /// There is no reading that can be used.
  case empty
  /// It is too short for any forecast, or for one that knows weeks.
  case short(days: Double)
  /// Parts of it are missing: from 0 to 1.
  case gaps(share: Double)
  /// Its value has never changed.
  case constant
  /// It only grows and now and then begins anew near zero: a counter, of which the rate would tell something.
  case counter(resets: Int)
  /// Readings that are no numbers, or that a number of addresses cannot be.
  case unusable(count: Int)
  /// It doubles again and again: no forecast holds for long.
  case exploding(doublingDays: Double)
  /// Its last reading is old.
  case old(days: Double)

  /// Whether nothing can be forecast.
  public var preventsForecast: Bool {
    switch self {
    case .empty, .counter: true
    case .short(let days): days < Forecast.leastDays
    case .gaps(let share): share > Forecast.mostMissing
    default: false
    }
  }

  /// One word for programs.
  public var name: String {
    switch self {
    case .empty: "empty"
    case .short: "short"
    case .gaps: "gaps"
    case .constant: "constant"
    case .counter: "counter"
    case .unusable: "unusable"
    case .exploding: "exploding"
    case .old: "old"
    }
  }
}

extension HistoryFinding: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "there is no history"
    case .short(let days) where days < Forecast.leastDays:
      "the history of \(rounded(days)) days is too short for a forecast, which takes \(rounded(Forecast.leastDays))"
    case .short(let days):
      "in \(rounded(days)) days weeks cannot be told from noise: what a week does is not in the forecast"
    case .gaps(let share): "\(rounded(share * 100)) % of the history is missing"
    case .constant: "the value has never changed"
    case .counter(let resets):
      "it looks like a counter, which began anew \(resets) times: ask for its rate() or for a gauge"
    case .unusable(let count): "\(count) readings are no number of addresses and were passed over"
    case .exploding(let days): "it doubles every \(rounded(days)) days: no forecast of that holds for long"
    case .old(let days): "the last reading is \(rounded(days)) days old"
    }
  }

  /// One digit behind the point, none where it would be 0.
  private func rounded(_ value: Double) -> String {
    let tenths = (min(max(value, -1e15), 1e15) * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0 ? "\(Int(tenths / 10))" : "\(tenths / 10)"
  }
}

extension History {
  /// More than any cluster has.
  static let greatestCount = 1e9

  /// The same without what a number of addresses cannot be: negative, or absurd.
  var counts: History {
    var counts = self
    counts.keep { $0.value >= 0 && $0.value <= Self.greatestCount }
    return counts
  }

  /// What is to be known of a history of counts.
  func findings(at now: Double) -> [HistoryFinding] {
    guard let first = readings.first, let last = readings.last else {
      return (unusable > 0 ? [.unusable(count: unusable)] : []) + [.empty]
    }
    var findings: [HistoryFinding] = []
    if unusable > 0 { findings.append(.unusable(count: unusable)) }
    let days = (last.time - first.time) / 86_400
    if days < Forecast.daysForWeeks { findings.append(.short(days: days)) }
    if missing > 0.02 { findings.append(.gaps(share: missing)) }
    if now - last.time > 86_400 { findings.append(.old(days: (now - last.time) / 86_400)) }
    if readings.allSatisfy({ $0.value == first.value }) { findings.append(.constant) }
    if let resets = counterResets { findings.append(.counter(resets: resets)) }
    return findings
  }

  /// The share of the time in which there should have been readings and were none, from 0 to 1.
  private var missing: Double {
    guard let interval, let first = readings.first, let last = readings.last, last.time > first.time else { return 0 }
    return max(0, 1 - Double(readings.count) / ((last.time - first.time) / interval + 1))
  }

  /// How often a counter began anew; `nil` where this is none: it then falls by little, or seldom rises.
  private var counterResets: Int? {
    let steps = zip(readings, readings.dropFirst()).map { ($0.value, $1.value) }.filter { $0 != $1 }
    let falls = steps.filter { $1 < $0 }
    guard steps.count >= 50, !falls.isEmpty, falls.count * 20 < steps.count,
      falls.allSatisfy({ $1 < $0 * 0.1 })
    else { return nil }
    return falls.count
  }
}
