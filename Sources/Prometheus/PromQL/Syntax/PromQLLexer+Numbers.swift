extension PromQLLexer {
  /// Numbers are Go's without underscores: decimal with fraction and exponent, hexadecimal, octal after a zero.
  mutating func numberOrDuration() throws(PromQLSyntaxError) -> Token.Kind {
    let start = position
    skipNumber()
    if !peek().continuesName {
      let spelling = String(decoding: text[start..<position], as: UTF8.self)
      guard let number = Self.number(spelling) else {
        throw error(at: start, found: spelling, allowed: "a number that is complete and not too large")
      }
      return .number(number)
    }
    while peek().continuesName || peek() == UInt8(ascii: ".") && peek(1).isDigit { position += 1 }
    let spelling = String(decoding: text[start..<position], as: UTF8.self)
    guard let duration = PromDuration.parse(spelling) else {
      throw error(
        at: start, found: spelling, allowed: "a number, or a duration such as 5m or 1h30m (y, w, d, h, m, s, ms)")
    }
    guard duration > .zero else { throw error(at: start, found: spelling, allowed: "a duration above zero") }
    return .duration(duration)
  }

  private mutating func skipNumber() {
    let isHexadecimal = peek() == UInt8(ascii: "0") && peek(1) | 0x20 == UInt8(ascii: "x")
    if isHexadecimal { position += 2 }
    func isDigit(_ byte: UInt8) -> Bool { isHexadecimal ? byte.isHexDigit : byte.isDigit }
    while isDigit(peek()) { position += 1 }
    if peek() == UInt8(ascii: ".") {
      position += 1
      while isDigit(peek()) { position += 1 }
    }
    guard peek() | 0x20 == UInt8(ascii: "e") else { return }
    position += 1
    if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
    while peek().isDigit { position += 1 }
  }

  private static func number(_ spelling: String) -> Double? {
    if spelling.utf8.count > 2, spelling.utf8.dropFirst().first.map({ $0 | 0x20 }) == UInt8(ascii: "x") {
      return Int64(spelling.dropFirst(2), radix: 16).map(Double.init)
    }
    let isOctal = spelling.utf8.first == UInt8(ascii: "0") && spelling.utf8.allSatisfy { (0x30...0x37).contains($0) }
    if isOctal, let number = Int64(spelling, radix: 8) { return Double(number) }
    // An exponent without digits, and no digits at all, are refused here.
    guard let last = spelling.utf8.last, last.isDigit || last == UInt8(ascii: "."), let number = Double(spelling),
      number.isFinite
    else { return nil }
    return number
  }

  /// `$name`, `${name}`, `${name:format}`.
  mutating func variable() throws(PromQLSyntaxError) -> String {
    let start = position
    position += 1
    let isBraced = peek() == UInt8(ascii: "{")
    if isBraced { position += 1 }
    let nameStart = position
    while peek().continuesName { position += 1 }
    let hasName = position > nameStart && text[nameStart].startsName
    if isBraced {
      while peek().continuesName || peek() == UInt8(ascii: ".") || peek() == UInt8(ascii: ":") { position += 1 }
    }
    guard hasName, !isBraced || peek() == UInt8(ascii: "}") else {
      throw error(at: start, found: "\"$\"", allowed: "a variable such as $name or ${name}")
    }
    if isBraced { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }
}
