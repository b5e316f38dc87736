import KubernetesModel
import Serialization

/// A ConfigMap that gives nodes a pool of one size: what a node's own configuration said, with other bounds.
///
/// Its name tells its content, so that a class never changes: a node whose own configuration changes gets another class, at
/// the pace of the budget, and not all nodes of a class at once.
public struct PoolClass: Hashable, Sendable {
  /// The policy that it belongs to.
  public static let policyLabel = "ops.terway.io/autoscale-policy"

  public let name: String
  public let policy: String
  public let minimum: Int
  public let maximum: Int
  /// Of `eni_conf`.
  public let content: JSONValue

  /// - Parameters:
  ///   - policy: its name, at most 40 characters, which leaves the class's the 63 that a label holds.
  ///   - own: the configuration that the node had.
  public init(policy: String, minimum: Int, maximum: Int, own: EniConfiguration?) {
    (self.policy, self.minimum, self.maximum) = (policy, min(max(0, minimum), 9999), min(max(0, maximum), 9999))
    var content = own?.content ?? [:]
    var name = "eniap-\(policy)-\(self.minimum)-\(self.maximum)"
    if content != [:] { name += "-\(Self.digest(content.jsonText()))" }
    content["min_pool_size"] = JSONValue(self.minimum)
    content["max_pool_size"] = JSONValue(self.maximum)
    (self.name, self.content) = (name, content)
  }

  public var key: ObjectKey { ObjectKey(namespace: TerwayConfigMap.namespace, name: name) }

  /// Without an owner: a deletion that takes dependents first would take it from under the nodes that use it.
  public var manifest: JSONValue {
    [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": [
        "name": .string(name), "namespace": .string(TerwayConfigMap.namespace),
        "labels": [
          "app.kubernetes.io/managed-by": "terway-operator", Self.policyLabel: .string(policy),
        ],
      ],
      "data": [TerwayConfigMap.key: .string(content.jsonText(pretty: true))],
    ]
  }

  /// 24 bits of FNV-1a.
  private static func digest(_ text: String) -> String {
    let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    let digits = String((hash ^ (hash >> 32)) & 0xff_ffff, radix: 16)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
