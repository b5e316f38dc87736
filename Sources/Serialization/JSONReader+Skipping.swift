extension JSONReader {
  /// Passes over the next value, checking that it is JSON. Neither allocates nor recurses.
  ///
  /// Most bytes of a list are passed over, so this is where the time goes: what is common is handled here, byte by byte
  /// and in line; whatever else there is, errors included, is left to the functions that read.
  public mutating func skipValue() throws(JSONError) {
    // One bit for each container that is open, the innermost lowest: whether it is an object.
    var objects: UInt128 = 0
    let outside = depth
    repeat {
      guard let first = nextByte() else { throw truncated() }
      switch first {
      case UInt8(ascii: "\""): _ = try scanString()
      case UInt8(ascii: "{"):
        guard depth < Self.maximumDepth else { return try open(first, expected: "") }
        offset &+= 1
        // Those without content are frequent, and need no bookkeeping.
        if nextByte() == UInt8(ascii: "}") {
          offset &+= 1
        } else {
          depth &+= 1
          objects = objects &<< 1 | 1
          try skipKey()
          continue
        }
      case UInt8(ascii: "["):
        guard depth < Self.maximumDepth else { return try open(first, expected: "") }
        offset &+= 1
        if nextByte() == UInt8(ascii: "]") {
          offset &+= 1
        } else {
          depth &+= 1
          objects = objects &<< 1
          continue
        }
      case UInt8(ascii: "t"): try skipLiteral("true")
      case UInt8(ascii: "f"): try skipLiteral("false")
      case UInt8(ascii: "n"): try skipLiteral("null")
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try skipNumber()
      default: _ = try peekType()
      }
      // A value ended: containers may end with it, until a comma announces another.
      while depth > outside {
        let isObject = objects & 1 == 1
        let next = nextByte()
        if next == UInt8(ascii: ",") {
          offset &+= 1
          if isObject { try skipKey() }
          break
        }
        guard next == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
          throw unexpected(isObject ? "expected , or }" : "expected , or ]")
        }
        offset &+= 1
        depth &-= 1
        objects = objects &>> 1
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
