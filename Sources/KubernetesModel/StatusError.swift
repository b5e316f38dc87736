import Serialization

/// A refusal of the API server: its `Status` answer, as one typed error.
public struct StatusError: Error, Hashable, Sendable {
  /// Why the server refused, by `Status.reason`; by the HTTP status where the body named none.
  public enum Reason: String, Hashable, Sendable {
    case badRequest = "BadRequest"
    case unauthorized = "Unauthorized"
    case forbidden = "Forbidden"
    case notFound = "NotFound"
    case alreadyExists = "AlreadyExists"
    case conflict = "Conflict"
    case gone = "Gone"
    case expired = "Expired"
    case invalid = "Invalid"
    case timeout = "Timeout"
    case serverTimeout = "ServerTimeout"
    case tooManyRequests = "TooManyRequests"
    case requestEntityTooLarge = "RequestEntityTooLarge"
    case unsupportedMediaType = "UnsupportedMediaType"
    case methodNotAllowed = "MethodNotAllowed"
    case notAcceptable = "NotAcceptable"
    case internalError = "InternalError"
    case serviceUnavailable = "ServiceUnavailable"
    case unknown = ""

    public init(httpStatus: Int) {
      self =
        switch httpStatus {
        case 400: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 405: .methodNotAllowed
        case 406: .notAcceptable
        case 409: .conflict
        case 410: .expired
        case 413: .requestEntityTooLarge
        case 415: .unsupportedMediaType
        case 422: .invalid
        case 429: .tooManyRequests
        case 500: .internalError
        case 503: .serviceUnavailable
        case 504: .timeout
        default: .unknown
        }
    }
  }

  /// One of the things that were wrong.
  public struct Cause: Hashable, Sendable {
    public var reason: String
    public var message: String
    /// The path of the field, such as `spec.groups[0].name`.
    public var field: String

    public init(reason: String, message: String, field: String) {
      self.reason = reason
      self.message = message
      self.field = field
    }
  }

  /// The HTTP status code.
  public var code: Int
  public var reason: Reason
  public var message: String
  public var causes: [Cause]
  /// How long the server asks us to stay away, from `Retry-After` or `details.retryAfterSeconds`.
  public var retryAfter: Duration?

  public init(code: Int, reason: Reason, message: String, causes: [Cause] = [], retryAfter: Duration? = nil) {
    self.code = code
    self.reason = reason
    self.message = message
    self.causes = causes
    self.retryAfter = retryAfter
  }

  /// True when the same request may succeed later without anybody changing anything.
  public var isRetryable: Bool {
    switch reason {
    case .timeout, .serverTimeout, .tooManyRequests, .internalError, .serviceUnavailable, .conflict: true
    case .unknown: code >= 500
    default: false
    }
  }

  /// True when a watch or a list must start over because its resourceVersion is no longer kept.
  public var isExpired: Bool { reason == .expired || reason == .gone || code == 410 }
}

extension StatusError: CustomStringConvertible {
  public var description: String {
    let name = reason == .unknown ? "HTTP \(code)" : reason.rawValue
    return message.isEmpty ? name : "\(name): \(message)"
  }
}

extension StatusError: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init(code: 0, reason: .unknown, message: "")
    var reasonText = ""
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "code": code = try Int(json: &reader)
      case "reason": reasonText = try String?(json: &reader) ?? ""
      case "message": message = try String?(json: &reader) ?? ""
      case "details":
        let details = try StatusDetails(json: &reader)
        causes = details.causes
        // No answer puts the operator to sleep for good.
        if details.retryAfterSeconds > 0 { retryAfter = .seconds(min(details.retryAfterSeconds, 3_600)) }
      default: try reader.skipValue()
      }
    }
    reason = Reason(rawValue: reasonText) ?? .unknown
    if reason == .unknown { reason = Reason(httpStatus: code) }
  }
}

private struct StatusDetails: JSONDecodable {
  var causes: [StatusError.Cause] = []
  var retryAfterSeconds = 0

  init(json reader: inout JSONReader) throws(JSONError) {
    if try reader.readNull() { return }
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "causes": causes = try [StatusError.Cause]?(json: &reader) ?? []
      case "retryAfterSeconds": retryAfterSeconds = try Int(json: &reader)
      default: try reader.skipValue()
      }
    }
  }
}

extension StatusError.Cause: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init(reason: "", message: "", field: "")
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "reason": reason = try String?(json: &reader) ?? ""
      case "message": message = try String?(json: &reader) ?? ""
      case "field": field = try String?(json: &reader) ?? ""
      default: try reader.skipValue()
      }
    }
  }
}
