import DiagnosisCases
import EniScaling
import Foundation
import Serialization
import TestSupport
import Testing

@testable import Insights

/// What a report says of capacity and of unusual readings, as files to be read. `UPDATE_GOLDENS=1` writes them anew.
struct `Capacity and unusual readings in a report` {
  private static let now = ClusterSnapshot.played
  private static let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens")

  /// Three node groups: one that fills up, one that stays as it is, and one of which nothing is known.
  static func capacity(withHistory: Bool = true) -> CapacityReport {
    let planner = CapacityPlanner(horizon: 30, now: now)
    func nodes(_ type: String, _ count: Int, used: Int) -> [CapacityNode] {
      (0..<count).map {
        CapacityNode(
          name: "\(type)-\($0)", zone: "zone-a", instanceType: type, used: used,
          limits: InstanceLimits(adapters: 4, ipsPerENI: 10))
      }
    }
    let groups = [nodes("ecs.g7.xlarge", 4, used: 24), nodes("ecs.g7.2xlarge", 3, used: 9)]
    let courses = [history(from: 60, perDay: 0.9), history(from: 27, perDay: 0)]
    var report = CapacityReport(
      time: now, horizon: 30, assumptions: planner.assumptions,
      source: withHistory ? .init(url: "http://prometheus:9090", days: 56, step: 3600) : nil)
    report.add([
      planner.assess(
        CapacitySubject(.cluster), groups.flatMap(\.self), history: withHistory ? history(from: 87, perDay: 0.9) : nil)
    ])
    for (group, course) in zip(groups, courses) {
      let assessment = planner.assess(
        CapacitySubject(.nodeGroup, group[0].instanceType), group, history: withHistory ? course : nil)
      report.add([assessment])
      report.plans.append(planner.plan(group, assessment, recent: [:]))
    }
    report.add([planner.assess(vSwitch: "vsw-a", nodes: 7, used: 120, size: 250, history: nil)])
    report.unknown = ["the size of the vSwitches vsw-b"]
    return report
  }

  /// Hours of eight weeks: a day that goes up and down, and a trend.
  static func history(from level: Double, perDay: Double) -> History {
    var random = SeededGenerator(seed: 11)
    return History(
      (0..<56 * 24).map { hour in
        let day = Double(hour) / 24
        return .init(
          time: now - 56 * 86_400 + Double(hour) * 3600,
          value: level + perDay * day + 3 * sin(day * 2 * .pi) + .random(in: -8...8, using: &random))
      })
  }

  /// Two weeks in steps of five minutes: days and noise, and for the last twelve hours perhaps so much more.
  static func course(_ level: Double, jump: Double = 0) -> History {
    var random = SeededGenerator(seed: 7)
    let count = 14 * 288
    return History(
      (0..<count).map { number in
        let day = Double(number) / 288
        return .init(
          time: now - Double(count - number) * 300,
          value: level + 5 * sin(day * 2 * .pi) + .random(in: -1...1, using: &random)
            + (number >= count - 144 ? jump : 0))
      })
  }

  static func signals() -> [SignalReview] {
    Signal.all.enumerated().map { number, signal in
      let history: Collected<History> =
        switch number {
        case 0: .value(course(60, jump: 40))
        case 1: .value(course(80))
        case 2: .value(History(Array(course(8).readings.suffix(50))))
        case 3: .unknown("it did not come within 30 s")
        default: .absent
        }
      return SignalReview(signal, history, at: now)
    }
  }

  private static func report(withHistory: Bool) throws -> AuditReport {
    var facts = AuditFacts(cluster: "production")
    facts.capacity = .value(capacity(withHistory: withHistory))
    var snapshot = try ClusterSnapshot.healthy()
    if withHistory { snapshot.signals = .value(signals()) }
    return AuditReport(snapshot, facts)
  }

  @Test(arguments: [true, false], Bilingual.Language.allCases)
  func `are as in the golden files`(withHistory: Bool, language: Bilingual.Language) throws {
    let name = "report-\(withHistory ? "with" : "without")-history.\(language).md"
    try compare(try Self.report(withHistory: withHistory).markdown(language), with: name)
  }

  @Test func `are in the JSON as capacity and diagnose have them`() throws {
    let report = try Self.report(withHistory: true)
    #expect(report.json["capacity"] == Self.capacity().json)
    try compare((report.json["anomalies"] ?? .null).jsonText(pretty: true) + "\n", with: "report-anomalies.json")
    let without = try Self.report(withHistory: false).json
    #expect(without["anomalies"] == nil && without["capacity"]?["history"] == nil)
  }

  @Test func `find the jump, when it came and how far it went`() throws {
    let anomalies = Self.signals()[0].anomalies
    let first = try #require(anomalies.first)
    #expect(abs(first.time - (Self.now - 43_200)) < 3600)
    #expect(first.value - first.usual > 30 && first.isAbove)
    #expect(Self.signals()[1].anomalies.isEmpty)
  }

  @Test(arguments: Bilingual.Language.allCases)
  func `are drawn for the cluster and each node group`(language: Bilingual.Language) throws {
    let html = try Self.report(withHistory: true).html(language)
    #expect(html.components(separatedBy: "<polygon class=\"band\"").count - 1 == 3)
    #expect(html.contains("ecs.g7.xlarge") && !html.contains("NaN") && !html.contains("inf,"))
    #expect(!(try Self.report(withHistory: false).html(language)).contains("<polygon"))
  }

  @Test func `are a page of their own`() {
    var report = Self.capacity()
    report.unknown.append("<script>alert(1)</script>")
    #expect(report.html.hasPrefix("<!DOCTYPE html>") && !report.html.contains("<script"))
  }

  private func compare(_ text: String, with name: String) throws {
    let file = Self.goldens.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
      try FileManager.default.createDirectory(at: Self.goldens, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    #expect(
      try String(contentsOf: file, encoding: .utf8) == text, "\(name) differs; if that is meant: UPDATE_GOLDENS=1")
  }
}
