/// Why a text is not YAML that Kubernetes could take.
public enum YAMLError: Error, Hashable, Sendable {
  /// The text is not YAML; the text says what is wrong.
  case malformed(String, at: SourceLocation)
  /// It is YAML, but has no counterpart in JSON; the text says what to write instead.
  case unsupported(String, at: SourceLocation)
  case duplicateKey(String, at: SourceLocation, first: SourceLocation)
  case unknownAnchor(String, at: SourceLocation)
  /// Mappings and sequences nested deeper than `limit`, aliases resolved.
  case tooDeep(limit: Int, at: SourceLocation)
  /// The aliases of a document stand for more than about `limit` bytes.
  case tooMuchExpansion(limit: Int, at: SourceLocation)
}

extension YAMLError: CustomStringConvertible {
  /// Where the error is.
  public var location: SourceLocation {
    switch self {
    case .malformed(_, let location), .unsupported(_, let location), .duplicateKey(_, let location, _),
      .unknownAnchor(_, let location), .tooDeep(_, let location), .tooMuchExpansion(_, let location):
      location
    }
  }

  /// What is wrong, without the place.
  public var reason: String {
    switch self {
    case .malformed(let reason, _), .unsupported(let reason, _): reason
    case .duplicateKey(let key, _, let first): "the key \"\(key)\" is given twice, first on line \(first.line)"
    case .unknownAnchor(let name, _): "the alias *\(name) refers to no anchor before it"
    case .tooDeep(let limit, _): "mappings and sequences are nested more than \(limit) deep"
    case .tooMuchExpansion(let limit, _): "the aliases of the document stand for more than \(limit) bytes"
    }
  }

  /// `file:line:column: reason`.
  public var description: String { "\(location): \(reason)" }
}
