import KubernetesModel
import Serialization

/// Something wrong in a file.
struct Finding: Hashable, Sendable {
  var location: SourceLocation
  var violation: Violation
}

extension Finding: CustomStringConvertible {
  /// `profile.yaml:4:12: spec.metrics.interval: "15" must be …`
  var description: String { "\(location): \(violation)" }
}

extension Finding {
  /// For programs. Members without a value are left out.
  var value: JSONValue {
    var value: JSONValue = [
      "file": .string(location.file), "line": JSONValue(location.line), "column": JSONValue(location.column),
      "path": .string(violation.path.fieldPath), "message": .string(violation.reason),
    ]
    value["value"] = violation.value.map(JSONValue.string)
    return value
  }
}
