/// Splits an expression into tokens, one at a time.
struct PromQLLexer {
  typealias Token = PromQLToken

  let text: [UInt8]
  /// Whether Grafana's variables stand for durations.
  let takesVariables: Bool
  /// Where the next token, or space before it, starts.
  var position = 0
  /// Inside braces and brackets the same characters mean other things.
  private var surrounding: Surrounding?

  private enum Surrounding { case braces, brackets }

  init(_ text: String, takesVariables: Bool) {
    self.text = Array(text.utf8)
    self.takesVariables = takesVariables
  }

  /// The byte so many places ahead; zero, which no token has, behind the end.
  func peek(_ distance: Int = 0) -> UInt8 {
    position + distance < text.count ? text[position + distance] : 0
  }

  mutating func next() throws(PromQLSyntaxError) -> Token {
    skipSpaceAndComments()
    let start = position
    guard start < text.count else { return Token(kind: .end, range: start..<start) }
    let kind = try kind(startingWith: text[start])
    return Token(kind: kind, range: start..<position)
  }

  func error(at offset: Int, found: String, allowed: String) -> PromQLSyntaxError {
    PromQLSyntaxError(at: offset, of: text, found: found, allowed: allowed)
  }

  private mutating func kind(startingWith byte: UInt8) throws(PromQLSyntaxError) -> Token.Kind {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try quotedString())
    case UInt8(ascii: "`"): return .string(try rawString())
    case UInt8(ascii: "$") where takesVariables && surrounding != .braces: return .variable(try variable())
    case _ where byte.startsName || byte == UInt8(ascii: ":") && surrounding == nil: return .word(name())
    case _ where surrounding == .braces: return .symbol(try symbol())
    case _ where byte.isDigit || byte == UInt8(ascii: ".") && peek(1).isDigit: return try numberOrDuration()
    default: return .symbol(try symbol())
    }
  }

  private mutating func skipSpaceAndComments() {
    while position < text.count {
      switch text[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case UInt8(ascii: "#"):
        while position < text.count, text[position] != 0x0A, text[position] != 0x0D { position += 1 }
      default: return
      }
    }
  }

  /// Colons are part of a metric's name, and of no label's.
  private mutating func name() -> String {
    let start = position
    while peek().continuesName || peek() == UInt8(ascii: ":") && surrounding == nil { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func symbol() throws(PromQLSyntaxError) -> Token.Symbol {
    let length = [UInt8(ascii: "="), UInt8(ascii: "~")].contains(peek(1)) ? 2 : 1
    for length in stride(from: length, through: 1, by: -1) {
      let spelling = String(decoding: text[position..<position + length], as: UTF8.self)
      guard let symbol = Token.Symbol(rawValue: spelling), isAllowed(symbol) else { continue }
      position += length
      try enterOrLeave(by: symbol)
      return symbol
    }
    throw error(at: position, found: characterText, allowed: surrounding == .braces ? "a label" : "PromQL")
  }

  /// `{a=="b"}` is two signs and `a=="b"` one.
  private func isAllowed(_ symbol: Token.Symbol) -> Bool {
    switch symbol {
    case .matches, .matchesNot, .assign, .rightBrace:
      surrounding == .braces || symbol == .assign || symbol == .rightBrace
    case .notEqual, .comma, .leftBrace: true
    default: surrounding != .braces
    }
  }

  private mutating func enterOrLeave(by symbol: Token.Symbol) throws(PromQLSyntaxError) {
    switch symbol {
    case .leftBrace where surrounding == nil: surrounding = .braces
    case .leftBracket where surrounding == nil: surrounding = .brackets
    case .leftBrace, .leftBracket:
      throw error(at: position - 1, found: "\"\(symbol.rawValue)\"", allowed: "the closing bracket of the one before")
    case .rightBrace where surrounding == .braces, .rightBracket where surrounding == .brackets: surrounding = nil
    default: break
    }
  }

  /// The character at the position, for a message.
  private var characterText: String {
    let scalar = String(decoding: text[position...].prefix(4), as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
    return scalar.value < 0x20 || scalar.value == 0x7F
      ? "the control character U+\(String(scalar.value, radix: 16, uppercase: true))" : "\"\(scalar)\""
  }
}

extension UInt8 {
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var startsName: Bool { (0x61...0x7A).contains(self | 0x20) || self == UInt8(ascii: "_") }
  var continuesName: Bool { startsName || isDigit }
  var isHexDigit: Bool { isDigit || (0x61...0x66).contains(self | 0x20) }
}
