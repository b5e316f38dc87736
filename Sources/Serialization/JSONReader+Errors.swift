extension JSONReader {
  /// Where the next byte is.
  public var position: JSONPosition { position(at: offset) }

  /// Lines are counted only when there is an error to report.
  @usableFromInline
  func position(at offset: Int) -> JSONPosition {
    var position = JSONPosition()
    position.advance(over: UnsafeRawBufferPointer(rebasing: bytes[..<min(offset, bytes.count)]))
    return position
  }

  /// For a type that cannot take the value it just read: what is wrong with it, and what is allowed.
  public func refused(_ reason: String) -> JSONError { .refused(reason, at: position) }

  /// The value of a member that must be there.
  @inlinable
  public func require<Value>(_ value: Value?, _ name: String) throws(JSONError) -> Value {
    guard let value else { throw .missingMember(name, at: position) }
    return value
  }

  func malformed(_ reason: String) -> JSONError { .malformed(reason, at: position) }

  func truncated() -> JSONError {
    let end = position(at: bytes.count)
    let isBlank = depth == 0 && bytes.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    return isBlank ? .empty(at: end) : .truncated(at: end)
  }

  /// For a byte that cannot be where it is, or for the end of the input.
  func unexpected(_ reason: String) -> JSONError { offset < bytes.count ? malformed(reason) : truncated() }

  /// For a next value of another type; itself fails when there is no value at all.
  mutating func mismatch(expected: String) throws(JSONError) -> JSONError {
    let found = try peekType()
    return .mismatch(expected: expected, found: found.rawValue, at: position)
  }
}

extension JSONPosition {
  mutating func advance(over bytes: UnsafeRawBufferPointer) {
    offset += bytes.count
    var lineStart = 0
    while let lineBreak = JSONBytes.lineBreak(in: bytes, from: lineStart) {
      line += 1
      column = 1
      lineStart = lineBreak + 1
    }
    column += bytes.count - lineStart
  }
}
