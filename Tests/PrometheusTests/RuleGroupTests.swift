import Prometheus
import Serialization
import Testing

struct `A rule group` {
  let group = RuleGroup(
    "g", interval: .seconds(30), queryOffset: .seconds(60), labels: ["team": "net", "severity": "info"],
    rules: [
      .recording(RecordingRule("node:x:sum", .metric("x").sum(by: ["node"]))),
      .alerting(
        AlertingRule(
          "A", .metric("x").isAbove(1), for: .seconds(300), keepFiringFor: .seconds(600),
          labels: ["severity": "critical"], annotations: ["summary": "s"])),
    ])

  @Test func `carries everything for a server that knows everything`() {
    #expect(
      group.json(for: PrometheusVersion(3, 0)) == [
        "name": "g", "interval": "30s", "query_offset": "1m", "labels": ["team": "net", "severity": "info"],
        "rules": [
          ["record": "node:x:sum", "expr": "sum by (node) (x)"],
          [
            "alert": "A", "expr": "x > 1", "for": "5m", "keep_firing_for": "10m", "labels": ["severity": "critical"],
            "annotations": ["summary": "s"],
          ],
        ],
      ])
  }

  @Test func `leaves out what an old server would refuse, and keeps the labels`() {
    #expect(
      group.json(for: PrometheusVersion(2, 41)) == [
        "name": "g", "interval": "30s",
        "rules": [
          ["record": "node:x:sum", "expr": "sum by (node) (x)", "labels": ["team": "net", "severity": "info"]],
          [
            "alert": "A", "expr": "x > 1", "for": "5m", "labels": ["team": "net", "severity": "critical"],
            "annotations": ["summary": "s"],
          ],
        ],
      ])
  }

  @Test func `says nothing of a zero keep_firing_for`() {
    let rule = AlertingRule("A", .metric("x"), for: .zero, labels: [:], annotations: [:])
    #expect(
      RuleGroup("g", rules: [.alerting(rule)]).json(for: .baseline)
        == ["name": "g", "rules": [["alert": "A", "expr": "x", "for": "0s"]]])
  }
}
