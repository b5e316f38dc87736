import KubernetesModel
import Serialization

/// What a document says that it is.
enum ResourceIdentification: Sendable {
  case own(OwnKind)
  /// Nothing of ours; named for messages.
  case foreign(String)
  /// Meant to be ours, by the look of it, and misspelled.
  case mistaken(Violation)

  init(_ value: JSONValue) {
    let name = value["kind"]?.string ?? ""
    let kind = GroupVersionKind(apiVersion: value["apiVersion"]?.string ?? "", kind: name)
    let own = OwnKind.all.first { $0.type.kind.kind == name }
    if name.isEmpty || kind.version.isEmpty {
      let isOurs = own != nil || kind.group == OwnKind.group
      self = isOurs ? .mistaken(Self.refusal(of: value)) : .foreign("no resource")
    } else if let own, own.type.kind == kind {
      self = .own(own)
    } else if kind.group == OwnKind.group, own == nil {
      self = .mistaken(Self.unknownKind(value))
    } else if own != nil || Suggestion.closest(to: kind.group, among: [OwnKind.group]) != nil {
      self = .mistaken(Self.mismatch(of: "apiVersion", in: value, with: OwnKind.apiVersion))
    } else {
      self = .foreign(name)
    }
  }

  /// What is wrong with a foreign document where only ours are expected.
  static func refusal(of value: JSONValue) -> Violation {
    guard case .object = value else {
      return Violation(at: [], value: value, "must be an object with apiVersion, kind and metadata")
    }
    if value["apiVersion"]?.string == nil { return mismatch(of: "apiVersion", in: value, with: OwnKind.apiVersion) }
    return unknownKind(value)
  }

  private static func unknownKind(_ value: JSONValue) -> Violation {
    let meant = value["kind"]?.string.flatMap { Suggestion.closest(to: $0, among: OwnKind.names) }
    let allowed = OwnKind.names.joinedAsChoice + (meant.map { "; did you mean \"\($0)\"?" } ?? "")
    return mismatch(of: "kind", in: value, with: allowed)
  }

  private static func mismatch(of field: String, in value: JSONValue, with allowed: String) -> Violation {
    let given = value[field]
    return Violation(at: [.key(field)], value: given, "\(given == nil ? "is required:" : "must be") \(allowed)")
  }
}
