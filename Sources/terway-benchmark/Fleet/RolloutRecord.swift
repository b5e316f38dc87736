import TerwayModel

/// What writes tell of a rollout: how many nodes were in it at once, and how many writes it took in any minute. Pure.
///
/// A node is in it from the moment at which the server has its label until the answer is out that shows the band in its
/// resource and the addresses that the band asks for: whoever does the rollout cannot know of its end before.
struct RolloutRecord {
  private struct Span {
    var start: Double
    var end: Double?
    var change: PoolChange
  }

  private var spans: [String: [Span]] = [:]
  private var limits: [String: Int?] = [:]
  private var writeTimes: [Double] = []
  private var eventTimes: [Double] = []

  mutating func take(_ write: AuditedWrite) {
    if write.isOfOperator {
      if write.resource == "events" { eventTimes.append(write.received) } else { writeTimes.append(write.received) }
    }
    if let node = write.node { take(node, of: write) }
    if let node = write.terwayNode { take(node, of: write) }
  }

  private mutating func take(_ node: ClusterNode, of write: AuditedWrite) {
    limits[write.name] = node.maxAvailableIPs
    guard write.isOfOperator, let change = node.poolChange, change.label == node.configurationName ?? "",
      spans[write.name]?.last?.change != change
    else { return }
    if let last = spans[write.name]?.indices.last, spans[write.name]?[last].end == nil {
      spans[write.name]?[last].end = write.received
    }
    spans[write.name, default: []].append(Span(start: write.received, change: change))
  }

  private mutating func take(_ node: TerwayNode, of write: AuditedWrite) {
    guard let last = spans[write.name]?.indices.last, let span = spans[write.name]?[last], span.end == nil,
      span.change.maximum < 0
        || (node.pool.minimum, node.pool.maximum) == (span.change.minimum, span.change.maximum)
    else { return }
    let interfaces = node.podInterfaces
    let used = interfaces.reduce(0) { $0 + $1.addresses.used }
    let idle = interfaces.reduce(0) { $0 + ($1.isUsable ? $1.addresses.idle : 0) }
    let room = node.addressLimit(maxAvailable: limits[write.name] ?? nil) - used
    if idle >= min(span.change.minimum, max(0, room)) { spans[write.name]?[last].end = write.answered }
  }

  // MARK: What came of it

  /// Nodes that were changed.
  var nodes: Int { spans.count }

  /// Nodes of which a change has not ended.
  var unfinished: Int { spans.values.count { $0.last?.end == nil } }

  /// When the last change ended, in seconds since 1970; `nil` while none has.
  var end: Double? { spans.values.compactMap { $0.last?.end }.max() }

  var mostAtOnce: Int {
    let all = spans.values.joined()
    let starts = all.map { ($0.start, 1) }
    let ends = all.compactMap { span in span.end.map { ($0, -1) } }
    var (now, most) = (0, 0)
    // What ends at the moment at which another begins ends first: the clock has microseconds.
    for (_, step) in (starts + ends).sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
      now += step
      most = max(most, now)
    }
    return most
  }

  /// Of the operator, without Leases and Events, in any 60 seconds.
  var mostWritesPerMinute: Int { Self.most(writeTimes) }
  var mostEventsPerMinute: Int { Self.most(eventTimes) }

  /// All of the operator's, Events too, in a span of time.
  func writes(from start: Double, to end: Double) -> Int {
    (writeTimes + eventTimes).count { (start..<end).contains($0) }
  }

  private static func most(_ times: [Double]) -> Int {
    let times = times.sorted()
    var (first, most) = (0, 0)
    for index in times.indices {
      while times[index] - times[first] >= 60 { first += 1 }
      most = max(most, index - first + 1)
    }
    return most
  }
}
