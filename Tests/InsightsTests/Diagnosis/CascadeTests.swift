import DiagnosisCases
import Testing

@testable import Insights

/// Several things are wrong at the same time, and one of them is the reason.
struct `Cascades` {
  @Test(arguments: Cascade.all)
  func `have the root first, and the rest follows from it`(cascade: Cascade) throws {
    #expect(cascade.complaints(Diagnosis(of: try cascade.snapshot())) == [])
  }

  @Test func `of two places stay apart, each with its own root`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.useAllAddresses()
    snapshot.exhaust("node-0")
    snapshot.starve("a", on: "node-0")
    snapshot.stop("node-2", waiting: "ImagePullBackOff")
    snapshot.starve("b", on: "node-2")
    let findings = Diagnosis(of: snapshot).findings
    let causes = Dictionary(findings.map { ($0.object, $0.causeID) }) { first, _ in first }
    #expect(causes["Pod default/a"] == .vSwitchExhausted)
    #expect(causes["Pod default/b"] == .imagePullFailing)
    #expect(findings.first { $0.object == "Pod default/a" }?.isRoot == false)
  }

  @Test func `are less sure where what they expect was not seen, or could not be looked at`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.useAllAddresses()
    snapshot.exhaust("node-1")
    let alone = try #require(Diagnosis(of: snapshot).findings.first)
    snapshot.events = .unknown("forbidden")
    let blind = try #require(Diagnosis(of: snapshot).findings.first)
    snapshot.events = .value([])
    snapshot.starve()
    snapshot.addEvent("AllocIPFailed", "Pod", "waits")
    let sure = try #require(Diagnosis(of: snapshot).findings.first)
    #expect(alone.confidence < blind.confidence && blind.confidence < sure.confidence)
    #expect(sure.confidence <= 0.95)
    #expect(blind.expected.contains { $0.state == .unknown(because: "forbidden") })
  }
}
