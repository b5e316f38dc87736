import KubernetesModel
import Serialization

/// A resource with every field at its default and its description above it, made from the schema.
struct AnnotatedSample {
  private var lines: [String] = []
  private static let width = 100

  /// - Parameter introduction: comment lines at the top.
  static func text(of definition: CustomResourceDefinition, name: String, introduction: [String]) -> String {
    var sample = AnnotatedSample()
    let version = definition.versions.first { $0.isStored }
    sample.lines = introduction.map { "# \($0)" }
    sample.lines += [
      "apiVersion: \(definition.group)/\(version?.name ?? "")", "kind: \(definition.names.kind)", "metadata:",
      "  name: \(name)", "spec:",
    ]
    for field in version?.schema.field("spec")?.fields ?? [] { sample.add(field, depth: 1) }
    return sample.lines.joined(separator: "\n") + "\n"
  }

  private mutating func add(_ field: SchemaField, depth: Int) {
    comment(field.schema.description, depth: depth)
    if !field.schema.fields.isEmpty, field.schema.defaultValue == .object([:]) {
      line("\(field.name):", depth: depth)
      for inner in field.schema.fields { add(inner, depth: depth + 1) }
    } else if let value = field.schema.defaultValue {
      let text = YAML.text([field.name: value])
      // What the operator fills in by how it was started is left to it.
      let marker = field.schema.defaulting == .reader ? "# " : ""
      for part in text.split(separator: "\n") { line(marker + part, depth: depth) }
      if case .array(let items, _, _) = field.schema.shape { describe(items, depth: depth) }
    } else {
      line("# \(field.name):", depth: depth)
    }
  }

  /// What an entry of a list has, as a comment.
  private mutating func describe(_ items: StructuralSchema, depth: Int) {
    for field in items.fields {
      let note = field.isRequired ? " Required." : field.schema.defaultValue.map { " Default: \($0.jsonText())." } ?? ""
      comment("- \(field.name): \(field.schema.description)\(note)", depth: depth, hanging: "  ")
    }
  }

  private mutating func comment(_ text: String, depth: Int, hanging: String = "") {
    var current = ""
    for word in text.split(separator: " ") {
      if current.count + word.count + 3 + 2 * depth > Self.width {
        line("# \(current)", depth: depth)
        current = hanging + word
      } else {
        current += (current.isEmpty ? "" : " ") + word
      }
    }
    line("# \(current)", depth: depth)
  }

  private mutating func line(_ text: String, depth: Int) {
    lines.append(String(repeating: "  ", count: depth) + text)
  }
}
