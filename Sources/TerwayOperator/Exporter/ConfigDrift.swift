import KubernetesModel
import TerwayModel

/// Whether what is in force on a node is what the ConfigMaps say. Pure.
struct ConfigDrift {
  /// Of the namespace of Terway.
  let configurations: [ObjectKey: TerwayConfigMap]
  private let base: EniConfiguration?

  init(_ configurations: [ObjectKey: TerwayConfigMap]) {
    self.configurations = configurations
    base = configurations[TerwayConfigMap.base]?.content.configuration
  }

  /// Whether daemons have pools of their own, and Terway's resources say nothing of them.
  var isLegacy: Bool { base.map { $0.content["ipam_type"]?.string != "crd" } ?? false }

  /// - Parameter daemonStart: seconds since 1970; `nil` = not known.
  /// - Returns: `nil` where it cannot be told, or there is no band.
  func isDrifted(_ node: ClusterNode, _ resource: TerwayNode?, daemonStart: Double?) -> Bool? {
    var own: TerwayConfigMap?
    if let name = node.configurationName {
      own = configurations[ObjectKey(namespace: TerwayConfigMap.namespace, name: name)]
      // The daemon goes on with what it had.
      if own?.content.configuration == nil { return nil }
    }
    guard let base else { return nil }
    switch NodeMode(node, resource: resource, base: base, own: own?.content.configuration) {
    case .crd:
      guard let resource, let minimum = resource.pool.minimum, let maximum = resource.pool.maximum else { return nil }
      return (minimum, maximum) != EniConfiguration.poolBounds(own: own?.content.configuration, base: base)
    case .legacy:
      // The daemon reads it at its start, and never again.
      guard let daemonStart else { return nil }
      let changes = [configurations[TerwayConfigMap.base]?.changed, own?.changed].compactMap(\.self)
      return changes.contains { $0 > daemonStart }
    case .prefix, .exclusive, .lingJun, .unmanaged: return nil
    }
  }
}
