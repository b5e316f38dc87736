import Serialization

/// The spelling of the Common Expression Language as Kubernetes embeds it.
public enum CEL {
  private static let reservedWords: Set<String> = [
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return",
  ]

  /// `self` and the fields below it. A field whose name is a word of CEL is escaped as Kubernetes prescribes.
  public static func field(_ path: [String]) -> String {
    path.reduce("self") { "\($0).\(reservedWords.contains($1) ? "__\($1)__" : $1)" }
  }

  public static func literal(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "'\(escaped)'"
  }
}

extension JSONValue {
  /// The value at the end of a path of members; `nil` when there is none.
  public func value(below path: [String]) -> JSONValue? {
    path.reduce(Optional(self)) { value, key in value?[key] }
  }
}
