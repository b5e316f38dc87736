import KubernetesModel

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
    if let pod = scope.pod, id == .podsWithoutNetwork || id == .ipAllocationFailing {
      return object == "Pod \(pod)" || !object.hasPrefix("Pod ")
    }
    guard let node = scope.node, let nodes else { return true }
    return nodes.contains(node)
  }
}

extension Check {
  /// How far clocks may be apart, in seconds.
  private static let clockTolerance = 60.0

  static func surroundings(_ examination: Examination) -> [Symptom] {
    var found: [Symptom] = []
    let snapshot = examination.snapshot
    if let stamp = snapshot.newestStamp, stamp > snapshot.time + clockTolerance {
      let apart = Int(min(stamp - snapshot.time, 1e9))
      found.append(
        Symptom(
          .clocksApart, "clock", nodes: [],
          [Evidence("newest Event", "lastTimestamp", "\(apart) s ahead of this machine", at: stamp)]))
    }
    for node in snapshot.nodes.elements where node.isNotReady {
      let name = node.metadata.name
      found.append(
        Symptom(
          .nodeNotReady, "Node \(name)", nodes: [name],
          [Evidence("Node \(name)", "status.conditions[Ready]", "not True")], names: ["node": name]))
    }
    return found
  }
}
