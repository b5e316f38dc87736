import HTTPTransport
import Prometheus

/// How a person names a Prometheus on the command line.
struct PrometheusAccess: Sendable {
  var url: String
  /// A file with a bearer token; `nil` = no authentication.
  var tokenFile: String?

  /// - Parameters:
  ///   - deadline: for one request.
  ///   - sizeLimit: of one answer, in bytes.
  func client(deadline: Duration, sizeLimit: Int) throws -> PrometheusClient {
    let token = try tokenFile.map(Self.token)
    var configuration = PrometheusClient.Configuration(url: url)
    configuration.deadline = deadline
    configuration.sizeLimit = sizeLimit
    configuration.authorization = { token.map { "Bearer \($0)" } }
    return try PrometheusClient(configuration, http: CurlTransport())
  }

  private static func token(_ file: String) throws -> String {
    String(decoding: try FileDescriptor.bytes(ofFile: file), as: UTF8.self).split(whereSeparator: \.isWhitespace)
      .joined()
  }
}
