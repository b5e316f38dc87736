import FoundationEssentials
import HTTPTransport
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import Serialization
import TerwayModel

/// Asks the Prometheus that a policy names how much nodes use.
///
/// # Guarantees
/// - Every question ends, and what is wrong is said without the credentials.
struct SignalReader: Sendable {
  /// For one question, and for the size of its answer.
  static let deadline: Duration = .seconds(10)
  static let sizeLimit = 16 << 20
  /// Recorded by every monitoring profile.
  static let defaultQuery = "node:terway_eni_utilization:ratio"
  static let defaultTotalQuery = "node:terway_eni_total_ips:sum"

  /// For Secrets in our own namespace.
  let client: KubernetesClient
  let namespace: String
  let http: any HTTPClient

  /// Brings readings up to date.
  ///
  /// - Parameter withTotals: whether to ask how many addresses nodes have, too.
  func read(
    _ signal: EniAutoscalePolicySpec.Signal, withTotals: Bool, into readings: inout UtilisationReadings
  ) async {
    do {
      var configuration = PrometheusClient.Configuration(url: signal.prometheus.url)
      (configuration.deadline, configuration.sizeLimit) = (Self.deadline, Self.sizeLimit)
      let secret = signal.prometheus.credentialsSecret
      if !secret.isEmpty {
        let credentials = try await credentials(secret)
        configuration.authorization = { credentials.header }
        configuration.endpoint.tls.certificateAuthorities = credentials.authorities
      }
      let prometheus = try PrometheusClient(configuration, http: http)
      let (query, total) = (signal.prometheus.query, signal.prometheus.totalQuery)
      let (answer, times) = try await ask(query.isEmpty ? Self.defaultQuery : query, prometheus)
      let totals = withTotals ? try await ask(total.isEmpty ? Self.defaultTotalQuery : total, prometheus) : nil
      readings.take(answer, times: times, totals: totals)
    } catch {
      readings.fail("\(error)")
    }
  }

  /// An instant query tells the time of the question; only of a plain selector the time of the sample can be asked.
  private func ask(
    _ query: String, _ prometheus: PrometheusClient
  ) async throws -> (answer: PrometheusAnswer, times: PrometheusAnswer?) {
    let answer = try await prometheus.query(query)
    return (answer, Self.isSelector(query) ? try await prometheus.query("timestamp(\(query))") : nil)
  }

  private static func isSelector(_ query: String) -> Bool {
    do throws(PromQLSyntaxError) {
      if case .vector = try PromQL(parsing: query) { return true }
      return false
    } catch {
      // The Prometheus says what is wrong with it.
      return false
    }
  }

  private func credentials(_ name: String) async throws -> PrometheusCredentials {
    let secrets = ResourceType("v1", "Secret", plural: "secrets", namespaced: true)
    let key = ObjectKey(namespace: namespace, name: name)
    let credentials = try await client.get(secrets, key, as: PrometheusCredentials.self)
    guard credentials.header != nil || credentials.authorities != nil else { throw MissingCredentials(key: key) }
    return credentials
  }
}

/// A Secret that holds nothing that we can use. What it holds is not told.
struct MissingCredentials: Error, CustomStringConvertible {
  var key: ObjectKey

  var description: String {
    "Secret \(key) has neither the key token, nor the keys username and password, nor the key ca.crt"
  }
}

/// What of a Secret proves who we are, and whom to trust. It describes itself without it.
struct PrometheusCredentials: JSONDecodable, Sendable, CustomStringConvertible {
  private var values: [String: String] = [:]

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      guard key == "data", try reader.peekType() == .object else { return try reader.skipValue() }
      try reader.readObject { (key, reader) throws(JSONError) in
        guard ["token", "username", "password", "ca.crt"].contains(key.string) else { return try reader.skipValue() }
        let data = Data(base64Encoded: try reader.readString())
        // One that is not text could quote itself in an error, and is as good as none.
        values[key.string] = data.flatMap { String(bytes: $0, encoding: .utf8) }
      }
    }
  }

  /// The value of `Authorization`; `nil` where there is nothing to make it of. A line break at the end, as files have it,
  /// does not count.
  var header: String? {
    if let token = trimmed("token") { return "Bearer \(token)" }
    guard let user = trimmed("username"), let password = trimmed("password") else { return nil }
    return "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
  }

  /// PEM: the only ones that may have signed the server's certificate; `nil` = those that the system trusts.
  var authorities: [UInt8]? {
    guard let text = values["ca.crt"], !text.allSatisfy(\.isWhitespace) else { return nil }
    return Array(text.utf8)
  }

  private func trimmed(_ key: String) -> String? {
    guard var value = values[key] else { return nil }
    while value.last?.isNewline == true { value.removeLast() }
    return value.isEmpty || value.contains(where: \.isNewline) ? nil : value
  }

  var description: String { "credentials" }
}
