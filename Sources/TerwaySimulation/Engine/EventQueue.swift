/// What happens at one time of a simulation.
struct Event: Sendable {
  enum Kind: UInt8, Sendable {
    /// `payload` is the slot of the pod.
    case podEnds
    /// `payload` is the slot of the operation.
    case operationEnds
    /// The node's pool controller looks at its node.
    case check
    /// An address that was freed may be used again; `payload` is the ENI.
    case addressCooled
    /// `payload` is the ENI whose leaked address is collected.
    case leakCollected
    /// The autoscaler's decision reaches a node; `payload` holds the band.
    case bandArrives
    /// The autoscaler looks at all nodes.
    case round
  }

  var time: Double
  /// Orders what happens at the same time: first come, first served.
  var sequence: UInt64 = 0
  var kind: Kind
  var node: Int32 = -1
  var payload: Int64 = 0
}

/// The events to come, earliest first: a binary heap.
struct EventQueue: Sendable {
  private var heap: [Event] = []
  private var sequence: UInt64 = 0

  var first: Event? { heap.first }
  var count: Int { heap.count }

  mutating func insert(_ event: Event) {
    var event = event
    event.sequence = sequence
    sequence += 1
    heap.append(event)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.precedes(event, heap[parent]) else { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = event
  }

  mutating func popFirst() -> Event? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty { siftDown(last) }
    return first
  }

  private mutating func siftDown(_ event: Event) {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, Self.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard Self.precedes(heap[child], event) else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = event
  }

  private static func precedes(_ left: Event, _ right: Event) -> Bool {
    left.time < right.time || (left.time == right.time && left.sequence < right.sequence)
  }
}
