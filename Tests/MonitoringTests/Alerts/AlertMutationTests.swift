import Foundation
import Monitoring
import Serialization
import TestSupport
import Testing

/// Every threshold and every `for` matters: whoever changes one by a little is told so by a case.
struct `Mutated alerts` {
  /// What changes nothing that can be seen.
  private static let equivalent: Set<String> = [
    // A count is never 0: where there is nothing to count, there is no series.
    "TerwayDaemonStuck: > 0 becomes > -1"
  ]

  /// The tests of every alert again, many times over: `hack/mutate-alerts.sh`, which says so to the tests.
  private static let isWanted = ProcessInfo.processInfo.environment["MUTATE_ALERTS"] == "1"
  /// Part of the names of alerts; empty is all of them.
  private static let chosen = ProcessInfo.processInfo.environment["MUTATE_ALERTS_ONLY"] ?? ""

  @Test(.enabled(if: Promtool.installed != nil && isWanted), arguments: AlertCase.Source.allCases)
  func `are found out`(source: AlertCase.Source) async throws {
    let bench = Alerts.bench(source)
    var mutants: [String: AlertMutant] = [:]
    var tests: [RuleTest] = []
    for alert in bench.alerts {
      let name = alert["alert"]?.string ?? ""
      let cases = AlertCases.of(name, source)
      let isChosen = Self.chosen.isEmpty || name.contains(Self.chosen)
      if !isChosen || source == .upstream && cases.allSatisfy({ $0.source == nil }) { continue }
      let mine = Self.mutants(of: alert, bench, cases).filter { !Self.equivalent.contains("\(name): \($0.what)") }
      for mutant in mine { mutants[mutant.name] = mutant }
      tests.append(try bench.files("mutants-of-\(name)", mine, of: alert, cases))
    }
    let found = try await #require(Promtool.installed).failures(of: tests)
    #expect(found["promtool"] == nil)
    let noticed = Set(
      found.values.flatMap { $0.matches(of: /alertname: ?([A-Za-z0-9_]+), time/) }.map { String($0.1) })
    let survivors = mutants.filter { !noticed.contains($0.key) }.map {
      "\($0.key.prefix { $0 != "_" }): \($0.value.what)"
    }.sorted()
    print("\(source): \(mutants.count) mutants of \(tests.count) alerts, \(survivors.count) survived")
    #expect(survivors.isEmpty, "\(survivors.joined(separator: "\n"))")
  }

  private static func mutants(of alert: JSONValue, _ bench: RuleBench, _ cases: [AlertCase]) -> [AlertMutant] {
    let own = AlertMutant.all(of: alert, evaluation: cases.first?.evaluation ?? 1)
    let name = alert["alert"]?.string ?? ""
    guard name.hasSuffix("Band") else { return own.numbered() }
    // All bands are made alike; what is the signal's own is the least width of the side that the alert is about.
    let edge = name.hasSuffix("AboveBand") ? "upper" : "lower"
    let band = AlertMutant.all(of: alert, resting: bench.needed(by: alert)) { record, what in
      record.hasSuffix("_\(edge)") && what.hasPrefix(", ") && !what.hasPrefix(", 0 ")
    }
    return (own + band).numbered()
  }

}
