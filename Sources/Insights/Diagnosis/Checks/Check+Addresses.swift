import EniScaling
import KubernetesModel
import TerwayModel

/// What Terway's Node resources and PodENIs show.
extension Check {
  /// What passes by itself does so within this time, in seconds.
  private static let passingTime = 300.0

  /// The faults that remediation looks for too.
  static func faults(_ examination: Examination) -> [Symptom] {
    let pods = examination.snapshot.pods.value
    return examination.snapshot.resources.elements.flatMap { resource in
      let name = resource.metadata.name
      let view = NodeView(
        resource, node: examination.nodes[name], pods: pods.map { _ in examination.podsByNode[name] ?? [] })
      let detection = FaultDetection(at: examination.now)
      let sightings = [detection.exhaustion(of: view)].compactMap(\.self) + detection.sightings(of: view)
      return sightings.flatMap { symptoms(of: $0, resource, examination) }
    }
  }

  private static func symptoms(
    of sighting: FaultSighting, _ resource: TerwayNode, _ examination: Examination
  ) -> [Symptom] {
    let name = resource.metadata.name
    switch sighting.fault {
    case .vSwitchExhausted:
      return exhausted(resource, sighting, examination)
    case .daemonWedged:
      // An address that is idle and a pod that waits are no wedge where the pod waits for a volume.
      return [
        Symptom(
          .daemonStuck, "Node \(name)", nodes: [name], evidence(sighting, "idle addresses"), names: ["node": name])
      ]
      .filter { _ in !waitsForVolumesOnly(name, examination) }
    case .eniStuck:
      let quiet = resource.lastModified.map { examination.now - $0 } ?? passingTime
      return [
        Symptom(
          .eniStuck, "ENI \(sighting.subject.object)", nodes: [name], severity: quiet >= passingTime ? nil : .info,
          evidence(sighting, "status.networkInterfaces[\(sighting.subject.object)].status", at: resource.lastModified),
          names: ["node": name])
      ]
    case .staleCloudView:
      return [
        Symptom(
          .nodeNotSynced, Examination.resource(name), nodes: [name],
          evidence(sighting, "status.nextSyncOpenAPITime", at: resource.lastSync), names: ["node": name])
      ]
    case .leakedIP:
      return [
        Symptom(
          .ipsLeaked, Examination.resource(name), nodes: [name],
          evidence(sighting, "status.networkInterfaces[].ipv4[].podID"), names: ["node": name])
      ]
    case .securityGroupDrift:
      return [
        Symptom(
          .securityGroupDrift, Examination.resource(name), nodes: [name],
          evidence(sighting, "status.networkInterfaces[].securityGroupIDs"), names: ["node": name])
      ]
    case .cloudThrottled, .podENIStuck, .leakedPodENI: return []
    }
  }

  private static func evidence(_ sighting: FaultSighting, _ field: String, at time: Double? = nil) -> [Evidence] {
    sighting.evidence.map { seen in
      let object =
        switch seen.source {
        case .nodeResource: Examination.resource(sighting.subject.node)
        case .podENI: "PodENI \(sighting.subject.object)"
        default: "\(seen.source.rawValue) of \(sighting.subject.node)"
        }
      return Evidence(
        object, seen.source == .nodeResource || seen.source == .podENI ? field : "state", seen.text, at: time)
    }
  }

  /// One finding for each vSwitch: many nodes share it.
  private static func exhausted(
    _ resource: TerwayNode, _ sighting: FaultSighting, _ examination: Examination
  ) -> [Symptom] {
    let name = resource.metadata.name
    let blocked = resource.podInterfaces.filter { $0.isVSwitchBlocked(at: examination.now) }
    return Dictionary(grouping: blocked, by: \.vSwitch).map { vSwitch, interfaces in
      Symptom(
        .vSwitchExhausted, Examination.vSwitch(vSwitch), nodes: [name],
        [
          Evidence(
            Examination.resource(name), "status.networkInterfaces[].conditions.InsufficientIP", "vSwitch \(vSwitch)",
            at: interfaces.compactMap(\.insufficientIP).max())
        ] + evidence(sighting, "status").filter { !$0.object.hasPrefix("Node.network") },
        names: ["configmap": Examination.base, "node": name])
    }
  }

  private static func waitsForVolumesOnly(_ node: String, _ examination: Examination) -> Bool {
    let waiting = (examination.podsByNode[node] ?? []).filter { examination.isWaiting($0.key) }
    return !waiting.isEmpty && waiting.allSatisfy { examination.waitsForVolume($0.key) }
  }

  // MARK: What is not a fault by itself

  static func resources(_ examination: Examination) -> [Symptom] {
    let known = examination.snapshot.resources.elements.flatMap { resource in
      [invalid(resource), operations(resource, examination), full(resource, examination)].compactMap(\.self)
    }
    return known + missing(examination)
  }

  private static func invalid(_ resource: TerwayNode) -> Symptom? {
    let name = resource.metadata.name
    let count = resource.podInterfaces.reduce(0) { $0 + $1.addresses.invalid }
    guard count > 0 else { return nil }
    return Symptom(
      .ipsInvalid, Examination.resource(name), nodes: [name],
      [Evidence(Examination.resource(name), "status.networkInterfaces[].ipv4[].status", "Invalid: \(count)")],
      names: ["node": name])
  }

  private static func operations(_ resource: TerwayNode, _ examination: Examination) -> Symptom? {
    let name = resource.metadata.name
    let failed = resource.interfaces.filter { ($0.operationError ?? -1) >= examination.since }
    guard !failed.isEmpty else { return nil }
    let evidence = failed.prefix(5).map {
      Evidence(
        Examination.resource(name), "status.networkInterfaces[\($0.id)].conditions.OperationErr", "an operation failed",
        at: $0.operationError)
    }
    return Symptom(
      .eniOperationErrors, Examination.resource(name), nodes: [name], Array(evidence), names: ["node": name])
  }

  private static func full(_ resource: TerwayNode, _ examination: Examination) -> Symptom? {
    let name = resource.metadata.name
    let (limit, count) = (resource.eniLimit, resource.podInterfaces.count)
    let idle = resource.podInterfaces.reduce(0) { $0 + ($1.isUsable ? $1.addresses.idle : 0) }
    let held = resource.podInterfaces.reduce(0) { $0 + $1.heldAddresses }
    guard limit > 0, count >= limit, idle == 0,
      held >= resource.addressLimit(maxAvailable: examination.nodes[name]?.maxAvailableIPs)
    else { return nil }
    let hasWaiting = (examination.podsByNode[name] ?? []).contains { examination.isWaiting($0.key) }
    return Symptom(
      .atMaximumENIs, "Node \(name)", nodes: [name], severity: hasWaiting ? .critical : nil,
      [Evidence(Examination.resource(name), "status.networkInterfaces", "\(count) of \(limit) ENIs, no idle address")],
      names: ["node": name])
  }

  private static func missing(_ examination: Examination) -> [Symptom] {
    guard examination.isCentral, examination.snapshot.resources.value != nil else { return [] }
    return examination.daemons.keys.sorted().compactMap { name in
      guard !name.isEmpty, examination.resources[name] == nil, let node = examination.nodes[name],
        let created = RFC3339.seconds(node.metadata.creationTimestamp), examination.now - created > passingTime
      else { return nil }
      return Symptom(
        .nodeResourceMissing, "Node \(name)", nodes: [name],
        [Evidence(Examination.resource(name), "metadata", "there is none")], names: ["node": name])
    }
  }

  // MARK: PodENIs

  static func podENIs(_ examination: Examination) -> [Symptom] {
    guard let podENIs = examination.snapshot.podENIs.value, examination.snapshot.pods.value != nil else { return [] }
    let created = Dictionary(podENIs.map { ("\($0.key)", RFC3339.seconds($0.metadata.creationTimestamp)) }) { $1 }
    let sightings = FaultDetection(at: examination.now).sightings(of: podENIs) { namespace, name in
      examination.podsByKey[ObjectKey(namespace: namespace, name: name)]
    } node: { instance in
      examination.nodesByInstance[instance]
    }
    return sightings.map { sighting in
      let parts = sighting.subject.object.split(separator: "/", maxSplits: 1).map(String.init)
      let age = examination.now - ((created[sighting.subject.object] ?? nil) ?? 0)
      return Symptom(
        sighting.fault == .podENIStuck ? .podENIStuck : .podENILeaked, "PodENI \(sighting.subject.object)",
        nodes: sighting.subject.node.isEmpty ? [] : [sighting.subject.node],
        severity: age < passingTime ? .info : nil, evidence(sighting, "status.phase"),
        names: ["namespace": parts.first ?? "", "podeni": parts.last ?? ""])
    }
  }
}
