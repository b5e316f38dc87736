import DiagnosisCases
import Testing

@testable import Insights

struct `Rules of the diagnosis` {
  @Test(arguments: [nil, "crd"])
  func `find nothing in a healthy cluster`(ipam: String?) throws {
    let diagnosis = Diagnosis(of: try ClusterSnapshot.healthy(ipam: ipam))
    #expect(diagnosis.findings.map(\.id) == [])
    #expect(diagnosis.unknown.isEmpty && !diagnosis.hasProblems && diagnosis.sawTerway)
  }

  @Test(arguments: DiagnosisCase.programs)
  func `about programs find the cause and pass over its near miss`(example: DiagnosisCase) throws {
    try check(example)
  }

  @Test(arguments: DiagnosisCase.configurations)
  func `about configuration find the cause and pass over its near miss`(example: DiagnosisCase) throws {
    try check(example)
  }

  @Test(arguments: DiagnosisCase.legacy)
  func `about daemons with an IPAM of their own find the cause and pass over its near miss`(
    example: DiagnosisCase
  ) throws { try check(example) }

  @Test(arguments: DiagnosisCase.addresses)
  func `about addresses find the cause and pass over its near miss`(example: DiagnosisCase) throws {
    try check(example)
  }

  @Test(arguments: DiagnosisCase.codes)
  func `about codes find the cause and pass over its near miss`(example: DiagnosisCase) throws { try check(example) }

  @Test(arguments: DiagnosisCase.monitoring)
  func `about metrics find the cause and pass over its near miss`(example: DiagnosisCase) throws { try check(example) }

  @Test(arguments: FindingID.allCases)
  func `have a state that shows each finding first, and one that only looks like it`(id: FindingID) {
    #expect(DiagnosisCase.all.contains { $0.expected == id }, "no state shows it")
    #expect(DiagnosisCase.all.contains { $0.absent.contains(id) }, "no state is its near miss")
  }

  private func check(_ example: DiagnosisCase) throws {
    #expect(example.complaints(Diagnosis(of: try example.snapshot())) == [])
  }
}
