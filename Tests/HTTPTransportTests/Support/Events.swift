/// Carries what happens on one side of a test to the other, in order.
final class Events<Value: Sendable>: Sendable {
  private let stream: AsyncStream<Value>
  private let continuation: AsyncStream<Value>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream(of: Value.self)
  }

  func send(_ value: Value) { continuation.yield(value) }

  /// The next event. The time limit of the test ends a wait for one that never comes.
  func next() async -> Value? {
    for await value in stream { return value }
    return nil
  }
}

extension Events where Value == Void {
  func send() { send(()) }
}
