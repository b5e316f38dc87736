import FoundationEssentials
import HTTPTransport
import KubernetesModel
import Prometheus
import Serialization

/// Speaks to one API server.
///
/// # Guarantees
/// - `429` and `503` answers with `Retry-After` are waited out, at most `maximumRetries` times, each time for less than the
///   deadline of the request; so are `500` and `504` for requests that may be repeated. Watches hand them on.
/// - Requests without an effect, and server-side applies, are sent again after a broken connection; a create, update or
///   delete only when none of its bytes can have reached the server.
/// - A `401` makes credentials and certificates be read anew, once per request; a failure of TLS does so for certificates.
///
/// # Errors
/// `StatusError` when the server refused, `HTTPTransportError` when it could not be reached, `ConfigurationError` when
/// credentials could not be had, `JSONError` when an answer is not what it should be.
public struct KubernetesClient: Sendable {
  public let configuration: ClusterConfiguration
  private let http: any HTTPClient
  private let credentials: CredentialCache
  private let certificates: CertificateCache
  /// Shared by the copies of this client: what one watch finds out, the others need not.
  let listStreaming = ListStreaming()
  private let requests: CounterFamily?
  private let host: String
  private let userAgent: String
  private let maximumRetries = 10
  private var waitsOutRefusals = true
  /// How pauses before another attempt are made.
  var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// - Parameters:
  ///   - userAgent: names us in the server's audit log.
  ///   - metrics: where `rest_client_requests_total{code,method,host}` is counted.
  public init(
    configuration: ClusterConfiguration, http: any HTTPClient, userAgent: String, metrics: MetricRegistry? = nil
  ) {
    self.configuration = configuration
    self.http = http
    self.userAgent = userAgent
    let tls = configuration.endpoint.tls
    self.credentials = CredentialCache(
      source: configuration.credentials,
      clusterInfo: [
        "server": .string(configuration.server),
        "certificate-authority-data": .string(Data(tls.certificateAuthorities ?? []).base64EncodedString()),
        "insecure-skip-tls-verify": .bool(tls.verification == .disabled),
      ])
    certificates = CertificateCache(tls, files: configuration.certificateFiles)
    self.host = URL(string: configuration.server).flatMap(\.host) ?? configuration.server
    self.requests = metrics?.counter(
      "rest_client_requests_total", help: "Requests to the API server, by status code and method.",
      labels: ["code", "host", "method"])
  }

  /// The same client, for those who decide themselves what to do while a server is busy.
  public var handingOnRefusals: KubernetesClient {
    var client = self
    client.waitsOutRefusals = false
    return client
  }

  /// Sends a request and returns its answer once the head has come; the body streams.
  ///
  /// - Throws: `StatusError` for every status that is not 2xx.
  func send(_ request: APIRequest) async throws -> HTTPResponse {
    var attempts = Attempts(maximum: maximumRetries)
    while true {
      let identity = await certificates.current()
      do {
        let proof = try await credentials.credentials()
        let response = try await http.send(bind(request, proof, identity.tls))
        count(request, code: String(response.status))
        if (200..<300).contains(response.status) { return response }
        let refusal = try await refusal(from: response)
        if refusal.code == 401, attempts.mayRenewCredentials() {
          await credentials.invalidate(generation: proof.generation)
          _ = await certificates.renew(generation: identity.generation)
          continue
        }
        guard waitsOutRefusals, request.waitsOutRefusals,
          let pause = attempts.pause(after: refusal, isIdempotent: request.isIdempotent),
          pause < request.deadline ?? Self.longestPause
        else { throw refusal }
        try await self.pause(pause)
      } catch let error as HTTPTransportError {
        count(request, code: "<error>")
        // What took the whole deadline once is not given it again.
        if case .timedOut(.deadline, _, _) = error { throw error }
        if case .tls = error, attempts.mayRenewCertificates(),
          await certificates.renew(generation: identity.generation)
        {
          continue
        }
        guard error.isRetryable, request.isIdempotent || !error.mayHaveBeenSent,
          let pause = attempts.pauseAfterLostConnection()
        else { throw error }
        try await self.pause(pause)
      }
    }
  }

  /// Sends a request and decodes the whole answer.
  func receive<Answer: JSONDecodable>(_ request: APIRequest, as: Answer.Type) async throws -> Answer {
    let body = try await send(request).body.collect(upTo: Self.maximumAnswer)
    return try Answer(jsonBytes: body)
  }

  /// How long a stream waits for a busy server before it is given back to whoever opened it.
  private static let longestPause: Duration = .seconds(60)

  /// The most that a single object or page may be. etcd takes 1.5 MiB an object, a page holds 500.
  static let maximumAnswer = 1 << 30

  private func bind(_ request: APIRequest, _ proof: RequestCredentials, _ tls: TLSConfiguration) -> HTTPRequest {
    var headers = HTTPHeaders()
    headers["Accept"] = request.accept
    headers["User-Agent"] = userAgent
    if let type = request.contentType { headers["Content-Type"] = type }
    if let authorization = proof.authorization { headers["Authorization"] = authorization }
    if let impersonation = configuration.impersonation { impersonation.add(to: &headers) }
    var endpoint = configuration.endpoint
    endpoint.tls = tls
    if let certificate = proof.clientCertificate, let key = proof.clientKey {
      endpoint.tls.clientCertificate = certificate
      endpoint.tls.clientKey = key
    }
    return HTTPRequest(
      method: request.method, url: configuration.server + request.pathAndQuery, headers: headers, body: request.body,
      endpoint: endpoint, deadline: request.deadline, idleTimeout: request.idleTimeout,
      headTimeout: request.headTimeout, usesOwnConnection: request.usesOwnConnection)
  }

  private func refusal(from response: HTTPResponse) async throws -> StatusError {
    let body = try await response.body.collect(upTo: 1 << 20)
    // Paths that are not served, and proxies in between, answer with a line of text, with HTML or with nothing.
    let line = String(decoding: body.prefix(200), as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
    var error =
      (try? StatusError(jsonBytes: body))
      ?? StatusError(code: response.status, reason: .init(httpStatus: response.status), message: String(line))
    if error.code == 0 {
      error.code = response.status
      error.reason = .init(httpStatus: response.status)
    }
    error.retryAfter = RetryAfter.read(response.headers) ?? error.retryAfter.map(RetryAfter.bounded)
    return error
  }

  private func count(_ request: APIRequest, code: String) {
    requests?.with(["code": code, "host": host, "method": request.method.rawValue]).increment()
  }
}

/// How often one request has been sent, and whether it may be sent again.
struct Attempts {
  private var left: Int
  private var lostConnections = 0
  private var renewedCredentials = false
  private var renewedCertificates = false

  init(maximum: Int) { left = maximum }

  mutating func mayRenewCredentials() -> Bool {
    defer { renewedCredentials = true }
    return !renewedCredentials
  }

  mutating func mayRenewCertificates() -> Bool {
    defer { renewedCertificates = true }
    return !renewedCertificates
  }

  /// Only answers that say when to come back are waited out here; whoever called knows better what to do about others.
  mutating func pause(after refusal: StatusError, isIdempotent: Bool) -> Duration? {
    // 429 and 503 refuse before anything happened; of 500 and 504 nobody knows.
    let mayRepeat = [429, 503].contains(refusal.code) || (isIdempotent && [500, 504].contains(refusal.code))
    guard mayRepeat, let pause = refusal.retryAfter, left > 0 else { return nil }
    left -= 1
    // A little later than asked, each client by another bit, so that they do not all come back at once.
    return pause + .milliseconds(Int.random(in: 0...250))
  }

  /// One immediate second try, because a kept-alive connection that the server closed is the usual cause; then two more.
  mutating func pauseAfterLostConnection() -> Duration? {
    guard lostConnections < 3 else { return nil }
    defer { lostConnections += 1 }
    return .milliseconds(lostConnections * 200)
  }
}

extension Impersonation {
  func add(to headers: inout HTTPHeaders) {
    headers["Impersonate-User"] = user
    if let uid { headers["Impersonate-Uid"] = uid }
    for group in groups { headers.add("Impersonate-Group", group) }
    for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
      for value in values { headers.add("Impersonate-Extra-\(APIRequest.escape(key))", value) }
    }
  }
}
