import HTTPTransport
import KubernetesModel
import Serialization
import Testing

@testable import KubernetesClient

struct `A request` {
  private static let configMaps = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)
  private static let key = ObjectKey(namespace: "default", name: "a")
  private static let peer = HTTPPeer(host: "api", port: 443)

  /// The verbs, and whether sending one twice has the effect of sending it once.
  struct Verb: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var isIdempotent: Bool
    var send: @Sendable (KubernetesClient) async throws -> Void
  }

  static let verbs = [
    Verb(testDescription: "get", isIdempotent: true) { _ = try await $0.get(configMaps, key, as: JSONValue.self) },
    Verb(testDescription: "list", isIdempotent: true) {
      _ = try await $0.list(ResourceSelection(configMaps), as: JSONValue.self)
    },
    Verb(testDescription: "apply", isIdempotent: true) {
      _ = try await $0.apply(configMaps, key, [:], fieldManager: FieldManager("test"), as: JSONValue.self)
    },
    Verb(testDescription: "create", isIdempotent: false) {
      _ = try await $0.create(configMaps, namespace: "default", [:], as: JSONValue.self)
    },
    Verb(testDescription: "update", isIdempotent: false) {
      _ = try await $0.update(configMaps, key, [:], as: JSONValue.self)
    },
    Verb(testDescription: "JSON patch", isIdempotent: false) {
      _ = try await $0.patch(configMaps, key, .json, [], as: JSONValue.self)
    },
    Verb(testDescription: "delete", isIdempotent: false) { try await $0.delete(configMaps, key) },
  ]

  private static let list = #"{"metadata":{"resourceVersion":"1"},"items":[]}"#

  private func client(
    _ server: ScriptedServer, _ credentials: CredentialSource = .none, pauses: Locked<[Duration]> = Locked([])
  ) -> KubernetesClient {
    var client = KubernetesClient(
      configuration: ClusterConfiguration(
        server: "https://api", endpoint: HTTPEndpoint(), credentials: credentials, origin: "test"),
      http: server, userAgent: "test")
    client.pause = { pause in pauses.withLock { $0.append(pause) } }
    return client
  }

  // MARK: Retry-After

  @Test(arguments: [429, 503], verbs)
  func `waits for as long as the server asks, then is sent again`(status: Int, verb: Verb) async throws {
    let (pauses, server) = (
      Locked<[Duration]>([]),
      ScriptedServer(.status(status, headers: ["Retry-After": "7"]), .status(200, body: Self.list))
    )
    try await verb.send(client(server, pauses: pauses))
    #expect(server.requests.count == 2)
    #expect(pauses.value.count == 1)
    #expect(pauses.value.allSatisfy { (.seconds(7)...(.milliseconds(7_250))).contains($0) })
  }

  @Test func `is given up when the server refuses for ever`() async throws {
    let answer = ScriptedServer.Answer.status(429, headers: ["Retry-After": "1"])
    let server = ScriptedServer(
      answer, answer, answer, answer, answer, answer, answer, answer, answer, answer, answer, answer)
    let client = client(server)
    let error = try await #require(throws: StatusError.self) { try await client.version() }
    #expect(error.reason == .tooManyRequests)
    #expect(server.requests.count == 11)
  }

  @Test(arguments: [500, 503, 409, 404])
  func `is not repeated by itself when the server does not say when to come back`(status: Int) async throws {
    let (server, pauses) = (ScriptedServer(.status(status)), Locked<[Duration]>([]))
    let client = client(server, pauses: pauses)
    let error = try await #require(throws: StatusError.self) { try await client.version() }
    #expect(error.code == status)
    #expect(pauses.value.isEmpty)
  }

  // MARK: Lost connections

  @Test(arguments: verbs)
  func `of unknown fate is sent again only if it is idempotent`(verb: Verb) async throws {
    let server = ScriptedServer(
      .failure(.connectionLost(Self.peer, detail: "reset", mayHaveBeenSent: true)), .status(200, body: Self.list))
    let client = client(server)
    if verb.isIdempotent {
      try await verb.send(client)
      #expect(server.requests.count == 2)
    } else {
      await #expect(throws: HTTPTransportError.self) { try await verb.send(client) }
      #expect(server.requests.count == 1)
    }
  }

  @Test(arguments: verbs)
  func `that never left is sent again`(verb: Verb) async throws {
    let server = ScriptedServer(
      .failure(.connectionLost(Self.peer, detail: "reset", mayHaveBeenSent: false)),
      .failure(.cannotConnect(Self.peer, detail: "refused")), .status(200, body: Self.list))
    try await verb.send(client(server))
    #expect(server.requests.count == 3)
  }

  @Test(arguments: [
    HTTPTransportError.tls(.unknownAuthority, peer, detail: "x"), .invalidRequest(detail: "x"), .cancelled, .shutDown,
    .invalidResponse(peer, detail: "x"),
  ])
  func `is not sent again where that cannot help`(error: HTTPTransportError) async throws {
    let server = ScriptedServer(.failure(error))
    let client = client(server)
    await #expect(throws: error) { try await client.version() }
    #expect(server.requests.count == 1)
  }

  // MARK: 401

  @Test func `refused with 401 fetches credentials anew, once`() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("token", "old")
    let server = ScriptedServer(.status(401), .status(200), .status(401), .status(401))
    let client = client(server, .tokenFile(file))
    _ = try await client.version()
    try directory.write("token", "new")
    let error = try await #require(throws: StatusError.self) { try await client.version() }
    #expect(error.reason == .unauthorized)
    let sent = server.requests.map { $0.headers["Authorization"] }
    #expect(sent == ["Bearer old", "Bearer old", "Bearer old", "Bearer new"])
  }

  @Test func `refused by something that is no API server says what it answered`() async throws {
    let server = ScriptedServer(.status(403, body: "<html>\n<b>login</b>"), .status(200, body: "<html>"))
    let client = client(server)
    let error = try await #require(throws: StatusError.self) { try await client.version() }
    #expect("\(error)" == "Forbidden: <html>")
    await #expect(throws: JSONError.self) { try await client.version() }
  }
}
