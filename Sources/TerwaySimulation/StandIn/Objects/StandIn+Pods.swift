import KubernetesModel
import Serialization

/// What pods are to be on the API server.
extension StandIn {
  public enum PodWish: Hashable, Sendable {
    case bind(uid: String, node: String)
    /// A merge patch of the status.
    case status(JSONValue)
    /// The kubelet has nothing left of it.
    case delete(uid: String)
  }

  /// `nil` when it is as it should be, as far as was seen.
  public func wish(forPod key: ObjectKey) -> PodWish? {
    if let choice = schedule.choice(for: key) { return .bind(uid: choice.uid, node: nodes[choice.node].name) }
    guard let uid = schedule.uid(of: key), let number = schedule.node(of: key), let pod = nodes[number].pods[uid] else {
      return nil
    }
    let node = nodes[number]
    switch pod.stage {
    case .released:
      return pod.facts.isBeingDeleted || numbers[node.name] == nil ? .delete(uid: uid) : nil
    case .succeeded:
      return pod.facts.hasEnded ? nil : .status(["status": status(of: pod, on: node, phase: "Succeeded")])
    case .running(let address):
      if pod.facts.phase == "Running", pod.facts.address == address.description { return nil }
      if pod.facts.isDaemon, !node.daemon.isRunning { return nil }
      return .status(["status": status(of: pod, on: node, phase: "Running", address: address)])
    case .waiting, .addressed:
      if pod.facts.isWaitingVisibly { return nil }
      return .status(["status": status(of: pod, on: node, phase: "Pending")])
    }
  }

  private func status(
    of pod: PlayedPod, on node: PlayedNode, phase: String, address: IPv4Address? = nil
  ) -> JSONValue {
    let since = pace.instant(pod.since)
    let isReady = phase == "Running"
    func condition(_ type: String, _ holds: Bool) -> JSONValue {
      ["type": .string(type), "status": holds ? "True" : "False", "lastTransitionTime": since]
    }
    let state: JSONValue =
      switch phase {
      case "Running": ["running": ["startedAt": pace.instant(pod.startedAt ?? pod.since)]]
      case "Succeeded": ["terminated": ["exitCode": 0, "reason": "Completed"]]
      default: ["waiting": ["reason": "ContainerCreating"]]
      }
    var status: JSONValue = [
      "phase": .string(phase), "hostIP": .string(node.hostAddress.description), "startTime": since,
      "conditions": [
        condition("Initialized", true), condition("Ready", isReady), condition("ContainersReady", isReady),
        condition("PodScheduled", true),
      ],
      "containerStatuses": .array(
        pod.facts.containers.map { name in
          [
            "name": .string(name), "image": "", "imageID": "", "ready": .bool(isReady), "started": .bool(isReady),
            "restartCount": 0, "state": state,
          ]
        }),
    ]
    if let address {
      status["podIP"] = .string(address.description)
      status["podIPs"] = [["ip": .string(address.description)]]
    }
    return status
  }

  /// The daemon pod that a node lacks; `nil` when it has one.
  ///
  /// - Parameter owner: the DaemonSet.
  public func wish(forDaemonOf name: String, owner: OwnerReference) -> JSONValue? {
    guard let number = numbers[name], nodes[number].daemon.pod == nil, let pod = nodes[number].daemon.requested else {
      return nil
    }
    return [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "name": .string(pod), "namespace": .string(PlayedNode.daemonNamespace),
        "labels": JSONValue(Self.daemonLabels), "ownerReferences": [owner.json],
      ],
      "spec": Self.daemonSpec.merging(["nodeName": .string(name)]),
    ]
  }

  /// A pod of the workload as it is created; `nil` when it is to be deleted.
  public func wish(forWorkload number: Int64) -> JSONValue? {
    guard workloadPods.contains(number) else { return nil }
    let key = Self.workloadPod(number)
    return [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "name": .string(key.name), "namespace": .string(key.namespace ?? ""), "labels": [Self.workloadLabel: "true"],
      ],
      "spec": [
        "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
        "containers": [["name": "main", "image": "none"]],
      ],
    ]
  }

  public static func workloadPod(_ number: Int64) -> ObjectKey {
    ObjectKey(namespace: "default", name: "workload-\(number)")
  }

  /// On the pods of the workload.
  public static let workloadLabel = "simulator.terway.io/workload"

  public static let daemonLabels = ["app": "terway-eniip"]

  /// What daemon pods run, as the DaemonSet has it. They go at once: nothing is there that would have to end.
  public static let daemonSpec: JSONValue = [
    "hostNetwork": true, "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
    "tolerations": [["operator": "Exists"]],
    "containers": [
      ["name": "terway", "image": "registry.example/acs/terway:v1.16.7"],
      ["name": "policy", "image": "registry.example/acs/terway:v1.16.7"],
    ],
  ]
}

extension JSONValue {
  /// With more members, which replace those of the same name.
  fileprivate func merging(_ members: [String: JSONValue]) -> JSONValue {
    .object((object ?? [:]).merging(members) { $1 })
  }
}
