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
    while index + JSONBlock.size <= bytes.count {
      let block = JSONBlock(bytes, at: index)
      let end =
        if depth > 0, !isEscaped, block.backslashes == 0 {
          end(in: block).map { index + $0 }
        } else {
          end(in: bytes, index..<index + JSONBlock.size)
        }
      if let end { return end }
      index += JSONBlock.size
    }
    return end(in: bytes, index..<bytes.count)
  }

  /// The same within a block without escapes, of a value that began before it.
  @inline(__always)
  private mutating func end(in block: JSONBlock) -> Int? {
    let strings = block.strings(startingInside: isInString)
    let opening = block.opening & ~strings
    let closing = block.closing & ~strings
    isInString = strings >> 63 == 1
    if closing.nonzeroBitCount < depth {
      depth += opening.nonzeroBitCount - closing.nonzeroBitCount
      return nil
    }
    var brackets = opening | closing
    while brackets != 0 {
      let bracket = brackets & ~(brackets - 1)
      depth += closing & bracket == 0 ? 1 : -1
      if depth == 0 { return bracket.trailingZeroBitCount + 1 }
      brackets ^= bracket
    }
    return nil
  }

  /// The same byte by byte.
  private mutating func end(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    for index in range {
      switch bytes[index] {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isInString: isEscaped = true
      case UInt8(ascii: "\""):
        isInString.toggle()
        if !isInString, depth == 0 { return index + 1 }
      case _ where isInString: break
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
    }
    return nil
  }

  private static func endsScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x20, 0x09, 0x0A, 0x0D: true
    default: false
    }
  }
}
