import Insights

/// A state of a cluster, and what is to be found in it. Judged as it is, and after it was written to a real API server and
/// read from there.
package struct DiagnosisCase: Sendable, CustomStringConvertible {
  package var name: String
  /// To be found first; `nil` = nothing but what is good to know.
  package var expected: FindingID?
  /// Must not be found, wherever: the state is their near miss.
  package var absent: [FindingID]
  /// `ipam_type` of the healthy cluster that the state begins with.
  package var ipam: String? = "crd"
  /// Why no API server can be brought to this state; `nil` = one can.
  package var unitOnly: String?
  private var change: @Sendable (inout ClusterSnapshot) throws -> Void

  package init(
    _ name: String, _ expected: FindingID?, not absent: FindingID...,
    change: @escaping @Sendable (inout ClusterSnapshot) throws -> Void
  ) {
    (self.name, self.expected, self.absent, self.change) = (name, expected, absent, change)
  }

  package var description: String { name }

  package func unitOnly(because reason: String) -> DiagnosisCase {
    var other = self
    other.unitOnly = reason
    return other
  }

  package static let all = programs + configurations + legacy + addresses + codes + monitoring

  package func snapshot() throws -> ClusterSnapshot {
    var snapshot = try ClusterSnapshot.healthy(ipam: ipam)
    try change(&snapshot)
    return snapshot
  }

  /// What a diagnosis of the state says that it should not, or does not say; empty = all is well.
  package func complaints(_ diagnosis: Diagnosis) -> [String] {
    let findings = diagnosis.findings
    let found = findings.map { "\($0.id.rawValue) \($0.severity.rawValue) of \($0.object) <- \($0.causeID.rawValue)" }
    var complaints: [String] = []
    if let expected {
      let isFirst = findings.first?.id == expected && findings.first?.isRoot == true
      if !isFirst { complaints.append("\(expected.rawValue) is not first of \(found)") }
    } else if diagnosis.hasProblems {
      complaints.append("nothing is wrong, and it finds \(found)")
    }
    // What is only on its way may be told, as good to know.
    let serious = Set(findings.filter { $0.severity != .info || $0.id.kind.severity == .info }.map(\.id))
    for id in absent where serious.contains(id) { complaints.append("\(id.rawValue) is among \(found)") }
    return complaints
  }
}
