/// A line through values at equal steps that a few wild ones do not turn (Theil 1950; Sen, "Estimates of the regression
/// coefficient based on Kendall's tau", Journal of the American Statistical Association 63, 1968).
struct RobustTrend: Hashable, Sendable {
  /// The median slope of all pairs, per step.
  var slope = 0.0
  /// At the first value.
  var intercept = 0.0
  /// Between which the slope is with a confidence of 80 %, by Kendall's distribution.
  var range = 0.0...0.0

  /// Of more values only as many are paired with all others.
  private static let mostPaired = 120
  /// The quantile of the normal distribution for 80 %.
  private static let deviations = 1.2816

  init(_ values: [Double]) {
    guard values.count > 1 else {
      intercept = values.first ?? 0
      return
    }
    let stride = (values.count + Self.mostPaired - 1) / Self.mostPaired
    var slopes: [Double] = []
    slopes.reserveCapacity(values.count * values.count / stride / 2)
    for left in Swift.stride(from: 0, to: values.count, by: stride) {
      for right in left + 1..<max(left + 1, values.count) {
        slopes.append((values[right] - values[left]) / Double(right - left))
      }
    }
    slope = slopes.selectQuantile(0.5)
    var intercepts = values.enumerated().map { [slope] in $1 - slope * Double($0) }
    intercept = intercepts.selectQuantile(0.5)
    let count = Double(values.count)
    let deviation = (count * (count - 1) * (2 * count + 5) / 18).squareRoot()
    let share = min(0.5, Self.deviations * deviation / (count * (count - 1)))
    range = slopes.selectQuantile(0.5 - share)...slopes.selectQuantile(0.5 + share)
  }

  /// The line, so many steps after the first value.
  func value(at step: Int) -> Double { intercept + slope * Double(step) }
}
