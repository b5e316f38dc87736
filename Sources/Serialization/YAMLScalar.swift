/// What scalars mean.
///
/// | plain scalar | value |
/// |---|---|
/// | nothing, `~`, `null`, `Null`, `NULL` | null |
/// | `true`, `yes`, `on`, `y` and `false`, `no`, `off`, `n`, also `Yes`, `YES` and so on | boolean |
/// | `12`, `-0x1f`, `0o14`, `0777` (octal), `0b101`, `1_000` | integer; beyond 64 bits a number |
/// | `1.5`, `.5`, `1e3`, `08` | number |
/// | anything else, also `2001-12-14`, `12:30:45`, `1e999` | string |
///
/// Quoted and block scalars are strings. `.inf` and `.nan` are refused: JSON has no such numbers.
enum YAMLScalar {
  /// A scalar that cannot be taken, and why.
  struct Refusal: Error { var reason: String }

  static let tagPrefix = "tag:yaml.org,2002:"

  static func value(of text: String, isPlain: Bool, tag: String?) throws(Refusal) -> JSONValue {
    guard let tag, !tag.isEmpty else { return isPlain ? try finite(plain(text), text) : .string(text) }
    let value = try finite(plain(text), text, refuses: tag != tagPrefix + "str" && tag != "!")
    switch (tag.hasPrefix(tagPrefix) ? String(tag.dropFirst(tagPrefix.count)) : tag, value) {
    case ("str", _), ("!", _), ("timestamp", .string): return .string(text)
    case ("null", .null), ("bool", .bool), ("int", .integer), ("float", .number): return value
    case ("int", .number(let number)) where number.rounded() == number && abs(number) >= 0x1p63: return value
    case ("float", .integer(let integer)): return .number(Double(integer))
    case ("null", _), ("bool", _), ("int", _), ("float", _), ("timestamp", _):
      throw Refusal(reason: "\(short(tag)) cannot be \"\(text)\"")
    default: throw Refusal(reason: "unknown tag \(short(tag))")
    }
  }

  /// The tag as a person writes it.
  static func short(_ tag: String) -> String {
    tag.hasPrefix(tagPrefix) ? "!!" + tag.dropFirst(tagPrefix.count) : tag
  }

  static func isMergeKey(_ event: YAMLEvent) -> Bool {
    guard case .scalar("<<", let isPlain) = event.kind else { return false }
    return event.tag.map { $0 == tagPrefix + "merge" } ?? isPlain
  }

  /// The text of a value as a key: `nil` for what cannot be one.
  static func key(from value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): shortest(Float(value))
    case .null, .array, .object: nil
    }
  }

  private static func finite(
    _ value: JSONValue, _ text: String, refuses: Bool = true
  ) throws(Refusal) -> JSONValue {
    if refuses, case .number(let number) = value, !number.isFinite {
      throw Refusal(reason: "JSON has no number \(text); put it in quotes if it is a string")
    }
    return value
  }

  // MARK: Plain scalars

  private static let words: [String: JSONValue] = {
    var words: [String: JSONValue] = ["": nil, "~": nil]
    func add(_ lowercased: [String], _ value: JSONValue) {
      for word in lowercased {
        words[word] = value
        words[word.uppercased()] = value
        words[word.prefix(1).uppercased() + word.dropFirst()] = value
      }
    }
    add(["null"], nil)
    add(["y", "yes", "true", "on"], true)
    add(["n", "no", "false", "off"], false)
    for (sign, value) in [("", Double.infinity), ("+", .infinity), ("-", -.infinity)] {
      for word in [".inf", ".Inf", ".INF"] { words[sign + word] = .number(value) }
    }
    for word in [".nan", ".NaN", ".NAN"] { words[word] = .number(.nan) }
    return words
  }()

  static func plain(_ text: String) -> JSONValue {
    if let value = words[text] { return value }
    guard let first = text.utf8.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first) else {
      return .string(text)
    }
    // Go takes underscores out of what starts with a digit or a sign, but not of what starts with a point.
    let digits = first == UInt8(ascii: ".") ? Array(text.utf8) : text.utf8.filter { $0 != UInt8(ascii: "_") }
    if let integer = integer(digits) { return integer }
    if isFloat(digits), let double = Double(String(decoding: digits, as: UTF8.self)), double.isFinite {
      return .number(double)
    }
    return .string(text)
  }

  private static func integer(_ text: [UInt8]) -> JSONValue? {
    let isNegative = text.first == UInt8(ascii: "-")
    var digits = text[...]
    if isNegative || text.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var radix = 10
    if digits.count > 1, digits.first == UInt8(ascii: "0") {
      let letters: [UInt8: Int] = [0x78: 16, 0x6F: 8, 0x62: 2]  // x, o, b
      let letter = digits.dropFirst().first.map { $0 | 0x20 } ?? 0
      radix = letters[letter] ?? 8
      digits = digits.dropFirst(letters[letter] == nil ? 1 : 2)
    }
    let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard !values.isEmpty, values.count == digits.count, values.allSatisfy({ $0 < radix }) else { return nil }
    let sign = isNegative ? "-" : ""
    let magnitude = String(decoding: digits, as: UTF8.self)
    if let integer = Int64(sign + magnitude, radix: radix) { return .integer(integer) }
    let double = radix == 10 ? Double(magnitude) : values.reduce(0.0) { $0 * Double(radix) + Double($1) }
    return double.map { .number(isNegative ? -$0 : $0) }
  }

  /// A sign, digits with or without a point among them, an exponent.
  private static func isFloat(_ text: [UInt8]) -> Bool {
    var rest = text[...]
    func isSign(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
    func takeDigits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if isSign(rest.first) { rest = rest.dropFirst() }
    var digits = takeDigits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      digits += takeDigits()
    }
    guard digits > 0 else { return false }
    if let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if isSign(rest.first) { rest = rest.dropFirst() }
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// A number in the form in which Go's `%g` writes a 32-bit float: what Kubernetes makes of a key such as `1.20`.
  private static func shortest(_ value: Float) -> String {
    let parts = abs(value).description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0].drop { $0 == "0" }
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    let leadingZeros = whole.isEmpty ? fraction.prefix { $0 == "0" }.count : 0
    var digits = String(whole + fraction.dropFirst(leadingZeros))
    while digits.last == "0" { digits.removeLast() }
    guard !digits.isEmpty else { return value.sign == .minus ? "-0" : "0" }
    let exponent = whole.count - leadingZeros - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let sign = value < 0 ? "-" : ""
    if exponent < -4 || exponent >= 6 {
      let tail = digits.count > 1 ? "." + digits.dropFirst() : ""
      let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
      return sign + digits.prefix(1) + tail + (exponent < 0 ? "e-" : "e+") + power
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 {
      return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count)
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }
}
