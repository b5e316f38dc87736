/// What is wrong with Terway in a cluster, why, and what can be done about it. Pure: made of a ``ClusterSnapshot``.
public struct Diagnosis: Sendable {
  /// Roots before what follows from them; the worst first.
  public var findings: [Finding]
  public var unknown: [ClusterSnapshot.Unknown]
  /// Seconds since 1970.
  public var time: Double
  private let lacksScope: Bool

  public init(of snapshot: ClusterSnapshot) {
    lacksScope = snapshot.lacksScope
    findings = Ranking(Check.symptoms(snapshot), snapshot).findings()
    unknown = snapshot.unknown
    time = snapshot.time
  }

  /// The findings that nothing else explains.
  public var roots: [Finding] { findings.filter(\.isRoot) }

  /// Whether somebody should act: something is wrong, beyond what is good to know.
  public var hasProblems: Bool { findings.contains { $0.severity != .info } }

  /// Whether what Terway is made of, and what the diagnosis is narrowed to, could be looked at; where it could not, finding
  /// nothing means nothing.
  public var sawTerway: Bool {
    if lacksScope { return false }
    let core: Set<String> = [
      ClusterSnapshot.Part.terwayPods.rawValue, ClusterSnapshot.Part.configurations.rawValue,
      ClusterSnapshot.Part.nodes.rawValue, ClusterSnapshot.Part.resources.rawValue,
    ]
    return !unknown.contains { core.contains($0.what) }
  }
}

/// A symptom with its most probable root, and what can be done.
public struct Finding: Sendable {
  public var id: FindingID
  public var severity: Severity
  public var object: String
  public var nodes: Set<String>?
  /// The root's own id and object; those of the finding itself where it is a root.
  public var causeID: FindingID
  public var causeObject: String
  public var isRoot: Bool
  /// 0 to 1: that the cause is right.
  public var confidence: Double
  public var evidence: [Evidence]
  /// Of a root: by what else it would show.
  public var expected: [Expected]
  /// With the names of the finding filled in; empty where there is none.
  public var command: String

  /// Something by which a cause would show, and whether it does.
  public struct Expected: Hashable, Sendable {
    public var text: Bilingual
    public var state: State

    public enum State: Hashable, Sendable {
      case seen, notSeen
      case unknown(because: String)
    }
  }

  init(_ symptom: Symptom, cause: Symptom, isRoot: Bool, confidence: Double, expected: [Expected]) {
    (id, object, nodes) = (symptom.id, symptom.object, symptom.nodes)
    severity = symptom.severity ?? symptom.id.kind.severity
    (causeID, causeObject) = (cause.id, cause.object)
    (self.isRoot, self.confidence, self.expected) = (isRoot, confidence, expected)
    evidence = symptom.evidence
    command = Self.fill(symptom.id.kind.command, symptom.names)
    names = symptom.names
  }

  private let names: [String: String]

  /// What can be done, in a sentence.
  public func suggestion(_ language: Bilingual.Language) -> String {
    names.sorted { $0.key < $1.key }.reduce(id.kind.suggestion[language]) {
      $0.replacing("{\($1.key)}", with: $1.value)
    }
  }

  /// Names that are not known are left in capitals, for whoever copies it to fill in.
  private static func fill(_ command: String, _ names: [String: String]) -> String {
    command.replacing(/\{([a-z]+)\}/) { match in
      let name = names[String(match.output.1)] ?? ""
      return name.isEmpty ? match.output.1.uppercased() : PlainText.shellWord(name)
    }
  }
}
