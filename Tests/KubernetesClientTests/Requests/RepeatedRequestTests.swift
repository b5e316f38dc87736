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

  @Test(arguments: [500, 504], verbs)
  func `refused by a server in trouble that says when to come back is sent again only if it is idempotent`(
    status: Int, verb: Verb
  ) async throws {
    let body = #"{"code":\#(status),"details":{"retryAfterSeconds":2}}"#
    let server = ScriptedServer(.status(status, body: body), .status(200, body: Self.list))
    let client = client(server)
    if verb.isIdempotent {
      try await verb.send(client)
    } else {
      await #expect(throws: StatusError.self) { try await verb.send(client) }
    }
    #expect(server.requests.count == (verb.isIdempotent ? 2 : 1))
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

  // MARK: TLS

  private static func pem(_ text: String) -> String {
    "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
  }

  private func client(_ server: ScriptedServer, authorities file: String) throws -> KubernetesClient {
    var client = KubernetesClient(
      configuration: ClusterConfiguration(
        server: "https://api",
        endpoint: HTTPEndpoint(
          tls: TLSConfiguration(certificateAuthorities: Array(Self.pem("old").utf8), serverName: "x")),
        certificateFiles: CertificateFiles(authorities: file), origin: "test"),
      http: server, userAgent: "test")
    client.pause = { _ in }
    return client
  }

  static let refusals: [ScriptedServer.Answer] = [
    .failure(.tls(.unknownAuthority, peer, detail: "x")), .failure(.tls(.clientCertificateRefused, peer, detail: "x")),
    .status(401),
  ]

  @Test(arguments: refusals.indices)
  func `whose certificates were replaced meanwhile is sent again with the new ones, on a connection of their own`(
    refusal: Int
  ) async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("ca.crt", Self.pem("new"))
    let server = ScriptedServer(Self.refusals[refusal], .status(200))
    // A create, because nothing of it can have reached anyone.
    _ = try await client(server, authorities: file).create(
      Self.configMaps, namespace: "default", [:], as: JSONValue.self)
    let endpoints = server.requests.map(\.endpoint)
    #expect(endpoints.map { $0.tls.certificateAuthorities } == ["old", "new"].map { Array(Self.pem($0).utf8) })
    #expect(endpoints.allSatisfy { $0.tls.serverName == "x" })
    // Endpoints that differ never share a connection.
    #expect(Set(endpoints).count == 2)
  }

  @Test func `that TLS refuses is not sent again with the same certificates`() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("ca.crt", Self.pem("old"))
    let server = ScriptedServer(.failure(.tls(.unknownAuthority, Self.peer, detail: "x")))
    let client = try client(server, authorities: file)
    await #expect(throws: HTTPTransportError.self) { try await client.version() }
    #expect(server.requests.count == 1)
  }

  @Test func `refused by something that is no API server says what it answered`() async throws {
    let server = ScriptedServer(.status(403, body: "<html>\n<b>login</b>"), .status(200, body: "<html>"))
    let client = client(server)
    let error = try await #require(throws: StatusError.self) { try await client.version() }
    #expect("\(error)" == "Forbidden: <html>")
    await #expect(throws: JSONError.self) { try await client.version() }
  }
}
