import Glibc

/// How a number of addresses goes on: the peak of each coming day, with an interval.
public struct Forecast: Hashable, Sendable {
  /// Of the day that begins at `start`, the next ones following.
  public var days: [Day]
  /// When the first forecast day begins, in seconds since 1970.
  public var start: Double
  /// The peak of the last whole day.
  public var level: Double
  /// The robust trend of the daily peaks, per day: with a confidence of 80 %.
  public var trend: Range
  /// By how much the peaks of the days of the week differ from their mean, from Sunday on; `nil` where a week shows none.
  public var week: [Double]?
  /// The mean share of the day's peak at each hour of the day, UTC; `nil` where the history is too coarse.
  public var hours: [Double]?
  public var accuracy: Accuracy

  /// Values of which the first is seldom and the last is seldom passed: the truth is between them with a probability of about
  /// 80 %.
  public struct Range: Hashable, Sendable {
    public var low: Double
    public var mid: Double
    public var high: Double

    public init(low: Double, mid: Double, high: Double) { (self.low, self.mid, self.high) = (low, mid, high) }
  }

  public typealias Day = Range

  /// What the same method would have said of the past.
  public struct Accuracy: Hashable, Sendable {
    /// The mean absolute error of the forecasts of the past, in addresses; `nil` where the history is too short to try.
    public var meanError: Double?
    /// The same of each model alone.
    public var modelErrors: [ForecastModel: Double]
    /// How much each model counts; they sum to 1.
    public var weights: [ForecastModel: Double]
    /// As many days ahead it was tried.
    public var testedDays: Double
  }

  /// Less history than this gives no forecast, in days.
  public static let leastDays = 2.0
  /// From so many days on, weeks can be told from noise.
  public static let daysForWeeks = 21.0
  /// The share of a history that may be missing, from 0 to 1.
  public static let mostMissing = 0.5
  /// Below so many days hours are forecast, not days.
  private static let daysForDays = 14.0
  /// No forecast is above this.
  private static let greatest = 1e12
}

extension Forecast {
  /// What a history leads to.
  ///
  /// - Parameters:
  ///   - horizon: in days, at least 1.
  ///   - now: seconds since 1970.
  /// - Returns: no forecast where one of the findings prevents it.
  public static func make(
    from history: History, horizon: Int, at now: Double
  ) -> (forecast: Forecast?, findings: [HistoryFinding]) {
    let history = history.counts
    var findings = history.findings(at: now)
    guard !findings.contains(where: \.preventsForecast), let interval = history.interval,
      let span = history.readings.last.map({ $0.time - (history.readings.first?.time ?? 0) })
    else { return (nil, findings) }
    let isLong = span >= daysForDays * 86_400
    let stretch = isLong ? 86_400 : max(3600, interval)
    let peaks = PeakSeries(history, step: stretch)
    guard peaks.values.count >= 3 else { return (nil, findings) }
    let perDay = max(1, Int((86_400 / stretch).rounded()))
    let growth = Explosion(peaks.values)
    if let growth { findings.append(.exploding(doublingDays: growth.doublingSteps / Double(perDay))) }
    var forecast = Forecast(peaks, perDay: perDay, horizon: horizon, growth)
    forecast.hours = hours(of: history, interval)
    return (forecast, findings)
  }

  private init(_ peaks: PeakSeries, perDay: Int, horizon: Int, _ growth: Explosion?) {
    let ensemble = Ensemble(peaks.values, period: perDay > 1 ? perDay : 7, horizon: horizon * perDay)
    let steps = ensemble.forecast(steps: horizon * perDay)
    days = (0..<horizon).map { day in
      let part = (day * perDay..<(day + 1) * perDay).map { index in
        let (value, halfWidth) = steps[index]
        let exploded = growth.map { $0.value(after: index + 1) } ?? 0
        return Range(
          low: Self.bounded(value - halfWidth), mid: Self.bounded(value),
          high: Self.bounded(max(value + halfWidth, exploded)))
      }
      return Range(
        low: part.map(\.low).max() ?? 0, mid: part.map(\.mid).max() ?? 0, high: part.map(\.high).max() ?? 0)
    }
    start = peaks.end
    level = peaks.values.suffix(perDay).max() ?? 0
    let slope = ensemble.slope
    trend = Range(
      low: slope.range.lowerBound * Double(perDay), mid: slope.slope * Double(perDay),
      high: slope.range.upperBound * Double(perDay))
    if perDay == 1, !ensemble.season.offsets.isEmpty {
      // The first of January 1970 was a Thursday.
      let firstDay = Int((peaks.start / 86_400).rounded(.down)) + 4
      week = (0..<7).map { ensemble.season.offset((($0 - firstDay) % 7 + 7) % 7) }
    }
    accuracy = Accuracy(
      meanError: ensemble.error, modelErrors: ensemble.errors, weights: ensemble.weights,
      testedDays: Double(ensemble.tested) / Double(perDay))
  }

  private static func bounded(_ value: Double) -> Double { min(max(value, 0), greatest) }

  /// The median over the days of each hour's share of its day's peak.
  private static func hours(of history: History, _ interval: Double) -> [Double]? {
    guard interval <= 7200 else { return nil }
    let days = PeakSeries(history, step: 86_400)
    let hours = PeakSeries(history, step: 3600)
    var shares = [[Double]](repeating: [], count: 24)
    for (index, value) in hours.values.enumerated() {
      let time = hours.start + Double(index) * 3600
      let day = Int(((time - days.start) / 86_400).rounded(.down))
      guard days.values.indices.contains(day), days.values[day] > 0 else { continue }
      shares[Int(time.truncatingRemainder(dividingBy: 86_400) / 3600)].append(value / days.values[day])
    }
    guard shares.allSatisfy({ !$0.isEmpty }) else { return nil }
    return shares.map { $0.sorted().sortedQuantile(0.5) }
  }

  /// Days from the moment of the forecast until the peak of a day is at least so great: `nil` where that is beyond the horizon.
  public func days(until capacity: Double, at now: Double) -> Exhaustion {
    func first(_ value: (Day) -> Double) -> Double? {
      guard let index = days.firstIndex(where: { value($0) >= capacity }) else { return nil }
      return max(0, (start - now) / 86_400 + Double(index))
    }
    return Exhaustion(early: first(\.high), expected: first(\.mid), late: first(\.low))
  }
}

/// When something is used up, in days from now; `nil` = not within the horizon.
public struct Exhaustion: Hashable, Sendable {
  /// If it goes worse than expected: hardly earlier.
  public var early: Double?
  public var expected: Double?
  /// If it goes better: hardly later.
  public var late: Double?

  public init(early: Double? = nil, expected: Double? = nil, late: Double? = nil) {
    (self.early, self.expected, self.late) = (early, expected, late)
  }
}

/// Growth that doubles again and again.
private struct Explosion {
  var doublingSteps: Double
  private let last: Double

  /// `nil` for what does not grow so: it must have doubled three times, and a line through the logarithms must be closer than
  /// one through the values.
  init?(_ values: [Double]) {
    guard let last = values.last, values.count >= 10, values.allSatisfy({ $0 > 0 }) else { return nil }
    let (line, curve) = (RobustTrend(values), RobustTrend(values.map(log2)))
    guard curve.range.lowerBound > 0, Double(values.count) * curve.slope >= 3 else { return nil }
    let lineError = values.enumerated().reduce(0) { $0 + abs($1.element - line.value(at: $1.offset)) }
    let curveError = values.enumerated().reduce(0) { $0 + abs($1.element - exp2(curve.value(at: $1.offset))) }
    guard curveError < lineError else { return nil }
    (doublingSteps, self.last) = (1 / curve.slope, last)
  }

  func value(after steps: Int) -> Double { last * exp2(min(Double(steps) / doublingSteps, 100)) }
}
