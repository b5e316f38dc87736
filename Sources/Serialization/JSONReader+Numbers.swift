extension JSONReader {
  /// Reads an integer. One that is written as `1e3` or `5.0` is taken too: Kubernetes makes that of YAML's floats.
  public mutating func readInt() throws(JSONError) -> Int { try readInteger() }

  /// Reads an integer that must fit the type that is asked for.
  public mutating func readInteger<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(JSONError) -> Value
  {
    guard let first = nextByte(), first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
      throw try mismatch(expected: "an integer")
    }
    let start = offset
    let number = try readNumber()
    let value: Value? =
      switch number {
      case .integer(let integer): Value(exactly: integer)
      case .number(let double): Value(exactly: double)
      default: nil
      }
    guard let value else {
      let text = String(decoding: bytes[start..<min(offset, start + 32)], as: UTF8.self)
      throw .refused("expected an integer from \(Value.min) to \(Value.max), found \(text)", at: position(at: start))
    }
    return value
  }

  /// Reads a number as the nearest double.
  public mutating func readDouble() throws(JSONError) -> Double {
    switch try readNumber() {
    case .integer(let integer): Double(integer)
    case .number(let double): double
    default: 0  // readNumber returns no other
    }
  }

  /// Reads a number: an `integer` when it is written as one and fits 64 bits, otherwise the nearest `number`.
  ///
  /// - Throws: also for one beyond the range of a double.
  public mutating func readNumber() throws(JSONError) -> JSONValue {
    guard let first = nextByte(), first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
      throw try mismatch(expected: "a number")
    }
    let start = offset
    let isInteger = try skipNumber()
    let text = bytes[start..<offset]
    if isInteger, let integer = Self.integer(text) { return .integer(integer) }
    // The grammar was checked: the names and hexadecimal forms that `Double` knows too do not get here.
    guard let double = Double(String(decoding: text, as: UTF8.self)), double.isFinite else {
      throw .refused("a number is beyond the range of a 64-bit float", at: position(at: start))
    }
    return .number(double)
  }

  /// Passes over a number and says whether it is written without a fraction and an exponent.
  @inline(__always)
  mutating func skipNumber() throws(JSONError) -> Bool {
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let leading = offset
    try skipDigits()
    if bytes[leading] == UInt8(ascii: "0"), offset - leading > 1 {
      offset = leading
      throw malformed("a number must not start with 0")
    }
    guard offset < bytes.count else { return true }
    var isInteger = true
    if bytes[offset] == UInt8(ascii: ".") {
      isInteger = false
      offset += 1
      try skipDigits()
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      offset += 1
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
      try skipDigits()
    }
    return isInteger
  }

  @inline(__always)
  private mutating func skipDigits() throws(JSONError) {
    let start = offset
    while offset < bytes.count, bytes[offset] &- 0x30 < 10 { offset += 1 }
    guard offset > start else { throw unexpected("expected a digit") }
  }

  /// `nil` when it does not fit.
  private static func integer(_ text: Slice<UnsafeRawBufferPointer>) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    var value: Int64 = 0
    for byte in isNegative ? text.dropFirst() : text {
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let digit = Int64(byte &- 0x30)
      let (sum, carry) =
        isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }
}
