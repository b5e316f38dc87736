/// A pod that is alive.
struct SimulatedPod: Sendable {
  var group: GroupID
  var node: Int32
  /// The ENI that its address is on; −1 = it waits for one; −2 = it waits for a node.
  var eni: Int16
  /// When it began to wait for an address.
  var boundAt: Double
  /// `nil` = it outlives the trace.
  var end: Double?

  static let waiting: Int16 = -1
  static let unscheduled: Int16 = -2
}
