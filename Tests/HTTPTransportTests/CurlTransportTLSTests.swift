import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(10)), .enabled(if: PeerProcess.isInstalled("openssl") && PeerProcess.isInstalled("python3")))
struct `Curl transport, in TLS` {
  let transport = CurlTransport()
  let authority: TestAuthority
  let server: TestAuthority.Identity

  init() throws {
    authority = try TestAuthority("test authority")
    server = try authority.issue("server")
  }

  private func answer(_ url: String, _ tls: TLSConfiguration) async throws -> String {
    try await transport.send(HTTPRequest(url: url, endpoint: HTTPEndpoint(tls: tls))).body.text()
  }

  /// How TLS failed; another error is an issue.
  private func failure(
    _ url: String, _ tls: TLSConfiguration, at location: SourceLocation = #_sourceLocation
  ) async throws -> HTTPTransportError.TLSFailure? {
    let error = try await transportError { [transport] in
      try await transport.send(HTTPRequest(url: url, endpoint: HTTPEndpoint(tls: tls)))
    }
    guard case .tls(let failure, let peer, _) = error else {
      Issue.record("expected a TLS failure, got \(String(describing: error))", sourceLocation: location)
      return nil
    }
    #expect(url.contains(peer.description), sourceLocation: location)
    #expect(error?.mayHaveBeenSent == false, sourceLocation: location)
    return failure
  }

  private func trusting(_ authority: TestAuthority, as client: TestAuthority.Identity? = nil) -> TLSConfiguration {
    TLSConfiguration(
      certificateAuthorities: authority.authority.certificate, clientCertificate: client?.certificate,
      clientKey: client?.key)
  }

  @Test func `trusts the given authority, and no other`() async throws {
    let peer = try TLSServer(server)
    let response = try await transport.send(
      HTTPRequest(url: peer.url, endpoint: HTTPEndpoint(tls: trusting(authority))))
    #expect(response.version == .http1_1)
    #expect(try await response.body.text() == "host=127.0.0.1:\(peer.port) sni=- client=- connection=1")
    // The first connection is still open; it must not serve those who would not have made it.
    #expect(try await failure(peer.url, trusting(try TestAuthority("test authority"))) == .unknownAuthority)
    #expect(try await failure(peer.url, TLSConfiguration()) == .unknownAuthority)
  }

  @Test func `goes without verification only where that was asked for`() async throws {
    let stranger = try TestAuthority("nobody knows")
    let peer = try TLSServer(try stranger.issue("x", alternativeNames: "DNS:elsewhere"))
    #expect(try await answer(peer.url, TLSConfiguration(verification: .disabled)).hasSuffix("connection=1"))
    #expect(try await failure(peer.url, trusting(authority)) == .unknownAuthority)
  }

  @Test func `an expired certificate`() async throws {
    let peer = try TLSServer(try authority.issue("server", days: -1))
    #expect(try await failure(peer.url, trusting(authority)) == .certificateExpired)
  }

  @Test func `a certificate for another name`() async throws {
    let peer = try TLSServer(try authority.issue("server", alternativeNames: "DNS:elsewhere"))
    #expect(try await failure(peer.url, trusting(authority)) == .nameMismatch)
  }

  @Test func `another server name is what SNI says and what is verified, not where it connects`() async throws {
    let peer = try TLSServer(try authority.issue("server", alternativeNames: "DNS:kubernetes.default.svc"))
    var tls = trusting(authority)
    tls.serverName = "kubernetes.default.svc"
    let expected = "host=127.0.0.1:\(peer.port) sni=kubernetes.default.svc client=- connection=1"
    #expect(try await answer(peer.url, tls) == expected)
    tls.serverName = "kubernetes.default"
    #expect(try await failure(peer.url, tls) == .nameMismatch)
  }

  @Test(arguments: ["TLSv1_2", "TLSv1_3"])
  func `a server that wants a client certificate`(newest: String) async throws {
    let peer = try TLSServer(server, clientAuthority: authority, newestTLS: newest)
    let (alice, mallory) = (try authority.issue("alice"), try TestAuthority("other").issue("mallory"))
    // TLS 1.2 has no alert of its own for a certificate that is missing.
    let missing: HTTPTransportError.TLSFailure = newest == "TLSv1_2" ? .handshake : .clientCertificateRefused
    #expect(try await failure(peer.url, trusting(authority)) == missing)
    #expect(try await failure(peer.url, trusting(authority, as: mallory)) == .clientCertificateRefused)
    #expect(try await answer(peer.url, trusting(authority, as: alice)).contains("client=alice"))
  }

  @Test func `two identities never share a connection`() async throws {
    let peer = try TLSServer(server, clientAuthority: authority)
    let (alice, bob) = (try authority.issue("alice"), try authority.issue("bob"))
    var answers: Set<String> = []
    for _ in 1...3 {
      answers.insert(try await answer(peer.url, trusting(authority, as: alice)))
      answers.insert(try await answer(peer.url, trusting(authority, as: bob)))
    }
    let prefix = "host=127.0.0.1:\(peer.port) sni=- client="
    #expect(answers == ["\(prefix)alice connection=1", "\(prefix)bob connection=2"])
  }

  @Test func `our own material is at fault`() async throws {
    let peer = try TLSServer(server, clientAuthority: authority)
    let (alice, bob) = (try authority.issue("alice"), try authority.issue("bob"))
    let junk = Array("not PEM".utf8)
    var mixed = alice
    mixed.key = bob.key
    var broken = alice
    broken.certificate = junk
    #expect(try await failure(peer.url, trusting(authority, as: mixed)) == .invalidConfiguration)
    #expect(try await failure(peer.url, trusting(authority, as: broken)) == .invalidConfiguration)
    #expect(try await failure(peer.url, TLSConfiguration(certificateAuthorities: junk)) == .invalidConfiguration)
    #expect(try await failure(peer.url, TLSConfiguration(certificateAuthorities: [])) == .invalidConfiguration)
  }

  @Test func `a port that does not speak TLS`() async throws {
    let peer = try RawServer { connection in
      _ = try connection.read()
      try connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
    }
    #expect(try await failure("https://127.0.0.1:\(peer.port)/", TLSConfiguration()) == .handshake)
  }

  @Test func `messages say what to do`() async throws {
    let peer = try TLSServer(try authority.issue("server", days: -1))
    let request = HTTPRequest(url: peer.url, endpoint: HTTPEndpoint(tls: trusting(authority)))
    let error = try await transportError { [transport] in try await transport.send(request) }
    let message = error?.description ?? ""
    #expect(message.hasPrefix("TLS with 127.0.0.1:\(peer.port) failed: the server's certificate has expired ("))
    #expect(message.hasSuffix("); renew it, or correct the clock of this machine"))
  }
}
