/// The spelling that Prometheus allows for the names of metrics and labels.
public enum MetricName {
  /// True for `[a-zA-Z_:][a-zA-Z0-9_:]*`.
  public static func isValid(metric name: String) -> Bool {
    isValid(name, colonAllowed: true)
  }

  /// True for `[a-zA-Z_][a-zA-Z0-9_]*`.
  public static func isValid(label name: String) -> Bool {
    isValid(name, colonAllowed: false)
  }

  private static func isValid(_ name: String, colonAllowed: Bool) -> Bool {
    guard let first = name.utf8.first, !isDigit(first) else { return false }
    return name.utf8.allSatisfy { byte in
      isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || (colonAllowed && byte == UInt8(ascii: ":"))
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
