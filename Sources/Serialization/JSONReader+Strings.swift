extension JSONReader {
  /// Reads a string. Escapes are resolved; a surrogate that is not one of a pair is an error, as is invalid UTF-8.
  public mutating func readString() throws(JSONError) -> String {
    guard nextByte() == UInt8(ascii: "\"") else { throw try mismatch(expected: "a string") }
    let (content, isEscaped) = try scanString()
    let slice = UnsafeRawBufferPointer(rebasing: bytes[content])
    return isEscaped ? Self.unescaped(slice) : String(decoding: slice, as: UTF8.self)
  }

  /// Passes over a string, the opening quote of which is next, and checks it. Returns where its content is.
  @inline(__always)
  mutating func scanString() throws(JSONError) -> (content: Range<Int>, isEscaped: Bool) {
    let start = offset + 1
    let quote = JSONBytes.endOfPlainText(in: bytes, from: start)
    if quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") {
      offset = quote + 1
      return (start..<quote, false)
    }
    return try scanUncommonString(from: start, checked: quote)
  }

  /// A string with escapes, with text beyond ASCII, or with an error.
  private mutating func scanUncommonString(
    from start: Int, checked: Int
  ) throws(JSONError) -> (content: Range<Int>, isEscaped: Bool) {
    offset = checked
    var isEscaped = false
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return (start..<offset - 1, isEscaped)
      case UInt8(ascii: "\\"):
        isEscaped = true
        try skipEscape()
      case 0x80...:
        let length = JSONBytes.lengthOfScalar(in: bytes, at: offset)
        guard length > 0 else { throw malformed("a string is not valid UTF-8") }
        offset += length
      default:
        throw malformed("a string contains a control character; write it as an escape")
      }
      offset = JSONBytes.endOfPlainText(in: bytes, from: offset)
    }
    throw truncated()
  }

  private mutating func skipEscape() throws(JSONError) {
    guard offset + 1 < bytes.count else { throw truncated() }
    switch bytes[offset + 1] {
    case UInt8(ascii: "u"):
      let unit = try codeUnit(at: offset)
      guard unit & 0xF800 == 0xD800 else { return offset += 6 }
      let isPair = unit < 0xDC00 && offset + 7 < bytes.count && bytes[offset + 6] == 0x5C && bytes[offset + 7] == 0x75
      guard isPair, try codeUnit(at: offset + 6) & 0xFC00 == 0xDC00 else {
        throw malformed("an escape is half of a surrogate pair")
      }
      offset += 12
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset += 2
    default:
      throw malformed("unknown escape in a string")
    }
  }

  /// The four hexadecimal digits of the escape that starts at `start`.
  private func codeUnit(at start: Int) throws(JSONError) -> UInt16 {
    guard start + 6 <= bytes.count else { throw truncated() }
    guard let unit = JSONBytes.hexadecimal(in: bytes, from: start + 2) else {
      throw malformed("\\u must be followed by four hexadecimal digits")
    }
    return unit
  }

  /// Resolves the escapes of a content that was checked when it was scanned.
  @usableFromInline
  static func unescaped(_ content: UnsafeRawBufferPointer) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var index = 0
    while index < content.count {
      guard content[index] == UInt8(ascii: "\\"), index + 1 < content.count else {
        result.append(content[index])
        index += 1
        continue
      }
      let escape = content[index + 1]
      index += 2
      switch escape {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        var scalar = UInt32(JSONBytes.hexadecimal(in: content, from: index) ?? 0xFFFD)
        index += 4
        if scalar & 0xFC00 == 0xD800 {
          let low = UInt32(JSONBytes.hexadecimal(in: content, from: index + 2) ?? 0xDC00)
          scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
          index += 6
        }
        result.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
      default: result.append(escape)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
