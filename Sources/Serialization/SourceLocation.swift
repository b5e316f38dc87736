/// A place in a file that a person wrote.
public struct SourceLocation: Hashable, Sendable {
  /// The name of the file as it was given on the command line; `<stdin>` for standard input.
  public var file: String
  /// From 1.
  public var line: Int
  /// From 1, in Unicode scalars.
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    (self.file, self.line, self.column) = (file, line, column)
  }
}

extension SourceLocation: CustomStringConvertible {
  /// `file:line:column`, the form that editors and terminals make a link of.
  public var description: String { "\(file):\(line):\(column)" }
}

/// One step from a value into a value that it contains.
public enum PathElement: Hashable, Sendable {
  case key(String)
  case index(Int)
}

extension [PathElement] {
  /// The path as Kubernetes writes field paths: `spec.rules[0].name`, `metadata.labels[app.kubernetes.io/name]`.
  public var fieldPath: String {
    var text = ""
    for element in self {
      switch element {
      case .index(let index): text += "[\(index)]"
      case .key(let key) where key.isEmpty || key.utf8.contains(where: { ".[]/ ".utf8.contains($0) }):
        text += "[\(key)]"
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      }
    }
    return text
  }
}
