import KubernetesModel
import Serialization

/// One resource of ours in a file.
struct Resource: Sendable {
  var kind: OwnKind
  var value: JSONValue
  var document: YAMLDocument
  /// Where the resource is in its document: empty, or an item of a list.
  var base: [PathElement] = []

  var name: String? { value["metadata"]?["name"]?.string }

  /// `TerwayMonitoringProfile "terway"`
  var title: String { ([kind.type.kind.kind] + [name.map { "\"\($0)\"" }].compactMap(\.self)).joined(separator: " ") }

  func location(of path: [PathElement]) -> SourceLocation { document.nearestLocation(to: base + path) }
}
