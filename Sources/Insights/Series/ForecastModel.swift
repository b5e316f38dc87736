import Glibc

/// Ways to continue a series.
public enum ForecastModel: String, Hashable, Sendable, CaseIterable {
  /// As it was a period ago.
  case seasonalNaive = "seasonal-naive"
  /// Level and trend, smoothed exponentially, the trend fading (Gardner and McKenzie, "Forecasting trends in time series",
  /// Management Science 31, 1985), on the series without its season.
  case dampedHolt = "damped-holt"
  /// A level smoothed exponentially that drifts by half the trend (Assimakopoulos and Nikolopoulos, "The theta model",
  /// International Journal of Forecasting 16, 2000), the trend being the robust one.
  case theta
  /// The robust trend, and the season.
  case trend
}

/// A series with what all models need to know of it, found once.
struct FittedSeries: Sendable {
  let values: [Double]
  let period: Int
  let season: Season
  let trend: RobustTrend
  /// Without the season.
  private let adjusted: [Double]

  init(_ values: [Double], period: Int) {
    (self.values, self.period) = (values, period)
    let season = Season(values, period: period)
    self.season = season
    adjusted = values.indices.map { values[$0] - season.offset($0) }
    trend = RobustTrend(adjusted)
  }

  /// The next values, as many as are asked for.
  func forecast(_ model: ForecastModel, steps: Int) -> [Double] {
    switch model {
    case .seasonalNaive:
      let lag = season.offsets.isEmpty ? 1 : period
      return (0..<steps).map { values[values.count - lag + $0 % lag] }
    case .trend: return withSeason(steps) { trend.value(at: values.count - 1 + $0) }
    case .dampedHolt:
      let holt = DampedHolt(adjusted)
      return withSeason(steps) { holt.value(after: $0) }
    case .theta:
      let smoothing = ExponentialLevel(adjusted)
      let lead = (1 - pow(1 - smoothing.weight, Double(values.count))) / smoothing.weight
      return withSeason(steps) { smoothing.level + trend.slope / 2 * (Double($0) - 1 + lead) }
    }
  }

  /// - Parameter level: so many steps after the last value.
  private func withSeason(_ steps: Int, _ level: (Int) -> Double) -> [Double] {
    (0..<steps).map { level($0 + 1) + season.offset(values.count + $0) }
  }
}

/// Simple exponential smoothing, with the weight that would have forecast the series best, one step ahead.
private struct ExponentialLevel {
  var level: Double
  var weight: Double

  init(_ values: [Double]) {
    var best = (error: Double.infinity, level: values.last ?? 0, weight: 1.0)
    for weight in [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9] {
      var (level, error) = (values.first ?? 0, 0.0)
      for value in values.dropFirst() {
        error += (value - level) * (value - level)
        level += weight * (value - level)
      }
      if error < best.error { best = (error, level, weight) }
    }
    (level, weight) = (best.level, best.weight)
  }
}

/// Holt's level and trend with a trend that fades, with the weights that would have forecast the series best.
private struct DampedHolt {
  private var (level, slope, damping) = (0.0, 0.0, 1.0)

  init(_ values: [Double]) {
    var least = Double.infinity
    for levelWeight in [0.1, 0.3, 0.6, 0.9] {
      for slopeWeight in [0.02, 0.1, 0.3] {
        for damping in [0.8, 0.9, 0.98] {
          var holt = DampedHolt(first: values.first ?? 0, slope: Self.firstSlope(values), damping)
          let error = values.dropFirst().reduce(0) { sum, value in
            let error = holt.add(value, levelWeight, slopeWeight)
            return sum + error * error
          }
          if error < least { (least, self) = (error, holt) }
        }
      }
    }
  }

  private init(first: Double, slope: Double, _ damping: Double) {
    (level, self.slope, self.damping) = (first, slope, damping)
  }

  /// The mean slope of the first values, so that it does not hang on one.
  private static func firstSlope(_ values: [Double]) -> Double {
    let last = min(values.count, 8) - 1
    return last > 0 ? (values[last] - values[0]) / Double(last) : 0
  }

  /// Takes the next value, and returns by how much it differs from what was expected.
  private mutating func add(_ value: Double, _ levelWeight: Double, _ slopeWeight: Double) -> Double {
    let expected = level + damping * slope
    let before = level
    level = expected + levelWeight * (value - expected)
    slope = damping * slope + slopeWeight * (level - before - damping * slope)
    return value - expected
  }

  func value(after steps: Int) -> Double {
    let sum = damping * (1 - pow(damping, Double(steps))) / (1 - damping)
    return level + slope * sum
  }
}
