import Insights
import KubernetesClient
import KubernetesModel

/// Reads single parts of what there is in a cluster.
enum BoundedReading {
  /// For one part.
  private static let deadline = Duration.seconds(30)

  /// Reads something in time, and says why where it cannot be had.
  ///
  /// - Throws: `CancellationError` only.
  static func part<Value: Sendable>(
    _ name: String, _ progress: Progress, _ read: @escaping @Sendable () async throws -> Value
  ) async throws -> Collected<Value> {
    progress.begin(name)
    defer { progress.end(name) }
    do {
      return .value(try await inTime(read))
    } catch let refusal as StatusError where refusal.reason == .notFound {
      return .absent
    } catch {
      try Task.checkCancellation()
      return .unknown(explanation(error))
    }
  }

  private static func explanation(_ error: any Error) -> String {
    switch error {
    case let refusal as StatusError where refusal.reason == .forbidden: "it may not be read: \(refusal.message)"
    case is OutOfTime: "it did not come within \(deadline.components.seconds) s"
    default: "\(error)"
    }
  }

  private struct OutOfTime: Error {}

  private static func inTime<Value: Sendable>(
    _ read: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await read() }
      group.addTask {
        try await Task.sleep(for: deadline)
        throw OutOfTime()
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw OutOfTime() }
      return value
    }
  }
}
