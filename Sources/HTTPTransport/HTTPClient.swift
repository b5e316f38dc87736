/// Sends requests. `CurlTransport` does it over the network; tests answer from a script.
public protocol HTTPClient: Sendable {
  /// Returns once the headers of the answer are there, whatever its status.
  ///
  /// Cancelling the task stops the exchange, as does dropping the body of the answer.
  ///
  /// - Throws: `HTTPTransportError` when no answer came.
  func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
