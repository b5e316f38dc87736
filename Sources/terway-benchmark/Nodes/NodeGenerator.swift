import Serialization

/// Makes Terway Node resources as a cluster with six network interfaces a node has them, about 27 KB each.
///
/// Everything follows from the index: equal indexes give equal bytes.
struct NodeGenerator {
  static let apiVersion = "network.alibabacloud.com/v1beta1"

  /// As a server returns it: with `managedFields`, which are two fifths of the bytes, and all else that it adds.
  static func served(_ index: Int, version: Int) -> [UInt8] {
    var node = content(index)
    node["metadata"] = metadata(index).merging([
      "uid": .string(uid(index)), "resourceVersion": .string("\(version)"), "generation": 2,
      "creationTimestamp": "2025-01-15T08:00:00Z", "managedFields": managedFields(node),
    ])
    return node.jsonBytes()
  }

  /// As somebody creates it.
  static func created(_ index: Int) -> JSONValue {
    var node = content(index)
    node["metadata"] = metadata(index)
    return node
  }

  static func name(_ index: Int) -> String { "cn-hangzhou.10.\(index / 65_536).\(index / 256 % 256).\(index % 256)" }

  private static func uid(_ index: Int) -> String { "7c9e6679-7425-40de-944b-\(hex(index, 12))" }

  private static func metadata(_ index: Int) -> JSONValue {
    [
      "name": .string(name(index)),
      "labels": [
        "kubernetes.io/hostname": .string(name(index)), "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "ecs.g7.4xlarge", "topology.kubernetes.io/region": "cn-hangzhou",
        "topology.kubernetes.io/zone": .string("cn-hangzhou-\(["h", "i", "j"][index % 3])"),
        "alibabacloud.com/nodepool-id": .string("np\(hex(index % 40, 32))"),
      ],
      "annotations": ["k8s.aliyun.com/ip-pool-warmed": "true"],
      "finalizers": ["network.alibabacloud.com/node-controller"],
    ]
  }

  private static func content(_ index: Int) -> JSONValue {
    [
      "apiVersion": .string(apiVersion), "kind": "Node",
      "spec": [
        "datapath": ["type": "datapathv2"],
        "eni": [
          "enableERDMA": false, "enableIPPrefix": false, "enableIPv4": true, "enableIPv6": false, "enableTrunk": true,
          "securityGroupIDs": [.string("sg-bp1\(hex(7, 14))")],
          "tag": ["ack.aliyun.com": .string("c\(hex(11, 32))"), "creator": "terway"],
          "vSwitchOptions": .array((0..<3).map { .string("vsw-bp1\(hex($0 + 100, 18))") }),
          "vSwitchSelectPolicy": "most",
        ],
        "flavor": [
          ["count": 7, "networkInterfaceTrafficMode": "Standard", "networkInterfaceType": "Secondary"],
          ["count": 1, "networkInterfaceTrafficMode": "Standard", "networkInterfaceType": "Trunk"],
        ],
        "nodeCap": [
          "adapters": 8, "eriQuantity": 1, "instanceBandwidthRx": 10_485_760, "instanceBandwidthTx": 10_485_760,
          "ipv4PerAdapter": 15, "ipv6PerAdapter": 15, "maxMemberAdapterLimit": 60, "memberAdapterLimit": 60,
          "networkCards": [["index": 0]], "networkCardsCount": 1, "totalAdapters": 68,
        ],
        "nodeMetadata": [
          "instanceID": .string("i-bp1\(hex(index, 16))"), "instanceType": "ecs.g7.4xlarge", "regionID": "cn-hangzhou",
          "zoneID": .string("cn-hangzhou-\(["h", "i", "j"][index % 3])"),
        ],
        "pool": ["maxPoolSize": 20, "minPoolSize": 5, "poolSyncPeriod": "60s"],
      ],
      "status": [
        "lastModifiedTime": "2025-01-15T09:30:00Z", "lastSyncOpenAPITime": "2025-01-15T09:31:00Z",
        "nextSyncOpenAPITime": "2025-01-15T21:31:00Z",
        "networkInterfaces": .object(
          Dictionary(uniqueKeysWithValues: (0..<6).map { ("eni-bp1\(hex(index * 8 + $0, 18))", interface(index, $0)) })),
      ],
    ]
  }

  private static func interface(_ index: Int, _ number: Int) -> JSONValue {
    [
      "id": .string("eni-bp1\(hex(index * 8 + number, 18))"),
      "ipv4": .object(
        Dictionary(
          uniqueKeysWithValues: (0..<15).map { slot in
            let address = "10.\(64 + index / 2048).\(index % 2048 / 8).\((index % 8 * 8 + number) * 15 % 240 + slot)"
            return (address, addressContent(address, index, number, slot))
          })),
      "macAddress": .string("00:16:3e:\(hex(index % 256, 2)):\(hex(number, 2)):\(hex(index / 256, 2))"),
      "networkInterfaceTrafficMode": "Standard", "networkInterfaceType": number == 0 ? "Trunk" : "Secondary",
      "primaryIPAddress": .string("10.\(64 + index / 2048).\(index % 2048 / 8).\(number)"),
      "securityGroupIDs": [.string("sg-bp1\(hex(7, 14))")], "status": "InUse", "vSwitchID": "vsw-bp1000000000000000064",
      "ipv4CIDR": "10.64.0.0/12", "conditions": [:],
    ]
  }

  /// Three of four are a pod's.
  private static func addressContent(_ address: String, _ index: Int, _ number: Int, _ slot: Int) -> JSONValue {
    var content: JSONValue = ["ip": .string(address), "primary": .bool(slot == 0), "status": "Valid"]
    if slot % 4 != 3 {
      content["podID"] = .string("production/checkout-\(hex(index * 120 + number * 15 + slot, 8))")
      content["podUID"] = .string("0b1c2d3e-4f50-4617-8293-\(hex(index * 120 + number * 15 + slot, 12))")
    }
    return content
  }

  /// One entry of the controller and one of the daemon, as the server derives them from what each of them wrote.
  private static func managedFields(_ node: JSONValue) -> JSONValue {
    func entry(_ manager: String, _ part: String) -> JSONValue {
      [
        "apiVersion": .string(apiVersion), "fieldsType": "FieldsV1", "manager": .string(manager),
        "operation": "Update", "time": "2025-01-15T09:31:00Z",
        "fieldsV1": ["f:\(part)": fields(node[part] ?? [:])],
      ]
    }
    return [entry("terway-controlplane", "spec"), entry("terway-daemon", "status")]
  }

  private static func fields(_ value: JSONValue) -> JSONValue {
    guard let members = value.object else { return [:] }
    return .object(
      [".": [:]].merging(members.map { ("f:\($0.key)", fields($0.value)) }) { first, _ in first })
  }

  private static func hex(_ value: Int, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

extension JSONValue {
  fileprivate func merging(_ members: [String: JSONValue]) -> JSONValue {
    .object((object ?? [:]).merging(members) { $1 })
  }
}
