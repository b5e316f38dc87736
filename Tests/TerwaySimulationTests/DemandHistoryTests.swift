import TerwaySimulation
import Testing

struct `A history of demand` {
  private func history(_ used: [Double?]..., step: Double = 60) -> DemandHistory {
    DemandHistory(
      used.enumerated().map { index, values in
        (
          "n\(index)",
          values.enumerated().compactMap { moment, value in
            value.map { .init(time: 1000 + Double(moment) * step, used: $0) }
          }
        )
      }, step: step)
  }

  private func pods(_ history: DemandHistory) -> [String] {
    history.pods.map { "\($0.group.hash): \(Int($0.start))-\($0.end.map { "\(Int($0))" } ?? "")" }
  }

  @Test func `becomes pods that start with a rise and end with a fall, the oldest first`() {
    let history = history([1, 3, 2, 2])
    #expect(pods(history) == ["0: 0-120", "0: 60-", "0: 60-"])
    #expect(history.duration == 180)
  }

  @Test func `keeps nodes apart, by name, and is ordered by time`() {
    #expect(pods(history([0, 1], [1, 1])) == ["1: 0-", "0: 60-"])
    #expect(history([0, 1], [1, 1]).nodes == ["n0", "n1"])
  }

  @Test func `holds the level over a gap, and ends the pods of a node that does not come back`() {
    #expect(pods(history([2, nil, nil, nil, 2, 2])) == ["0: 0-", "0: 0-"])
    #expect(pods(history([1, 1, nil, nil, nil, nil], [0, 0, 0, 0, 0, 0])) == ["0: 0-120"])
    #expect(pods(history([1, 1, nil], [0, 0, 0])) == ["0: 0-"], "late is not gone")
  }

  @Test func `passes over what is no number of pods, and counts it`() {
    let history = history([1, .nan, -1, .infinity, 1e9, 1])
    #expect(pods(history) == ["0: 0-"])
    #expect(history.unusable == 4)
  }

  @Test(arguments: [[], [[]], [[nil, nil]]] as [[[Double?]]])
  func `may be empty`(used: [[Double?]]) {
    let history = DemandHistory(used.map { _ in ("n", []) }, step: 60)
    #expect(history.pods.isEmpty && history.nodes.isEmpty && history.duration == 0)
  }

  @Test func `gives back the demand that it was made of, at every moment`() {
    let levels: [Double] = [3, 7, 2, 2, 9, 0, 4, 5]
    let history = history(levels)
    for (moment, level) in levels.enumerated() {
      let now = Double(moment) * 60
      let alive = history.pods.count { $0.start <= now && ($0.end ?? .infinity) > now }
      #expect(alive == Int(level))
    }
  }
}
