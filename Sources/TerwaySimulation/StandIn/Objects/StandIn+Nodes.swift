import KubernetesModel
import Serialization

/// What nodes and their resources are to be on the API server.
extension StandIn {
  /// A Kubernetes Node as a new one is created.
  ///
  /// - Parameter number: from 0; gives the name.
  public func newNode(_ number: Int) -> JSONValue {
    let name = Self.nodeName(number)
    let labels: [String: String] = [
      Self.playedLabel: "true", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64", "node.kubernetes.io/instance-type": configuration.instanceType,
      "topology.kubernetes.io/region": configuration.region,
      "topology.kubernetes.io/zone": configuration.zone(number % configuration.zones),
    ]
    let resources: JSONValue = ["cpu": "16", "memory": "64Gi", "pods": JSONValue(configuration.addressesPerNode + 16)]
    let host = IPv4Address(10 << 24 | UInt32(number + 10)).description
    return [
      "apiVersion": "v1", "kind": "Node",
      "metadata": [
        "name": .string(name), "labels": JSONValue(labels),
        "annotations": ["k8s.aliyun.com/max-available-ip": .string("\(configuration.addressesPerNode)")],
      ],
      "spec": ["providerID": .string("\(configuration.region).i-\(Identifier.hex(UInt64(number), 16))")],
      "status": [
        "capacity": resources, "allocatable": resources,
        "addresses": [
          ["type": "InternalIP", "address": .string(host)], ["type": "Hostname", "address": .string(name)],
        ],
        "conditions": conditions(hasSufficientIPs: true),
        "nodeInfo": [
          "architecture": "amd64", "operatingSystem": "linux", "kubeletVersion": "v1.30.0-simulated",
          "osImage": "Terway stand-in", "kernelVersion": "5.10", "containerRuntimeVersion": "none://0",
          "kubeProxyVersion": "v1.30.0-simulated", "bootID": "", "machineID": "", "systemUUID": "",
        ],
      ],
    ]
  }

  /// `node-0000`, and so on.
  public static func nodeName(_ number: Int) -> String {
    let text = String(number)
    return "node-" + String(repeating: "0", count: max(0, 4 - text.count)) + text
  }

  /// What a Kubernetes Node is to say.
  public struct NodeWish: Hashable, Sendable {
    public var faults: String
    public var hasSufficientIPs: Bool
    /// Of the status.
    public var conditions: JSONValue
  }

  /// `nil` for a node that is not played.
  public func wish(forNode name: String) -> NodeWish? {
    guard let number = numbers[name] else { return nil }
    let node = nodes[number]
    return NodeWish(
      faults: Fault.text(node.faults), hasSufficientIPs: node.hasSufficientIPs,
      conditions: conditions(hasSufficientIPs: node.hasSufficientIPs))
  }

  private func conditions(hasSufficientIPs: Bool) -> JSONValue {
    [
      ["type": "Ready", "status": "True", "reason": "KubeletReady", "message": "played"],
      [
        "type": "SufficientIP", "status": hasSufficientIPs ? "True" : "False",
        "reason": hasSufficientIPs ? "SufficientIP" : "InsufficientIP",
        "message": hasSufficientIPs ? "node has sufficient IP" : "node has no IP left for pods that wait",
      ],
    ]
  }

  /// What Terway's Node resource is to be.
  public struct ResourceWish: Sendable {
    /// The whole of it, where there is none; its status is written afterwards.
    public var manifest: JSONValue?
    /// A merge patch of what is there; `nil` when nothing is missing.
    public var specPatch: JSONValue?
    public var status: PlayedStatus
    var scope: PlayedStatus.Scope

    /// A merge patch of a status that was not written by this stand-in; `nil` when nothing is missing.
    public func statusPatch(of present: JSONValue) -> JSONValue? {
      let wanted = status.json(scope)
      let known = (present.object ?? [:]).filter { wanted[$0.key] != nil }
      return MergePatch.difference(from: ["status": .object(known)], to: ["status": wanted])
    }

    /// A merge patch of the status; `nil` when it is as it was written last.
    public func statusPatch(since written: PlayedStatus) -> JSONValue? {
      if written == status { return nil }
      return MergePatch.difference(from: ["status": written.json(scope)], to: ["status": status.json(scope)])
    }
  }

  /// `nil` when nothing is to be written: in legacy mode, for a node that is gone or frozen, and before a daemon has read
  /// its configuration.
  public func wish(forResource name: String) -> ResourceWish? {
    guard configuration.ipam == .crd, let number = numbers[name], !nodes[number].faults.contains(.frozen) else {
      return nil
    }
    let node = nodes[number]
    let scope = PlayedStatus.Scope(
      pace: pace, vSwitch: configuration.vSwitch(node.zone), cidr: scene.cloud.cidr(zone: node.zone))
    guard let resource = node.resource else {
      return node.specification.map {
        ResourceWish(manifest: manifest(of: node, $0), specPatch: nil, status: node.status, scope: scope)
      }
    }
    let patch = node.daemon.works ? node.specification?.patch(of: resource.spec) : nil
    return ResourceWish(
      manifest: nil, specPatch: patch.map { ["spec": $0] }, status: node.status, scope: scope)
  }

  private func manifest(of node: PlayedNode, _ specification: Specification) -> JSONValue {
    var spec = specification.json
    spec["nodeMetadata"] = [
      "regionID": .string(configuration.region), "zoneID": .string(node.facts.zone),
      "instanceType": .string(configuration.instanceType),
      "instanceID": .string("i-bp1\(Identifier.hex(UInt64(node.number), 14))"),
    ]
    spec["nodeCap"] = [
      "adapters": JSONValue(configuration.adapters), "totalAdapters": JSONValue(configuration.adapters),
      "ipv4PerAdapter": JSONValue(configuration.addressesPerAdapter),
      "ipv6PerAdapter": JSONValue(configuration.addressesPerAdapter), "eriQuantity": 0, "memberAdapterLimit": 0,
      "instanceBandwidthRx": 10_485_760, "instanceBandwidthTx": 10_485_760,
    ]
    return [
      "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "Node",
      "metadata": [
        "name": .string(node.name), "labels": ["name": .string(node.name)],
      ],
      "spec": spec,
    ]
  }

  /// The PodENI that is stuck, and its status; `nil` when there is to be none.
  public func wish(forPodENIOf name: String) -> (manifest: JSONValue, status: JSONValue)? {
    guard let number = numbers[name], nodes[number].faults.contains(.stuckPodENI) else { return nil }
    let manifest: JSONValue = [
      "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodENI",
      "metadata": ["name": .string(Self.podENIName(name)), "namespace": "default"],
      "spec": ["zone": .string(nodes[number].facts.zone)],
    ]
    return (manifest, ["status": ["phase": "Detaching"]])
  }

  public static func podENIName(_ node: String) -> String { "stuck-on-\(node)" }

  /// How many nodes there are, and how many of their daemons run.
  public var daemons: (wanted: Int, ready: Int) {
    (numbers.count, numbers.values.count { nodes[$0].daemon.isRunning })
  }
}
