/// Finds readings of a signal that are not like those before it, as they come.
///
/// Four aspects of each reading are compared with what they were before, above and below apart: ``Anomaly/Aspect``. How
/// rare an aspect is, is learned from the signal itself (``TailModel``), so no bound depends on its unit, its scale or how noisy
/// it is. The rarest of the four is the surprise of the reading.
///
/// One event is told once: a reading is reported only when it is more surprising than all within ``memory`` before.
///
/// # Guarantees
/// - Nothing that comes later changes what was said.
/// - Time per reading and memory are bounded by the number of readings that a day has, however long the signal goes on.
///
/// # Caveats
/// - Fifty readings must have come before anything is surprising, a day for shifts and two for the season.
/// - A change that comes slowly, over days, is a trend and no anomaly.
public struct AnomalyDetector: Sendable {
  /// From this surprise on a reading is reported: less than one reading in a thousand.
  public static let usualThreshold = 3.2
  /// The tails of real signals are not known well enough to tell greater surprises apart.
  public static let greatestSurprise = 4.0
  /// In seconds, for how long an event makes equal ones unremarkable.
  static let memory = 43_200.0
  /// In seconds, after how long a reading counts half in how rare things are.
  static let halfLife = 28 * 86_400.0
  /// In readings, where there are few of them: less would not do for a tail.
  static let leastHalfLife = 1000.0
  /// More readings of a day are not told apart.
  static let greatestDay = 1440
  /// With how many readings before it one is compared for a jump.
  static let before = 7

  private let interval: Double
  private let leastShare: Double
  private var recent: RecentDay
  private var slots: DailySlots
  private var tails: [Anomaly.Aspect: TwoSidedTail]
  private var told = SlidingMaximum()
  private var last: Double?
  private let recentDay: RecentDay

  /// - Parameters:
  ///   - interval: between two readings, in seconds, above 0; what it usually is, where it varies.
  ///   - leastShare: what differs by less is rare perhaps, and nobody's concern: it is learned from, never told, and hides
  ///     nothing that follows; a share of what is usual, at least 0.
  public init(interval: Double, leastShare: Double = 0) {
    precondition(interval > 0 && interval.isFinite, "readings have an interval")
    (self.interval, self.leastShare) = (interval, leastShare)
    let day = Int(min(max((86_400 / interval).rounded(), 1), Double(Self.greatestDay)))
    recentDay = RecentDay(day: max(day, 8), short: max(3, (day + 6) / 12))
    recent = recentDay
    slots = DailySlots(count: day, interval: 86_400 / Double(day))
    let tail = TwoSidedTail(halfLife: max(Self.halfLife / interval, Self.leastHalfLife))
    tails = Dictionary(uniqueKeysWithValues: Anomaly.Aspect.allCases.map { ($0, tail) })
  }

  /// Takes the next reading, and returns how surprising it is.
  ///
  /// - Parameters:
  ///   - value: passed over when it is not finite.
  ///   - time: seconds since 1970, after that of the reading before; else the reading is passed over.
  /// - Returns: What is unusual, whatever its surprise; `nil` when nothing is, when it was passed over, and when something at
  ///   least as surprising was there within the memory.
  public mutating func add(_ value: Double, at time: Double) -> Anomaly? {
    guard value.isFinite, time.isFinite, time > last ?? -.infinity else { return nil }
    // After a gap there is nothing recent to compare with; how rare things are is still known.
    if let last, time - last > max(86_400, 8 * interval) { recent = recentDay }
    last = time
    var strangest: Anomaly?
    for (aspect, usual, deviation) in aspects(of: value, at: time) {
      let surprise = tails[aspect]?.judge(deviation) ?? 0
      guard surprise > strangest?.surprise ?? 0, abs(deviation) >= leastShare * abs(usual) else { continue }
      strangest = Anomaly(
        time: time, value: aspect == .shift ? usual + deviation : value, usual: usual, aspect: aspect,
        surprise: min(surprise, Self.greatestSurprise))
    }
    slots.add(value, at: time)
    return told.exceeds(strangest?.surprise ?? 0, at: time, memory: Self.memory) ? strangest : nil
  }

  /// Tells what comes now whatever was told before.
  public mutating func forgetWhatWasTold() { told = SlidingMaximum() }

  /// What the reading is compared with, and by how much it differs; without the aspects of which too little is known. Takes
  /// the reading into the recent day.
  private mutating func aspects(
    of value: Double, at time: Double
  ) -> [(Anomaly.Aspect, usual: Double, deviation: Double)] {
    var aspects: [(Anomaly.Aspect, usual: Double, deviation: Double)] = []
    if let median = recent.median { aspects.append((.level, median, value - median)) }
    if let median = recent.median(last: Self.before) { aspects.append((.jump, median, value - median)) }
    if let range = slots.range(at: time) {
      let nearest = min(max(value, range.lowerBound), range.upperBound)
      aspects.append((.season, nearest, value - nearest))
    }
    recent.add(value)
    if let means = recent.means { aspects.append((.shift, means.day, means.short - means.day)) }
    return aspects
  }
}

/// Deviations above and below, each with a tail of its own: a signal that has spikes seldom has gaps of the same size.
private struct TwoSidedTail: Sendable {
  private var above: TailModel
  private var below: TailModel

  init(halfLife: Double) {
    above = TailModel(halfLife: halfLife)
    below = TailModel(halfLife: halfLife)
  }

  /// The surprise of a deviation, which is then learned.
  mutating func judge(_ deviation: Double) -> Double {
    let surprise = deviation < 0 ? below.surprise(-deviation) : above.surprise(deviation)
    above.learn(max(deviation, 0))
    below.learn(max(-deviation, 0))
    return surprise
  }
}
