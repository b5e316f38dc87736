import Monitoring
import Prometheus
import TerwayModel

/// Since when PodENIs have been in a phase that ought to pass. Pure.
package struct PodENISightings: Sendable {
  private var passing: [String: NodeSightings.Sighting<String>] = [:]

  package init() {}

  /// Takes the phase of a PodENI; `nil` when it is gone.
  mutating func update(_ key: String, phase: String?, now: Double) {
    guard let phase, PodENI.passingPhases.contains(phase) else {
      passing[key] = nil
      return
    }
    if passing[key]?.state != phase { passing[key] = .init(state: phase, since: now) }
  }

  /// How many have been in each phase for too long.
  func lines(now: Double) -> SampleLines {
    let stuck = passing.values.filter { now - $0.since >= NodeSightings.patience }
    let counts = Dictionary(grouping: stuck, by: \.state).mapValues(\.count)
    var lines = SampleLines()
    for phase in PodENI.passingPhases.sorted() {
      lines.append(
        ContractMetric.stuckPodENIs.name, ["phase": phase.isEmpty ? "Pending" : phase], Double(counts[phase] ?? 0))
    }
    return lines
  }
}
