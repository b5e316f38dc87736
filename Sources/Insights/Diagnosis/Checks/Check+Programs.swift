import KubernetesModel

/// Whether Terway's programs run.
extension Check {
  /// How long a pod may take to become ready, in seconds.
  private static let startingTime = 120.0
  private static let manyRestarts = 3

  static func daemons(_ examination: Examination) -> [Symptom] {
    guard let pods = examination.snapshot.terwayPods.value else { return [] }
    let daemons = pods.filter { $0.role == .daemon }
    var found = daemons.filter { !$0.isReady && $0.metadata.deletionTimestamp == nil }.compactMap { pod -> Symptom? in
      let isNew = pod.startTime.map { examination.now - $0 < startingTime } ?? false
      let waits = pod.containers.contains { !$0.waiting.isEmpty && !Self.passing.contains($0.waiting) }
      guard !isNew || waits else { return nil }
      return symptom(
        .daemonDown, pod, nil, Evidence(pod.title, "status.conditions[Ready]", "not True", at: pod.startTime))
    }
    // Only where Terway has a resource of the node: it need not run on all.
    if !daemons.isEmpty, examination.snapshot.scope.pod == nil || examination.snapshot.scope.node != nil {
      for name in examination.resources.keys.sorted() where examination.daemons[name] == nil {
        guard examination.nodes[name] != nil else { continue }
        found.append(
          Symptom(
            .daemonDown, "Node \(name)", nodes: [name],
            [Evidence("Node \(name)", "pods with app=terway-eniip", "none")], names: ["node": name]))
      }
    }
    if daemons.isEmpty, examination.snapshot.scope.node == nil {
      let set = "DaemonSet \(Examination.namespace)/terway-eniip"
      let seen =
        examination.snapshot.daemonSet.value.map { "\($0.desired) wanted, \($0.ready) ready" } ?? "there is none"
      found.append(Symptom(.daemonDown, set, nodes: nil, [Evidence(set, "status", seen)], names: ["node": "NODE"]))
    }
    return found + versions(daemons)
  }

  /// States of waiting that pass by themselves.
  private static let passing: Set<String> = ["ContainerCreating", "PodInitializing"]

  private static func versions(_ daemons: [TerwayPod]) -> [Symptom] {
    let images = Dictionary(grouping: daemons) { pod in
      pod.containers.first { $0.name == "terway" }?.image ?? ""
    }.filter { !$0.key.isEmpty }
    guard images.count > 1 else { return [] }
    let set = "DaemonSet \(Examination.namespace)/terway-eniip"
    let evidence = images.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(5).map { image, pods in
      Evidence(set, "pods with image \(image)", "\(pods.count)")
    }
    // Those that differ from the most frequent one.
    let usual = images.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
    let odd = Set(images.filter { $0.key != usual }.flatMap { $0.value.map(\.node) })
    return [Symptom(.versionsMixed, set, nodes: odd, evidence)]
  }

  static func containers(_ examination: Examination) -> [Symptom] {
    (examination.snapshot.terwayPods.value ?? []).flatMap { pod in
      pod.containers.flatMap { container in
        symptoms(of: container, pod, examination)
      }
    }
  }

  private static func symptoms(
    of container: TerwayPod.Container, _ pod: TerwayPod, _ examination: Examination
  ) -> [Symptom] {
    let field = "status.containerStatuses[\(container.name)]"
    let wasRecent = container.lastEndTime.map { $0 >= examination.since } ?? false
    var found: [Symptom] = []
    if ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"].contains(container.waiting) {
      found.append(
        symptom(
          .imagePullFailing, pod, container,
          Evidence(pod.title, "\(field).state.waiting", "\(container.waiting): \(container.image)")))
    }
    let isLooping = container.waiting == "CrashLoopBackOff"
    if container.lastEnd == "OOMKilled", wasRecent || isLooping {
      found.append(
        symptom(
          .outOfMemory, pod, container,
          Evidence(pod.title, "\(field).lastState.terminated", "OOMKilled", at: container.lastEndTime)))
    }
    if isLooping || (container.restarts >= manyRestarts && wasRecent) {
      found.append(
        symptom(
          .daemonCrashLooping, pod, container,
          Evidence(
            pod.title, "\(field).restartCount",
            "\(container.restarts), last: \(container.lastEnd) with \(container.lastExitCode)",
            at: container.lastEndTime)))
    }
    return found
  }

  static func controlplane(_ examination: Examination) -> [Symptom] {
    guard let pods = examination.snapshot.terwayPods.value else { return [] }
    let replicas = pods.filter { $0.role == .controlplane }
    let deployment = "Deployment \(Examination.namespace)/terway-controlplane"
    if replicas.isEmpty {
      guard examination.isCentral, examination.snapshot.scope.node == nil else { return [] }
      return [Symptom(.controlplaneAbsent, deployment, nodes: nil, [Evidence(deployment, "pods", "none")])]
    }
    guard !replicas.contains(where: \.isReady) else { return [] }
    let evidence = replicas.prefix(3).map {
      Evidence($0.title, "status.conditions[Ready]", "not True", at: $0.startTime)
    }
    return [Symptom(.controlplaneUnavailable, deployment, nodes: nil, Array(evidence))]
  }

  /// From this share of its limit on a container is about to be throttled or killed.
  private static let nearLimit = 0.9

  static func usage(_ examination: Examination) -> [Symptom] {
    let usage = Dictionary((examination.snapshot.usage.value ?? []).map { ($0.key, $0) }) { $1 }
    return (examination.snapshot.terwayPods.value ?? []).flatMap { pod in
      pod.containers.flatMap { container -> [Symptom] in
        guard let used = usage[pod.key]?.containers[container.name] else { return [] }
        let amounts = [("cpu", used.cpu, container.cpuLimit), ("memory", used.memory, container.memoryLimit)]
        return amounts.compactMap { name, used, limit in
          guard let limit, limit > 0, used >= nearLimit * limit else { return nil }
          let share = "\(Int((min(used / limit, 100) * 100).rounded())) % of the limit"
          return symptom(
            .daemonThrottled, pod, container,
            Evidence(pod.title, "usage of \(name) of \(container.name)", share, at: usage[pod.key]?.time))
        }
      }
    }
  }

  // MARK: Symptoms of pods

  private static func symptom(
    _ id: FindingID, _ pod: TerwayPod, _ container: TerwayPod.Container?, _ evidence: Evidence
  ) -> Symptom {
    var names = ["node": pod.node, "pod": pod.metadata.name, "namespace": pod.metadata.namespace ?? ""]
    names["container"] = container?.name ?? "terway"
    // What the controlplane lacks, the whole cluster does.
    let nodes: Set<String>? = pod.role == .daemon ? [pod.node] : nil
    return Symptom(id, pod.title, nodes: nodes, [evidence], names: names)
  }
}

extension TerwayPod {
  /// `Pod kube-system/terway-eniip-x`.
  var title: String { "Pod \(key)" }
}
