/// Finds for each symptom the one that is most probably its root, and puts roots before what follows from them.
///
/// # Guarantees
/// - A cause comes before its effect in ``FindingID``, so that no two symptoms explain each other.
/// - What happens on one node explains nothing of another node, and nothing of the cluster.
struct Ranking {
  /// What the own evidence of a cause weighs against one expectation.
  private static let ownWeight = 2.0
  /// Nothing that is seen once and from outside is sure.
  private static let best = 0.95
  /// What an expectation that cannot be looked at takes away.
  private static let blindness = 0.9

  private let symptoms: [Symptom]
  private let places: [FindingID: Place]
  private let reasons: [ClusterSnapshot.Part: String]

  /// Where symptoms of one kind are.
  private struct Place {
    var everywhere: [Int] = []
    var byNode: [String: [Int]] = [:]
    var all: [Int] = []
  }

  init(_ symptoms: [Symptom], _ snapshot: ClusterSnapshot) {
    self.symptoms = symptoms.sorted { ($0.id.rank, $0.object) < ($1.id.rank, $1.object) }
    var places: [FindingID: Place] = [:]
    for (index, symptom) in self.symptoms.enumerated() {
      places[symptom.id, default: Place()].all.append(index)
      guard let nodes = symptom.nodes else {
        places[symptom.id]?.everywhere.append(index)
        continue
      }
      for node in nodes { places[symptom.id]?.byNode[node, default: []].append(index) }
    }
    self.places = places
    reasons = Dictionary(
      uniqueKeysWithValues: ClusterSnapshot.Part.allCases.compactMap { part in snapshot.reason(part).map { (part, $0) }
      })
  }

  /// What explains what, from cause to effect.
  private static let causes: [FindingID: [FindingID]] = {
    var causes: [FindingID: [FindingID]] = [:]
    for cause in FindingID.allCases {
      for effect in CauseRule.of(cause)?.explains ?? [] where cause < effect {
        causes[effect, default: []].append(cause)
      }
    }
    return causes
  }()

  /// The findings, each root before what follows from it.
  func findings() -> [Finding] {
    let expected = symptoms.indices.map(expectations)
    let confidences = expected.map(confidence)
    var roots: [Int] = []
    var steps: [Int?] = []
    for index in symptoms.indices {
      let parent = candidates(index).min { isLikelier($0, than: $1, confidences) }
      steps.append(parent)
      roots.append(parent.map { roots[$0] } ?? index)
    }
    let groups = Dictionary(grouping: symptoms.indices, by: { roots[$0] })
    return order(groups).flatMap { root -> [Finding] in
      let followers = (groups[root] ?? []).filter { $0 != root }.sorted { isWorse($0, than: $1) }
      return ([root] + followers).map { index in
        let isRoot = index == root
        let step = isRoot ? 1 : confidences[steps[index] ?? root]
        return Finding(
          symptoms[index], cause: symptoms[root], isRoot: isRoot, confidence: confidences[root] * step,
          expected: isRoot ? expected[index] : [])
      }
    }
  }

  /// The group of the worst finding first; of those the largest.
  private func order(_ groups: [Int: [Int]]) -> [Int] {
    let worst = groups.mapValues { members in members.map(severity).min() ?? .info }
    return groups.keys.sorted { first, second in
      let (one, two) = (worst[first] ?? .info, worst[second] ?? .info)
      if one != two { return one < two }
      let (size, other) = (groups[first]?.count ?? 0, groups[second]?.count ?? 0)
      return size != other ? size > other : first < second
    }
  }

  private func isWorse(_ first: Int, than second: Int) -> Bool {
    let (one, two) = (severity(first), severity(second))
    return one != two ? one < two : first < second
  }

  /// What is good to know explains others only where nothing else does.
  private func isLikelier(_ first: Int, than second: Int, _ confidences: [Double]) -> Bool {
    let (one, two) = (severity(first) == .info, severity(second) == .info)
    if one != two { return two }
    return confidences[first] != confidences[second] ? confidences[first] > confidences[second] : first < second
  }

  private func severity(_ index: Int) -> Severity { symptoms[index].severity ?? symptoms[index].id.kind.severity }

  private func candidates(_ effect: Int) -> [Int] {
    (Self.causes[symptoms[effect].id] ?? []).flatMap { cause -> [Int] in
      guard let place = places[cause] else { return [] }
      let onNodes = (symptoms[effect].nodes ?? []).flatMap { place.byNode[$0] ?? [] }
      return place.everywhere + onNodes
    }
  }

  // MARK: Evidence

  private func expectations(_ index: Int) -> [Finding.Expected] {
    (CauseRule.of(symptoms[index].id)?.expects ?? []).map { expectation in
      let shows = expectation.anyOf.contains { isSeen($0, within: symptoms[index].nodes) }
      let state: Finding.Expected.State =
        shows ? .seen : reasons[expectation.from].map { .unknown(because: $0) } ?? .notSeen
      return Finding.Expected(text: expectation.text, state: state)
    }
  }

  private func isSeen(_ id: FindingID, within nodes: Set<String>?) -> Bool {
    guard let place = places[id] else { return false }
    guard let nodes else { return !place.all.isEmpty }
    return nodes.contains { place.byNode[$0] != nil }
  }

  private func confidence(_ expected: [Finding.Expected]) -> Double {
    var (seen, possible, certainty) = (Self.ownWeight, Self.ownWeight, Self.best)
    for expectation in expected {
      switch expectation.state {
      case .seen: (seen, possible) = (seen + 1, possible + 1)
      case .notSeen: possible += 1
      case .unknown: certainty *= Self.blindness
      }
    }
    return certainty * seen / possible
  }
}
