/// Steps of equal length in time.
public struct QueryRange: Hashable, Sendable {
  /// Seconds since 1970. The first step is at `start`, none is after `end`.
  public var start: Double
  public var end: Double
  /// In seconds.
  public var step: Double

  /// The most points of a series that a Prometheus returns at once.
  public static let pointLimit = 11_000

  /// - Precondition: the step is at least a millisecond, and all are finite.
  public init(start: Double, end: Double, step: Double) {
    precondition(
      step >= 0.001 && start.isFinite && end.isFinite && step.isFinite, "a range has finite bounds and a step")
    (self.start, self.end, self.step) = (start, end, step)
  }

  /// The range that ends at a moment and is so long, in about `points` steps, each a whole number of the shortest step.
  ///
  /// Ends are moved to a multiple of the step, so that asking twice within a step asks for the same moments.
  public init(last duration: Double, until end: Double, points: Int, shortestStep: Double = 15) {
    let step = max(1, (duration / Double(max(points, 1)) / shortestStep).rounded(.up)) * shortestStep
    let aligned = (end / step).rounded(.down) * step
    self.init(start: aligned - (duration / step).rounded(.down) * step, end: aligned, step: step)
  }

  /// How many moments there are.
  public var count: Int { end < start ? 0 : Int(((end - start) / step + 1e-9).rounded(.down)) + 1 }

  /// The same moments, in ranges that a Prometheus answers one at a time.
  var pieces: [QueryRange] {
    stride(from: 0, to: count, by: Self.pointLimit).map { first in
      let last = min(first + Self.pointLimit, count) - 1
      return QueryRange(start: start + Double(first) * step, end: start + Double(last) * step, step: step)
    }
  }
}
