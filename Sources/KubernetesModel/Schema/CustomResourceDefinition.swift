import Serialization

/// A resource type that we add to an API server.
public struct CustomResourceDefinition: Sendable {
  public var group: String
  public var scope: Scope
  public var names: Names
  public var versions: [Version]

  public init(group: String, scope: Scope, names: Names, versions: [Version]) {
    self.group = group
    self.scope = scope
    self.names = names
    self.versions = versions
  }

  public enum Scope: String, Sendable {
    case cluster = "Cluster"
    case namespaced = "Namespaced"
  }

  public struct Names: Sendable {
    public var kind: String
    public var plural: String
    public var singular: String
    public var shortNames: [String]
    /// Groups of `kubectl get`.
    public var categories: [String]

    public init(kind: String, plural: String, singular: String, shortNames: [String] = [], categories: [String] = []) {
      self.kind = kind
      self.plural = plural
      self.singular = singular
      self.shortNames = shortNames
      self.categories = categories
    }
  }

  public struct Version: Sendable {
    public var name: String
    /// Of the whole object, with `apiVersion`, `kind` and `metadata`.
    public var schema: StructuralSchema
    public var columns: [PrinterColumn]
    public var isServed = true
    public var isStored = true
    public var hasStatus = true

    public init(name: String, schema: StructuralSchema, columns: [PrinterColumn]) {
      self.name = name
      self.schema = schema
      self.columns = columns
    }
  }

  /// A column of `kubectl get`.
  public struct PrinterColumn: Sendable {
    public var name: String
    /// `string`, `integer`, `boolean` or `date`.
    public var type: String
    public var path: String
    public var description: String
    /// Shown with `-o wide` only.
    public var isWide: Bool

    public init(
      _ name: String, type: String = "string", path: String, wide: Bool = false, _ description: String
    ) {
      self.name = name
      self.type = type
      self.path = path
      self.description = description
      self.isWide = wide
    }

    /// A member of the condition of a type.
    public static func condition(
      _ name: String, _ type: String, member: String = "status", wide: Bool = false, _ description: String
    ) -> PrinterColumn {
      let path = ".status.conditions[?(@.type==\"\(type)\")].\(member)"
      return PrinterColumn(name, path: path, wide: wide, description)
    }

    public static let age = PrinterColumn(
      "Age", type: "date", path: ".metadata.creationTimestamp", "Time since creation.")
  }
}

extension CustomResourceDefinition {
  /// The object's name: `plural.group`.
  public var name: String { "\(names.plural).\(group)" }

  public var manifest: JSONValue {
    [
      "apiVersion": "apiextensions.k8s.io/v1",
      "kind": "CustomResourceDefinition",
      "metadata": ["name": .string(name)],
      "spec": [
        "group": .string(group), "scope": .string(scope.rawValue), "names": names.manifest,
        "versions": .array(versions.map(\.manifest)),
      ],
    ]
  }
}

extension CustomResourceDefinition.Names {
  fileprivate var manifest: JSONValue {
    var members: [String: JSONValue] = [
      "kind": .string(kind), "listKind": .string("\(kind)List"), "plural": .string(plural),
      "singular": .string(singular),
    ]
    if !shortNames.isEmpty { members["shortNames"] = JSONValue(shortNames) }
    if !categories.isEmpty { members["categories"] = JSONValue(categories) }
    return .object(members)
  }
}

extension CustomResourceDefinition.Version {
  fileprivate var manifest: JSONValue {
    var members: [String: JSONValue] = [
      "name": .string(name), "served": .bool(isServed), "storage": .bool(isStored),
      "schema": ["openAPIV3Schema": schema.openAPI],
      "additionalPrinterColumns": .array(columns.map(\.manifest)),
    ]
    if hasStatus { members["subresources"] = ["status": [:]] }
    return .object(members)
  }
}

extension CustomResourceDefinition.PrinterColumn {
  fileprivate var manifest: JSONValue {
    var members: [String: JSONValue] = [
      "name": .string(name), "type": .string(type), "jsonPath": .string(path), "description": .string(description),
    ]
    if isWide { members["priority"] = 1 }
    return .object(members)
  }
}
