import EniScaling
import KubernetesModel
import TerwayModel

/// What events, logs and pods say of failures.
extension Check {
  static func events(_ examination: Examination) -> [Symptom] {
    examination.snapshot.events.elements.filter { $0.lastSeen >= examination.since }.flatMap { event -> [Symptom] in
      let node = examination.node(of: event)
      let note = PlainText.redacted(event.note)
      let seen = Evidence(event.object, "event \(event.reason)", "\(event.count)×: \(note)", at: event.lastSeen)
      var names = ["node": node ?? "", "namespace": event.key.namespace ?? "default"]
      names[event.kind == "PodENI" ? "podeni" : "pod"] = event.key.name
      var found: [Symptom] = []
      if let id = KnownCode.reasons[event.reason] {
        var severity: Severity?
        if event.kind == "Pod", !examination.isWaiting(event.key) { severity = .info }
        found.append(
          Symptom(id, event.object, nodes: node.map { [$0] } ?? [], severity: severity, [seen], names: names))
      }
      if let code = KnownCode.errorCode(in: event.note), let id = KnownCode.meaning(ofCode: code) {
        // Terway leaves a vSwitch alone for that long; what is older may be over.
        let isOld = examination.now - event.lastSeen > TerwayNode.Interface.vSwitchBlock
        found.append(meaning(id, seen, in: event.note, node: node, severity: isOld ? .warning : nil))
      }
      return found
    }
  }

  /// What the code of a message is about: the thing that it names, else the node or the cloud.
  private static func meaning(
    _ id: FindingID, _ seen: Evidence, in message: String, node: String?, severity: Severity?
  ) -> Symptom {
    let names = ["node": node ?? "NODE", "configmap": Examination.base]
    let nodes: Set<String> = node.map { [$0] } ?? []
    let severity = severity.map { max($0, id.kind.severity) }
    switch id {
    case .vSwitchExhausted, .vSwitchGone:
      let vSwitch = Self.word(in: message, after: "vsw-").map(Examination.vSwitch)
      return Symptom(
        id, vSwitch ?? "VSwitch of \(node ?? "an unknown node")", nodes: nodes, severity: severity, [seen], names: names
      )
    case .securityGroupRejected:
      let group = Self.word(in: message, after: "sg-").map { "security group \($0)" }
      return Symptom(id, group ?? "security groups", nodes: nil, severity: severity, [seen], names: names)
    case .cloudThrottled, .credentialRejected:
      // Both are of the account, whoever happens to notice.
      return Symptom(id, Examination.cloud, nodes: nil, severity: severity, [seen], names: names)
    default:
      return Symptom(
        id, node.map { "Node \($0)" } ?? Examination.cloud, nodes: nodes, severity: severity, [seen], names: names)
    }
  }

  /// `vsw-bp1…` of a message; letters, digits and dashes only.
  private static func word(in message: String, after prefix: String) -> String? {
    guard let start = message.firstRange(of: prefix) else { return nil }
    let rest = message[start.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(
      40)
    return rest.isEmpty ? nil : prefix + rest
  }

  // MARK: Pods

  /// So many are named one by one.
  private static let podLimit = 200

  static func waitingPods(_ examination: Examination) -> [Symptom] {
    let sandbox = Dictionary(
      examination.snapshot.events.elements.filter { $0.reason == "FailedCreatePodSandBox" && $0.kind == "Pod" }
        .map { ($0.key, $0) }
    ) { $1 }
    let waiting = examination.snapshot.pods.elements.filter { pod in
      guard examination.isWaiting(pod.key), !pod.node.isEmpty else { return false }
      if sandbox[pod.key] != nil { return true }
      let age = RFC3339.seconds(pod.metadata.creationTimestamp).map { examination.now - $0 } ?? 0
      return age >= FaultDetection.longWait && !examination.waitsForVolume(pod.key)
    }
    var found = waiting.prefix(podLimit).map { pod -> Symptom in
      let object = "Pod \(pod.key)"
      var evidence = [
        Evidence(
          object, "status.podIP", "none since it was created", at: RFC3339.seconds(pod.metadata.creationTimestamp))
      ]
      if let event = sandbox[pod.key] {
        evidence.append(
          Evidence(
            object, "event \(event.reason)", "\(event.count)×: \(PlainText.redacted(event.note))", at: event.lastSeen))
      }
      return Symptom(
        .podsWithoutNetwork, object, nodes: [pod.node], evidence,
        names: ["node": pod.node, "namespace": pod.metadata.namespace ?? "", "pod": pod.metadata.name])
    }
    if waiting.count > podLimit {
      let rest = waiting.dropFirst(podLimit)
      found.append(
        Symptom(
          .podsWithoutNetwork, "other pods", nodes: Set(rest.map(\.node)),
          [Evidence("pods", "status.podIP", "none of \(rest.count) more pods")],
          names: ["namespace": "NAMESPACE", "pod": "POD"]))
    }
    return found
  }

  // MARK: Logs

  static func logs(_ examination: Examination) -> [Symptom] {
    examination.snapshot.logs.elements.flatMap { digest -> [Symptom] in
      let object = "Pod \(digest.pod)"
      let names = [
        "pod": digest.pod.name, "namespace": digest.pod.namespace ?? "", "container": digest.container,
        "node": digest.node,
      ]
      var found: [Symptom] = []
      var others: [Evidence] = []
      for entry in digest.entries {
        let text = PlainText.redacted(entry.template)
        let seen = Evidence(
          object, "log of \(digest.container)", "\(entry.count)×: \(text)", at: entry.lastSeen)
        if let id = KnownCode.meaning(ofCode: entry.code) {
          found.append(meaning(id, seen, in: "", node: digest.node, severity: nil))
        } else if entry.isFatal {
          found.append(Symptom(.panic, object, nodes: [digest.node], [seen], names: names))
        } else {
          others.append(seen)
        }
      }
      if !others.isEmpty {
        found.append(Symptom(.logErrors, object, nodes: [digest.node], Array(others.prefix(5)), names: names))
      }
      return found
    }
  }
}

extension Examination {
  /// The node that an event is about; `nil` where it is about none, or one that is not known.
  func node(of event: ClusterEvent) -> String? {
    switch event.kind {
    case "Node": event.key.name
    case "Pod":
      podsByKey[event.key].flatMap { $0.node.isEmpty ? nil : $0.node }
        ?? nodesOfTerway[event.key]
    case "PodENI": podsByKey[event.key].flatMap { $0.node.isEmpty ? nil : $0.node }
    default: nil
    }
  }

  /// Whether the kubelet says that a pod waits for a volume, and nothing of its network.
  func waitsForVolume(_ key: ObjectKey) -> Bool {
    let reasons = eventReasons[key] ?? []
    return !reasons.contains("FailedCreatePodSandBox")
      && (reasons.contains("FailedMount") || reasons.contains("FailedAttachVolume"))
  }
}
