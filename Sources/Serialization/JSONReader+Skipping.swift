extension JSONReader {
  /// Passes over the next value, checking that it is JSON. Neither allocates nor recurses.
  public mutating func skipValue() throws(JSONError) {
    // One bit for each container that is open, the innermost lowest: whether it is an object.
    var objects: UInt128 = 0
    let outside = depth
    repeat {
      guard let first = nextByte() else { throw truncated() }
      switch first {
      case UInt8(ascii: "\""): _ = try scanString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let isObject = first == UInt8(ascii: "{")
        try open(first, expected: "")
        objects = objects << 1 | (isObject ? 1 : 0)
        if nextByte() == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
          break
        }
        if isObject { try skipKey() }
        continue
      case UInt8(ascii: "t"): try skipLiteral("true")
      case UInt8(ascii: "f"): try skipLiteral("false")
      case UInt8(ascii: "n"): try skipLiteral("null")
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try skipNumber()
      default: _ = try peekType()
      }
      // A value ended: containers may end with it, until a comma announces another.
      while depth > outside {
        let isObject = objects & 1 == 1
        guard try close(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"), isFirst: false) else {
          if isObject { try skipKey() }
          break
        }
        objects >>= 1
      }
    } while depth > outside
  }

  @inline(__always)
  private mutating func skipKey() throws(JSONError) {
    guard nextByte() == UInt8(ascii: "\"") else { throw unexpected("expected a key in double quotes") }
    _ = try scanString()
    guard nextByte() == UInt8(ascii: ":") else { throw unexpected("expected : after the key") }
    offset += 1
  }
}
