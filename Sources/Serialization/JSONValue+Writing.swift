extension JSONValue {
  /// The value as JSON: keys sorted, the same bytes each time.
  ///
  /// A `number` is written with the fewest digits that read back as the same double, and always so that it reads back as
  /// a `number`. One that is not finite has no form in JSON and is written as `null`.
  ///
  /// - Parameter pretty: a line for each member and element, indented by two spaces, and a line break at the end.
  public func jsonBytes(pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(isPretty: pretty)
    writer.write(self)
    if pretty { writer.bytes.append(UInt8(ascii: "\n")) }
    return writer.bytes
  }

  /// ``jsonBytes(pretty:)`` as a text.
  public func jsonText(pretty: Bool = false) -> String {
    String(decoding: jsonBytes(pretty: pretty), as: UTF8.self)
  }
}

private struct JSONWriter {
  let isPretty: Bool
  var bytes: [UInt8] = []
  private var indentation = 0

  init(isPretty: Bool) { self.isPretty = isPretty }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .number(let value): bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    case .string(let value): write(value)
    case .array(let elements):
      writeList(open: "[", close: "]", elements) { writer, element in writer.write(element) }
    case .object(let members):
      writeList(open: "{", close: "}", members.sorted { $0.key < $1.key }) { writer, member in
        writer.write(member.key)
        writer.append(writer.isPretty ? ": " : ":")
        writer.write(member.value)
      }
    }
  }

  private mutating func writeList<Element>(
    open: StaticString, close: StaticString, _ elements: [Element],
    _ writeElement: (inout JSONWriter, Element) -> Void
  ) {
    append(open)
    indentation += 2
    for (index, element) in elements.enumerated() {
      if index > 0 { append(",") }
      breakLine()
      writeElement(&self, element)
    }
    indentation -= 2
    if !elements.isEmpty { breakLine() }
    append(close)
  }

  private mutating func breakLine() {
    guard isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: Self.spaces.prefix(indentation))
    if indentation > Self.spaces.count {
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation - Self.spaces.count))
    }
  }

  private static let spaces = [UInt8](repeating: UInt8(ascii: " "), count: 64)

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// What needs no escape goes in as it is, a stretch at a time.
  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var plain = 0
      for index in utf8.indices where Self.isEscaped(utf8[index]) {
        bytes.append(contentsOf: utf8[plain..<index])
        writeEscape(utf8[index])
        plain = index + 1
      }
      bytes.append(contentsOf: utf8[plain...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func writeEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case 0x08: append("\\b")
    case 0x09: append("\\t")
    case 0x0A: append("\\n")
    case 0x0C: append("\\f")
    case 0x0D: append("\\r")
    default:
      append(byte < 0x10 ? "\\u000" : "\\u001")
      bytes.append(contentsOf: String(byte & 0x0F, radix: 16).utf8)
    }
  }
}
