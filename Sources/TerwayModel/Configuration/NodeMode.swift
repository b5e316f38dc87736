import Serialization

/// How Terway gives addresses to the pods of a node.
public enum NodeMode: String, Hashable, Sendable, CaseIterable {
  /// The controlplane owns the pool, and says in the Node resource what is in it.
  case crd = "CRD"
  /// The daemon owns the pool.
  case legacy = "Legacy"
  /// Whole prefixes of addresses: the bounds of the pool are switched off.
  case prefix = "Prefix"
  /// An ENI for each pod: there is no pool.
  case exclusive = "ExclusiveENI"
  /// A node of Lingjun has other network devices.
  case lingJun = "LingJun"
  /// Terway does not manage it, or not that we know.
  case unmanaged = "Unmanaged"

  /// - Parameters:
  ///   - resource: Terway's Node resource; `nil` = there is none.
  ///   - base: the configuration of the cluster; `nil` = it cannot be seen.
  ///   - own: that of the node; `nil` = it has none.
  public init(_ node: ClusterNode, resource: TerwayNode?, base: EniConfiguration?, own: EniConfiguration?) {
    let labels = node.metadata.labels.merging(resource?.metadata.labels ?? [:]) { first, _ in first }
    func setting(_ key: String) -> JSONValue? { EniConfiguration.setting(key, own: own, base: base) }
    if labels["type"] == "virtual-kubelet" {
      self = .unmanaged
    } else if labels["alibabacloud.com/lingjun-worker"] == "true" {
      self = .lingJun
    } else if labels["k8s.aliyun.com/exclusive-mode-eni-type"] == "eniOnly" {
      self = .exclusive
    } else if resource?.configuration.usesPrefixes == true || setting("enable_ip_prefix")?.bool == true {
      self = .prefix
    } else if base != nil, setting("ipam_type")?.string != "crd" {
      self = .legacy
    } else if resource != nil, setting("ipam_type")?.string == "crd" || resource?.isFilled == true {
      self = .crd
    } else {
      self = .unmanaged
    }
  }
}

extension TerwayNode {
  /// True when Terway's controlplane works with it.
  fileprivate var isFilled: Bool { capacity.adapters > 0 || !interfaces.isEmpty || pool != Pool() }
}
