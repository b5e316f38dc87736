import Serialization
import TerwayModel
import Testing

struct `A list of custom metrics` {
  private func violations(_ text: String) -> [String] {
    guard case .failure(let invalid) = CustomMetricsList.read(text) else { return [] }
    return invalid.violations.map(\.description)
  }

  @Test func `is read as people wrote it, with defaults for what they left out`() throws {
    let metrics = try CustomMetricsList.read(
      """
      {"custom_metrics": [
        {"name": "a_ratio", "help": "A.", "type": "gauge", "labels": ["node"], "query": "a / b"},
        {"name": "b_count", "query": "sum(b)", "owner": "somebody"}
      ], "version": 2}
      """
    ).get()
    #expect(
      metrics == [
        .init(name: "a_ratio", help: "A.", labels: ["node"], query: "a / b"), .init(name: "b_count", query: "sum(b)"),
      ])
    #expect(try CustomMetricsList.read(CustomMetricsList.text(metrics)).get() == metrics)
    #expect(try CustomMetricsList.read("{}").get() == [])
  }

  static let wrong: [(text: String, violation: String)] = [
    ("", "data.metrics_config: cannot be read: "), ("[]", "data.metrics_config: "), ("{", "data.metrics_config: "),
    (#"{"custom_metrics": {}}"#, "data.metrics_config.custom_metrics: "),
    (#"{"custom_metrics": [{"query": "x"}]}"#, "data.metrics_config.custom_metrics[0].name: is required"),
    (
      #"{"custom_metrics": [{"name": "a", "query": "x"}, {"name": "a-b", "query": "x"}]}"#,
      #"data.metrics_config.custom_metrics[1].name: "a-b" must be a Prometheus metric name"#
    ),
    (
      #"{"custom_metrics": [{"name": "a", "query": "x", "type": "histogram"}]}"#,
      #"data.metrics_config.custom_metrics[0].type: "histogram" must be one of gauge, counter"#
    ),
    (
      #"{"custom_metrics": [{"name": "a", "query": "x"}, {"name": "a", "query": "y"}]}"#,
      #"data.metrics_config.custom_metrics[1].name: "a" is a duplicate"#
    ),
  ]

  @Test(arguments: wrong)
  func `is refused with the path of what is wrong`(text: String, violation: String) {
    let found = violations(text)
    #expect(found.count == 1 && found[0].hasPrefix(violation), "\(found)")
  }
}
