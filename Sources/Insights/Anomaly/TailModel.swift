import Glibc

/// How rare a magnitude is, learned from those that were there before.
///
/// Magnitudes are counted in four classes per doubling. The chance of one within the tail, the greatest hundredth, is
/// the share of the tail times a power law from the tail's beginning, whose index is Hill's estimate (Hill, "A simple general
/// approach to inference about the tail of a distribution", Annals of Statistics 3, 1975): so that what exceeds everything
/// seen has a chance too, which depends on by how much and on how heavy the tail is.
///
/// Old magnitudes are forgotten exponentially. Neither time nor memory for one magnitude depends on how many there were.
struct TailModel: Sendable {
  /// Fewer magnitudes, in weights, tell nothing.
  static let leastWeight = 50.0
  /// A tail has at least so many magnitudes, for Hill's estimate needs some.
  static let leastTail = 10.0
  /// Power laws steeper than this differ from each other only in noise; flatter ones have no mean.
  static let indices = 1.0...8.0

  private static let classesPerDoubling = 4.0
  private static let unitClass = 240
  private static let classes = 480
  private static let rescalingWeight = 1e12

  private var weights = [Double](repeating: 0, count: Self.classes)
  private var total = 0.0
  /// Of the next magnitude. Growing weights of what is new stand for decaying weights of what is old.
  private var weight = 1.0
  private let growth: Double

  /// - Parameter halfLife: after so many magnitudes one counts half.
  init(halfLife: Double) { growth = exp2(1 / halfLife) }

  mutating func learn(_ magnitude: Double) {
    weights[Self.index(magnitude)] += weight
    total += weight
    weight *= growth
    guard weight > Self.rescalingWeight else { return }
    for index in weights.indices { weights[index] /= weight }
    total /= weight
    weight = 1
  }

  /// The negative decimal logarithm of the chance of so great a magnitude: 3 is one in a thousand. Zero outside of the tail,
  /// and as long as too little was learned.
  func surprise(_ magnitude: Double) -> Double {
    let count = total / weight
    guard count >= Self.leastWeight else { return 0 }
    let wanted = max(Self.leastTail, count / 100) * weight
    var (first, tail, logarithms) = (Self.classes, 0.0, 0.0)
    while first > 0, tail < wanted {
      first -= 1
      tail += weights[first]
      logarithms += weights[first] * Double(first)
    }
    guard Self.index(magnitude) >= first else { return 0 }
    let edge = exp2(Double(max(first, 1) - Self.unitClass) / Self.classesPerDoubling)
    // The mean of log(magnitude / edge) of the tail, each magnitude being in the middle of its class.
    let mean = log(2) / Self.classesPerDoubling * (logarithms / tail - Double(first) + (first == 0 ? 0 : 0.5))
    let index = min(max(mean > 0 ? 1 / mean : .infinity, Self.indices.lowerBound), Self.indices.upperBound)
    return max(0, log10(total / tail) + index * log10(max(magnitude / edge, 1)))
  }

  private static func index(_ magnitude: Double) -> Int {
    guard magnitude > 0 else { return 0 }
    let index = (log2(magnitude) * classesPerDoubling).rounded(.down) + Double(unitClass)
    return Int(min(max(index, 1), Double(classes - 1)))
  }
}
