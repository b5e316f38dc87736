/// One document of a file, and where in the file its parts are.
public struct YAMLDocument: Sendable {
  /// The name under which the file was read.
  public let file: String
  public let value: JSONValue
  let source: SourceNode

  /// Where a value is written: a member at its key, an element at its start, what an alias stands for at its anchor.
  ///
  /// - Returns: `nil` when the document has no such value.
  public func location(of path: [PathElement]) -> SourceLocation? {
    var node = source
    for element in path {
      guard let next = node[element] else { return nil }
      node = next
    }
    return node.location(in: file)
  }

  /// Where the value is written, or else the innermost of those that would contain it: the place to report a missing
  /// member at.
  public func nearestLocation(to path: [PathElement]) -> SourceLocation {
    var node = source
    for element in path {
      guard let next = node[element] else { break }
      node = next
    }
    return node.location(in: file)
  }
}

/// The places of a value and of what it contains.
struct SourceNode: Sendable {
  var line: Int
  var column: Int
  var members: [String: SourceNode] = [:]
  var elements: [SourceNode] = []

  func location(in file: String) -> SourceLocation { SourceLocation(file: file, line: line, column: column) }

  func at(_ location: SourceLocation) -> SourceNode {
    SourceNode(line: location.line, column: location.column, members: members, elements: elements)
  }

  subscript(element: PathElement) -> SourceNode? {
    switch element {
    case .key(let key): members[key]
    case .index(let index): elements.indices.contains(index) ? elements[index] : nil
    }
  }
}
