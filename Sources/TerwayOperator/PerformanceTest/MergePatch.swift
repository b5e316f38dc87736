import Serialization

extension JSONValue {
  /// The merge patch (RFC 7396) that makes of one value another.
  ///
  /// A server-side apply will not do where whole objects go: the server takes their fields away one by one, and refuses
  /// the empty object that is left when the schema requires some of them.
  static func mergePatch(from former: JSONValue?, to wanted: JSONValue) -> JSONValue {
    guard case .object(let old)? = former, case .object(let new) = wanted else { return wanted }
    var patch = old.filter { new[$0.key] == nil }.mapValues { _ in JSONValue.null }
    for (key, value) in new where old[key] != value { patch[key] = mergePatch(from: old[key], to: value) }
    return .object(patch)
  }
}
