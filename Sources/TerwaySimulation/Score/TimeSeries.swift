/// The idle addresses and waiting pods over time, at a few hundred points, however long the time is: when there are too
/// many, two become one.
struct TimeSeries: Sendable {
  static let maximumPoints = 512

  private(set) var points: [TimePoint] = []
  private var step = 60.0
  private var current = TimePoint(time: 0, idle: 0, waiting: 0)

  /// Adds a stretch of time in which nothing changed.
  mutating func add(idle: Int, waiting: Int, from start: Double, to end: Double) {
    var start = start
    while start < end {
      let border = current.time + step
      let part = min(end, border) - start
      current.idle += Double(idle) * part / step
      current.waiting += Double(waiting) * part / step
      start += part
      if start >= border || part <= 0 { close(at: border) }
    }
  }

  private mutating func close(at border: Double) {
    points.append(current)
    current = TimePoint(time: border, idle: 0, waiting: 0)
    guard points.count >= Self.maximumPoints else { return }
    points = stride(from: 0, to: points.count - 1, by: 2).map { index in
      let (left, right) = (points[index], points[index + 1])
      return TimePoint(
        time: left.time, idle: (left.idle + right.idle) / 2, waiting: (left.waiting + right.waiting) / 2)
    }
    step *= 2
  }
}

/// Averages over a stretch of time.
public struct TimePoint: Hashable, Sendable {
  /// When it begins, in seconds.
  public var time: Double
  /// Idle addresses of all nodes.
  public var idle: Double
  /// Waiting pods of all nodes.
  public var waiting: Double
}
