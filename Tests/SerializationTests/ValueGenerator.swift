import Serialization
import TestSupport

/// Makes values that are hard to write and read back; the same ones for the same seed.
struct ValueGenerator: RandomNumberGenerator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func next() -> UInt64 { random.next() }

  mutating func value(depth: Int = 4) -> JSONValue {
    switch int(in: depth > 0 ? 0...9 : 0...5) {
    case 0: .null
    case 1: .bool(int(in: 0...1) == 1)
    case 2: .integer(Int64(bitPattern: next() >> UInt64(int(in: 0...63))))
    case 3: .number(number())
    case 6, 7: .array((0..<int(in: 0...4)).map { _ in value(depth: depth - 1) })
    case 8, 9:
      .object(
        Dictionary(
          (0..<int(in: 0...4)).map { _ in (string(), value(depth: depth - 1)) }, uniquingKeysWith: { $1 }))
    default: .string(string())
    }
  }

  mutating func string() -> String {
    if int(in: 0...2) == 0 { return Self.tricky[int(in: 0...Self.tricky.count - 1)] }
    var text = String.UnicodeScalarView()
    for _ in 0..<int(in: 0...12) { text.append(Self.scalars[int(in: 0...Self.scalars.count - 1)]) }
    return String(text)
  }

  private mutating func number() -> Double {
    switch int(in: 0...2) {
    case 0: Double(int(in: -1000...1000))
    case 1: Double(int(in: -1000...1000)) / 8
    default:
      {
        let double = Double(bitPattern: next())
        return double.isFinite ? double : 0.1
      }()
    }
  }

  private mutating func int(in range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

  private static let scalars = Array(
    "aZ09 \n\n\t\r:#-?,.[]{}&*!|>'\"%@`=<~\\/_+e\u{0}\u{7}\u{7f}\u{85}\u{a0}\u{2028}\u{2029}\u{feff}\u{fffe}é😀  "
      .unicodeScalars)

  /// What YAML 1.1 or 1.2 reads as something else when it is not quoted, and text that needs care in a block.
  static let tricky = [
    "", " ", "~", "null", "Null", "NULL", "true", "True", "yes", "Yes", "no", "NO", "on", "off", "y", "N", "0", "-0",
    "0777", "0o14", "0x1f", "0b11", "1_000", "1,000", "+1", "1e3", "1.0", ".5", "5.", "1e400", ".inf", "-.INF", ".nan",
    "12:30:45", "1:2.5", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "=", "<<", "-", "--- a",
    "...", "- a", "? a", ": a", "a: b", "a:", "a #b", "#a", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "{a}", "[a]",
    "'a'", "\"a\"", "a\\b", "\n", "\n\n", "a\n", "a\n\n", "\na", " a\nb", "a\n b\n", "\ta\nb", "a\n\tb", "a \nb ",
    "a\n \n",
    " \na", "a\r\nb", "a\u{2028}b", "10.0.0.1", "10.0.0.1:80", "1.2.3", ":8080", "-v", "--flag=1",
    "rate(x{a=\"b\"}[5m])",
    String(repeating: "long ", count: 300), String(repeating: "k", count: 1100), "# comment\nkey: value\n",
  ]
}
