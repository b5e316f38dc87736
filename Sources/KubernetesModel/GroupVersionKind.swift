/// The type of an object as manifests name it: `apiVersion` and `kind`.
public struct GroupVersionKind: Hashable, Sendable {
  /// Empty for the core group.
  public var group: String
  public var version: String
  public var kind: String

  public init(group: String, version: String, kind: String) {
    self.group = group
    self.version = version
    self.kind = kind
  }

  /// Takes `v1` and `apps/v1` apart.
  public init(apiVersion: String, kind: String) {
    let parts = apiVersion.split(separator: "/", maxSplits: 1)
    self.group = parts.count == 2 ? String(parts[0]) : ""
    self.version = String(parts.last ?? "")
    self.kind = kind
  }

  /// `v1` in the core group, else `group/version`.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

extension GroupVersionKind: CustomStringConvertible {
  public var description: String { "\(apiVersion) \(kind)" }
}

/// A kind together with what its URL needs.
public struct ResourceType: Hashable, Sendable {
  public var kind: GroupVersionKind
  /// Lower-case plural, as it stands in URLs and RBAC rules.
  public var plural: String
  public var isNamespaced: Bool

  public init(_ apiVersion: String, _ kind: String, plural: String, namespaced: Bool) {
    self.kind = GroupVersionKind(apiVersion: apiVersion, kind: kind)
    self.plural = plural
    self.isNamespaced = namespaced
  }

  /// `plural.group`, the name of the CustomResourceDefinition; just the plural in the core group.
  public var qualifiedName: String { kind.group.isEmpty ? plural : "\(plural).\(kind.group)" }
}

extension ResourceType: CustomStringConvertible {
  public var description: String { qualifiedName }
}
