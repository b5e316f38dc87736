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

  /// Hundreds of runs of promtool's tests: `hack/mutate-alerts.sh`, which says so to the tests.
  private static let isWanted = ProcessInfo.processInfo.environment["MUTATE_ALERTS"] == "1"

  @Test(.enabled(if: Promtool.installed != nil && isWanted), arguments: AlertCase.Source.allCases)
  func `are found out`(source: AlertCase.Source) async throws {
    let bench = Alerts.bench(source)
    var mutants: [(name: String, what: String)] = []
    var tests: [RuleTest] = []
    for alert in bench.alerts {
      let name = alert["alert"]?.string ?? ""
      let cases = AlertCases.of(name, source)
      // Bands and slow burn rates, whose cases are days long: each of them takes as long as all others together.
      if cases.contains(where: { $0.step > 1 }) { continue }
      if source == .upstream, cases.allSatisfy({ $0.source == nil }) { continue }
      for (what, mutant) in Self.mutants(of: alert, step: cases.first?.step ?? 1)
      where !Self.equivalent.contains("\(name): \(what)") {
        let file = "mutant-\(mutants.count)"
        mutants.append((file, "\(name): \(what)"))
        tests.append(try bench.files(file, mutant, cases))
      }
    }
    let found = try await #require(Promtool.installed).failures(of: tests)
    #expect(found["promtool"] == nil)
    let survivors = mutants.filter { found[$0.name] == nil }.map(\.what)
    print("\(source): \(mutants.count) mutants of \(bench.alerts.count) alerts, \(survivors.count) survived")
    #expect(survivors.isEmpty, "\(survivors.joined(separator: "\n"))")
  }

  /// Each number that something is compared with or multiplied by, up and down; and `for`, by one evaluation.
  private static func mutants(of alert: JSONValue, step: Int) -> [(what: String, mutant: JSONValue)] {
    let expression = alert["expr"]?.string ?? ""
    let numbers = expression.matches(of: /(>=|<=|==|>|<|\*|,) (-?[0-9][0-9.e+-]*)/).flatMap { match in
      let number = Double(match.2) ?? 0
      let isSmallCount = number == number.rounded() && abs(number) <= 20
      return [-1.0, 1].map { side in
        let changed = isSmallCount ? number + side : number * (1 + side * 0.05)
        var mutant = alert
        mutant["expr"] = .string(expression.replacingCharacters(in: match.range, with: "\(match.1) \(changed.plain)"))
        return ("\(match.0) becomes \(match.1) \(changed.plain)", mutant)
      }
    }
    let minutes = Self.minutes(alert["for"]?.string ?? "")
    let pending = [minutes - step, minutes + step].filter { $0 >= 0 }.map { changed in
      var mutant = alert
      mutant["for"] = .string("\(changed)m")
      return ("for: \(minutes)m becomes \(changed)m", mutant)
    }
    return numbers + pending
  }

  private static func minutes(_ duration: String) -> Int {
    duration.matches(of: /(\d+)([hm])/).reduce(0) { $0 + (Int($1.1) ?? 0) * ($1.2 == "h" ? 60 : 1) }
  }
}

extension Double {
  /// Without the fraction of a whole number.
  fileprivate var plain: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}
