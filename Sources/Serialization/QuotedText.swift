extension String {
  /// The text in double quotes, with the escapes that JSON and YAML have in common.
  ///
  /// - Parameter mustEscape: which characters are written as `\uXXXX`, besides those that have an escape of their own; only
  ///   ones below U+10000.
  public func quoted(escaping mustEscape: (Unicode.Scalar) -> Bool) -> String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where mustEscape(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
