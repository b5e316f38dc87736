import Insights
import Serialization
import Testing

struct `A capacity report` {
  private static func report() -> CapacityReport {
    typealias Planning = `Capacity planning`
    let nodes = [Planning.node("b", used: 25, pods: 30), Planning.node("a\u{1B}[31m", used: 45)]
    let planner = Planning.planner()
    var report = CapacityReport(
      time: planner.now, horizon: 30, assumptions: planner.assumptions,
      source: .init(url: "http://prometheus:9090", days: 56, step: 3600))
    let cluster = planner.assess(CapacitySubject(.cluster), nodes, history: Planning.growth(from: 14, perDay: 1))
    report.add(nodes.map { planner.assess(CapacitySubject(.node, $0.name), [$0], history: nil) })
    report.add([planner.assess(CapacitySubject(.cluster), nodes, history: nil)])
    report.add([cluster])
    report.plans = [planner.plan(nodes, cluster, recent: [:])]
    report.unknown = ["the history of zones: there is none"]
    return report
  }

  @Test func `is a table for people, who see first what is full`() {
    let text = Self.report().text()
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "Capacity for the next 30 days, history of 56 days from http://prometheus:9090")
    #expect(lines.contains { $0.hasPrefix("! cluster ") && $0.contains(" 70 ") && $0.contains(" 75 ") })
    let nodes = lines.filter { $0.contains(" node ") }
    #expect(nodes.count == 2)
    #expect(nodes.first?.hasPrefix("! node a?[31m") == true && nodes.last?.hasPrefix("  node b") == true)
    #expect(lines.last == "unknown: the history of zones: there is none")
    #expect(text.contains("cluster: forecasts of the past"))
    #expect(!text.contains("\u{1B}"))
    #expect(Self.report().text(nodeLimit: 1).contains("and 1 more nodes, of which 0 need action"))
  }

  @Test func `is JSON for programs`() throws {
    let json = try JSONValue(jsonText: Self.report().json.jsonText())
    #expect(json["needsAction"] == true && json["horizonDays"] == 30)
    let subjects = try #require(json["subjects"]?.array)
    #expect(subjects.compactMap { $0["kind"]?.string } == ["cluster", "node", "node"])
    #expect(subjects[0].at("forecast", "days")?.array?.count == 30)
    #expect(try (3...7).contains(#require(subjects[0].at("exhaustionDays", "expected")?.number)))
    #expect(subjects[1]["forecast"] == nil && subjects[1]["exhaustionDays"] == nil)
    #expect(json["nodeGroups"]?[0]?["minPoolSize"]?.integer != nil)
    #expect(json.at("history", "url")?.string == "http://prometheus:9090")
  }
}
