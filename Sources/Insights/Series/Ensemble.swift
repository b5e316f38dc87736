import Glibc

/// All models together, each as much as it would have been worth in the past of this very series.
///
/// The past is forecast from several moments in it, of which each model sees what was before. A model weighs by the inverse
/// square of its mean error there. The errors that the weighted forecast would have made become the interval of the next one:
/// at each distance the conformal quantile of those at about that distance (Vovk, Gammerman, Shafer, "Algorithmic Learning in
/// a Random World", 2005), growing in proportion beyond what could be tried.
struct Ensemble: Sendable {
  /// The share of the truth that is to be within the interval.
  static let coverage = 0.8
  private static let mostOrigins = 8

  let period: Int
  /// How much each model counts; they sum to 1.
  private(set) var weights: [ForecastModel: Double]
  /// What each would have been wrong by, on average, in the unit of the values; absent where nothing could be tried.
  private(set) var errors: [ForecastModel: Double] = [:]
  /// What all together would have been wrong by, on average; `nil` where nothing could be tried.
  private(set) var error: Double?
  /// The longest distance that was tried, in steps.
  private(set) var tested = 0
  /// Half of the interval's width, by distance.
  private var halfWidths: [Double] = []
  private let series: FittedSeries

  init(_ values: [Double], period: Int, horizon: Int) {
    self.period = period
    series = FittedSeries(values, period: period)
    weights = Dictionary(
      uniqueKeysWithValues: ForecastModel.allCases.map { ($0, 1 / Double(ForecastModel.allCases.count)) })
    let trials = Self.trials(values, period, horizon)
    guard !trials.isEmpty else {
      // As far as a random walk would have gone.
      let moves = zip(values, values.dropFirst()).map { abs($1 - $0) }.sorted()
      let typical = moves.isEmpty ? 0 : moves.sortedQuantile(Self.coverage)
      halfWidths = (1...max(horizon, 1)).map { typical * Double($0).squareRoot() }
      return
    }
    tested = trials.map(\.truth.count).max() ?? 0
    weigh(trials)
    widen(trials)
  }

  /// What was known at a moment of the past, what came of it, and what each model said.
  private struct Trial {
    var truth: [Double]
    var forecasts: [ForecastModel: [Double]]
  }

  private static func trials(_ values: [Double], _ period: Int, _ horizon: Int) -> [Trial] {
    let least = max(values.count / 2, period + 1, 6)
    let longest = min(horizon, values.count / 3)
    guard longest > 0, least < values.count else { return [] }
    let room = values.count - least
    let count = min(mostOrigins, room)
    return (1...count).map { number in
      let origin = least + (room - 1) * number / count
      let steps = min(longest, values.count - origin)
      let series = FittedSeries(Array(values[..<origin]), period: period)
      let forecasts = ForecastModel.allCases.map { ($0, series.forecast($0, steps: steps)) }
      return Trial(
        truth: Array(values[origin..<origin + steps]), forecasts: Dictionary(uniqueKeysWithValues: forecasts))
    }
  }

  private mutating func weigh(_ trials: [Trial]) {
    let count = Double(trials.reduce(0) { $0 + $1.truth.count })
    for model in ForecastModel.allCases {
      let sum = trials.reduce(0) { sum, trial in
        zip(trial.truth, trial.forecasts[model] ?? []).reduce(sum) { $0 + abs($1.0 - $1.1) }
      }
      errors[model] = sum / count
    }
    let scale = series.values.map(abs).max() ?? 1
    // An error of nothing is worth much, and not everything.
    let worth = errors.mapValues { 1 / pow(max($0, 1e-6 * max(scale, 1)), 2) }
    let total = worth.values.reduce(0, +)
    weights = worth.mapValues { $0 / total }
  }

  private mutating func widen(_ trials: [Trial]) {
    // By trial, then by distance.
    let misses = trials.map { trial in
      zip(trial.truth, combined(trial.forecasts, steps: trial.truth.count)).map { abs($0 - $1) }
    }
    let all = misses.flatMap(\.self)
    error = all.reduce(0, +) / Double(all.count)
    for distance in 1...tested {
      let (near, far) = (Int(Double(distance) / 1.5), Int((Double(distance) * 1.5).rounded(.up)))
      let sizes = misses.compactMap { misses -> Double? in
        guard misses.count >= distance else { return nil }
        let part = misses[max(0, near - 1)..<min(misses.count, far)]
        // Of a stretch in which errors are much alike: the root of the mean square, as large ones matter more.
        return (part.reduce(0) { $0 + $1 * $1 } / Double(part.count)).squareRoot()
      }.sorted()
      halfWidths.append(max(halfWidths.last ?? 0, Self.conformal(sizes) ?? halfWidths.last ?? 0))
    }
  }

  /// The quantile that what comes next stays below with the coverage: `⌈(n + 1)·coverage⌉` of `n` in the order of size. The size
  /// stands for the deviation of errors that are about normal.
  private static func conformal(_ sorted: [Double]) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let rank = Int((Double(sorted.count + 1) * coverage).rounded(.up))
    return sorted[min(rank, sorted.count) - 1] * 1.2816
  }

  private func combined(_ forecasts: [ForecastModel: [Double]], steps: Int) -> [Double] {
    (0..<steps).map { step in
      ForecastModel.allCases.reduce(0) { $0 + (weights[$1] ?? 0) * (forecasts[$1]?[step] ?? 0) }
    }
  }

  /// The next values: what is expected, and half the width of the interval around it.
  func forecast(steps: Int) -> [(value: Double, halfWidth: Double)] {
    let forecasts = ForecastModel.allCases.map { ($0, series.forecast($0, steps: steps)) }
    let values = combined(Dictionary(uniqueKeysWithValues: forecasts), steps: steps)
    return values.enumerated().map { index, value in (value, halfWidth(index + 1)) }
  }

  private func halfWidth(_ distance: Int) -> Double {
    guard let last = halfWidths.last else { return 0 }
    if distance <= halfWidths.count { return halfWidths[distance - 1] }
    return last * Double(distance) / Double(halfWidths.count)
  }

  /// Per step.
  var slope: RobustTrend { series.trend }
  var season: Season { series.season }
}
