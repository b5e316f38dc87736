import DiagnosisCases
import Insights
import Testing

extension EndToEnd {
  /// The states by which the rules are judged without a cluster, each written to a real API server and read from there.
  struct `Rules of the diagnosis on a real API server` {
    @Test func `find each cause, pass over its near miss, and put the root of a cascade first`() async throws {
      let stage = try await DiagnosisStage()
      for ipam in ["crd", nil] {
        try await stage.show(ClusterSnapshot.healthy(ipam: ipam))
        #expect(try await stage.diagnosis().findings.map(\.id) == [])
        for example in DiagnosisCase.all where example.unitOnly == nil && example.ipam == ipam {
          try await stage.show(example.snapshot())
          let complaints = example.complaints(try await stage.diagnosis())
          #expect(complaints == [], "\(example)")
        }
      }
      for cascade in Cascade.all {
        try await stage.show(cascade.snapshot())
        let complaints = cascade.complaints(try await stage.diagnosis())
        #expect(complaints == [], "\(cascade)")
      }
      try await stage.clear()
    }
  }
}
