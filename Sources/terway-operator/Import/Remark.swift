import Serialization

/// Something in a file that has no place in what replaces it, or that is not what it should be.
struct Remark: Hashable, Sendable {
  enum Gravity: Sendable {
    /// Everything else can be carried over.
    case lost
    /// The document is not what its kind says: nothing is written.
    case wrong
  }

  var gravity: Gravity
  var location: SourceLocation
  /// The document: `ServiceMonitor monitoring/terway-monitor`.
  var title: String
  /// Of the field in it.
  var path: [PathElement]
  var reason: String
}

extension Remark: CustomStringConvertible {
  /// `rules.yaml:12:5: PrometheusRule monitoring/rules: spec.groups[0].interval: rules are evaluated …`
  var description: String {
    let field = path.isEmpty ? "" : "\(path.fieldPath): "
    return "\(location): \(title): \(field)\(reason)"
  }
}
