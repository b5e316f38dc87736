import KubernetesModel
import Serialization

/// One of the kinds that this operator defines: what a server is told about it, and how an object of it is read.
struct OwnResource: Sendable {
  static let apiVersion = "ops.terway.io/v1alpha1"

  let type: ResourceType
  let singular: String
  let shortName: String
  let description: String
  /// Names of generated objects are made of the resource's, and Kubernetes bounds them.
  let nameLength: ClosedRange<Int>
  let spec: StructuralSchema
  let status: StructuralSchema
  let columns: [CustomResourceDefinition.PrinterColumn]

  private static let name = SchemaPattern(
    "^[a-z]([-a-z0-9]*[a-z0-9])?$",
    "lower-case letters, digits and dashes, starting with a letter, because the names of generated objects are made of it",
    examples: ["terway"])

  /// The schema of the whole object.
  private var root: StructuralSchema {
    .object(
      description,
      [
        .optional(
          "apiVersion", .string(length: 0...Int.max),
          "Version of this representation of the object: \(Self.apiVersion)."),
        .optional("kind", .string(length: 0...Int.max), "Kind of the object: \(type.kind.kind)."),
        SchemaField("metadata", StructuralSchema(.objectMeta(name: Self.name, length: nameLength))),
        .section("spec", spec),
        .optional("status", status, status.description),
      ])
  }

  var definition: CustomResourceDefinition {
    CustomResourceDefinition(
      group: type.kind.group, scope: type.isNamespaced ? .namespaced : .cluster,
      names: .init(
        kind: type.kind.kind, plural: type.plural, singular: singular, shortNames: [shortName], categories: ["terway"]),
      versions: [.init(name: type.kind.version, schema: root, columns: columns)])
  }

  /// Everything that is wrong with an object that a person wrote. Its status is not looked at: it is not theirs.
  func violations(in object: JSONValue) -> [Violation] {
    guard case .object = object else { return root.violations(in: object) }
    var withDefaults = root.applyingDefaults(to: object)
    withDefaults["status"] = nil
    if withDefaults["metadata"] == nil { withDefaults["metadata"] = [:] }
    return mismatch(of: "apiVersion", in: object, with: type.kind.apiVersion)
      + mismatch(of: "kind", in: object, with: type.kind.kind)
      + root.violations(in: withDefaults) + metadataViolations(in: withDefaults)
  }

  private func mismatch(of field: String, in object: JSONValue, with expected: String) -> [Violation] {
    switch object[field] {
    case .string(expected): []
    case nil: [Violation(at: [.key(field)], "is required: \(expected)")]
    case .some(let other): [Violation(at: [.key(field)], value: other, "must be \(expected)")]
    }
  }

  private func metadataViolations(in object: JSONValue) -> [Violation] {
    guard let metadata = object["metadata"], metadata["name"]?.string != nil else { return [] }
    do {
      _ = try ObjectMeta(jsonBytes: metadata.jsonBytes())
      return []
    } catch {
      return [Violation(at: [.key("metadata")] + error.position.path, error.reason)]
    }
  }

  /// The typed spec, or what is wrong with it. Fields of a newer schema do not count: while an upgrade is under way the
  /// server already fills in defaults that this version does not know.
  func spec<Spec: Decodable>(of object: JSONValue, as type: Spec.Type) -> Result<Spec, InvalidSpec> {
    let value = spec.applyingDefaults(to: object["spec"]?.unlessNull ?? [:])
    let path: [PathElement] = [.key("spec")]
    let violations = spec.violations(in: value, at: path, unknownFields: .ignored)
    guard violations.isEmpty else { return .failure(InvalidSpec(violations: violations)) }
    do {
      return .success(try value.decoded(as: type))
    } catch {
      return .failure(InvalidSpec(violations: [Violation(at: path, "cannot be read: \(error)")]))
    }
  }

  /// The status as this version of the operator writes it; `nil` when there is none, or one of another shape, which is as
  /// good as none because every reconcile writes a status anew.
  func status<Status: Decodable>(of object: JSONValue, as type: Status.Type) -> Status? {
    guard let given = object["status"]?.unlessNull else { return nil }
    let value = status.applyingDefaults(to: given)
    guard status.violations(in: value, unknownFields: .ignored).isEmpty else { return nil }
    do { return try value.decoded(as: type) } catch { return nil }
  }
}

/// What is wrong with the spec of a resource that the API server accepted or a file holds.
public struct InvalidSpec: Error, Hashable, Sendable {
  /// At least one; paths start at the root of the object.
  public var violations: [Violation]

  public init(violations: [Violation]) { self.violations = violations }
}

extension InvalidSpec: CustomStringConvertible {
  /// One line for the message of a condition.
  public var description: String { violations.map(\.description).joined(separator: "; ") }
}
