import KubernetesModel
import Serialization

/// Whether a server-side apply would change an object. A pure comparison: it decides if the apply is sent at all.
///
/// An apply is needed when a field that we want is missing or has another value, when we own a field that we no longer
/// want, or when a list that is written as a whole is no longer ours. Fields that others added and own do not count.
///
/// # Caveats
/// Values that the server rewrites (a quantity `1000m` becomes `1`) and elements that others added to one of our lists
/// look like a difference for ever. Whoever applies on a difference must remember what the server made of it; see
/// `GeneratedObjects`.
enum ObjectDifference {
  static func isPresent(desired: JSONValue, live: JSONValue, manager: FieldManager) -> Bool {
    guard let owned = ownedFields(of: live, manager: manager) else { return true }
    return !covers(live, desired) || ownsMore(owned, than: desired) || hasLostList(owned, of: desired)
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

  /// Whether somebody else wrote a list that has one owner as a whole. What he added inside its elements looks like a
  /// default of the server's; only that the list changed hands tells them apart.
  private static func hasLostList(_ owned: JSONValue?, of desired: JSONValue) -> Bool {
    switch desired {
    case .object(let wanted):
      return wanted.contains { name, value in hasLostList(owned?["f:" + name], of: value) }
    case .array(let wanted) where !wanted.isEmpty:
      guard let fields = owned?.object else { return true }
      return wanted.contains { element in
        let entries = fields.filter { isKey($0.key, of: element) }
        return !entries.isEmpty && entries.allSatisfy { hasLostList($0.value, of: element) }
      }
    default:
      return false
    }
  }

  /// Whether `k:{"name":"x"}` names this element of a list. The key has the server's defaults, which we may have left out.
  private static func isKey(_ field: String, of element: JSONValue) -> Bool {
    guard field.hasPrefix("k:") else { return false }
    do {
      let key = try JSONValue(jsonText: String(field.dropFirst(2))).object
      return key?.allSatisfy { name, value in element[name] == nil || element[name] == value } ?? false
    } catch {
      // A key of a form that we do not know names none of our elements.
      return false
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
