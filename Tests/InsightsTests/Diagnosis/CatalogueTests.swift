import Foundation
import Testing

@testable import Insights

struct `The catalogue of findings` {
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
  }

  @Test(arguments: FindingID.allCases)
  func `says of each what it is, in both languages, and what to do`(id: FindingID) {
    let kind = id.kind
    for text in [kind.title, kind.suggestion, kind.risk.text] { #expect(!text.en.isEmpty && !text.zh.isEmpty) }
    #expect(kind.title.en != id.rawValue)
    #expect(!kind.title.en.hasSuffix("."))
  }

  @Test(arguments: FindingID.allCases)
  func `has a runbook for each`(id: FindingID) throws {
    let parts = id.runbook.split(separator: "#").map(String.init)
    let page = try Self.text(parts[0])
    #expect(parts.count == 1 ? page.hasPrefix("# \(id.rawValue)\n") : page.contains("\n## \(id.rawValue)\n"))
  }

  @Test func `has a finding for each section of its own runbook`() throws {
    let sections = try Self.text("docs/runbooks/Diagnosis.md").split(separator: "\n").filter { $0.hasPrefix("## ") }
      .map { String($0.dropFirst(3)) }
    let own = FindingID.allCases.filter { $0.runbook.contains("Diagnosis.md") }.map(\.rawValue)
    #expect(sections == own)
  }

  @Test func `has rules that lead from causes to effects only`() {
    for cause in FindingID.allCases {
      let rule = CauseRule.of(cause)
      for effect in rule?.explains ?? [] { #expect(cause < effect, "\(cause) explains \(effect)") }
      #expect(Set(rule?.explains ?? []).count == rule?.explains.count ?? 0, "\(cause) explains something twice")
    }
  }

  @Test func `knows what each code of events means`() {
    for (reason, id) in KnownCode.reasons { #expect(KnownCode.isKnown(reason), "\(id)") }
    #expect(KnownCode.errorCode(in: "code: InvalidVSwitchId.IpNotEnough, vsw-1") == "InvalidVSwitchId.IpNotEnough")
    #expect(KnownCode.errorCode(in: "all is well") == nil)
  }
}
