/// Reads the character classes and escapes of a regular expression.
struct RegularExpressionClass {
  private let scalars: [Unicode.Scalar]
  private(set) var position: Int

  init(_ scalars: [Unicode.Scalar], at position: Int) {
    (self.scalars, self.position) = (scalars, position)
  }

  private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    position + distance < scalars.count ? scalars[position + distance] : nil
  }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    position += 1
    return true
  }

  private func error(_ problem: String) -> RegularExpressionError { RegularExpressionError(problem: problem) }

  /// What follows the opening bracket, with the closing one.
  mutating func read() throws(RegularExpressionError) {
    _ = skip("^")
    var isFirst = true
    while let scalar = peek(), scalar != "]" || isFirst {
      isFirst = false
      if scalar == "[", peek(1) == ":", try readNamedClass() { continue }
      if scalar == "\\" {
        position += 1
        if try readClassEscape() { continue }
        position -= 1
      }
      let low = try readCharacter()
      guard peek() == "-", let end = peek(1), end != "]" else { continue }
      position += 1
      guard try readCharacter() >= low else { throw error("a range that ends before it starts") }
    }
    guard skip("]") else { throw error("a character class that is not closed") }
  }

  /// `[:alpha:]`; false, with nothing consumed, when the brackets are characters.
  private mutating func readNamedClass() throws(RegularExpressionError) -> Bool {
    var end = position + 2
    // Further on is no name; looking there again and again would take long.
    let limit = min(scalars.count, end + 64)
    while end + 1 < limit, scalars[end] != ":" || scalars[end + 1] != "]" { end += 1 }
    guard end + 1 < limit else { return false }
    var name = String(String.UnicodeScalarView(scalars[(position + 2)..<end]))
    if name.hasPrefix("^") { name.removeFirst() }
    guard Self.namedClasses.contains(name) else { throw error("an unknown class [:\(name):]") }
    position = end + 2
    return true
  }

  private static let namedClasses: Set<String> = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
  ]

  private mutating func readCharacter() throws(RegularExpressionError) -> UInt32 {
    guard let scalar = peek() else { throw error("a character class that is not closed") }
    position += 1
    return scalar == "\\" ? try readCharacterEscape() : scalar.value
  }

  /// After a backslash: an escape that stands for many characters. False, with nothing consumed, for any other.
  mutating func readClassEscape() throws(RegularExpressionError) -> Bool {
    switch peek() {
    case "d", "D", "s", "S", "w", "W":
      position += 1
      return true
    case "p", "P":
      position += 1
      try readUnicodeClass()
      return true
    default: return false
    }
  }

  private mutating func readUnicodeClass() throws(RegularExpressionError) {
    guard let first = peek() else { throw error("\\p without a class") }
    position += 1
    var name = String(first)
    if first == "{" {
      guard let end = scalars[position...].firstIndex(of: "}") else { throw error("\\p{ without }") }
      name = String(String.UnicodeScalarView(scalars[position..<end]))
      if name.hasPrefix("^") { name.removeFirst() }
      position = end + 1
    }
    let isScript =
      name.utf8.count > 2 && name.utf8.allSatisfy(\.continuesName)
      && name.unicodeScalars.first?.properties.isUppercase == true
    guard isScript || Self.categories.contains(name) else { throw error("an unknown class \\p{\(name)}") }
  }

  private static let categories: Set<String> = [
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
  ]

  /// After a backslash: an escape that stands for one character.
  mutating func readCharacterEscape() throws(RegularExpressionError) -> UInt32 {
    guard let letter = peek() else { throw error("a backslash at the end") }
    position += 1
    switch letter {
    case "0"..."7":
      // One digit other than zero would be a reference to a group, which RE2 does not have.
      guard letter == "0" || peek().map({ ("0"..."7").contains($0) }) == true else { break }
      var value = letter.value - 48
      for _ in 0..<2 {
        guard let digit = peek(), ("0"..."7").contains(digit) else { break }
        value = value * 8 + digit.value - 48
        position += 1
      }
      return value
    case "x": return try readHexadecimal()
    case "a", "f", "n", "r", "t", "v": return 0
    case _ where letter.isASCII && !UInt8(letter.value).continuesName || letter == "_": return letter.value
    default: break
    }
    throw error("an unknown escape \\\(letter)")
  }

  private mutating func readHexadecimal() throws(RegularExpressionError) -> UInt32 {
    var digits = ""
    let isBraced = skip("{")
    while let digit = peek(), digit.isASCII, UInt8(digit.value).isHexDigit, isBraced || digits.utf8.count < 2 {
      digits.unicodeScalars.append(digit)
      position += 1
    }
    guard isBraced ? skip("}") : digits.utf8.count == 2, let value = UInt32(digits, radix: 16), value <= 0x10FFFF else {
      throw error("an escape \\x of no character")
    }
    return value
  }
}
