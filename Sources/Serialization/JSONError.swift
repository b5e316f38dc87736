/// Where in a JSON text an error is.
public struct JSONPosition: Hashable, Sendable {
  /// Bytes before it, from the start of the document or stream.
  public var offset: Int
  /// From 1.
  public var line: Int
  /// From 1, in bytes.
  public var column: Int
  /// The members and elements that lead to the value, as far as they were being read.
  public var path: [PathElement]

  public init(offset: Int = 0, line: Int = 1, column: Int = 1, path: [PathElement] = []) {
    (self.offset, self.line, self.column, self.path) = (offset, line, column, path)
  }
}

/// Why bytes are not the JSON that was asked for.
public enum JSONError: Error, Hashable, Sendable {
  /// The bytes are not JSON (RFC 8259, in UTF-8); the text says what is wrong.
  case malformed(String, at: JSONPosition)
  /// There is nothing but white space.
  case empty(at: JSONPosition)
  /// The bytes end inside a value.
  case truncated(at: JSONPosition)
  /// A value of another type than the reader takes.
  case mismatch(expected: String, found: String, at: JSONPosition)
  /// A value of the right type that is not allowed; the text says what is.
  case refused(String, at: JSONPosition)
  case missingMember(String, at: JSONPosition)
  case duplicateKey(String, at: JSONPosition)
  /// Arrays and objects nested deeper than `limit`.
  case tooDeep(limit: Int, at: JSONPosition)
  /// One item of a stream is longer than `limit` bytes.
  case tooLarge(limit: Int, at: JSONPosition)
}

extension JSONError {
  /// Where the error is.
  public var position: JSONPosition {
    switch self {
    case .malformed(_, let position), .empty(let position), .truncated(let position), .mismatch(_, _, let position),
      .refused(_, let position), .missingMember(_, let position), .duplicateKey(_, let position),
      .tooDeep(_, let position), .tooLarge(_, let position):
      position
    }
  }

  /// What is wrong, without the place.
  public var reason: String {
    switch self {
    case .malformed(let reason, _), .refused(let reason, _): reason
    case .empty: "the input is empty; expected a JSON value"
    case .truncated: "the input ends inside a JSON value"
    case .mismatch(let expected, let found, _): "expected \(expected), found \(found)"
    case .missingMember(let name, _): "the required field \(name) is missing"
    case .duplicateKey(let key, _): "the key \"\(key)\" is given twice"
    case .tooDeep(let limit, _): "arrays and objects are nested more than \(limit) deep"
    case .tooLarge(let limit, _): "an item is longer than the limit of \(limit) bytes"
    }
  }

  /// The same error at another position.
  func moved(_ move: (JSONPosition) -> JSONPosition) -> JSONError {
    switch self {
    case .malformed(let reason, let position): .malformed(reason, at: move(position))
    case .empty(let position): .empty(at: move(position))
    case .truncated(let position): .truncated(at: move(position))
    case .mismatch(let expected, let found, let position):
      .mismatch(expected: expected, found: found, at: move(position))
    case .refused(let reason, let position): .refused(reason, at: move(position))
    case .missingMember(let name, let position): .missingMember(name, at: move(position))
    case .duplicateKey(let key, let position): .duplicateKey(key, at: move(position))
    case .tooDeep(let limit, let position): .tooDeep(limit: limit, at: move(position))
    case .tooLarge(let limit, let position): .tooLarge(limit: limit, at: move(position))
    }
  }

  /// The same error, seen from the value that contains the one it was met in.
  @usableFromInline
  func inside(_ element: PathElement) -> JSONError {
    moved { position in
      var position = position
      position.path.insert(element, at: 0)
      return position
    }
  }
}

extension JSONError: CustomStringConvertible {
  public var description: String {
    let position = position
    let path = position.path.isEmpty ? "" : "\(position.path.fieldPath): "
    return "\(path)\(reason) (line \(position.line), column \(position.column), byte \(position.offset))"
  }
}
