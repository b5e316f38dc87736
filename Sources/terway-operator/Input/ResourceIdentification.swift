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
    guard let apiVersion = value["apiVersion"]?.string, let name = value["kind"]?.string else {
      self = .foreign("no resource")
      return
    }
    let kind = GroupVersionKind(apiVersion: apiVersion, kind: name)
    let own = OwnKind.all.first { $0.type.kind.kind == name }
    if let own, own.type.kind == kind {
      self = .own(own)
    } else if kind.group == OwnKind.group, own == nil {
      self = .mistaken(Self.unknownKind(value))
    } else if own != nil || Suggestion.closest(to: kind.group, among: [OwnKind.group]) != nil {
      self = .mistaken(Violation(at: [.key("apiVersion")], value: value["apiVersion"], "must be \(OwnKind.apiVersion)"))
    } else {
      self = .foreign(name)
    }
  }

  /// What is wrong with a foreign document where only ours are expected.
  static func refusal(of value: JSONValue) -> Violation {
    guard case .object = value else {
      return Violation(at: [], value: value, "must be an object with apiVersion, kind and metadata")
    }
    if value["apiVersion"]?.string == nil {
      return Violation(at: [.key("apiVersion")], value: value["apiVersion"], "must be \(OwnKind.apiVersion)")
    }
    if value["kind"]?.string == nil { return unknownKind(value) }
    return unknownKind(value)
  }

  private static func unknownKind(_ value: JSONValue) -> Violation {
    let meant = value["kind"]?.string.flatMap { Suggestion.closest(to: $0, among: OwnKind.names) }
    return Violation(
      at: [.key("kind")], value: value["kind"],
      "must be \(OwnKind.names.joinedAsChoice)" + (meant.map { "; did you mean \"\($0)\"?" } ?? ""))
  }
}
