extension YAML {
  /// The value as one document, as `kubectl` lays it out: block style, two spaces, lists at the indentation of their key,
  /// texts of several lines as literal blocks.
  ///
  /// Keys are sorted; those of an object of Kubernetes start with `apiVersion`, `kind`, `metadata` and end with `status`.
  /// Reading it back gives the same value. A number that is not finite is written as `null`, as in JSON.
  public static func text(_ value: JSONValue) -> String {
    var writer = YAMLWriter()
    writer.writeDocument(value)
    return writer.text
  }

  /// The values as documents with `---` between them.
  public static func text(documents: [JSONValue]) -> String {
    documents.map { text($0) }.joined(separator: "---\n")
  }
}

private struct YAMLWriter {
  var text = ""

  private typealias Members = [(key: String, value: JSONValue)]

  /// libyaml and PyYAML look for the colon of a key within this many characters; a longer key is marked with `?`.
  private static let longestSimpleKey = 1000

  mutating func writeDocument(_ value: JSONValue) {
    switch value {
    case .object(let members) where !members.isEmpty: writeMembers(documentOrder(members), column: 0)
    case .array(let elements) where !elements.isEmpty: writeElements(elements, column: 0)
    default: writeScalar(value, column: 0)
    }
  }

  private func sorted(_ members: [String: JSONValue]) -> Members { members.sorted { $0.key < $1.key } }

  private func documentOrder(_ members: [String: JSONValue]) -> Members {
    guard members["apiVersion"] != nil, members["kind"] != nil else { return sorted(members) }
    let head = ["apiVersion", "kind", "metadata"]
    let tail = ["status"]
    let rest = sorted(members.filter { !head.contains($0.key) && !tail.contains($0.key) })
    func named(_ keys: [String]) -> Members { keys.compactMap { key in members[key].map { (key, $0) } } }
    return named(head) + rest + named(tail)
  }

  /// Writes members from `column` on; the first one where the line stands.
  private mutating func writeMembers(_ members: Members, column: Int) {
    for (index, member) in members.enumerated() {
      if index > 0 { indent(column) }
      writeKey(member.key, column: column)
      writeMember(member.value, column: column)
    }
  }

  private mutating func writeKey(_ key: String, column: Int) {
    let written =
      switch YAMLScalarStyle(for: key, isKey: true) {
      case .plain: key
      case .singleQuoted: YAMLScalarStyle.singleQuoted(key)
      case .doubleQuoted, .literal: YAMLScalarStyle.doubleQuoted(key)
      }
    if written.unicodeScalars.count <= Self.longestSimpleKey {
      text += written
    } else {
      text += "? \(written)\n"
      indent(column)
    }
    text += ":"
  }

  /// Writes a value after its key.
  private mutating func writeMember(_ value: JSONValue, column: Int) {
    switch value {
    case .object(let members) where !members.isEmpty:
      text += "\n"
      indent(column + 2)
      writeMembers(sorted(members), column: column + 2)
    case .array(let elements) where !elements.isEmpty:
      text += "\n"
      indent(column)
      writeElements(elements, column: column)
    default:
      text += " "
      writeScalar(value, column: column)
    }
  }

  /// Writes elements from `column` on; the first one where the line stands.
  private mutating func writeElements(_ elements: [JSONValue], column: Int) {
    for (index, element) in elements.enumerated() {
      if index > 0 { indent(column) }
      text += "- "
      switch element {
      case .object(let members) where !members.isEmpty: writeMembers(sorted(members), column: column + 2)
      case .array(let elements) where !elements.isEmpty: writeElements(elements, column: column + 2)
      default: writeScalar(element, column: column)
      }
    }
  }

  /// - Parameter column: of the collection that the value is in.
  private mutating func writeScalar(_ value: JSONValue, column: Int) {
    switch value {
    case .string(let string): writeString(string, column: column)
    case .number(let number) where number.isFinite: text += Self.text(of: number)
    default: text += value.jsonText()
    }
    if text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
  }

  private mutating func writeString(_ string: String, column: Int) {
    switch YAMLScalarStyle(for: string) {
    case .plain: text += string
    case .singleQuoted: text += YAMLScalarStyle.singleQuoted(string)
    case .doubleQuoted: text += YAMLScalarStyle.doubleQuoted(string)
    case .literal(let statesIndentation):
      writeLiteral(string.unicodeScalars, column: column, statesIndentation: statesIndentation)
    }
  }

  private mutating func writeLiteral(_ string: String.UnicodeScalarView, column: Int, statesIndentation: Bool) {
    var lines = string.split(separator: "\n", omittingEmptySubsequences: false)
    text += statesIndentation ? "|2" : "|"
    if lines.last?.isEmpty == true {
      lines.removeLast()
      if lines.last?.isEmpty == true { text += "+" }
    } else {
      text += "-"
    }
    for line in lines {
      text += "\n"
      if line.isEmpty { continue }
      indent(column + 2)
      text.unicodeScalars.append(contentsOf: line)
    }
    text += "\n"
  }

  private mutating func indent(_ column: Int) { text += String(repeating: " ", count: column) }

  /// YAML 1.1 wants a point in a number with an exponent, or else takes it for a string.
  private static func text(of number: Double) -> String {
    let text = number.description
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }
}
