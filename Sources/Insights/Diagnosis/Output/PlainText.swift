/// Text of others made fit to be shown.
public enum PlainText {
  /// With what moves a cursor, changes colours or turns the direction of writing made visible: a name must not be able to
  /// rewrite what a terminal shows.
  public static func neutral(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isActive) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isActive(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    // Marks, embeddings, overrides and isolates of direction; separators of lines and paragraphs; tags.
    case 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: false
    }
  }

  /// With what may be a credential left out: values that follow the names of some, and keys of the cloud's form.
  public static func redacted(_ text: String) -> String {
    var result = text.replacing(/(?:LTAI|STS\.)[A-Za-z0-9]{8,}/) { _ in "(hidden)" }
    result = result.replacing(
      /(?i)((?:access.?key|secret|signature|security.?token|password|authorization)[A-Za-z_.\-]{0,20}["']?\s{0,2}[=:]\s{0,2}["']?(?:bearer )?)([^\s"'&,;}]{4,})/
    ) { "\($0.output.1)(hidden)" }
    return result
  }

  /// A word of a shell, quoted where it must be: names of others stand in commands that somebody copies.
  public static func shellWord(_ text: String) -> String {
    let isHarmless = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x3A: true
      default: false
      }
    }
    // A word that begins with a dash would be taken for a flag.
    if isHarmless, !text.isEmpty, !text.hasPrefix("-") { return text }
    return "'\(neutral(text).replacing("'", with: "'\\''"))'"
  }
}
