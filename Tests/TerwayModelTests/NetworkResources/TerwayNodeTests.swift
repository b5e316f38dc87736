import KubernetesModel
import Serialization
import TerwayModel
import Testing

struct `A Terway Node` {
  private static let text = """
    {"apiVersion": "network.alibabacloud.com/v1beta1", "kind": "Node",
     "metadata": {"name": "n1", "annotations": {"a": "b", "ops.terway.io/refresh": "7"}, "managedFields": [{}]},
     "spec": {
       "nodeMetadata": {"instanceType": "ecs.g7.xlarge", "zoneID": "cn-hangzhou-h"},
       "nodeCap": {"adapters": 4, "ipv4PerAdapter": 10, "instanceBandwidthRx": 8000, "instanceBandwidthTx": 4000},
       "eni": {"securityGroupIDs": ["sg-b", "sg-a"], "vSwitchOptions": ["vsw-1"], "enableIPPrefix": false, "enableTrunk": null},
       "pool": {"minPoolSize": 2, "maxPoolSize": 5},
       "flavor": [{"networkInterfaceType": "Secondary", "networkInterfaceTrafficMode": "Standard", "count": 2}]},
     "status": {
       "lastSyncOpenAPITime": "2025-01-15T08:30:00Z", "nextSyncOpenAPITime": null,
       "networkInterfaces": {
         "eni-2": {"id": "eni-2", "status": "InUse", "networkInterfaceType": "Secondary", "vSwitchID": "vsw-1",
           "ipv4CIDR": "10.0.0.0/24", "securityGroupIDs": ["sg-a", "sg-b"],
           "ipv4": {
             "10.0.0.1": {"ip": "10.0.0.1", "primary": true, "status": "Valid", "podID": "d/p", "podUID": "u1"},
             "10.0.0.2": {"ip": "10.0.0.2", "primary": false, "status": "Valid", "podID": ""},
             "10.0.0.3": {"ip": "10.0.0.3", "primary": false, "status": "Invalid", "podID": "d/q", "podUID": "u2"},
             "10.0.0.4": {"ip": "10.0.0.4", "primary": false, "status": "Deleting"}},
           "conditions": {"InsufficientIP": {"message": "no", "observedTime": "2025-01-15T08:00:00Z"}, "OperationErr": {}}},
         "eni-1": {"status": "Attaching", "networkInterfaceType": "Secondary", "securityGroupIDs": ["sg-old"],
           "unschedulable": true, "ipv4Prefix": [{"prefix": "10.1.0.0/28", "status": "Valid"}],
           "ipv4": {"10.0.0.9": {"ip": "10.0.0.9", "status": "Valid", "podID": "d/r", "podUID": "u3"},
                    "10.0.0.8": {"ip": "10.0.0.8", "status": "Valid"}}},
         "eni-0": {"status": "InUse", "networkInterfaceType": "Primary", "securityGroupIDs": ["sg-host"]}}}}
    """

  private func node(_ change: (String) -> String = { $0 }) throws -> TerwayNode {
    try TerwayNode(jsonText: change(Self.text))
  }

  @Test func `is read as what a node may have, was told, and has`() throws {
    let node = try node()
    #expect(node.metadata.name == "n1" && node.metadata.annotations == ["ops.terway.io/refresh": "7"])
    #expect(node.instanceType == "ecs.g7.xlarge" && node.zone == "cn-hangzhou-h")
    #expect(node.capacity.adapters == 4 && node.capacity.bandwidthTransmit == 4000)
    #expect(node.configuration.securityGroups == ["sg-a", "sg-b"] && !node.configuration.usesTrunk)
    #expect(
      node.pool == TerwayNode.Pool(minimum: 2, maximum: 5))
    #expect(node.lastSync == 1_736_929_800 && node.nextSync == nil)
    #expect(node.interfaces.map(\.id) == ["eni-0", "eni-1", "eni-2"])
  }

  @Test func `counts addresses by what they are good for`() throws {
    let node = try node()
    let full = node.interfaces[2]
    #expect(
      full.addresses == TerwayNode.AddressCount(valid: 2, used: 2, validUsed: 1, invalid: 1, deleting: 1))
    #expect(full.addresses.idle == 1 && full.servingAddresses == 2 && full.heldAddresses == 4)
    #expect(full.pods == [PodFingerprint(uid: "u1"), PodFingerprint(uid: "u2")])
    #expect(full.insufficientIP == 1_736_928_000 && full.operationError == 0)
    let attaching = node.interfaces[1]
    #expect(!attaching.isUsable && attaching.isPassing && attaching.prefixes == 1)
    #expect(attaching.servingAddresses == 1, "what a pod holds still serves it")
  }

  @Test(
    arguments: [
      ("ErrorCode: Throttling.User", "2025-01-15T08:00:59.9Z", 1_736_928_060),
      ("Throttling", "2025-01-15T08:01:00Z", 1_736_928_120),
      ("InvalidVSwitchId.IpNotEnough", "2025-01-15T08:00:59Z", nil),
    ] as [(String, String, Double?)])
  func `is refused by the cloud until the next whole minute`(message: String, time: String, end: Double?) throws {
    let error = #""OperationErr": {"message": "\#(message)", "observedTime": "\#(time)"}"#
    let node = try node { $0.replacing(#""OperationErr": {}"#, with: error) }
    #expect(node.interfaces.compactMap(\.throttledUntil) == [end].compactMap(\.self))
  }

  @Test func `is limited by adapters, flavors and the node's annotation, whichever is least`() throws {
    #expect(try node().eniLimit == 2)
    #expect(try node { $0.replacing("\"count\": 2", with: "\"count\": 9") }.eniLimit == 3)
    #expect(try node { $0.replacing("\"flavor\"", with: "\"other\"") }.eniLimit == 3)
    #expect(try node { $0.replacing("\"adapters\": 4", with: "\"adapters\": 0") }.eniLimit == 0)
    #expect(try node().addressLimit(maxAvailable: nil) == 20)
    #expect(try node().addressLimit(maxAvailable: 7) == 7)
  }

  @Test func `knows ENIs with other security groups than new ones get, but not the host's own`() throws {
    #expect(try node().driftedInterfaces.map(\.id) == ["eni-1"])
    #expect(try node { $0.replacing(#"["sg-b", "sg-a"]"#, with: "[]") }.driftedInterfaces.isEmpty)
  }

  @Test(arguments: [("10.0.0.0/24", 252), ("10.0.0.0/28", 12), ("10.0.0.0/8", 16_777_212)])
  func `knows how many addresses a vSwitch hands out`(cidr: String, size: Int) throws {
    #expect(try node { $0.replacing("10.0.0.0/24", with: cidr) }.interfaces[2].vSwitchSize == size)
  }

  @Test(arguments: ["", "10.0.0.0", "10.0.0.0/x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/0"])
  func `does not guess the size of a vSwitch`(cidr: String) throws {
    #expect(try node { $0.replacing("10.0.0.0/24", with: cidr) }.interfaces[2].vSwitchSize == nil)
  }

  @Test(arguments: ["spec", "status"])
  func `may be empty`(part: String) throws {
    let text = #"{"metadata": {"name": "n"}, "\#(part)": null}"#
    #expect(try TerwayNode(jsonText: text).interfaces.isEmpty)
  }

  @Test func `is refused with the place when something is not what it should be`() {
    let error = #expect(throws: JSONError.self) { try node { $0.replacing("2025-01-15T08:30:00Z", with: "soon") } }
    #expect(error.map { "\($0)" }?.contains("lastSyncOpenAPITime") == true)
  }
}

struct `A Pod` {
  @Test(arguments: [("10M", 1_250_000.0), ("1G", 125_000_000), ("8", 1)])
  func `is promised bytes per second by an annotation in bits`(annotation: String, bytes: Double) throws {
    let text = """
      {"metadata": {"name": "p", "namespace": "d", "uid": "u", "labels": {"big": "x"},
       "annotations": {"kubernetes.io/egress-bandwidth": "\(annotation)", "other": "y"}},
       "spec": {"nodeName": "n1", "containers": [{}]},
       "status": {"phase": "Running", "podIP": "10.0.0.1", "conditions": [{"type": "Ready", "status": "True"}]}}
      """
    let pod = try ClusterPod(jsonText: text)
    #expect(pod.transmitLimit == bytes && pod.receiveLimit == nil)
    #expect(pod.node == "n1" && pod.hasAddress && pod.isAlive && !pod.isUnschedulable)
    #expect(pod.metadata.labels.isEmpty && pod.metadata.annotations.isEmpty)
  }

  @Test(arguments: ["", "fast", "-5M", "0"])
  func `is not limited by an annotation that is no limit`(annotation: String) throws {
    let text = #"{"metadata": {"name": "p", "annotations": {"kubernetes.io/ingress-bandwidth": "\#(annotation)"}}}"#
    #expect(try ClusterPod(jsonText: text).receiveLimit == nil)
  }

  @Test func `that no node takes is unschedulable`() throws {
    let text =
      #"{"metadata": {"name": "p"}, "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]}}"#
    let pod = try ClusterPod(jsonText: text)
    #expect(pod.isUnschedulable && pod.node.isEmpty && !pod.hasAddress)
  }
}

struct `A Kubernetes Node` {
  @Test func `says what limits it, and what Terway says of it`() throws {
    let text = """
      {"metadata": {"name": "n1", "labels": {"terway-config": "large"},
       "annotations": {"k8s.aliyun.com/max-available-ip": "30"}},
       "spec": {"unschedulable": true},
       "status": {"allocatable": {"pods": "64", "cpu": "3900m"},
       "conditions": [{"type": "Ready", "status": "True"}, {"type": "SufficientIP", "status": "False"}]}}
      """
    let node = try ClusterNode(jsonText: text)
    #expect(node.maxAvailableIPs == 30 && node.allocatablePods == 64 && node.isReady && node.isUnschedulable)
    #expect(node.hasSufficientIPs == false && node.configurationName == "large" && !node.isExclusive)
  }
}
