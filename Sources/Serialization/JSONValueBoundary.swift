/// Finds where a JSON value ends, in bytes that arrive in pieces. Looks at brackets and quotes only: whether the value is
/// well-formed is for the reader to say, to which its bytes are given.
struct JSONValueBoundary: Sendable {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var isScalar = false

  init() {}

  /// - Parameter first: the first byte of the value.
  init(first: UInt8) {
    isScalar = !Self.isBracketOrQuote(first)
  }

  private static func isBracketOrQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"")
  }

  /// The offset behind the value, or `nil` when it goes on behind these bytes.
  mutating func end(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    if isScalar { return bytes[start...].firstIndex(where: Self.endsScalar) }
    var index = start
    while index < bytes.count {
      if isInString {
        guard skipString(in: bytes, &index) else { return nil }
        if depth == 0 { return index }
        continue
      }
      switch bytes[index] {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Passes over the rest of a string and its closing quote; `false` when that is not in these bytes.
  @inline(__always)
  private mutating func skipString(in bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
    while index < bytes.count {
      if isEscaped {
        isEscaped = false
        index += 1
        continue
      }
      index = JSONBytes.quoteOrBackslash(in: bytes, from: index)
      guard index < bytes.count else { return false }
      index += 1
      if bytes[index - 1] == UInt8(ascii: "\"") {
        isInString = false
        return true
      }
      isEscaped = true
    }
    return false
  }

  private static func endsScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x20, 0x09, 0x0A, 0x0D: true
    default: false
    }
  }
}
