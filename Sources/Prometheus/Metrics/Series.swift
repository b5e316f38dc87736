import Locking
import Synchronization

/// A number that only grows. Threads may update it at once.
public final class Counter: MetricSeries {
  public struct Configuration: Sendable, Hashable {}

  public static var kind: MetricSnapshot.Kind { .counter }
  private let bits = AtomicDouble()

  public init(_: Configuration) {}

  /// Adds to the count; amounts that are negative or not finite are ignored, because a counter that falls reads as a restart.
  public func increment(by amount: Double = 1) {
    if amount > 0, amount.isFinite { bits.add(amount) }
  }

  public var value: Double { bits.value }
  public var reading: MetricSnapshot.Value { .number(value) }
}

/// A number that goes up and down. Threads may update it at once.
public final class Gauge: MetricSeries {
  public struct Configuration: Sendable, Hashable {}

  public static var kind: MetricSnapshot.Kind { .gauge }
  private let bits = AtomicDouble()

  public init(_: Configuration) {}

  public func set(_ value: Double) { bits.set(value) }
  public func increment(by amount: Double = 1) { bits.add(amount) }
  public func decrement(by amount: Double = 1) { bits.add(-amount) }

  public var value: Double { bits.value }
  public var reading: MetricSnapshot.Value { .number(value) }
}

/// Counts observations per bucket. Threads may update it at once.
public final class Histogram: MetricSeries {
  public struct Configuration: Sendable, Hashable {
    /// Upper bounds, ascending, without the infinite one.
    public var bounds: [Double]
  }

  public static var kind: MetricSnapshot.Kind { .histogram }
  private let state: Lock<HistogramSnapshot>

  public init(_ configuration: Configuration) {
    let bounds = configuration.bounds
    state = Lock(
      HistogramSnapshot(bounds: bounds, counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
  }

  /// Counts one value; NaN is ignored.
  public func observe(_ value: Double) {
    guard !value.isNaN else { return }
    state.withLock { state in
      let bucket = state.bounds.firstIndex { value <= $0 } ?? state.bounds.count
      state.counts[bucket] += 1
      state.sum += value
    }
  }

  /// Counts a duration in seconds.
  public func observe(_ duration: Duration) {
    // Not from all attoseconds at once: a number of 128 bits becomes a Double by way of its generic operators, one by one.
    let (seconds, attoseconds) = duration.components
    observe(Double(seconds) + Double(attoseconds) / 1e18)
  }

  public var reading: MetricSnapshot.Value { .distribution(state.withLock { $0 }) }

  /// Upper bounds in seconds for work that takes a millisecond to a minute.
  public static let durationBounds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]
}

/// A `Double` that threads may add to at once.
private final class AtomicDouble: Sendable {
  private let bits = Atomic<UInt64>(Double(0).bitPattern)

  var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

  func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

  func add(_ amount: Double) {
    var seen = bits.load(ordering: .relaxed)
    while true {
      let sum = Double(bitPattern: seen) + amount
      let (exchanged, original) = bits.weakCompareExchange(
        expected: seen, desired: sum.bitPattern, ordering: .relaxed)
      if exchanged { return }
      seen = original
    }
  }
}
