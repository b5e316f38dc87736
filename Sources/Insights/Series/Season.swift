/// What repeats itself after a number of steps, as differences from the level around them.
struct Season: Hashable, Sendable {
  /// One for each step of the period, by the number of the step from the beginning of the series; zero on average. Empty when
  /// nothing repeats itself.
  var offsets: [Double] = []

  /// The least number of periods from which one can tell what repeats itself.
  static let leastPeriods = 3

  /// Finds the season of a period, if there is one: the values less their level must be correlated with themselves a period
  /// earlier, by the test that the methods of the M4 competition use (Makridakis, Spiliotis, Assimakopoulos, "The M4
  /// Competition", International Journal of Forecasting 36, 2020), at 95 %.
  init(_ values: [Double], period: Int) {
    guard period > 1, values.count >= Self.leastPeriods * period else { return }
    let half = period / 2
    var differences = [Double?](repeating: nil, count: values.count)
    for index in half..<values.count - half {
      differences[index] = values[index] - Self.level(values, around: index, period)
    }
    let known = differences.compactMap(\.self)
    guard Self.repeats(known, period) else { return }
    let medians = (0..<period).map { phase in
      stride(from: phase, to: values.count, by: period).compactMap { differences[$0] }.sorted().sortedQuantile(0.5)
    }
    let mean = medians.reduce(0, +) / Double(period)
    offsets = medians.map { $0 - mean }
  }

  /// By how much a step differs from the level.
  func offset(_ step: Int) -> Double { offsets.isEmpty ? 0 : offsets[step % offsets.count] }

  /// The mean over one period, at whose middle the index is.
  private static func level(_ values: [Double], around index: Int, _ period: Int) -> Double {
    let half = period / 2
    var sum = values[index - half...index + half].reduce(0, +)
    // Of an even period the ends count half each.
    if period % 2 == 0 { sum -= (values[index - half] + values[index + half]) / 2 }
    return sum / Double(period)
  }

  private static func repeats(_ values: [Double], _ period: Int) -> Bool {
    let mean = values.reduce(0, +) / Double(values.count)
    let centred = values.map { $0 - mean }
    let variance = centred.reduce(0) { $0 + $1 * $1 }
    // What is left of a constant are rounding errors.
    guard variance > 1e-18 * Double(values.count) * max(1, mean * mean) else { return false }
    func correlation(_ lag: Int) -> Double {
      zip(centred, centred.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / variance
    }
    let shorter = (1..<period).reduce(0) { $0 + correlation($1) * correlation($1) }
    return correlation(period) > 1.645 * ((1 + 2 * shorter) / Double(values.count)).squareRoot()
  }
}
