import HTTPTransport
import KubernetesModel
import Serialization

/// One call of the Kubernetes API, before it is bound to a server and to credentials.
struct APIRequest: Sendable {
  var method: HTTPMethod
  /// From the root, percent-encoded.
  var path: String
  var query: [(name: String, value: String)] = []
  var body: [UInt8] = []
  var contentType: String?
  var accept = "application/json"
  /// For the whole exchange; `nil` for streams, which end by `idleTimeout`.
  var deadline: Duration? = .seconds(30)
  var idleTimeout: Duration?
  /// Stands in for `idleTimeout` until the answer begins.
  var headTimeout: Duration?
  /// Whether `Retry-After` is waited out here; else the refusal goes to whoever asked, who has something to tell others.
  var waitsOutRefusals = true
  /// For answers that may be read slowly: on a shared HTTP/2 connection they would hold up all others.
  var usesOwnConnection = false

  var pathAndQuery: String {
    guard !query.isEmpty else { return path }
    let pairs = query.map { "\($0.name)=\(Self.escape($0.value))" }
    return "\(path)?\(pairs.joined(separator: "&"))"
  }

  /// True when sending it twice has the effect of sending it once.
  var isIdempotent: Bool {
    switch method {
    case .get, .head: true
    // Server-side apply states the whole result.
    case .patch: contentType == PatchType.apply.rawValue
    default: false
    }
  }

  /// Percent-encodes everything but the unreserved characters of RFC 3986.
  static func escape(_ text: some StringProtocol) -> String {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        escaped += byte < 16 ? "%0" : "%"
        escaped += String(byte, radix: 16, uppercase: true)
      }
    }
    return escaped
  }
}

/// The content types of the `PATCH` verb.
public enum PatchType: String, Sendable {
  case json = "application/json-patch+json"
  case merge = "application/merge-patch+json"
  case apply = "application/apply-patch+yaml"
}

extension ResourceType {
  /// The path of a collection, or of one object in it.
  func path(namespace: String? = nil, name: String? = nil, subresource: String? = nil) -> String {
    var path = kind.group.isEmpty ? "/api/\(kind.version)" : "/apis/\(kind.group)/\(kind.version)"
    if let namespace { path += "/namespaces/\(APIRequest.escape(namespace))" }
    path += "/\(plural)"
    if let name { path += "/\(APIRequest.escape(name))" }
    if let subresource { path += "/\(subresource)" }
    return path
  }

  func path(_ key: ObjectKey, subresource: String? = nil) -> String {
    path(namespace: isNamespaced ? key.namespace : nil, name: key.name, subresource: subresource)
  }
}
