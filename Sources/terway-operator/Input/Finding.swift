import KubernetesModel
import Serialization

/// Something wrong in a file.
struct Finding: Hashable, Sendable {
  var location: SourceLocation
  var violation: Violation
  /// What the file has there.
  var value: JSONValue?
}

extension Finding: CustomStringConvertible {
  /// `profile.yaml:4:12: spec.metrics.interval: "15" must be …`
  var description: String { "\(location): \(violation)" }
}

extension Finding {
  /// For programs: numbers, texts and booleans as the file has them, of other values a description. Members without a
  /// value are left out.
  var record: JSONValue {
    var record: JSONValue = [
      "file": .string(location.file), "line": JSONValue(location.line), "column": JSONValue(location.column),
      "path": .string(violation.path.fieldPath), "message": .string(violation.reason),
    ]
    if let shown = violation.value {
      record["value"] = value.flatMap { $0.isScalar ? $0 : nil } ?? .string(shown)
    }
    return record
  }
}

extension JSONValue {
  fileprivate var isScalar: Bool {
    switch self {
    case .array, .object: false
    case .null, .bool, .integer, .number, .string: true
    }
  }

  /// The value at the end of a path; `nil` when there is none.
  func value(at path: [PathElement]) -> JSONValue? {
    path.reduce(Optional(self)) { value, element in
      switch element {
      case .key(let key): value?[key]
      case .index(let index): value?[index]
      }
    }
  }
}
