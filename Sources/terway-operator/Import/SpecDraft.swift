import KubernetesModel
import Serialization

/// A spec that is put together from several documents, and where each part of it comes from.
struct SpecDraft: Sendable {
  private(set) var value: JSONValue = [:]
  private var origins: [[PathElement]: Origin] = [:]

  struct Origin: Sendable {
    var place: Place
    var title: String
  }

  /// Where a value that is there already comes from, when another one is to be put in its place.
  struct Clash: Sendable {
    var value: JSONValue
    var origin: Origin?
  }

  /// - Parameter origin: `nil` for what follows from something that is missing.
  /// - Returns: why nothing was set.
  mutating func set(_ keys: [String], _ new: JSONValue, from origin: Origin?) -> Clash? {
    let path = keys.map(PathElement.key)
    if let present = value.value(at: path) {
      return present == new ? nil : Clash(value: present, origin: origins[path])
    }
    value = Self.setting(value, keys[...], to: new)
    origins[path] = origin
    return nil
  }

  mutating func append(_ new: JSONValue, to keys: [String], from origin: Origin) {
    let path = keys.map(PathElement.key)
    let list = value.value(at: path)?.array ?? []
    value = Self.setting(value, keys[...], to: .array(list + [new]))
    origins[path + [.index(list.count)]] = origin
  }

  /// Takes out what a violation is about: the entry of a list, or the field.
  ///
  /// - Returns: where it came from; `nil` when nothing of ours is wrong.
  mutating func remove(_ violation: Violation) -> Origin? {
    var path = Array(violation.path.dropFirst())
    while !path.isEmpty, origins[path] == nil { path.removeLast() }
    guard let origin = origins[path] else { return nil }
    origins[path] = nil
    if case .index(let index)? = path.last {
      let keys = path.dropLast().compactMap(\.key)
      var list = value.value(at: Array(path.dropLast()))?.array ?? []
      list.remove(at: index)
      value = Self.setting(value, keys[...], to: .array(list))
      renumber(after: index, of: Array(path.dropLast()))
    } else {
      value = Self.setting(value, path.compactMap(\.key)[...], to: nil)
    }
    return origin
  }

  private mutating func renumber(after index: Int, of list: [PathElement]) {
    var next = index + 1
    while let origin = origins.removeValue(forKey: list + [.index(next)]) {
      origins[list + [.index(next - 1)]] = origin
      next += 1
    }
  }

  private static func setting(_ value: JSONValue?, _ keys: ArraySlice<String>, to new: JSONValue?) -> JSONValue {
    var value = value ?? [:]
    guard let key = keys.first else { return new ?? [:] }
    value[key] = keys.count == 1 ? new : setting(value[key], keys.dropFirst(), to: new)
    return value
  }
}

extension PathElement {
  fileprivate var key: String? { if case .key(let key) = self { key } else { nil } }
}

extension JSONValue {
  /// Without the members that are as in another value, and without objects that nothing is left of.
  func without(_ defaults: JSONValue?) -> JSONValue? {
    if self == defaults { return Optional.none }
    guard case .object(let members) = self else { return self }
    var left: [String: JSONValue] = [:]
    for (name, member) in members { left[name] = member.without(defaults?[name]) }
    return left.isEmpty ? Optional.none : .object(left)
  }
}
