import HTTPTransport
import KubernetesClient
import KubernetesModel
import Monitoring

/// Reads the log of a client that ended, up to a bound.
struct PerformanceTestLogReader: Sendable {
  /// A run with the most streams prints a fifth of it.
  static let limit = 1 << 20

  enum Answer: Sendable {
    case log(PerformanceTestLog)
    /// For people: why it cannot be had for now. A kubelet that knows nothing of the Pod yet answers as if there were none.
    case unreadable(String)
  }

  let client: KubernetesClient

  /// - Throws: when the task was cancelled.
  func read(_ pod: ObjectKey) async throws -> Answer {
    do {
      // One byte more than is read shows that there is more. Whoever answers may not keep to what was asked for.
      let body = try await client.handingOnRefusals.logs(
        pod: pod, LogOptions(container: PerformanceTest.clientContainer, limitBytes: Self.limit + 1))
      var bytes: [UInt8] = []
      for try await chunk in body {
        bytes += chunk
        if bytes.count > Self.limit { break }
      }
      return .log(PerformanceTestLog(Array(bytes.prefix(Self.limit)), isCut: bytes.count > Self.limit))
    } catch {
      try Task.checkCancellation()
      return .unreadable("\(error)")
    }
  }
}
