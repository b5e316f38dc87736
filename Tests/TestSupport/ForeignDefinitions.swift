import Foundation
import KubernetesModel
import Serialization

/// The CustomResourceDefinitions of prometheus-operator and grafana-operator: the real ones where a checkout has them in
/// `../shared/crds`, or in the folder that `TERWAY_FOREIGN_CRDS` names; else the small ones of our own.
public struct ForeignDefinitions: Sendable {
  public let isReal: Bool
  private let folder: URL

  public init() {
    let candidates = [
      ProcessInfo.processInfo.environment["TERWAY_FOREIGN_CRDS"].map { URL(fileURLWithPath: $0) },
      Repository.root.deletingLastPathComponent().appendingPathComponent("shared/crds"),
    ]
    let found = candidates.compactMap(\.self).first { FileManager.default.fileExists(atPath: $0.path) }
    isReal = found != nil
    folder = found ?? Repository.file("hack/control-plane/crds")
  }

  public func file(_ kind: ResourceType) -> URL {
    folder.appendingPathComponent("\(kind.kind.group)_\(kind.plural).yaml")
  }

  /// The schema of whole objects; `nil` where the version is not served.
  public func schema(of kind: ResourceType) throws -> OpenAPISchema? {
    let file = file(kind)
    let definition = try YAML.documents(in: Array(Data(contentsOf: file)), file: file.lastPathComponent).first?.value
    let version = definition?.at("spec", "versions")?.array?.first {
      $0["name"]?.string == kind.kind.version && $0["served"] == true
    }
    return version?.at("schema", "openAPIV3Schema").map(OpenAPISchema.init)
  }
}

/// A schema as a CustomResourceDefinition holds it, and what it says of a value: as much as tells fields that do not exist,
/// are missing, or hold the wrong thing. Like server-side apply, and unlike a plain create, it refuses unknown fields.
public struct OpenAPISchema: Sendable {
  private let schema: JSONValue

  public init(_ schema: JSONValue) { self.schema = schema }

  /// What is wrong, each with the path of the field; empty for a valid value.
  public func violations(in value: JSONValue, at path: String = "") -> [String] {
    if schema["x-kubernetes-int-or-string"] == true {
      return value.integer != nil || value.string != nil ? [] : ["\(path): is neither number nor string"]
    }
    if let choices = schema["enum"]?.array, !choices.contains(value) {
      return ["\(path): \(value) is none of \(choices)"]
    }
    switch schema["type"]?.string {
    case "object": return object(value, path)
    case "array":
      guard let items = value.array else { return ["\(path): is no list"] }
      guard let element = schema["items"].map(OpenAPISchema.init) else { return [] }
      return items.enumerated().flatMap { element.violations(in: $1, at: "\(path)[\($0)]") }
    case "string": return string(value, path)
    case "integer":
      guard let number = value.integer else { return ["\(path): is no integer"] }
      if let minimum = schema["minimum"]?.integer, number < minimum {
        return ["\(path): \(number) is below \(minimum)"]
      }
      return []
    case "boolean": return value.bool == nil ? ["\(path): is no Boolean"] : []
    default: return []
    }
  }

  private func object(_ value: JSONValue, _ path: String) -> [String] {
    guard let members = value.object else { return ["\(path): is no object"] }
    let properties = schema["properties"]?.object ?? [:]
    let required = (schema["required"]?.array ?? []).compactMap(\.string).filter { members[$0] == nil }
    let isOpen = schema["x-kubernetes-preserve-unknown-fields"] == true || path == ".metadata"
    let others = schema["additionalProperties"].map(OpenAPISchema.init)
    return required.map { "\(path).\($0): is required" }
      + members.sorted { $0.key < $1.key }.flatMap { name, member -> [String] in
        if let known = properties[name] { return OpenAPISchema(known).violations(in: member, at: "\(path).\(name)") }
        if let others { return others.violations(in: member, at: "\(path).\(name)") }
        // The server adds what every object has.
        let isCommon = path.isEmpty && ["apiVersion", "kind", "metadata"].contains(name)
        return isOpen || isCommon ? [] : ["\(path).\(name): is not known"]
      }
  }

  private func string(_ value: JSONValue, _ path: String) -> [String] {
    guard let text = value.string else { return ["\(path): is no string"] }
    if let minimum = schema["minLength"]?.integer, text.count < minimum { return ["\(path): is too short"] }
    guard let pattern = schema["pattern"]?.string else { return [] }
    return text.range(of: pattern, options: .regularExpression) == nil
      ? ["\(path): \(text) does not match \(pattern)"] : []
  }
}
