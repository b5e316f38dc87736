import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import TerwayOperator

struct `The drift of configurations` {
  /// Of 2026-01-01T00:00:00Z.
  private static let change = 1_767_225_600.0

  private static func map(_ name: String, _ content: JSONValue) throws -> TerwayConfigMap {
    let value: JSONValue = [
      "metadata": [
        "name": .string(name), "namespace": "kube-system",
        "managedFields": [
          ["manager": "labels", "time": "2026-02-01T00:00:00Z", "fieldsV1": ["f:metadata": [:]]],
          ["manager": "kubectl", "time": "2026-01-01T00:00:00Z", "fieldsV1": ["f:data": ["f:eni_conf": [:]]]],
        ],
      ],
      "data": ["eni_conf": .string(content.jsonText())],
    ]
    return try TerwayConfigMap(jsonText: value.jsonText())
  }

  private static func drift(_ base: JSONValue, own: JSONValue? = nil) throws -> ConfigDrift {
    var maps = [try map("eni-config", base)]
    if let own { maps.append(try map("mine", own)) }
    return ConfigDrift(Dictionary(uniqueKeysWithValues: maps.map { ($0.key, $0) }))
  }

  private static func node(_ labels: [String: String] = [:]) -> ClusterNode {
    var node = ClusterNode()
    node.metadata = ObjectMeta(name: "a")
    node.metadata.labels = labels
    return node
  }

  private static func resource(_ minimum: Int?, _ maximum: Int?) -> TerwayNode {
    var resource = TerwayNode()
    resource.metadata = ObjectMeta(name: "a")
    resource.pool = TerwayNode.Pool(minimum: minimum, maximum: maximum)
    resource.capacity.adapters = 4
    return resource
  }

  private static let mine = ["terway-config": "mine"]

  struct Case: Sendable {
    var base: JSONValue
    var own: JSONValue?
    var labels: [String: String] = [:]
    var band: (Int, Int)
    var isDrifted: Bool?
  }

  private static let plain: JSONValue = ["ipam_type": "crd"]
  private static let nine: JSONValue = ["ipam_type": "crd", "max_pool_size": 9]
  private static let prefixes: JSONValue = ["ipam_type": "crd", "enable_ip_prefix": true]
  private static let exclusive = ["k8s.aliyun.com/exclusive-mode-eni-type": "eniOnly"]
  private static let twenty: JSONValue = ["max_pool_size": 20]
  private static let nothing: JSONValue = ["max_pool_size": .null]

  static let cases: [Case] = [
    Case(base: plain, band: (0, 5), isDrifted: false),
    Case(base: plain, band: (0, 6), isDrifted: true),
    Case(base: plain, band: (1, 5), isDrifted: true),
    Case(base: nine, band: (0, 9), isDrifted: false),
    Case(base: nine, own: twenty, labels: mine, band: (0, 20), isDrifted: false),
    Case(base: nine, own: twenty, labels: mine, band: (0, 9), isDrifted: true),
    Case(base: nine, own: nothing, labels: mine, band: (0, 5), isDrifted: false),
    // The label names what is not there: the daemon goes on with what it had.
    Case(base: plain, labels: mine, band: (0, 9), isDrifted: nil),
    Case(base: prefixes, band: (0, 9), isDrifted: nil),
    Case(base: plain, labels: exclusive, band: (0, 9), isDrifted: nil),
  ]

  @Test(arguments: cases) func `is that of the band, where there is one`(one: Case) throws {
    let drift = try Self.drift(one.base, own: one.own)
    let resource = Self.resource(one.band.0, one.band.1)
    #expect(drift.isDrifted(Self.node(one.labels), resource, daemonStart: 0) == one.isDrifted, "\(one)")
  }

  @Test(arguments: [(change - 1, true), (change + 1, false), (nil, nil)])
  func `of a daemon with a pool of its own is that it started before the change`(
    start: Double?, isDrifted: Bool?
  ) throws {
    let drift = try Self.drift([:], own: [:])
    #expect(drift.isLegacy)
    for labels in [[:], Self.mine] {
      #expect(drift.isDrifted(Self.node(labels), nil, daemonStart: start) == isDrifted)
    }
  }
}
