import HTTPTransport
import Serialization

/// Why a Prometheus did not answer a question.
public enum PrometheusError: Error, Sendable {
  /// The URL is none, or leads nowhere that can be asked.
  case invalidURL(String, reason: String)
  /// No answer came.
  case unreachable(url: String, HTTPTransportError)
  /// The question was refused or could not be answered: `errorType` and text as Prometheus has them.
  case refused(url: String, status: Int, type: String, message: String)
  /// What answered is no Prometheus: a proxy, a login page.
  case notPrometheus(url: String, status: Int, reason: String)

  /// Whether the same question may be answered when it is asked again.
  public var isRetryable: Bool {
    switch self {
    case .invalidURL: false
    case .unreachable(_, let error): error.isRetryable
    case .refused(_, let status, let type, _): status == 503 || status == 429 || type == "timeout" || type == "canceled"
    case .notPrometheus(_, let status, _): status >= 500 || status == 429
    }
  }
}

extension PrometheusError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidURL(let url, let reason):
      "\(url) is no URL of a Prometheus: \(reason); write for example http://prometheus-k8s.monitoring.svc:9090"
    case .unreachable(let url, let error): "the Prometheus at \(url) cannot be asked: \(error)"
    case .refused(let url, let status, let type, let message):
      "the Prometheus at \(url) refused the query (HTTP \(status), \(type)): \(message)"
    case .notPrometheus(let url, let status, let reason):
      "what answers at \(url) is not the API of a Prometheus (HTTP \(status): \(reason)); check the URL and the credentials"
    }
  }
}
