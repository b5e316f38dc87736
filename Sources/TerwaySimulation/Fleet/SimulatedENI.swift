/// An ENI of a simulated node and its addresses.
struct SimulatedENI: Sendable {
  enum State: Sendable {
    case attaching, inUse
    /// Gone, while its place on the instance is not free yet.
    case detaching
  }

  var state = State.inUse
  /// Addresses that it has, and those that a call is about to bring.
  var held = 0
  /// Of those, about to come.
  var arriving = 0
  /// Of those, with pods, and leaked.
  var used = 0
  /// Of those, freed a moment ago and not to be used yet.
  var cooling = 0

  /// Addresses that a pod can have at once.
  var idle: Int { state == .inUse ? held - arriving - used - cooling : 0 }
}
