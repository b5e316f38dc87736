import Foundation
import Testing

@testable import KubernetesClient

struct `Credential cache` {
  /// A clock that stands until it is moved.
  private final class StoppedClock: Sendable {
    private let now = Locked(ContinuousClock.now)

    var read: @Sendable () -> ContinuousClock.Instant { { self.now.value } }
    func advance(by duration: Duration) { now.withLock { $0 += duration } }
  }

  /// A plugin that counts its runs, in tokens and in a file beside it.
  private func plugin(
    in directory: TemporaryDirectory, expiration: String? = nil, apiVersion: String = "client.authentication.k8s.io/v1"
  ) throws -> ExecPlugin {
    let expiry = expiration.map { ",\"expirationTimestamp\":\"\($0)\"" } ?? ""
    let script = """
      #!/bin/sh
      echo run >>"$RUNS"
      count=$(wc -l <"$RUNS" | tr -d ' ')
      printf '%s' "$KUBERNETES_EXEC_INFO" >"$RUNS.info"
      echo '{"apiVersion":"\(apiVersion)","kind":"ExecCredential","status":{"token":"t'"$count$1"'"\(expiry)}}'
      """
    return ExecPlugin(
      apiVersion: apiVersion, command: try directory.write("plugin", script, executable: true), arguments: ["-arg"],
      environment: ["RUNS": directory.path("runs")], installHint: nil, providesClusterInfo: true)
  }

  @Test func `reads a token file again after a minute, not before`() async throws {
    let (directory, clock) = (try TemporaryDirectory(), StoppedClock())
    let file = try directory.write("token", "one\n")
    let cache = CredentialCache(source: .tokenFile(file), clusterInfo: nil, now: clock.read)
    #expect(try await cache.credentials().authorization == "Bearer one")
    try directory.write("token", "two\n")
    clock.advance(by: .seconds(59))
    #expect(try await cache.credentials().authorization == "Bearer one")
    clock.advance(by: .seconds(1))
    #expect(try await cache.credentials().authorization == "Bearer two")
  }

  @Test func `goes on with a token whose file is being replaced, unless the server refused it`() async throws {
    let (directory, clock) = (try TemporaryDirectory(), StoppedClock())
    let file = try directory.write("token", "one")
    let cache = CredentialCache(source: .tokenFile(file), clusterInfo: nil, now: clock.read)
    _ = try await cache.credentials()
    try directory.write("token", "")
    clock.advance(by: .seconds(60))
    let kept = try await cache.credentials()
    #expect(kept.authorization == "Bearer one")
    await cache.invalidate(generation: kept.generation)
    await #expect(throws: ConfigurationError.self) { try await cache.credentials() }
    try directory.write("token", "two")
    #expect(try await cache.credentials().authorization == "Bearer two")
  }

  @Test func `looks again soon after it could not read a token file`() async throws {
    let (directory, clock) = (try TemporaryDirectory(), StoppedClock())
    let file = try directory.write("token", "one")
    let cache = CredentialCache(source: .tokenFile(file), clusterInfo: nil, now: clock.read)
    _ = try await cache.credentials()
    try directory.write("token", "")
    clock.advance(by: .seconds(60))
    _ = try await cache.credentials()
    try directory.write("token", "two")
    clock.advance(by: .seconds(10))
    #expect(try await cache.credentials().authorization == "Bearer two")
  }

  @Test func `never sends an empty token`() async throws {
    let directory = try TemporaryDirectory()
    let cache = CredentialCache(source: .tokenFile(try directory.write("token", " \n")), clusterInfo: nil)
    await #expect(throws: ConfigurationError.self) { try await cache.credentials() }
  }

  @Test func `encodes a name and a password`() async throws {
    let cache = CredentialCache(source: .basic(username: "joe", password: "a:b"), clusterInfo: nil)
    #expect(try await cache.credentials().authorization == "Basic \(Data("joe:a:b".utf8).base64EncodedString())")
  }

  @Test func `runs a plugin once for all that ask until it is told to forget`() async throws {
    let directory = try TemporaryDirectory()
    let cache = CredentialCache(source: .exec(try plugin(in: directory)), clusterInfo: ["server": "https://api"])
    let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<8 { group.addTask { try await cache.credentials().authorization } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(tokens == ["Bearer t1-arg"])
    await cache.invalidate(generation: try await cache.credentials().generation)
    #expect(try await cache.credentials().authorization == "Bearer t2-arg")
    let information = try directory.read("runs.info")
    #expect(information.contains(#""server":"https://api""#), "\(information)")
    #expect(information.contains(#""interactive":false"#), "\(information)")
  }

  @Test func `runs a plugin again shortly before its answer expires`() async throws {
    let (directory, clock) = (try TemporaryDirectory(), StoppedClock())
    let expiration = Date(timeIntervalSinceNow: 3_600).formatted(.iso8601)
    let cache = CredentialCache(
      source: .exec(try plugin(in: directory, expiration: expiration)), clusterInfo: nil, now: clock.read)
    #expect(try await cache.credentials().authorization == "Bearer t1-arg")
    clock.advance(by: .seconds(3_000))
    #expect(try await cache.credentials().authorization == "Bearer t1-arg")
    clock.advance(by: .seconds(600) - .seconds(CredentialCache.expiryMargin))
    #expect(try await cache.credentials().authorization == "Bearer t2-arg")
  }

  @Test func `keeps what replaced refused credentials when another refusal of the old ones comes late`() async throws {
    let directory = try TemporaryDirectory()
    let cache = CredentialCache(source: .exec(try plugin(in: directory)), clusterInfo: nil)
    let refused = try await cache.credentials()
    await cache.invalidate(generation: refused.generation)
    #expect(try await cache.credentials().authorization == "Bearer t2-arg")
    await cache.invalidate(generation: refused.generation)
    #expect(try await cache.credentials().authorization == "Bearer t2-arg")
  }

  @Test func `asks again after a failure`() async throws {
    let directory = try TemporaryDirectory()
    let cache = CredentialCache(source: .tokenFile(directory.path("token")), clusterInfo: nil)
    await #expect(throws: ConfigurationError.self) { try await cache.credentials() }
    try directory.write("token", "late")
    #expect(try await cache.credentials().authorization == "Bearer late")
  }
}
