import KubernetesModel
import Serialization

/// A ClusterRole or Role: what it allows.
public struct RoleView: KubernetesObject {
  public struct Rule: Hashable, Sendable {
    public var groups: [String]
    public var resources: [String]
    public var verbs: [String]
    /// Empty = all.
    public var names: [String]

    public init(groups: [String], resources: [String], verbs: [String], names: [String] = []) {
      (self.groups, self.resources, self.verbs, self.names) = (groups, resources, verbs, names)
    }
  }

  public var metadata = ObjectMeta()
  public var rules: [Rule] = []

  public init(_ metadata: ObjectMeta, _ rules: [Rule]) { (self.metadata, self.rules) = (metadata, rules) }

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try .withoutAnnotations(json: &reader)
      case "rules":
        rules = (try JSONValue(json: &reader).array ?? []).map { rule in
          func words(_ name: String) -> [String] { (rule[name]?.array ?? []).compactMap(\.string) }
          return Rule(
            groups: words("apiGroups"), resources: words("resources"), verbs: words("verbs"),
            names: words("resourceNames"))
        }
      default: break
      }
    }
  }
}

/// A ClusterRoleBinding or RoleBinding: who has a role.
public struct RoleBindingView: KubernetesObject {
  public var metadata = ObjectMeta()
  /// `ClusterRole` or `Role`.
  public var roleKind = ""
  public var roleName = ""
  /// `Group system:masters`, `ServiceAccount kube-system/terway`.
  public var subjects: [String] = []

  public init(_ metadata: ObjectMeta, role kind: String, _ name: String, _ subjects: [String]) {
    (self.metadata, roleKind, roleName, self.subjects) = (metadata, kind, name, subjects)
  }

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try .withoutAnnotations(json: &reader)
      case "roleRef":
        let role = try JSONValue(json: &reader)
        (roleKind, roleName) = (role["kind"]?.string ?? "", role["name"]?.string ?? "")
      case "subjects":
        subjects = (try JSONValue(json: &reader).array ?? []).map { subject in
          let place = subject["namespace"]?.string.map { "\($0)/" } ?? ""
          return "\(subject["kind"]?.string ?? "") \(place)\(subject["name"]?.string ?? "")"
        }
      default: break
      }
    }
  }
}

/// Who may change the things that Terway's network depends on, by the roles of the cluster. Other authorizers than RBAC are
/// not seen.
public struct AccessRights: Sendable {
  /// Something that is worth knowing who may change it.
  public struct Target: Sendable {
    public var title: String
    public var group: String
    public var resource: String
    /// `nil` = cluster-scoped.
    public var namespace: String?
    /// `nil` = all of them.
    public var name: String?
  }

  public static let targets: [Target] = [
    Target(
      title: "ConfigMap kube-system/eni-config", group: "", resource: "configmaps", namespace: "kube-system",
      name: "eni-config"),
    Target(
      title: "DaemonSet kube-system/terway-eniip", group: "apps", resource: "daemonsets", namespace: "kube-system",
      name: "terway-eniip"),
    Target(title: "nodes.network.alibabacloud.com", group: "network.alibabacloud.com", resource: "nodes"),
    Target(
      title: "podnetworkings.network.alibabacloud.com", group: "network.alibabacloud.com", resource: "podnetworkings"),
    Target(
      title: "terwaymonitoringprofiles.ops.terway.io", group: "ops.terway.io", resource: "terwaymonitoringprofiles"),
    Target(title: "eniautoscalepolicies.ops.terway.io", group: "ops.terway.io", resource: "eniautoscalepolicies"),
  ]

  public var clusterRoles: [RoleView]
  public var roles: [RoleView]
  public var clusterBindings: [RoleBindingView]
  public var bindings: [RoleBindingView]

  public init(
    clusterRoles: [RoleView], roles: [RoleView], clusterBindings: [RoleBindingView], bindings: [RoleBindingView]
  ) {
    (self.clusterRoles, self.roles) = (clusterRoles, roles)
    (self.clusterBindings, self.bindings) = (clusterBindings, bindings)
  }

  static let changing: Set<String> = ["create", "update", "patch", "delete", "deletecollection", "*"]

  /// Each subject with the roles by which it may change a thing, sorted.
  public func holders(of target: Target) -> [(subject: String, through: [String])] {
    let allowing = Set(clusterRoles.filter { $0.allowsChange(of: target) }.map(\.metadata.name))
    let local = Set(
      roles.filter { $0.metadata.namespace == target.namespace && $0.allowsChange(of: target) }.map(\.metadata.name))
    var holders: [String: Set<String>] = [:]
    func take(_ binding: RoleBindingView) {
      for subject in binding.subjects {
        holders[subject, default: []].insert("\(binding.roleKind) \(binding.roleName)")
      }
    }
    for binding in clusterBindings where allowing.contains(binding.roleName) { take(binding) }
    if let namespace = target.namespace {
      for binding in bindings where binding.metadata.namespace == namespace {
        if (binding.roleKind == "ClusterRole" ? allowing : local).contains(binding.roleName) { take(binding) }
      }
    }
    return holders.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
  }
}

extension RoleView {
  fileprivate func allowsChange(of target: AccessRights.Target) -> Bool {
    rules.contains { rule in
      (rule.groups.contains(target.group) || rule.groups.contains("*"))
        && (rule.resources.contains(target.resource) || rule.resources.contains("*"))
        && !AccessRights.changing.isDisjoint(with: rule.verbs)
        && (rule.names.isEmpty || target.name.map(rule.names.contains) ?? true)
    }
  }
}
