import Glibc

/// How the Numenta Anomaly Benchmark judges detections (Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms",
/// ICMLA 2015, and its scoring program, version 1.1).
///
/// Each window with an anomaly gives once, by its earliest detection; each detection outside of windows costs, the less the
/// closer it follows one. What is detected in the first part of a file, which is there to learn from, does not count.
enum NABScoring {
  /// The share of a file that is there to learn from.
  static let probation = 0.15
  /// A file longer than this has no more to learn from than one so long.
  static let probationLength = 5000.0

  /// How many readings of a file do not count.
  static func probationary(_ count: Int) -> Int {
    Int(min((probation * Double(count)).rounded(.down), probation * probationLength))
  }

  /// From 1 far before a position of 0 to −1 far behind it.
  static func sigmoid(_ position: Double) -> Double { position > 3 ? -1 : 2 / (1 + exp(5 * position)) - 1 }

  /// What a detection at each reading of a file is worth, before weights: above 0 and at most 1 within a window, else at most 0.
  ///
  /// - Parameter windows: of indices, in order.
  static func worths(count: Int, windows: [ClosedRange<Int>]) -> [NABReading] {
    var readings: [NABReading] = []
    var rest = windows[...]
    var last: ClosedRange<Int>?
    for index in 0..<count {
      if let window = rest.first, window.contains(index) {
        let position = -Double(window.upperBound - index + 1) / Double(window.count)
        readings.append(
          NABReading(window: windows.count - rest.count, worth: sigmoid(position) / sigmoid(-1)))
        if index == window.upperBound { last = rest.popFirst() }
      } else {
        let worth = last.map { sigmoid(Double(index - $0.upperBound) / Double($0.count - 1)) } ?? -1
        readings.append(NABReading(window: nil, worth: worth))
      }
    }
    return readings
  }

  /// The best score over all thresholds, one for all files, between 0 for a detector that finds nothing and 100 for one that
  /// finds each window at its first reading and nothing else.
  static func best(_ files: [NABResult], _ profile: NABProfile) -> NABScore {
    let windows = Double(files.reduce(0) { $0 + $1.windows.count })
    var candidates: [(surprise: Double, file: Int, reading: NABReading)] = []
    var sum = 0.0
    for (file, result) in files.enumerated() {
      let readings = worths(count: result.surprises.count, windows: result.windows)
      let counted = probationary(readings.count)..<readings.count
      sum -= profile.falseNegative * Double(Set(readings[counted].compactMap(\.window)).count)
      for index in counted { candidates.append((result.surprises[index], file, readings[index])) }
    }
    candidates.sort { $0.surprise > $1.surprise }
    var best = (sum: sum, threshold: Double.infinity)
    var found: [[Int]: Double] = [:]
    for (index, candidate) in candidates.enumerated() {
      if let window = candidate.reading.window {
        let before = found[[candidate.file, window]]
        let worth = candidate.reading.worth * profile.truePositive
        found[[candidate.file, window]] = max(before ?? worth, worth)
        sum += max(before ?? -profile.falseNegative, worth) - (before ?? -profile.falseNegative)
      } else {
        sum += candidate.reading.worth * profile.falsePositive
      }
      let isLast = index + 1 == candidates.count || candidates[index + 1].surprise < candidate.surprise
      if isLast, sum > best.sum { best = (sum, candidate.surprise) }
    }
    let (null, perfect) = (-profile.falseNegative * windows, profile.truePositive * windows)
    return NABScore(value: 100 * (best.sum - null) / (perfect - null), threshold: best.threshold)
  }
}

/// One reading of a file.
struct NABReading: Hashable, Sendable {
  /// The number of the window that it is in.
  var window: Int?
  var worth: Double
}

/// What a detector said about a file.
struct NABResult: Sendable {
  var name: String
  /// Indices of readings, in order.
  var windows: [ClosedRange<Int>]
  /// Of each reading.
  var surprises: [Double]
}

struct NABScore: Hashable, Sendable {
  /// 100 is perfect, 0 finds nothing.
  var value: Double
  /// Readings as surprising as this are detections; infinite when detecting nothing is best.
  var threshold: Double
}
