import FoundationEssentials
import KubernetesModel
import Serialization
import TerwayModel

/// What an audit asks about Terway in a cluster: what there is, how it is configured, who may change it, what is wrong, and
/// what has changed since the last report. Pure; see its extensions for the forms in which it is written.
public struct AuditReport: Sendable {
  let snapshot: ClusterSnapshot
  let diagnosis: Diagnosis
  let facts: AuditFacts
  let inventory: Inventory
  /// `nil` = this is the first.
  let former: FormerReport?
  let verdicts: [(check: ComplianceCheck, verdict: ComplianceCheck.Verdict)]

  public init(_ snapshot: ClusterSnapshot, _ facts: AuditFacts, since former: FormerReport? = nil) {
    (self.snapshot, self.facts, self.former) = (snapshot, facts, former)
    let diagnosis = Diagnosis(of: snapshot)
    self.diagnosis = diagnosis
    inventory = Inventory(snapshot)
    let subject = ComplianceCheck.Subject(snapshot: snapshot, diagnosis: diagnosis, facts: facts)
    verdicts = ComplianceCheck.all.map { ($0, $0.verdict(subject)) }
  }

  /// True when each requirement is met.
  public var isCompliant: Bool {
    verdicts.allSatisfy { if case .pass = $0.verdict { true } else { false } }
  }

  var unknown: [ClusterSnapshot.Unknown] { diagnosis.unknown + facts.unknown }

  // MARK: Configuration

  /// `eni_conf` of each ConfigMap, key by key, without credentials.
  var configurations: [(name: String, settings: [String: JSONValue], lastChange: Double?)] {
    (snapshot.configurations.value ?? [:]).sorted { $0.key < $1.key }.compactMap { name, file in
      file.configuration.map { (name, $0.content.object ?? [:], file.lastChange) }
    }
  }

  /// A setting that is not as it was in the former report.
  struct Change: Hashable {
    var name: String
    var key: String
    var before: String
    var now: String
  }

  var changes: [Change] {
    guard let former else { return [] }
    let now = Dictionary(configurations.map { ($0.name, $0.settings) }) { $1 }
    return Set(now.keys).union(former.configurations.keys).sorted().flatMap { name -> [Change] in
      let (old, new) = (former.configurations[name] ?? [:], now[name] ?? [:])
      return Set(old.keys).union(new.keys).sorted().compactMap { key in
        old[key] == new[key]
          ? nil : Change(name: name, key: key, before: old[key]?.jsonText() ?? "", now: new[key]?.jsonText() ?? "")
      }
    }
  }

  // MARK: Trend

  struct Trend: Hashable {
    var new: [FormerReport.Mark]
    var gone: [FormerReport.Mark]
    var staying: Int
  }

  /// `nil` where there is nothing to compare with.
  var trend: Trend? {
    guard let former else { return nil }
    let now = Set(diagnosis.findings.map { FormerReport.Mark(id: $0.id.rawValue, object: $0.object) })
    return Trend(
      new: now.subtracting(former.findings).sorted(), gone: former.findings.subtracting(now).sorted(),
      staying: now.intersection(former.findings).count)
  }
}

/// What is read of a report that was written as JSON before.
public struct FormerReport: Sendable {
  /// Names a finding.
  public struct Mark: Hashable, Comparable, Sendable {
    public var id: String
    public var object: String

    public static func < (first: Self, second: Self) -> Bool { (first.id, first.object) < (second.id, second.object) }
  }

  public var time: String
  public var findings: Set<Mark>
  public var configurations: [String: [String: JSONValue]]
  /// By the id of the requirement: `pass`, `fail` or `unknown`.
  public var verdicts: [String: String]

  /// - Returns: `nil` for what is no report.
  public init?(_ json: JSONValue) {
    guard let time = json["time"]?.string, let findings = json["findings"]?.array,
      let compliance = json["compliance"]?.array
    else { return nil }
    self.time = time
    self.findings = Set(
      findings.compactMap { finding in
        guard let id = finding["id"]?.string, let object = finding["object"]?.string else { return nil }
        return Mark(id: id, object: object)
      })
    configurations = (json["configuration"]?.object ?? [:]).compactMapValues { $0["settings"]?.object }
    verdicts = Dictionary(
      compliance.compactMap { check in
        check["id"]?.string.flatMap { id in check["status"]?.string.map { (id, $0) } }
      }
    ) { $1 }
  }
}
