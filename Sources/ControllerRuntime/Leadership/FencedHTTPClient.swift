import HTTPTransport

/// Why a request was not sent, or not waited for.
public enum LeadershipError: Error, Equatable, Sendable, CustomStringConvertible {
  /// We do not lead, or no longer.
  case notLeader(method: HTTPMethod, url: String)
  /// Leadership ended while the request was under way. Nobody knows whether it took effect.
  case lost(method: HTTPMethod, url: String)

  public var description: String {
    switch self {
    case .notLeader(let method, let url):
      "\(method.rawValue) \(url) was not sent: this process does not hold the lease; the one that does will do it"
    case .lost(let method, let url):
      "\(method.rawValue) \(url) was stopped: this process lost the lease; the one that holds it will see to it"
    }
  }
}

/// Lets mutations through only while we lead, and stops those under way when leadership ends.
///
/// # Guarantees
/// - A mutation that is under way when leadership ends, by its deadline or because another holds the lease, is cancelled:
///   its connection is closed.
/// - Nothing of a mutation leaves after the deadline that held when it was sent, even if this process stood still in
///   between: the thread that transfers looks at the clock before it sends.
///
/// Reads always pass. Put it under the client that controllers write with, never under the elector's own.
public struct FencedHTTPClient: HTTPClient {
  private let base: any HTTPClient
  private let leadership: Leadership

  public init(_ base: any HTTPClient, leadership: Leadership) {
    self.base = base
    self.leadership = leadership
  }

  /// - Throws: `LeadershipError` for a mutation when we do not lead, or lead no longer; else what the transport throws.
  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    if request.method == .get || request.method == .head || !leadership.isContested {
      return try await base.send(request)
    }
    guard let deadline = leadership.deadline, leadership.isLeader else {
      throw LeadershipError.notLeader(method: request.method, url: request.url)
    }
    var request = request
    request.notAfter = min(request.notAfter ?? deadline, deadline)
    return try await sendWhileLeading(request)
  }

  private func sendWhileLeading(_ request: HTTPRequest) async throws -> HTTPResponse {
    try await withThrowingTaskGroup(of: HTTPResponse?.self) { group in
      group.addTask { try await base.send(request) }
      group.addTask {
        await leadership.ended()
        return nil
      }
      defer { group.cancelAll() }
      while let response = try await group.next() {
        if let response { return response }
        // When our own task was cancelled the transport has the last word.
        if !Task.isCancelled { throw LeadershipError.lost(method: request.method, url: request.url) }
      }
      throw CancellationError()
    }
  }
}
