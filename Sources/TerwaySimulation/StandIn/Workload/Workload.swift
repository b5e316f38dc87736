/// Pods that come and go by a trace, recorded or generated.
public struct Workload: Sendable {
  private var source: Source
  private var next: PodRecord?
  private var ends = EventQueue()
  private var count: Int64 = 0

  private enum Source {
    case generated(GeneratedTrace)
    /// Latest start first.
    case recorded([PodRecord])
  }

  /// What becomes of a pod.
  enum Change: Hashable, Sendable {
    case start(Int64)
    case end(Int64)
  }

  /// - Parameter nodes: to which the demand is sized.
  public init(_ generator: TraceGenerator, nodes: Int, seed: UInt64) {
    source = .generated(GeneratedTrace(generator, nodes: nodes, seed: seed))
    next = takeNext()
  }

  /// - Parameter pods: in the order of their starts.
  public init(_ pods: [PodRecord]) {
    source = .recorded(pods.reversed())
    next = takeNext()
  }

  /// In seconds since the start of the trace; infinite = nothing more happens.
  var nextDue: Double { min(next?.start ?? .infinity, ends.first?.time ?? .infinity) }

  /// What happens until then, in order. Pods are counted from 0.
  ///
  /// - Parameter elapsed: seconds since the start of the trace.
  mutating func advance(to elapsed: Double) -> [Change] {
    var changes: [Change] = []
    while nextDue <= elapsed {
      if let end = ends.first, end.time <= next?.start ?? .infinity {
        _ = ends.popFirst()
        changes.append(.end(end.payload))
        continue
      }
      guard let pod = next else { break }
      if let end = pod.end { ends.insert(TerwaySimulation.Event(time: end, kind: .podEnds, payload: count)) }
      changes.append(.start(count))
      count += 1
      next = takeNext()
    }
    return changes
  }

  private mutating func takeNext() -> PodRecord? {
    switch source {
    case .generated(var trace):
      defer { source = .generated(trace) }
      return trace.next()
    case .recorded(var pods):
      source = .recorded([])
      defer { source = .recorded(pods) }
      return pods.popLast()
    }
  }
}
