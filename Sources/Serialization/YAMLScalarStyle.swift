/// How a string is written so that readers of YAML 1.1 and of YAML 1.2 get the same string back.
enum YAMLScalarStyle: Equatable {
  case plain, singleQuoted, doubleQuoted
  /// Line by line after `|`. The indentation is stated when it cannot be told from the first line.
  case literal(statesIndentation: Bool)

  /// - Parameter isKey: of a mapping, which has to be on one line.
  init(for text: String, isKey: Bool = false) {
    let scalars = text.unicodeScalars
    if scalars.contains(where: Self.needsEscape) {
      self = .doubleQuoted
    } else if scalars.contains("\n") || scalars.contains("\t") {
      let firstLine = scalars.drop { $0 == "\n" }
      let isLiteral = !isKey && !firstLine.isEmpty && scalars.contains("\n")
      let isIndented = firstLine.first == " " || firstLine.first == "\t"
      self = isLiteral ? .literal(statesIndentation: isIndented) : .doubleQuoted
    } else if Self.isPlain(text) {
      self = .plain
    } else {
      self = scalars.contains("\"") || scalars.contains("\\") ? .singleQuoted : .doubleQuoted
    }
  }

  /// Control characters, what looks like a space or a line break and is none, and what YAML does not allow.
  static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case ..<0x20, 0x7F...0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  static func doubleQuoted(_ text: String) -> String { text.quoted(escaping: needsEscape) }

  static func singleQuoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
      if scalar == "'" { result += "'" }
      result.unicodeScalars.append(scalar)
    }
    return result + "'"
  }

  // MARK: Plain

  private static func isPlain(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last else { return false }
    func contains(_ pair: StaticString) -> Bool {
      bytes.indices.dropLast().contains { bytes[$0] == pair.utf8Start[0] && bytes[$0 + 1] == pair.utf8Start[1] }
    }
    if first == UInt8(ascii: " ") || last == UInt8(ascii: " ") || last == UInt8(ascii: ":") { return false }
    if ",[]{}#&*!|>'\"%@`".utf8.contains(first) { return false }
    // These start a scalar only when they are directly followed by more of it.
    if "-?:".utf8.contains(first), bytes.count < 2 || bytes[1] == UInt8(ascii: " ") { return false }
    if bytes.starts(with: "---".utf8) || bytes.starts(with: "...".utf8) { return false }
    if contains(": ") || contains(" #") { return false }
    return !isReadAsOther(bytes, text)
  }

  /// Whether some reader makes something else than a string of it.
  private static func isReadAsOther(_ bytes: [UInt8], _ text: String) -> Bool {
    guard YAMLScalar.plain(text) == .string(text) else { return true }
    let words = [
      "y", "n", "yes", "no", "on", "off", "true", "false", "null", ".inf", "+.inf", "-.inf", ".nan", "<<", "=",
    ]
    return bytes.count < 6 && words.contains(text.lowercased()) || looksLikeNumber(bytes) || looksLikeTimestamp(bytes)
  }

  /// Numbers of any YAML: also with separators, in base 60, and too large ones. Includes more than it must.
  private static func looksLikeNumber(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard let first = rest.first(where: { $0 != UInt8(ascii: ".") }), isDigit(first) else { return false }
    if rest.first == UInt8(ascii: "0"), let base = rest.dropFirst().first, "xXoObB".utf8.contains(base) {
      return rest.dropFirst(2).allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) || $0 == 0x5F }
    }
    let mantissa = rest.prefix { isDigit($0) || "_,.:".utf8.contains($0) }
    guard mantissa.filter({ $0 == UInt8(ascii: ".") }).count < 2 else { return false }
    var exponent = rest.dropFirst(mantissa.count)
    guard let letter = exponent.popFirst() else { return true }
    guard letter | 0x20 == UInt8(ascii: "e") else { return false }
    if exponent.first == UInt8(ascii: "-") || exponent.first == UInt8(ascii: "+") { exponent = exponent.dropFirst() }
    return exponent.allSatisfy { isDigit($0) }
  }

  /// `2001-1-2` and what continues it with a time.
  private static func looksLikeTimestamp(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 8, bytes.prefix(4).allSatisfy(isDigit), bytes[4] == UInt8(ascii: "-") else { return false }
    let day = bytes.dropFirst(5).drop { isDigit($0) || $0 == UInt8(ascii: "-") }
    return day.first.map { "Tt ".utf8.contains($0) } ?? true
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
