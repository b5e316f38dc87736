import HTTPTransport
import Locking

@testable import KubernetesClient

/// Answers each request with what a closure makes of it, and remembers what it was asked.
final class AnsweringServer: HTTPClient {
  typealias Answer = @Sendable (HTTPRequest) async throws -> HTTPResponse

  private let answer: Answer
  private let asked = Lock<[HTTPRequest]>([])
  let pauses = Locked<[Duration]>([])

  init(_ answer: @escaping Answer) { self.answer = answer }

  var requests: [HTTPRequest] { asked.withLock { $0 } }

  func count(_ part: String) -> Int { requests.count { $0.url.contains(part) } }

  var client: KubernetesClient {
    var client = KubernetesClient(
      configuration: ClusterConfiguration(server: "https://api", endpoint: HTTPEndpoint(), origin: "test"), http: self,
      userAgent: "test")
    client.pause = { [pauses] pause in
      try Task.checkCancellation()
      pauses.withLock { $0.append(pause) }
    }
    return client
  }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    asked.withLock { $0.append(request) }
    return try await answer(request)
  }
}

extension HTTPResponse {
  static func json(_ text: String) -> HTTPResponse { HTTPResponse(status: 200, body: HTTPBody(Array(text.utf8))) }

  /// These lines, and then what `end` does: returning ends the stream.
  static func lines(_ lines: [String], end: @escaping @Sendable () async throws -> Void) -> HTTPResponse {
    let rest = Locked(lines)
    return HTTPResponse(
      status: 200,
      body: HTTPBody(unfolding: {
        if let line = rest.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return Array((line + "\n").utf8) }
        try await end()
        return nil
      }))
  }

  /// Returns when the task is cancelled.
  static let forever: @Sendable () async throws -> Void = {
    for await _ in AsyncStream<Void>(unfolding: { try? await Task.sleep(for: .seconds(3_600)) }) {
      try Task.checkCancellation()
    }
    throw HTTPTransportError.cancelled
  }
}
