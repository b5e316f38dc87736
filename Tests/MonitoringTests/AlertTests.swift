import Monitoring
import Serialization
import TestSupport
import Testing

struct `Alerts` {
  private static let manifests = RenderedProfile.contract.manifests
  static let names = manifests.alerts.compactMap { $0["alert"]?.string }

  @Test(.enabled(if: Promtool.installed != nil), arguments: names)
  func `fire when they should, with the right words, and are silent in the near miss`(alert: String) throws {
    let cases = AlertCases.all.filter { $0.alert == alert }
    let file: JSONValue = [
      "rule_files": ["rules.yaml"], "evaluation_interval": "1m",
      "tests": .array(try cases.map { try Self.test($0, Self.manifests.alerts) }),
    ]
    let verdict = try #require(Promtool.installed)
      .test(rules: file.jsonText(), files: ["rules.yaml": Self.manifests.ruleFile])
    #expect(verdict.isContent, "\(verdict.output)")
  }

  @Test(arguments: names)
  func `have a case in which they fire and one in which they do not`(alert: String) {
    let cases = AlertCases.all.filter { $0.alert == alert }
    #expect(cases.contains { !$0.fires.isEmpty })
    #expect(cases.contains { $0.fires.isEmpty })
  }

  @Test(.enabled(if: Promtool.installed != nil))
  func `tell clusters apart, in the language that was asked for`() throws {
    let manifests = RenderedProfile.blue.manifests
    let series = ["a", "b"].reduce(into: [String: String]()) { series, cluster in
      let labels = "cluster=\"\(cluster)\",node=\"n1\",eni_id=\"e1\""
      series["terway_eni_allocated_ips{\(labels)}"] = cluster == "a" ? "99x30" : "10x30"
      series["terway_eni_total_ips{\(labels)}"] = "100x30"
    }
    let firing = AlertCase(
      "TerwayHighENIUtilization", "one cluster of two", at: 15, series,
      fires: .init(labels: ["cluster": "a", "node": "n1"], value: "99%"))
    let file: JSONValue = [
      "rule_files": ["rules.yaml"], "evaluation_interval": "1m",
      "tests": [try Self.test(firing, manifests.alerts)],
    ]
    let summary = manifests.alerts.first { $0["alert"] == "TerwayHighENIUtilization" }?
      .at("annotations", "summary")?.string
    #expect(summary == "[{{ $labels.cluster }}] 节点 {{ $labels.node }} 的 IP 已使用 {{ $value | humanizePercentage }}")
    let verdict = try #require(Promtool.installed)
      .test(rules: file.jsonText(), files: ["rules.yaml": manifests.ruleFile])
    #expect(verdict.isContent, "\(verdict.output)")
  }

  /// One case as promtool reads it. The expected texts are the rule's own, filled in by hand.
  private static func test(_ alertCase: AlertCase, _ alerts: [JSONValue]) throws -> JSONValue {
    let rule = try #require(alerts.first { $0["alert"]?.string == alertCase.alert })
    let expected: [JSONValue] = alertCase.fires.map { firing in
      let annotations = (rule["annotations"]?.object ?? [:]).mapValues { template in
        JSONValue(filled(template.string ?? "", firing))
      }
      let labels = (rule["labels"]?.object ?? [:]).merging(firing.labels.mapValues(JSONValue.string)) { $1 }
      return ["exp_labels": .object(labels), "exp_annotations": .object(annotations)]
    }
    return [
      "name": .string(alertCase.situation), "interval": "1m",
      "input_series": .array(
        alertCase.series.sorted { $0.key < $1.key }.map {
          ["series": .string($0.key), "values": .string($0.value)]
        }),
      "alert_rule_test": [
        [
          "eval_time": .string("\(alertCase.at)m"), "alertname": .string(alertCase.alert),
          "exp_alerts": .array(expected),
        ]
      ],
    ]
  }

  private static func filled(_ template: String, _ firing: AlertCase.Firing) -> String {
    var text = template.replacing(/\{\{ \$value \| [a-zA-Z]+ \}\}(B\/s)?/, with: firing.value)
    for (label, value) in firing.labels { text = text.replacing("{{ $labels.\(label) }}", with: value) }
    return text
  }
}
