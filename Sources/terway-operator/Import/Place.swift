import Serialization

/// A value in a file, and where it stands there.
struct Place: Sendable {
  let document: YAMLDocument
  let path: [PathElement]
  let value: JSONValue

  init(_ document: YAMLDocument) { self.init(document: document, path: [], value: document.value) }

  private init(document: YAMLDocument, path: [PathElement], value: JSONValue) {
    (self.document, self.path, self.value) = (document, path, value)
  }

  var location: SourceLocation { document.nearestLocation(to: path) }

  /// `nil` where there is nothing, or null.
  subscript(key: String) -> Place? {
    guard let member = value[key], !member.isNull else { return nil }
    return Place(document: document, path: path + [.key(key)], value: member)
  }

  subscript(keys: [String]) -> Place? { keys.reduce(Optional(self)) { $0?[$1] } }

  /// In the order of their names.
  var members: [(name: String, place: Place)] {
    (value.object ?? [:]).keys.sorted().compactMap { name in self[name].map { (name, $0) } }
  }

  var elements: [Place] {
    (value.array ?? []).enumerated().map { index, element in
      Place(document: document, path: path + [.index(index)], value: element)
    }
  }
}

extension Place {
  var apiVersion: String { value["apiVersion"]?.string ?? "" }
  var kind: String { value["kind"]?.string ?? "" }
  /// Of the document that is an object.
  var name: String? { self["metadata"]?["name"]?.value.string }
  var namespace: String? { self["metadata"]?["namespace"]?.value.string }

  /// `ServiceMonitor monitoring/terway-monitor`
  var title: String {
    guard !kind.isEmpty else { return "the document" }
    let names = [namespace, name].compactMap(\.self).joined(separator: "/")
    return names.isEmpty ? kind : "\(kind) \(names)"
  }
}
