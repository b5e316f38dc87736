import KubernetesModel
import Serialization

/// Something that the operator does to objects of one type.
public struct Permission: Hashable, Sendable {
  public var group: String
  /// The plural, with `/subresource` where one is meant.
  public var resource: String
  public var verbs: [String]

  public init(_ group: String, _ resource: String, _ verbs: [String]) {
    self.group = group
    self.resource = resource
    self.verbs = verbs
  }
}

extension Permission: CustomStringConvertible {
  /// As a person would write it: `patch jobs.batch`.
  public var description: String {
    "\(verbs.joined(separator: ",")) \(resource)\(group.isEmpty ? "" : ".\(group)")"
  }
}

extension Permission {
  static let watching = ["list", "watch"]
  static let owning = ["get", "list", "watch", "create", "patch", "delete"]

  /// All that the operator does in the whole cluster. `config/rbac/cluster-role.yaml` is made of this, and the operator
  /// checks at run time that it has it.
  public static let clusterWide: [Permission] = [
    // What it is told.
    Permission("ops.terway.io", "terwaymonitoringprofiles", ["get"] + watching),
    Permission("ops.terway.io", "terwaymonitoringprofiles/status", ["patch"]),
    // An ownerReference that blocks deletion needs the right to set finalizers on the owner.
    Permission("ops.terway.io", "terwaymonitoringprofiles/finalizers", ["update"]),
    // Its finalizer is in the policy itself.
    Permission("ops.terway.io", "eniautoscalepolicies", ["get"] + watching + ["patch"]),
    Permission("ops.terway.io", "eniautoscalepolicies/status", ["patch"]),
    // What it finds out.
    Permission("apiextensions.k8s.io", "customresourcedefinitions", watching),
    Permission("monitoring.coreos.com", "prometheuses", watching),
    Permission("apps", "daemonsets", watching),
    Permission("", "namespaces", watching),
    // What it exports of nodes, and what performance tests measured. Pools are sized by a label and annotations.
    Permission("network.alibabacloud.com", "nodes", watching + ["patch"]),
    // What it heals: a resync with the cloud is asked for in the status.
    Permission("network.alibabacloud.com", "nodes/status", ["patch"]),
    Permission("network.alibabacloud.com", "podenis", watching + ["delete"]),
    Permission("", "nodes", watching + ["patch"]),
    Permission("", "pods", watching + ["delete"]),
    Permission("", "pods/log", ["get"]),
    // What it generates.
    Permission("monitoring.coreos.com", "servicemonitors", owning),
    Permission("monitoring.coreos.com", "podmonitors", owning),
    Permission("monitoring.coreos.com", "scrapeconfigs", owning),
    Permission("monitoring.coreos.com", "prometheusrules", owning),
    Permission("monitoring.coreos.com", "alertmanagerconfigs", owning),
    Permission("grafana.integreatly.org", "grafanadashboards", owning),
    Permission("", "configmaps", owning),
    Permission("", "services", owning),
    Permission("apps", "deployments", owning),
    Permission("batch", "jobs", owning),
    Permission("batch", "cronjobs", owning),
    // What kubelets tell of pods without a network, and what it tells itself.
    Permission("events.k8s.io", "events", watching + ["create", "patch"]),
  ]

  /// What it does in its own namespace: agree on who leads, and read the Secret that a policy names for its Prometheus.
  public static let ownNamespace: [Permission] = [
    Permission("coordination.k8s.io", "leases", ["get", "create", "update"]),
    Permission("", "secrets", ["get"]),
  ]

  /// As an entry of `rules` in a Role or ClusterRole.
  public var rule: JSONValue {
    ["apiGroups": [.string(group)], "resources": [.string(resource)], "verbs": JSONValue(verbs)]
  }
}
