import HTTPTransport

/// Why a request was not sent.
public enum LeadershipError: Error, Equatable, Sendable, CustomStringConvertible {
  /// We do not lead, or no longer.
  case notLeader(method: HTTPMethod, url: String)

  public var description: String {
    switch self {
    case .notLeader(let method, let url):
      "\(method.rawValue) \(url) was not sent: this process does not hold the lease; the one that does will do it"
    }
  }
}

/// Lets mutations through only while we lead, and stops those under way when leadership ends.
///
/// Reads always pass. Put it under the client that controllers write with, never under the elector's own.
public struct FencedHTTPClient: HTTPClient {
  private let base: any HTTPClient
  private let leadership: Leadership

  public init(_ base: any HTTPClient, leadership: Leadership) {
    self.base = base
    self.leadership = leadership
  }

  /// - Throws: `LeadershipError.notLeader` for a mutation when we do not lead; else what the transport throws.
  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    if request.method == .get || request.method == .head { return try await base.send(request) }
    guard let remaining = leadership.remaining else {
      throw LeadershipError.notLeader(method: request.method, url: request.url)
    }
    var request = request
    request.deadline = min(request.deadline ?? remaining, remaining)
    return try await base.send(request)
  }
}
