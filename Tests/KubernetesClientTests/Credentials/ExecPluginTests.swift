import Testing

@testable import KubernetesClient

struct `Exec plugin` {
  private static let apiVersion = "client.authentication.k8s.io/v1"

  private func message(of script: String?) async throws -> String {
    let directory = try TemporaryDirectory()
    let command =
      try script.map { try directory.write("plugin", "#!/bin/sh\n\($0)\n", executable: true) }
      ?? directory.path("plugin")
    let plugin = ExecPlugin(
      apiVersion: Self.apiVersion, command: command, arguments: [], environment: [:],
      installHint: "get it from example.com", providesClusterInfo: false)
    let error = try await #require(throws: ConfigurationError.self) { try await plugin.run(cluster: nil) }
    #expect("\(error)".contains(command))
    #expect("\(error)".contains("get it from example.com"))
    return "\(error)"
  }

  private static func answer(_ status: String, apiVersion: String = Self.apiVersion) -> String {
    "echo '{\"apiVersion\":\"\(apiVersion)\",\"kind\":\"ExecCredential\",\"status\":{\(status)}}'"
  }

  @Test(arguments: [
    ("echo secret-token; exit 3", "exit code 3"), ("echo secret-token", "no ExecCredential"),
    ("true", "no ExecCredential"),
    ("echo '{\"token\":\"secret-token\"}'", "no ExecCredential"),
    (answer(#""token":"secret-token""#, apiVersion: "client.authentication.k8s.io/v1beta1"), "another apiVersion"),
    (answer(#""clientCertificateData":"secret-token""#), "neither a token nor a client certificate"),
    (answer(#""token":"secret-token","expirationTimestamp":"soon""#), "RFC 3339"),
  ])
  func `that fails is named with the reason, and its answer is never quoted`(
    script: String, reason: String
  )
    async throws
  {
    let message = try await message(of: script)
    #expect(message.contains(reason), "\(message)")
    #expect(!message.contains("secret-token"), "\(message)")
  }

  static let goodAnswer = #"""
    {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"secret-token",\#
    "expirationTimestamp":"2026-01-02T03:04:05Z"}}
    """#

  @Test(arguments: [
    "", "\0", "null", "[]", "\u{FEFF}\(goodAnswer)", "\(goodAnswer)\0", "\(goodAnswer)\(goodAnswer)",
    #"{"apiVersion":"client.authentication.k8s.io/v1","status":null}"#, withStatus("[]"),
    withStatus(#""secret-token""#),
    withStatus(#"{"token":1}"#), withStatus(#"{"token":null}"#), withStatus(#"{"token":["secret-token"]}"#),
    withStatus(#"{"token":"secret-token","token":"secret-token"}"#), withStatus(#"{"token":"\ud800secret-token"}"#),
    withStatus(#"{"clientKeyData":"secret-token"}"#), withStatus(#"{"token":"secret-token","expirationTimestamp":""}"#),
    withStatus(#"{"token":"secret-token","expirationTimestamp":"2026-13-45T99:99:99Z"}"#),
    withStatus(#"{"token":"secret-token","expirationTimestamp":"99999999999-01-01T00:00:00Z"}"#),
    withStatus(#"{"token":"secret-token","n":1e999}"#), withStatus(String(repeating: #"{"a":"#, count: 100_000)),
  ])
  func `whose answer is none is refused without quoting it`(answer: String) {
    let error = #expect(throws: ExecAnswerError.self) {
      try ExecCredential(answer: Array(answer.utf8), apiVersion: Self.apiVersion)
    }
    #expect(error?.reason.contains("secret-token") == false)
  }

  @Test func `whose answer is cut short anywhere is refused, and changed anywhere read or refused`() throws {
    let bytes = Array(Self.goodAnswer.utf8)
    #expect(try ExecCredential(answer: bytes, apiVersion: Self.apiVersion).token == "secret-token")
    for index in bytes.indices {
      #expect(throws: ExecAnswerError.self) {
        try ExecCredential(answer: Array(bytes[..<index]), apiVersion: Self.apiVersion)
      }
      for byte in UInt8.min...UInt8.max {
        var changed = bytes
        changed[index] = byte
        _ = try? ExecCredential(answer: changed, apiVersion: Self.apiVersion)
      }
    }
  }

  private static func withStatus(_ status: String) -> String {
    #"{"apiVersion":"\#(apiVersion)","status":\#(status)}"#
  }

  @Test func `that is not there is named`() async throws {
    #expect(try await message(of: nil).contains("exit code 127"))
  }

  @Test func `may hand out a client certificate, which goes into the connection`() async throws {
    let directory = try TemporaryDirectory()
    let script = Self.answer(#""clientCertificateData":"CRT","clientKeyData":"KEY""#)
    let plugin = ExecPlugin(
      apiVersion: Self.apiVersion,
      command: try directory.write("plugin", "#!/bin/sh\n\(script)\n", executable: true), arguments: [],
      environment: [:], installHint: nil, providesClusterInfo: false)
    let server = ScriptedServer(.status(200))
    let configuration = ClusterConfiguration(
      server: "https://api", endpoint: .init(), credentials: .exec(plugin), origin: "test")
    _ = try await KubernetesClient(configuration: configuration, http: server, userAgent: "test").version()
    let request = try #require(server.requests.first)
    #expect(request.endpoint.tls.clientCertificate == [UInt8]("CRT".utf8))
    #expect(request.endpoint.tls.clientKey == [UInt8]("KEY".utf8))
    #expect(request.headers["Authorization"] == nil)
  }
}
