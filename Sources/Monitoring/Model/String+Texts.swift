extension String {
  /// The text with `{name}` replaced by the value of `name`, in one pass: what is put in is not looked at again.
  ///
  /// Braces around anything else stay as they are.
  func filled(with values: [String: String]) -> String {
    var (result, rest) = ("", self[...])
    while let open = rest.utf8.firstIndex(of: UInt8(ascii: "{")) {
      result += rest[..<open]
      let after = rest.utf8.index(after: open)
      if let close = rest.utf8[after...].firstIndex(where: { $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "{") }),
        rest.utf8[close] == UInt8(ascii: "}"), let value = values[String(rest[after..<close])]
      {
        result += value
        rest = rest[rest.utf8.index(after: close)...]
      } else {
        result += "{"
        rest = rest[after...]
      }
    }
    return result + rest
  }

  /// Whether the bytes of another text are somewhere among this one's. The standard library's `contains` compares
  /// characters, which takes many times as long and, for what is searched here, comes to the same.
  func hasBytes(of other: String) -> Bool {
    guard let first = other.utf8.first else { return true }
    var rest = utf8[...]
    while let start = rest.firstIndex(of: first) {
      if rest[start...].starts(with: other.utf8) { return true }
      rest = rest[rest.index(after: start)...]
    }
    return false
  }
}
