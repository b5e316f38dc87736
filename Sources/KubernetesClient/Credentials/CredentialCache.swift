import FoundationEssentials
import KubernetesModel
import Serialization

/// What a request carries to prove who sends it.
struct RequestCredentials: Sendable {
  var authorization: String?
  var clientCertificate: [UInt8]?
  var clientKey: [UInt8]?
  /// Counts how often credentials were fetched; tells which ones a refusal was about.
  var generation = 0
}

/// Keeps credentials for as long as they are good: token files for a minute, exec answers until shortly before they
/// expire. One look-up runs at a time; the others wait for its result.
actor CredentialCache {
  /// How long a token file's content is used before it is read again.
  static let tokenFileLifetime: Duration = .seconds(60)
  /// How long before its end an exec credential is replaced.
  static let expiryMargin: TimeInterval = 30
  /// How long a token goes on being used whose file can no longer be read, before the file is looked at again.
  static let retryInterval: Duration = .seconds(10)

  private let source: CredentialSource
  private let clusterInfo: JSONValue?
  private let now: @Sendable () -> ContinuousClock.Instant
  private var current: (credentials: RequestCredentials, expires: ContinuousClock.Instant?)?
  private var refresh: Task<RequestCredentials, any Error>?
  private var generation = 0

  init(
    source: CredentialSource, clusterInfo: JSONValue?,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
  ) {
    self.source = source
    self.clusterInfo = clusterInfo
    self.now = now
  }

  func credentials() async throws -> RequestCredentials {
    if let current, current.expires.map({ now() < $0 }) ?? true { return current.credentials }
    if let refresh { return try await refresh.value }
    let task = Task { try await self.load() }
    refresh = task
    defer { refresh = nil }
    return try await task.value
  }

  /// Forgets credentials that the server answered 401 to. Those that replaced them meanwhile are kept: of many requests
  /// that were refused at once, only the first makes us fetch anew.
  func invalidate(generation: Int) {
    if current?.credentials.generation == generation { current = nil }
  }

  private func load() async throws -> RequestCredentials {
    switch source {
    case .none:
      return keep(RequestCredentials(), for: nil)
    case .token(let token):
      return keep(RequestCredentials(authorization: "Bearer \(token)"), for: nil)
    case .basic(let username, let password):
      let pair = Data("\(username):\(password)".utf8).base64EncodedString()
      return keep(RequestCredentials(authorization: "Basic \(pair)"), for: nil)
    case .tokenFile(let path):
      do throws(ConfigurationError) {
        let token = try Self.token(in: path)
        return keep(RequestCredentials(authorization: "Bearer \(token)"), for: Self.tokenFileLifetime)
      } catch {
        // What the server still takes is better than nothing; what it refused was forgotten.
        guard let former = current?.credentials else { throw error }
        return keep(former, for: Self.retryInterval)
      }
    case .exec(let plugin):
      let answer = try await plugin.run(cluster: clusterInfo)
      let credentials = RequestCredentials(
        authorization: answer.token.map { "Bearer \($0)" }, clientCertificate: answer.clientCertificate,
        clientKey: answer.clientKey)
      let lifetime = answer.expiration.map { $0.timeIntervalSinceNow - Self.expiryMargin }
      return keep(credentials, for: lifetime.map { .seconds(max(0, $0)) })
    }
  }

  private static func token(in path: String) throws(ConfigurationError) -> String {
    let text = String(decoding: try ConfigurationFile.bytes(of: path), as: UTF8.self)
    let token = text.trimmed
    guard !token.isEmpty else { throw .unreadable(file: path, reason: "the token file is empty") }
    return token
  }

  private func keep(_ credentials: RequestCredentials, for lifetime: Duration?) -> RequestCredentials {
    generation += 1
    var credentials = credentials
    credentials.generation = generation
    current = (credentials, lifetime.map { now() + $0 })
    return credentials
  }
}
