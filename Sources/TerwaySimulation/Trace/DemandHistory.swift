/// How many addresses pods held on each node over time, as pods of a trace.
///
/// A history says how many pods there were, not which: a rise becomes pods that start at the moment at which it was seen, all
/// at once, and a fall ends those that have run longest. What rose and fell between two moments is not in it.
public struct DemandHistory: Sendable {
  /// Names of the nodes; their places are their numbers in the simulation.
  public private(set) var nodes: [String] = []
  /// Ordered by their starts, for a simulation whose placement is `pinned`.
  public private(set) var pods: [PodRecord] = []
  /// Values that no number of pods can have, which were passed over.
  public private(set) var unusable = 0
  /// In seconds, from the first moment to the last.
  public private(set) var duration = 0.0

  /// One moment of one node.
  public struct Reading: Hashable, Sendable {
    /// In seconds; of all nodes since the same moment.
    public var time: Double
    public var used: Double

    public init(time: Double, used: Double) { (self.time, self.used) = (time, used) }
  }

  /// The most pods that a node is believed to have.
  static let limit = 100_000.0

  /// - Parameters:
  ///   - histories: of each node, its readings in the order of time.
  ///   - step: the time between two readings, in seconds. A node of which nothing is known for more than two steps, and then
  ///     until the end, is taken to be gone.
  public init(_ histories: [(node: String, readings: [Reading])], step: Double) {
    let sorted = histories.filter { !$0.readings.isEmpty }.sorted { $0.node < $1.node }
    guard let start = sorted.compactMap(\.readings.first?.time).min(),
      let end = sorted.compactMap(\.readings.last?.time).max()
    else { return }
    (nodes, duration) = (sorted.map(\.node), end - start)
    for (index, history) in sorted.enumerated() {
      var running: [Double] = []
      var oldest = 0
      let group = GroupID(hash: UInt64(index))
      func finish(_ count: Int, at time: Double) {
        for _ in 0..<count {
          // What ended at the moment at which it began was never there.
          if running[oldest] < time || time == 0 {
            pods.append(PodRecord(start: running[oldest], end: time, group: group))
          }
          oldest += 1
        }
      }
      for reading in history.readings {
        guard reading.used >= 0, reading.used <= Self.limit else {
          unusable += 1
          continue
        }
        let (time, count, wanted) = (reading.time - start, running.count - oldest, Int(reading.used.rounded()))
        if wanted > count { running += [Double](repeating: time, count: wanted - count) }
        if wanted < count { finish(count - wanted, at: time) }
      }
      if let last = history.readings.last?.time, end - last > 2 * step {
        finish(running.count - oldest, at: last - start + step)
      }
      pods += running[oldest...].map { PodRecord(start: $0, end: nil, group: group) }
    }
    pods.sort { ($0.start, $0.group.hash) < ($1.start, $1.group.hash) }
  }
}
