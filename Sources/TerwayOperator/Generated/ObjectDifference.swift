import KubernetesModel
import Serialization

/// Whether a server-side apply would change an object. A pure comparison: it decides if the apply is sent at all.
///
/// An apply is needed when a field that we want is missing or has another value, or when we own a field that we no longer
/// want. Fields that others added and own do not count.
///
/// # Caveats
/// Values that the server rewrites (a quantity `1000m` becomes `1`) and elements that others added to one of our lists
/// look like a difference for ever. Whoever applies on a difference must remember what the server made of it; see
/// `GeneratedObjects`.
enum ObjectDifference {
  static func isPresent(desired: JSONValue, live: JSONValue, manager: FieldManager) -> Bool {
    guard let owned = ownedFields(of: live, manager: manager) else { return true }
    return !covers(live, desired) || ownsMore(owned, than: desired)
  }

  /// The `fieldsV1` of our applies; `nil` when we never applied the object.
  static func ownedFields(of live: JSONValue, manager: FieldManager) -> JSONValue? {
    let entries = live.at("metadata", "managedFields")?.array ?? []
    return entries.first { entry in
      entry["manager"]?.string == manager.name && entry["operation"]?.string == "Apply"
        && (entry["subresource"]?.string ?? "").isEmpty
    }?["fieldsV1"]
  }

  private static func covers(_ live: JSONValue?, _ desired: JSONValue) -> Bool {
    switch desired {
    case .object(let wanted):
      // The server drops maps and lists that are empty.
      if wanted.isEmpty { return live == nil || live?.object != nil }
      guard case .object(let present)? = live else { return false }
      return wanted.allSatisfy { covers(present[$0.key], $0.value) }
    case .array(let wanted):
      if wanted.isEmpty { return live == nil || live?.array?.isEmpty == true }
      guard case .array(let present)? = live, present.count == wanted.count else { return false }
      return zip(present, wanted).allSatisfy { covers($0, $1) }
    case .integer, .number:
      return live?.number == desired.number
    case .null:
      return live?.isNull ?? true
    case .string, .bool:
      return live == desired
    }
  }

  /// Compares members of objects only: what became of a list's elements is seen by `covers`, which counts them.
  private static func ownsMore(_ owned: JSONValue, than desired: JSONValue) -> Bool {
    guard let fields = owned.object, let wanted = desired.object else { return false }
    return fields.contains { name, inner in
      guard name.hasPrefix("f:") else { return false }
      guard let value = wanted[String(name.dropFirst(2))] else { return true }
      return ownsMore(inner, than: value)
    }
  }
}
