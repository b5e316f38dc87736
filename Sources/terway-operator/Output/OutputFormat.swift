import Serialization

/// How a command writes its result.
enum OutputFormat: String, Sendable {
  case text, json, yaml

  /// `-o`, with the formats that the command has.
  static func option(_ formats: [OutputFormat], default format: OutputFormat) -> Option<OutputFormat> {
    let words = formats.map(\.rawValue)
    let syntax = ValueSyntax<OutputFormat>(
      placeholder: "FORMAT", expectation: words.joinedAsChoice, completion: .words(words),
      parse: { text in formats.first { $0.rawValue == text } })
    return Option(
      "output", short: "o", syntax, default: format, shownAs: format.rawValue, "How the result is written.")
  }

  /// A value as YAML, or as indented JSON.
  func text(of value: JSONValue) -> String {
    self == .json ? value.jsonText(pretty: true) : YAML.text(value)
  }

  /// Kubernetes objects as kubectl takes them: documents of YAML, or a list in JSON.
  func text(ofObjects objects: [JSONValue]) -> String {
    self == .json
      ? text(of: ["apiVersion": "v1", "kind": "List", "items": .array(objects)]) : YAML.text(documents: objects)
  }
}
