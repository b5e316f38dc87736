import HTTPTransport
import Serialization

/// Asks a Prometheus, or what speaks its query API.
///
/// # Guarantees
/// - Every request ends: there is a deadline, and a limit on the size of an answer.
/// - Credentials appear in no error and no description.
public struct PrometheusClient: Sendable {
  public struct Configuration: Sendable {
    /// Such as `http://prometheus-k8s.monitoring.svc:9090`, perhaps with a path before `/api/v1`.
    public var url: String
    public var endpoint = HTTPEndpoint()
    /// For one request, from its start to the last byte of the answer.
    public var deadline: Duration = .seconds(30)
    /// Of the answer to one request, in bytes, decompressed.
    public var sizeLimit = 64 << 20
    /// The value of `Authorization`, asked for each request, since tokens change; `nil` is none.
    public var authorization: @Sendable () async throws -> String? = { nil }

    public init(url: String) { self.url = url }
  }

  private let configuration: Configuration
  private let base: String
  private let http: any HTTPClient

  /// - Throws: `PrometheusError.invalidURL`.
  public init(_ configuration: Configuration, http: any HTTPClient) throws(PrometheusError) {
    self.configuration = configuration
    self.http = http
    base = try Self.base(of: configuration.url)
  }

  /// The value of an expression at one moment.
  ///
  /// - Parameters:
  ///   - promQL: sent as it is.
  ///   - time: seconds since 1970; `nil` is now.
  public func query(_ promQL: String, at time: Double? = nil) async throws -> PrometheusAnswer {
    try await ask("query", [("query", promQL)] + (time.map { [("time", Self.text($0))] } ?? []))
  }

  /// The values of an expression at equal steps; asked for piece by piece where a server would refuse so many points.
  ///
  /// - Parameters:
  ///   - start: of the first step, seconds since 1970.
  ///   - step: in seconds, at least one millisecond.
  public func queryRange(_ promQL: String, _ range: QueryRange) async throws -> PrometheusAnswer {
    var merged: [[String: String]: [PrometheusSeries.Sample]] = [:]
    var warnings: [String] = []
    for piece in range.pieces {
      let answer = try await ask(
        "query_range",
        [
          ("query", promQL), ("start", Self.text(piece.start)), ("end", Self.text(piece.end)),
          ("step", Self.text(piece.step)),
        ])
      for series in answer.series { merged[series.labels, default: []] += series.samples }
      for warning in answer.warnings where !warnings.contains(warning) { warnings.append(warning) }
    }
    let series = merged.map { PrometheusSeries(labels: $0.key, samples: $0.value) }
    return PrometheusAnswer(
      series: series.sorted { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }, warnings: warnings)
  }

  private func ask(_ path: String, _ form: [(String, String)]) async throws -> PrometheusAnswer {
    var headers = HTTPHeaders()
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    headers["Accept"] = "application/json"
    headers["Authorization"] = try await configuration.authorization()
    // A form, because expressions can be longer than URLs may be.
    let body = form.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
    let request = HTTPRequest(
      method: .post, url: "\(base)/api/v1/\(path)", headers: headers, body: Array(body.utf8),
      endpoint: configuration.endpoint, deadline: configuration.deadline)
    do {
      let response = try await http.send(request)
      return try answer(response.status, try await response.body.collect(upTo: configuration.sizeLimit))
    } catch let error as HTTPTransportError {
      if case .cancelled = error { throw CancellationError() }
      throw PrometheusError.unreachable(url: base, error)
    }
  }

  private func answer(_ status: Int, _ bytes: [UInt8]) throws(PrometheusError) -> PrometheusAnswer {
    let reply: PrometheusReply
    do throws(JSONError) {
      reply = try PrometheusReply(jsonBytes: bytes)
    } catch {
      throw .notPrometheus(url: base, status: status, reason: "\(error)")
    }
    if reply.isSuccess, (200..<300).contains(status) {
      return PrometheusAnswer(series: reply.series, warnings: reply.warnings)
    }
    guard !reply.errorType.isEmpty else {
      throw .notPrometheus(url: base, status: status, reason: "the answer names no errorType")
    }
    throw .refused(url: base, status: status, type: reply.errorType, message: reply.error)
  }

  /// The URL without what would not survive a path appended to it.
  private static func base(of url: String) throws(PrometheusError) -> String {
    let trimmed = url.hasSuffix("/") ? String(url.dropLast()) : url
    guard let scheme = ["http://", "https://"].first(where: { trimmed.lowercased().hasPrefix($0) }) else {
      throw .invalidURL(url, reason: "it begins with neither http:// nor https://")
    }
    let rest = trimmed.dropFirst(scheme.count)
    if rest.isEmpty || rest.hasPrefix("/") { throw .invalidURL(url, reason: "it names no host") }
    if rest.contains("@") { throw .invalidURL("the URL", reason: "it holds credentials, which belong in a Secret") }
    if rest.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace || !$0.isASCII }) {
      throw .invalidURL(url, reason: "it has a query, a fragment, white space or characters beyond ASCII")
    }
    return trimmed
  }

  /// Milliseconds are what Prometheus counts in.
  private static func text(_ seconds: Double) -> String { SampleText.number((seconds * 1000).rounded() / 1000) }

  private static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: encoded.unicodeScalars.append(.init(byte))
      default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }
}

extension PrometheusSeries {
  fileprivate var sortKey: [String] { labels.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] } }
}
