import KubernetesModel
import TerwayModel

/// What is looked for in a snapshot.
enum Check {
  /// All checks. Their order does not matter: what they find is ordered by its causes.
  static let all: [@Sendable (Examination) -> [Symptom]] = [
    surroundings,
    // Terway's programs.
    daemons, containers, controlplane, usage,
    // What they are told.
    configurationFiles, nodeConfigurations, staleDaemons,
    // What they hold of the cloud.
    faults, resources, podENIs,
    // What they and pods say.
    events, waitingPods, logs,
    // What is measured.
    scrapeObjects, profiles, scraping, unusualReadings,
  ]

  /// What all checks find, with what is the same of the same object put together.
  static func symptoms(_ snapshot: ClusterSnapshot) -> [Symptom] {
    let examination = Examination(snapshot)
    var merged: [Symptom] = []
    var places: [Place: Int] = [:]
    for symptom in all.flatMap({ $0(examination) }) where symptom.isWanted(snapshot.scope) {
      let place = Place(id: symptom.id, object: symptom.object)
      if let index = places[place] {
        merged[index].take(symptom)
      } else {
        places[place] = merged.count
        merged.append(symptom)
      }
    }
    return merged
  }

  private struct Place: Hashable {
    var id: FindingID
    var object: String
  }
}

extension Symptom {
  /// So much evidence of one finding is enough.
  private static let evidenceLimit = 12

  fileprivate mutating func take(_ other: Symptom) {
    for seen in other.evidence where !evidence.contains(seen) && evidence.count < Self.evidenceLimit {
      evidence.append(seen)
    }
    if let more = other.nodes, nodes != nil { nodes?.formUnion(more) } else { nodes = nil }
    let usual = id.kind.severity
    severity = min(severity ?? usual, other.severity ?? usual)
    names.merge(other.names) { mine, _ in mine }
  }

  /// Whether it concerns what the diagnosis is narrowed to.
  fileprivate func isWanted(_ scope: ClusterSnapshot.Scope) -> Bool {
    let isOfPods = id == .podsWithoutNetwork || id == .ipAllocationFailing
    if let pod = scope.pod, isOfPods, object.hasPrefix("Pod ") { return object == "Pod \(pod)" }
    guard scope.isNarrow, let nodes else { return true }
    // A pod that is on no node yet has none whose faults could be its own.
    return scope.node.map(nodes.contains) ?? false
  }
}

extension Check {
  static func surroundings(_ examination: Examination) -> [Symptom] {
    let snapshot = examination.snapshot
    var found = clocks(snapshot) + definitions(examination)
    for node in snapshot.nodes.elements where node.isNotReady {
      let name = node.metadata.name
      found.append(
        Symptom(
          .nodeNotReady, "Node \(name)", nodes: [name],
          [Evidence("Node \(name)", "status.conditions[Ready]", "not True")], names: ["node": name]))
    }
    return found
  }

  private static func clocks(_ snapshot: ClusterSnapshot) -> [Symptom] {
    var evidence: [Evidence] = []
    if let error = snapshot.clockError, abs(error) > ClusterSnapshot.clockTolerance {
      evidence.append(Evidence("API server", "Date", apart(error), at: snapshot.serverTime))
    }
    if let stamp = snapshot.newestStamp, stamp > snapshot.time + ClusterSnapshot.clockTolerance {
      evidence.append(Evidence("newest Event", "lastTimestamp", apart(stamp - snapshot.time), at: stamp))
    }
    return evidence.isEmpty ? [] : [Symptom(.clocksApart, "clock", nodes: [], evidence)]
  }

  private static func apart(_ seconds: Double) -> String {
    "\(Int(min(abs(seconds), 1e9))) s \(seconds > 0 ? "ahead of" : "behind") this machine"
  }

  /// Without its kinds nothing of Terway works where the controlplane owns the pools.
  private static func definitions(_ examination: Examination) -> [Symptom] {
    guard examination.isCentral, case .absent = examination.snapshot.resources else { return [] }
    let name = "CustomResourceDefinition \(TerwayNode.resource.qualifiedName)"
    return [Symptom(.definitionMissing, name, nodes: nil, [Evidence(name, "metadata", "there is none")])]
  }
}
