import Glibc

/// How long growth takes, as measured: a histogram with buckets that grow by 15 %, decaying with each measurement.
struct LeadTimes: Hashable, Codable, Sendable {
  private static let shortest = 1.0
  private static let growth = 1.15
  /// Up to about 15 minutes.
  private static let count = 49
  /// Weight that a measurement keeps with each further one.
  private static let memory = 0.995
  /// What is assumed before anything is measured, in seconds: an ENI that attaches.
  static let assumed = 15.0

  private(set) var weights: [Double]

  init() {
    weights = [Double](repeating: 0, count: Self.count)
    weights[Self.bucket(Self.assumed)] = 5
  }

  var isUsable: Bool {
    weights.count == Self.count && weights.allSatisfy { $0.isFinite && $0 >= 0 } && weights.contains { $0 > 0 }
  }

  /// - Parameter seconds: absurd ones are passed over.
  mutating func add(_ seconds: Double) {
    guard seconds.isFinite, seconds > 0, seconds < 3600 else { return }
    for index in weights.indices { weights[index] *= Self.memory }
    weights[Self.bucket(seconds)] += 1
  }

  /// In seconds: the upper end of the bucket.
  func quantile(_ share: Double) -> Double {
    var left = weights.reduce(0, +) * share
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left <= 0 { return Self.shortest * pow(Self.growth, Double(index)) }
    }
    return Self.shortest * pow(Self.growth, Double(Self.count))
  }

  private static func bucket(_ seconds: Double) -> Int {
    min(count - 1, max(0, Int((log(seconds / shortest) / log(growth)).rounded(.up))))
  }
}
