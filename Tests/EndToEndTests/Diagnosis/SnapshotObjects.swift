import Foundation
import Insights
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

/// The objects of which a collector would make a snapshot.
struct SnapshotObjects {
  let snapshot: ClusterSnapshot
  /// What times of the snapshot have to be moved by, in seconds.
  let shift: Double

  private func time(_ seconds: Double) -> JSONValue {
    .string(Date(timeIntervalSince1970: seconds + shift).formatted(.iso8601))
  }

  private func add(_ time: Double?, as key: String, to value: inout JSONValue) {
    if let time { value[key] = self.time(time) }
  }

  // MARK: What does not depend on other objects

  /// - Parameter kubelet: where the logs of all pods are, as the status of a Node says it.
  func first(kubelet: JSONValue) -> [StagedObject] {
    snapshot.nodes.elements.map { node($0, kubelet) } + configurations + snapshot.terwayPods.elements.map(terwayPod)
      + snapshot.pods.elements.map(pod) + snapshot.usage.elements.map(usage)
  }

  private func usage(_ usage: PodUsage) -> StagedObject {
    var content: JSONValue = [
      "containers": .array(
        usage.containers.map { name, used in
          [
            "name": .string(name),
            "usage": ["cpu": .string("\(Int(used.cpu * 1e9))n"), "memory": .string("\(Int(used.memory))")],
          ]
        })
    ]
    add(usage.time, as: "timestamp", to: &content)
    return StagedObject(
      PodUsage.resource, ObjectMeta(name: usage.key.name, namespace: usage.key.namespace), content)
  }

  private func node(_ node: ClusterNode, _ kubelet: JSONValue) -> StagedObject {
    var status = kubelet
    let saysSo = node.isReady || node.isNotReady
    status["conditions"] = saysSo ? [.condition("Ready", !node.isNotReady)] : []
    return StagedObject(ClusterNode.resource, node.metadata, status: status)
  }

  private var configurations: [StagedObject] {
    (snapshot.configurations.value ?? [:]).map { name, file in
      var data: JSONValue = [:]
      switch file.map.content {
      case .none: break
      case .malformed: data["eni_conf"] = "{"
      case .configuration(let configuration):
        var content = configuration.content
        // What is read without them was written with them.
        if configuration.heldCredentials { content["access_secret"] = "geheim" }
        data["eni_conf"] = .string(content.jsonText(pretty: true))
      }
      if !file.map.degradation.isEmpty { data["ctrl-config.yaml"] = .string("degradation: \(file.map.degradation)\n") }
      return StagedObject(
        TerwayConfigMap.resource, ObjectMeta(name: name, namespace: TerwayConfigMap.namespace), ["data": data])
    }
  }

  private func pod(_ pod: ClusterPod) -> StagedObject {
    var status: JSONValue = ["phase": .string(pod.phase)]
    if pod.hasAddress { (status["podIP"], status["podIPs"]) = ("10.0.0.1", [["ip": "10.0.0.1"]]) }
    return StagedObject(
      ClusterPod.resource, pod.metadata,
      [
        "spec": [
          "nodeName": .string(pod.node), "hostNetwork": .bool(pod.usesHostNetwork),
          "containers": [["name": "main", "image": "none"]],
        ]
      ], status: status)
  }

  private func terwayPod(_ pod: TerwayPod) -> StagedObject {
    var status: JSONValue = [
      "phase": .string(pod.phase), "podIP": "10.0.0.1", "podIPs": [["ip": "10.0.0.1"]],
      "conditions": [.condition("Ready", pod.isReady)],
      "containerStatuses": .array(pod.containers.map(containerStatus)),
    ]
    add(pod.startTime, as: "startTime", to: &status)
    let containers = pod.containers.map { container -> JSONValue in
      var limits: JSONValue = [:]
      if let cpu = container.cpuLimit { limits["cpu"] = .string("\(Int(cpu * 1000))m") }
      if let memory = container.memoryLimit { limits["memory"] = .string("\(Int(memory))") }
      return [
        "name": .string(container.name), "image": .string(container.image), "resources": ["limits": limits],
      ]
    }
    return StagedObject(
      TerwayPod.resource, pod.metadata,
      ["spec": ["nodeName": .string(pod.node), "hostNetwork": true, "containers": .array(containers)]],
      status: status)
  }

  private func containerStatus(_ container: TerwayPod.Container) -> JSONValue {
    var status: JSONValue = [
      "name": .string(container.name), "image": .string(container.image), "imageID": "",
      "ready": .bool(container.isReady), "restartCount": JSONValue(container.restarts), "state": [:], "lastState": [:],
    ]
    if !container.waiting.isEmpty {
      status["state"] = ["waiting": ["reason": .string(container.waiting)]]
    } else if let start = container.startTime {
      status["state"] = ["running": ["startedAt": time(start)]]
    }
    if !container.lastEnd.isEmpty || container.lastEndTime != nil {
      var end: JSONValue = ["reason": .string(container.lastEnd), "exitCode": JSONValue(container.lastExitCode)]
      add(container.lastEndTime, as: "finishedAt", to: &end)
      status["lastState"] = ["terminated": end]
    }
    return status
  }

  // MARK: What names other objects

  /// - Parameter uids: that the server has given to pods.
  func second(uids: [ObjectKey: String]) throws -> [StagedObject] {
    var holders: [PodFingerprint: Holder] = [:]
    var anyOf: [String: Holder] = [:]
    for pod in snapshot.pods.elements {
      let holder = Holder(pod: pod.key, uid: uids[pod.key] ?? "")
      holders[PodFingerprint(uid: pod.metadata.uid)] = holder
      anyOf[pod.node] = anyOf[pod.node] ?? holder
    }
    return snapshot.resources.elements.enumerated().map { number, node in
      resource(node, number) {
        holders[$0] ?? .gone
      } other: {
        anyOf[node.metadata.name] ?? .gone
      }
    } + podENIs + events + (try monitoring())
  }

  /// Who has an address.
  private struct Holder {
    var pod: ObjectKey
    var uid: String

    static let gone = Holder(pod: ObjectKey(namespace: "default", name: "gone"), uid: "gone")
  }

  private func resource(
    _ node: TerwayNode, _ number: Int, holder: (PodFingerprint) -> Holder, other: () -> Holder
  ) -> StagedObject {
    var pool: JSONValue = [:]
    if let minimum = node.pool.minimum { pool["minPoolSize"] = JSONValue(minimum) }
    if let maximum = node.pool.maximum { pool["maxPoolSize"] = JSONValue(maximum) }
    let spec: JSONValue = [
      "nodeMetadata": [
        "instanceID": .string("i-\(node.metadata.name)"), "instanceType": "ecs.g7.xlarge", "regionID": "cn-hangzhou",
        "zoneID": .string(node.zone),
      ],
      "nodeCap": [
        "adapters": JSONValue(node.capacity.adapters), "ipv4PerAdapter": JSONValue(node.capacity.addressesPerAdapter),
      ],
      "eni": [
        "securityGroupIDs": JSONValue(node.configuration.securityGroups),
        "vSwitchOptions": JSONValue(node.configuration.vSwitches), "vSwitchSelectPolicy": "ordered",
      ],
      "pool": pool,
    ]
    var interfaces: JSONValue = [:]
    for (index, interface) in node.interfaces.enumerated() {
      var pods = interface.pods.map(holder)
      while pods.count < max(interface.addresses.used, interface.addresses.validUsed) {
        pods.append(pods.last ?? other())
      }
      interfaces[interface.id] = self.interface(interface, "10.\(number).\(index)", pods)
    }
    var status: JSONValue = ["networkInterfaces": interfaces]
    add(node.nextSync, as: "nextSyncOpenAPITime", to: &status)
    add(node.lastSync, as: "lastSyncOpenAPITime", to: &status)
    add(node.lastModified, as: "lastModifiedTime", to: &status)
    return StagedObject(TerwayNode.resource, node.metadata, ["spec": spec], status: status)
  }

  private func interface(_ interface: TerwayNode.Interface, _ network: String, _ pods: [Holder]) -> JSONValue {
    let count = interface.addresses
    let states =
      Array(repeating: ("Valid", true), count: count.validUsed)
      + Array(repeating: ("Valid", false), count: count.idle)
      + (0..<count.invalid).map { ("Invalid", $0 < count.used - count.validUsed) }
      + Array(repeating: ("Deleting", false), count: count.deleting)
    var (addresses, rest): (JSONValue, ArraySlice<Holder>) = ([:], pods[...])
    for (index, (status, isHeld)) in states.enumerated() {
      let ip = "\(network).\(index + 1)"
      addresses[ip] = ["ip": .string(ip), "primary": false, "status": .string(status)]
      guard isHeld, let holder = rest.popFirst() else { continue }
      addresses[ip]?["podID"] = .string("\(holder.pod)")
      addresses[ip]?["podUID"] = .string(holder.uid)
    }
    var conditions: JSONValue = [:]
    if let time = interface.insufficientIP { conditions["InsufficientIP"] = ["observedTime": self.time(time)] }
    if let time = interface.operationError { conditions["OperationErr"] = ["observedTime": self.time(time)] }
    return [
      "id": .string(interface.id), "status": .string(interface.status), "networkInterfaceType": "Secondary",
      "vSwitchID": .string(interface.vSwitch),
      // In another order than they are compared in.
      "securityGroupIDs": JSONValue(Array(interface.securityGroups.reversed())),
      "ipv4": addresses, "conditions": conditions,
    ]
  }

  private var podENIs: [StagedObject] {
    snapshot.podENIs.elements.map {
      StagedObject(PodENI.resource, $0.metadata, ["spec": [:]], status: ["phase": .string($0.phase)])
    }
  }

  private var events: [StagedObject] {
    snapshot.events.elements.enumerated().map { number, event in
      var about: JSONValue = ["kind": .string(event.kind), "name": .string(event.key.name)]
      if let namespace = event.key.namespace { about["namespace"] = .string(namespace) }
      return StagedObject(
        ClusterEvent.resource,
        ObjectMeta(name: "event-\(number)", namespace: event.key.namespace ?? "default"),
        [
          "involvedObject": about, "reason": .string(event.reason), "message": .string(event.note),
          "lastTimestamp": time(event.lastSeen), "count": JSONValue(event.count), "type": "Warning",
        ])
    }
  }
}
