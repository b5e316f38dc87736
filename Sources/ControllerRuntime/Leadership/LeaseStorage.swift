/// The one Lease object that an election is about.
public protocol LeaseStorage: Sendable {
  /// The Lease as it is now; `nil` when it does not exist.
  func read() async throws -> LeaseRecord?

  /// Creates or replaces the Lease, under the condition of the record's `resourceVersion`.
  ///
  /// - Returns: the Lease as stored; `nil` when the condition did not hold.
  func write(_ record: LeaseRecord) async throws -> LeaseRecord?
}
