import Foundation
import Monitoring
import Serialization
import TestSupport
import Testing

/// The rules of a profile, one alert at a time: the alert with the recordings that it rests on, and what its cases say of it.
struct RuleBench {
  private let recordings: [JSONValue]
  let alerts: [JSONValue]

  init(_ manifests: [Manifest]) {
    recordings = manifests.recordings
    alerts = manifests.alerts
  }

  /// A rule file with one alert, and test file of its cases. Only recordings that the alert needs are evaluated.
  func files(_ name: String, _ alert: JSONValue, _ cases: [AlertCase]) throws -> RuleTest {
    try files(name, [alert], needed(by: alert), of: alert, cases)
  }

  /// A rule file with other versions of an alert, each under a name of its own, and a test file in which all of them are to do
  /// what the alert does.
  func files(_ name: String, _ mutants: [AlertMutant], of alert: JSONValue, _ cases: [AlertCase]) throws -> RuleTest {
    let recordings = needed(by: alert) + mutants.flatMap(\.recordings)
    return try files(name, mutants.map(\.alert), recordings, of: alert, cases)
  }

  private func files(
    _ name: String, _ versions: [JSONValue], _ recordings: [JSONValue], of alert: JSONValue, _ cases: [AlertCase]
  ) throws -> RuleTest {
    let rules: JSONValue = ["groups": [["name": "rules", "rules": .array(recordings + versions)]]]
    let names = versions.compactMap { $0["alert"]?.string }
    let tests = cases.map { Self.test($0, alert, names) }
    let evaluation = cases.first?.evaluation ?? 1
    #expect(cases.allSatisfy { $0.evaluation == evaluation }, "\(name): an alert's cases are evaluated equally often")
    let test: JSONValue = [
      "rule_files": [.string("\(name)-rules.yaml")], "evaluation_interval": .string("\(evaluation)m"),
      "tests": .array(tests),
    ]
    // promtool stops evaluating when nothing is left to see.
    let minutes = cases.reduce(0) { $0 + (($1.silentAt + $1.firesAt).max() ?? 0) }
    return RuleTest(
      name: name, rules: rules.jsonText(), test: test.jsonText(),
      effort: minutes / evaluation * (recordings.count + versions.count))
  }

  /// In the order in which they are evaluated.
  func needed(by alert: JSONValue) -> [JSONValue] {
    var wanted = Self.words(alert)
    var before = 0
    while before != wanted.count {
      before = wanted.count
      for recording in recordings where wanted.contains(recording["record"]?.string ?? "") {
        wanted.formUnion(Self.words(recording))
      }
    }
    return recordings.filter { wanted.contains($0["record"]?.string ?? "") }
  }

  private static func words(_ rule: JSONValue) -> Set<String> {
    Set((rule["expr"]?.string ?? "").matches(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/).map { String($0.0) })
  }

  /// One case as promtool reads it. The expected texts are the rule's own, filled in by hand, or those of the case.
  private static func test(_ alertCase: AlertCase, _ rule: JSONValue, _ names: [String]) -> JSONValue {
    let expected: [JSONValue] = alertCase.firing.map { firing in
      var annotations = (rule["annotations"]?.object ?? [:]).mapValues { template in
        JSONValue.string(filled(template.string ?? "", firing))
      }
      if let summary = firing.says { annotations["summary"] = .string(summary) }
      if let description = firing.describes { annotations["description"] = .string(description) }
      let labels = (rule["labels"]?.object ?? [:]).merging(firing.labels.mapValues(JSONValue.string)) { $1 }
      return ["exp_labels": .object(labels), "exp_annotations": .object(annotations)]
    }
    let moments =
      alertCase.silentAt.map { ($0, [JSONValue]()) } + alertCase.firesAt.map { ($0, expected) }
    return [
      "name": .string("\(alertCase.alert): \(alertCase.situation)"), "interval": .string("\(alertCase.step)m"),
      "input_series": .array(
        alertCase.series.sorted { $0.key < $1.key }.map {
          ["series": .string($0.key), "values": .string($0.value)]
        }),
      "alert_rule_test": .array(
        moments.sorted { $0.0 < $1.0 }.flatMap { minute, alerts in
          names.map { name in
            ["eval_time": .string("\(minute)m"), "alertname": .string(name), "exp_alerts": .array(alerts)]
          }
        }),
    ]
  }

  private static func filled(_ template: String, _ firing: AlertCase.Firing) -> String {
    var text = template.replacing(/\{\{ \$value \| [a-zA-Z0-9]+ \}\}(B\/s)?/, with: firing.value)
    for (label, value) in firing.labels { text = text.replacing("{{ $labels.\(label) }}", with: value) }
    return text
  }
}

/// One file of tests and the file of rules that it is about.
struct RuleTest: Sendable {
  var name: String
  var rules: String
  var test: String
  /// Rules to evaluate: how long it takes, in proportion.
  var effort: Int
}

extension Promtool {
  /// What promtool says of each of them that fails, by name. As many processes at a time as there are cores, of few files each:
  /// promtool keeps what it needed for a file until it ends. The longest come first, so that none is left at the end.
  func failures(of tests: [RuleTest]) async throws -> [String: String] {
    try await Command.onThread {
      let batches = Self.batches(tests)
      let results = Results()
      DispatchQueue.concurrentPerform(iterations: batches.count) { index in
        results.add(Result { try failures(inOneProcess: batches[index]) })
      }
      return try results.all.reduce(into: [:]) { $0.merge(try $1.get()) { $1 } }
    }
  }

  private static func batches(_ tests: [RuleTest]) -> [[RuleTest]] {
    var batches: [[RuleTest]] = []
    var effort = Int.max / 2
    for test in tests.sorted(by: { ($0.effort, $0.name) > ($1.effort, $1.name) }) {
      if effort + test.effort > 10_000 || batches[batches.count - 1].count == 12 {
        batches.append([])
        effort = 0
      }
      batches[batches.count - 1].append(test)
      effort += test.effort
    }
    return batches
  }

  private func failures(inOneProcess tests: [RuleTest]) throws -> [String: String] {
    let files = tests.flatMap { [("\($0.name)-rules.yaml", $0.rules), ("\($0.name).yaml", $0.test)] }
    let verdict = try test(
      files: tests.map { "\($0.name).yaml" }, among: Dictionary(files) { $1 })
    var failures: [String: String] = [:]
    // "Unit Testing:  NAME.yaml", and then either SUCCESS or FAILED: and why.
    for part in verdict.output.components(separatedBy: "Unit Testing:  ").dropFirst() {
      let name = part.prefix { $0 != "\n" }.replacing(".yaml", with: "")
      if !part.contains("SUCCESS") { failures[String(name)] = part }
    }
    if verdict.output.components(separatedBy: "Unit Testing:  ").count - 1 != tests.count {
      failures["promtool"] = verdict.output
    }
    return failures
  }
}

/// Collected from two threads.
private final class Results: @unchecked Sendable {
  private let lock = NSLock()
  private var outcomes: [Result<[String: String], any Error>] = []

  func add(_ outcome: Result<[String: String], any Error>) { lock.withLock { outcomes.append(outcome) } }
  var all: [Result<[String: String], any Error>] { lock.withLock { outcomes } }
}
