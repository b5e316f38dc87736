import Foundation
import Insights
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

/// What tests do to a snapshot of a healthy cluster.
extension ClusterSnapshot {
  package static let played = 1_780_000_000.0

  /// Three nodes with a daemon, an ENI and a running pod each, and nothing to complain of.
  package static func healthy(nodes count: Int = 3, ipam: String? = "crd") throws -> ClusterSnapshot {
    var snapshot = ClusterSnapshot(time: played)
    let names = (0..<count).map { "node-\($0)" }
    snapshot.nodes = .value(names.map(node))
    snapshot.resources = .value(ipam == "crd" ? try names.enumerated().map(resource) : [])
    snapshot.terwayPods = .value(names.map { daemon($0) } + [controlplane])
    snapshot.pods = .value(names.map { pod("web-\($0)", on: $0, age: 86_400, hasAddress: true) })
    snapshot.daemonSet = .value(DaemonSetView())
    snapshot.events = .value([])
    snapshot.podENIs = .value([])
    snapshot.logs = .value([])
    snapshot.targets = .absent
    var settings: JSONValue = [
      "version": "1", "min_pool_size": 0, "max_pool_size": 5, "security_groups": ["sg-1"],
      "vswitches": ["zone-a": ["vsw-a"], "zone-b": ["vsw-b"]],
    ]
    if let ipam { settings["ipam_type"] = .string(ipam) }
    snapshot.configurations = .value(["eni-config": try file("eni-config", settings)])
    return snapshot
  }

  // MARK: Parts

  package static func time(_ secondsAgo: Double) -> String {
    Date(timeIntervalSince1970: played - secondsAgo).formatted(.iso8601)
  }

  private static func node(_ name: String) -> ClusterNode {
    var node = ClusterNode()
    node.metadata = ObjectMeta(name: name)
    node.metadata.labels = ["topology.kubernetes.io/zone": "zone-a"]
    node.metadata.creationTimestamp = time(86_400)
    node.isReady = true
    return node
  }

  private static func resource(_ number: Int, _ name: String) throws -> TerwayNode {
    try TerwayNode(
      jsonText: """
        {"metadata": {"name": "\(name)"},
         "spec": {"nodeMetadata": {"zoneID": "zone-a"}, "nodeCap": {"adapters": 3, "ipv4PerAdapter": 10},
                  "eni": {"securityGroupIDs": ["sg-1"], "vSwitchOptions": ["vsw-a"]},
                  "pool": {"minPoolSize": 0, "maxPoolSize": 5}},
         "status": {"nextSyncOpenAPITime": "\(time(-3600))", "lastModifiedTime": "\(time(3600))",
           "networkInterfaces": {"eni-\(number)": {"status": "InUse", "networkInterfaceType": "Secondary",
             "vSwitchID": "vsw-a", "securityGroupIDs": ["sg-1"],
             "ipv4": {"10.0.0.1": {"status": "Valid", "podID": "default/web-\(name)", "podUID": "uid-web-\(name)"},
                      "10.0.0.2": {"status": "Valid"}}}}}}
        """)
  }

  package static func daemon(_ node: String, image: String = "terway:v1.16.7") -> TerwayPod {
    terwayPod("terway-eniip-\(node)", ["app": "terway-eniip"], on: node, container: "terway", image: image)
  }

  private static let controlplane = terwayPod(
    "terway-controlplane-0", ["k8s-app": "terway-controlplane"], on: "node-0", container: "terway-controlplane",
    image: "terway-controlplane:v1.16.7")

  private static func terwayPod(
    _ name: String, _ labels: [String: String], on node: String, container: String, image: String
  ) -> TerwayPod {
    var pod = TerwayPod()
    pod.metadata = ObjectMeta(name: name, namespace: "kube-system")
    pod.metadata.labels = labels
    (pod.node, pod.phase, pod.isReady, pod.startTime) = (node, "Running", true, played - 7200)
    var state = TerwayPod.Container(name: container)
    (state.image, state.isReady, state.startTime) = (image, true, played - 7200)
    (state.cpuLimit, state.memoryLimit) = (0.1, 268_435_456)
    pod.containers = [state]
    return pod
  }

  package static func pod(_ name: String, on node: String, age: Double, hasAddress: Bool) -> ClusterPod {
    var pod = ClusterPod()
    pod.metadata = ObjectMeta(name: name, namespace: "default")
    pod.metadata.uid = "uid-\(name)"
    pod.metadata.creationTimestamp = time(age)
    (pod.node, pod.hasAddress, pod.phase) = (node, hasAddress, hasAddress ? "Running" : "Pending")
    return pod
  }

  package static func file(
    _ name: String, _ settings: JSONValue, changed secondsAgo: Double = 86_400
  ) throws -> ConfigurationFile {
    var map = TerwayConfigMap()
    map.metadata = ObjectMeta(name: name, namespace: "kube-system")
    map.content = EniConfiguration(text: settings.jsonText()).map(TerwayConfigMap.Content.configuration) ?? .malformed
    return ConfigurationFile(map, lastChange: played - secondsAgo)
  }

  // MARK: What happens

  /// Merges settings into `eni_conf`, of the cluster's ConfigMap or of another.
  package mutating func configure(
    _ settings: JSONValue, of name: String = "eni-config", changed secondsAgo: Double = 86_400
  ) throws {
    var files = configurations.value ?? [:]
    let former = files[name]?.configuration?.content.object ?? [:]
    files[name] = try Self.file(
      name, settings.object.map { .object(former.merging($0) { $1 }) } ?? settings, changed: secondsAgo)
    configurations = .value(files)
  }

  package mutating func changeDaemon(_ node: String, _ change: (inout TerwayPod) -> Void) {
    terwayPods = terwayPods.map { pods in
      pods.map { pod in
        var pod = pod
        if pod.node == node, pod.role == .daemon { change(&pod) }
        return pod
      }
    }
  }

  package mutating func changeControlplane(_ change: (inout TerwayPod) -> Void) {
    terwayPods = terwayPods.map { pods in
      pods.map { pod in
        var pod = pod
        if pod.role == .controlplane { change(&pod) }
        return pod
      }
    }
  }

  package mutating func changeNode(_ name: String, _ change: (inout ClusterNode) -> Void) {
    nodes = nodes.map { nodes in
      nodes.map { node in
        var node = node
        if node.metadata.name == name { change(&node) }
        return node
      }
    }
  }

  package mutating func changeResource(_ name: String, _ change: (inout TerwayNode) -> Void) {
    resources = resources.map { resources in
      resources.map { resource in
        var resource = resource
        if resource.metadata.name == name { change(&resource) }
        return resource
      }
    }
  }

  package mutating func changeResources(_ change: (inout TerwayNode) -> Void) {
    for name in resources.elements.map(\.metadata.name) { changeResource(name, change) }
  }

  /// No node has an address left that it could give to a pod.
  package mutating func useAllAddresses() { changeResources { $0.interfaces[0].addresses.validUsed = 2 } }

  /// A pod that has no address yet.
  package mutating func addWaitingPod(_ name: String = "waits", on node: String = "node-1", age: Double = 600) {
    pods = pods.map { $0 + [Self.pod(name, on: node, age: age, hasAddress: false)] }
  }

  package mutating func addEvent(
    _ reason: String, _ kind: String, _ name: String, _ note: String = "", ago: Double = 60
  ) {
    var event = ClusterEvent()
    (event.reason, event.kind, event.note, event.lastSeen) = (reason, kind, note, time - ago)
    event.key = ObjectKey(namespace: kind == "Node" ? nil : "default", name: name)
    events = events.map { $0 + [event] }
  }

  /// A pod that waits, as the kubelet tells of it.
  package mutating func starve(
    _ name: String = "waits", on node: String = "node-1", note: String = "cmdAdd: error alloc ip"
  ) {
    addWaitingPod(name, on: node)
    addEvent("FailedCreatePodSandBox", "Pod", name, note)
  }

  package mutating func stop(_ node: String, waiting: String = "", lastEnd: String = "", restarts: Int = 0) {
    changeDaemon(node) { pod in
      pod.isReady = false
      pod.containers[0].waiting = waiting
      pod.containers[0].lastEnd = lastEnd
      pod.containers[0].restarts = restarts
      pod.containers[0].lastEndTime = Self.played - 60
    }
  }

  package mutating func exhaust(_ node: String, ago: Double = 60) {
    changeResource(node) { $0.interfaces[0].insufficientIP = Self.played - ago }
  }

  package mutating func addLog(_ lines: String..., pod: String = "terway-eniip-node-1", node: String = "node-1") {
    let digest = LogDigest(
      pod: ObjectKey(namespace: "kube-system", name: pod), node: node, container: "terway",
      Array(lines.joined(separator: "\n").utf8))
    logs = logs.map { $0 + [digest] }
  }
}
