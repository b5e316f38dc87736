import Prometheus
import Testing

struct `Checks of expressions` {
  static let scope: ExpressionScope = {
    var scope = ExpressionScope()
    scope.series = [
      "c_total": .init(kind: .counter, labels: ["node", "code"]),
      "odd_counter": .init(kind: .counter, labels: ["node"]),
      "g": .init(kind: .gauge, labels: ["eni"]), "h": .init(kind: .gauge, labels: ["eni", "zone"]),
      "l_seconds": .init(kind: .histogram, labels: ["node"]),
      "node:r:sum": .init(kind: .gauge, labels: ["node"], isScraped: false),
      "node:r_count": .init(kind: .gauge, labels: ["node"], isScraped: false),
    ]
    return scope
  }()

  /// A check, what it finds something in, and what it is content with although it looks alike.
  static let cases: [(check: String, bad: [String], good: [String])] = [
    (
      "window", ["rate(c_total[30s])", "max_over_time(g[45s])", "increase(c_total[59s])"],
      ["rate(c_total[1m])", "max_over_time(node:r:sum[30s])", "max_over_time(rate(c_total[5m])[10s:])"]
    ),
    ("function-version", ["holt_winters(g[5m], 0.1, 0.1)"], ["predict_linear(g[5m], 60)"]),
    (
      "time-shift", ["g offset -5m", "g[5m] offset -5m", "max_over_time(g[5m:] offset -1m)"], ["g offset 5m", "g @ 5"]
    ),
    (
      "counter",
      [
        "c_total > 5", "sum(c_total)", "odd_counter", "l_seconds_count", "avg_over_time(c_total[5m])",
        "unknown_things_total", "delta(c_total[5m])", "c_total unless g offset 5m",
      ],
      [
        "rate(c_total[5m])", "increase(l_seconds_sum[5m])", "resets(c_total[1h])", "absent(c_total)", "g",
        "node:r_count",
        "c_total unless last_over_time(c_total[1h] offset 5m)", "c_total unless c_total offset 5m",
        "changes(odd_counter[5m])", "count_over_time(c_total[5m])",
      ]
    ),
    (
      "gauge", ["rate(g[5m])", "increase(node:r:sum[5m])", "irate(node:r_count[5m])", "resets(g[5m])"],
      ["rate(c_total[5m])", "deriv(g[5m])", "rate(l_seconds_bucket[5m])"]
    ),
    (
      "rate-of-aggregate", ["rate(sum(c_total)[5m:])", "increase(node:r:sum[5m:1m])"],
      ["sum(rate(c_total[5m]))", "max_over_time(sum(g)[5m:])"]
    ),
    (
      "quantile",
      [
        "histogram_quantile(0.9, rate(l_seconds_bucket[5m]))",
        "histogram_quantile(0.9, sum by (node) (rate(l_seconds_bucket[5m])))",
        "histogram_quantile(0.9, sum without (le) (rate(l_seconds_bucket[5m])))",
        "histogram_quantile(0.9, max by (le) (rate(l_seconds_bucket[5m])))",
        "histogram_quantile(0.9, sum by (le) (rate(l_seconds_count[5m])))",
        "histogram_quantile(0.9, sum(rate(l_seconds_bucket[5m])))",
      ],
      [
        "histogram_quantile(0.9, sum by (le, node) (rate(l_seconds_bucket[5m])))",
        "histogram_quantile(0.9, sum without (pod) (rate(l_seconds_bucket[5m])))", "quantile(0.9, g)",
      ]
    ),
    (
      "matching", ["g / h", "g and h", "g or h", "g + h", "sum(g) > sum(h)"],
      [
        "g / on (eni) h", "g / ignoring (zone) h", "g / 2", "sum(g) or vector(0)", "g unless g offset 5m",
        "sum by (node) (g) or sum by (node) (h)",
      ]
    ),
    (
      "division",
      ["g / on (eni) h", "g / sum(h)", "1 / scalar(g)", "g / 0", "g / on (eni) (h >= 0)", "g % on (eni) h"],
      [
        "g / 2", "g / on (eni) (h > 0)", "g / on (eni) (h >= 3)", "g / on (eni) (h != 0)",
        "g / on (eni) clamp_min(h, 1)",
        "g / count(h)", "sum(g) / sum(h > 0)", "g / on (eni) (h > 0 and on (eni) g)",
      ]
    ),
    (
      "labels",
      [
        "sum by (vlan) (g)", "sum by (zone) (sum by (eni) (h))", "g * on (zone) h", "g * on (eni) group_left (code) h",
        "node:r:sum / on (node, pod) node:r:sum", "sum by (le) (rate(l_seconds_count[5m]))",
      ],
      [
        "sum by (eni, node) (g)", "g * on (eni) group_left (zone) h", "sum by (le) (rate(l_seconds_bucket[5m]))",
        "sum by (anything) (unheard_of)", "node:r:sum / on (node) node:r:sum",
      ]
    ),
    (
      "duplicate-labels", ["sum by (a, a) (g)", "g / on (eni, eni) h", "sum without (a, b, a) (g)"],
      ["sum by (a, b) (g)", "sum(g)"]
    ),
    (
      "absent", ["absent(unheard_of)", "absent(vector(1))", "absent_over_time(unheard_of[5m])"],
      ["absent(g)", "absent(up == 1)"]
    ),
    (
      "defined", ["unheard_of", "g or on () unheard_of", "{job=\"x\"}", "l_seconds", "g_bucket"],
      ["g", "l_seconds_bucket", "l_seconds_sum", "ALERTS", "up", "1"]
    ),
    (
      "matcher-labels", ["g{zone=\"a\"}", "node:r:sum{pod=\"a\"}", "l_seconds_count{le=\"1\"}"],
      ["h{zone=\"a\",job=\"b\"}", "ALERTS{x=\"y\"}"]
    ),
    (
      "regex", ["g{eni=~\"a\"}", "g{eni!~\"a-b\"}", "g{eni=~\"^a.+\"}", "g{eni=~\"a.+$\"}", "g{eni=~\".*\"}"],
      ["g{eni=~\"a|b\"}", "g{eni=~\"$node\"}", "g{eni=~\"a\\\\.b\"}", "g{eni=\"a\"}", "g{eni=~\".+\"}"]
    ),
    (
      "empty-matcher", ["g{eni=~\"\"}", "g{eni=~\"a|\"}", "g{eni=~\"a*\"}", "g{eni!~\"\"}"],
      ["g{eni=\"\"}", "g{eni=~\"a+\"}", "g{eni=~\"$node|\"}", "g{eni!~\"a\"}"]
    ),
  ]

  @Test func `are all tried`() {
    #expect(Set(Self.cases.map(\.check)).union(["rate-interval"]) == Set(ExpressionChecks.all.map(\.name)))
    #expect(Set(ExpressionChecks.all.map(\.name)).count == ExpressionChecks.all.count)
  }

  @Test(arguments: cases.indices)
  func `find what they are for, and nothing else`(index: Int) throws {
    let (name, bad, good) = Self.cases[index]
    let check = try #require(ExpressionChecks.all.first { $0.name == name })
    for text in bad { #expect(try !check.find(PromQL(parsing: text), Self.scope).isEmpty, "\(name) passes \(text)") }
    for text in good {
      #expect(try check.find(PromQL(parsing: text), Self.scope) == [], "\(name) finds something in \(text)")
    }
  }

  @Test func `want the window of a panel's rates to follow the zoom`() throws {
    let check = try #require(ExpressionChecks.all.first { $0.name == "rate-interval" })
    var scope = Self.scope
    let fixed = try PromQL(parsing: "rate(c_total[5m])")
    #expect(check.find(fixed, scope) == [])
    scope.isPanel = true
    #expect(check.find(fixed, scope) == ["rate over 5m instead of $__rate_interval"])
    #expect(check.find(try PromQL(parsing: "rate(c_total[$__rate_interval])", as: .grafana), scope) == [])
    #expect(check.find(try PromQL(parsing: "max_over_time(g[1h])", as: .grafana), scope) == [])
  }

  @Test func `know what came with which version`() throws {
    var scope = Self.scope
    scope.version = PrometheusVersion(2, 30)
    func found(_ check: String, _ text: String) throws -> [String] {
      try #require(ExpressionChecks.all.first { $0.name == check }).find(PromQL(parsing: text), scope)
    }
    #expect(try found("time-shift", "g offset -5m") == ["a negative offset needs Prometheus 2.33"])
    #expect(try found("time-shift", "g @ 5") == ["@ needs Prometheus 2.33"])
    #expect(try found("function-version", "pi() * g") == ["pi is not known to Prometheus 2.30"])
    #expect(try found("function-version", "abs(g)") == [])
  }
}
