import TestSupport
import Testing

extension EndToEnd {
  /// The same end, whenever the operator is killed and however old what it sees is.
  struct `Fault replay` {
    @Test(arguments: Scenario.lives) func `of a profile's life ends as if nothing had been`(
      _ scenario: Scenario
    ) async throws {
      try await replay(scenario)
    }

    @Test(arguments: Scenario.repairs) func `of repairs ends as if nothing had been`(_ scenario: Scenario) async throws
    {
      try await replay(scenario)
    }

    private func replay(_ scenario: Scenario) async throws {
      let replay = FaultReplay(scenario, on: try await Cluster.clean())
      let undisturbed = try await replay.run(.none)
      #expect(!undisturbed.writes.isEmpty)
      let troubles: [FaultReplay.Trouble] =
        (1...undisturbed.writes.count).map { .crash(afterWrite: $0) }
        + scenario.steps.indices.flatMap { [.frozenCache(step: $0), .rewoundCache(step: $0)] }
      var crashes = 0
      for trouble in troubles {
        let outcome = try await replay.run(trouble)
        crashes += outcome.crashes
        for key in Set(outcome.state.keys).union(undisturbed.state.keys).sorted() {
          #expect(outcome.state[key] == undisturbed.state[key], "\(scenario), \(trouble): \(key)")
        }
        let twice = outcome.made(moreOftenThan: undisturbed)
        #expect(twice.isEmpty, "\(scenario), \(trouble): made twice: \(twice)")
      }
      // A status may be written once more or less, as its changes meet.
      #expect(crashes >= undisturbed.writes.count - 2, "\(scenario): \(crashes) crashes")
      print("\(scenario): \(undisturbed.writes.count) writes, \(troubles.count) replays, \(crashes) crashes")
    }
  }
}
