extension PromQLLexer {
  /// In single or double quotes, with Go's escapes.
  mutating func quotedString() throws(PromQLSyntaxError) -> String {
    let start = position
    let quote = peek()
    var bytes: [UInt8] = []
    position += 1
    while peek() != quote || position >= text.count {
      guard position < text.count, peek() != 0x0A else {
        throw error(at: start, found: "a string without its closing quote", allowed: "one on the same line")
      }
      if peek() == UInt8(ascii: "\\") {
        try appendEscape(to: &bytes, quote: quote)
      } else {
        bytes.append(peek())
        position += 1
      }
    }
    position += 1
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw error(at: start, found: "a string whose escapes form no UTF-8", allowed: "text")
    }
    try refuseReplacementCharacter(from: start)
    return string
  }

  /// In backquotes, where nothing is an escape.
  mutating func rawString() throws(PromQLSyntaxError) -> String {
    let start = position
    guard let end = text[(start + 1)...].firstIndex(of: UInt8(ascii: "`")) else {
      throw error(at: start, found: "a string without its closing backquote", allowed: "one")
    }
    position = end + 1
    try refuseReplacementCharacter(from: start)
    return String(decoding: text[(start + 1)..<end], as: UTF8.self)
  }

  /// Prometheus takes U+FFFD, unless it is escaped, for the trace of bytes that were no UTF-8.
  private func refuseReplacementCharacter(from start: Int) throws(PromQLSyntaxError) {
    var index = start
    while index + 2 < position {
      if text[index] == 0xEF, text[index + 1] == 0xBF, text[index + 2] == 0xBD {
        throw error(at: index, found: "the replacement character", allowed: "valid UTF-8, or \\ufffd")
      }
      index += 1
    }
  }

  private mutating func appendEscape(to bytes: inout [UInt8], quote: UInt8) throws(PromQLSyntaxError) {
    let letter = peek(1)
    if let meaning = Self.escapes[letter] ?? (letter == quote ? quote : nil) {
      bytes.append(meaning)
      position += 2
      return
    }
    switch letter {
    case 0x30...0x37: bytes.append(UInt8(try code(skipping: 1, digits: 3, radix: 8, atMost: 0xFF)))
    case UInt8(ascii: "x"): bytes.append(UInt8(try code(skipping: 2, digits: 2, radix: 16, atMost: 0xFF)))
    case UInt8(ascii: "u"): try append(code(skipping: 2, digits: 4, radix: 16, atMost: 0x10FFFF), to: &bytes)
    case UInt8(ascii: "U"): try append(code(skipping: 2, digits: 8, radix: 16, atMost: 0x10FFFF), to: &bytes)
    default:
      throw error(at: position, found: "an unknown escape", allowed: #"one of \a \b \f \n \r \t \v \\ \x \u \U"#)
    }
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
    UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "\\"): 0x5C,
  ]

  private mutating func code(
    skipping prefix: Int, digits: Int, radix: Int, atMost limit: UInt32
  ) throws(PromQLSyntaxError) -> UInt32 {
    let start = position
    position += prefix
    let end = min(position + digits, text.count)
    let spelling = String(decoding: text[position..<end], as: UTF8.self)
    let isComplete = end - position == digits && spelling.utf8.allSatisfy(\.isHexDigit)
    guard isComplete, let code = UInt32(spelling, radix: radix), code <= limit, !(0xD800..<0xE000).contains(code) else {
      throw error(at: start, found: "an escape of no character", allowed: "\(digits) digits, within Unicode")
    }
    position = end
    return code
  }

  private func append(_ code: UInt32, to bytes: inout [UInt8]) {
    if let scalar = Unicode.Scalar(code) { bytes += Array(String(Character(scalar)).utf8) }
  }
}
