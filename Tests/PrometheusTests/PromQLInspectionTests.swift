import Prometheus
import Testing

struct `Looking into PromQL` {
  @Test func `finds every selector and what it is part of`() throws {
    let expression = try PromQL(
      parsing: #"sum by (node) (rate(a{x="1"}[5m])) / on (node) max_over_time(b[1h:]) > scalar(c offset 5m)"#)
    let uses = expression.selectors
    #expect(uses.map(\.selector.metric) == ["a", "b", "c"])
    #expect(uses.map(\.range) == [.minutes(5), nil, nil])
    #expect(uses.map(\.function) == ["rate", nil, "scalar"])
    #expect(uses[0].ancestors.count == 4)
    #expect(expression.metricNames == ["a", "b", "c"])
  }

  private static let outputLabels: [(String, Set<String>?)] = [
    ("1", []), ("sum(a)", []), ("sum by (x, y) (a)", ["x", "y"]), ("sum by (x, z) (known)", ["x"]),
    ("sum without (x) (known)", ["y"]), ("sum without (x) (a)", nil), ("a", nil), ("known", ["x", "y"]),
    ("topk(3, known)", ["x", "y"]), ("count_values by (x) (\"v\", known)", ["x", "v"]),
    ("rate(known[5m])", ["x", "y"]), ("-known", ["x", "y"]), ("known * 2", ["x", "y"]), ("2 * known", ["x", "y"]),
    ("absent(a{b=\"c\",d=~\"e\"})", ["b"]), ("absent(sum(a))", []), ("vector(1)", []), ("hour()", []),
    ("histogram_quantile(0.9, sum by (le, x) (known_bucket))", ["x"]),
    ("label_replace(known, \"z\", \"\", \"\", \"\")", ["x", "y", "z"]),
    ("known / on (x) known", ["x"]), ("known / ignoring (x) known", ["y"]),
    ("known * on (x) group_left (w) other", ["x", "y", "w"]),
    ("other * on (x) group_right (w) known", ["x", "y", "w"]),
    ("known and on (x) a", ["x", "y"]), ("known unless a", ["x", "y"]),
    ("sum by (x, y) (a) or sum by (x) (b)", ["x"]), ("a / on (x) b", ["x"]), ("max_over_time(known[5m:])", ["x", "y"]),
  ]

  @Test(arguments: outputLabels)
  func `knows which labels a result has`(text: String, labels: Set<String>?) throws {
    let found = try PromQL(parsing: text).outputLabels { selector in
      ["known": ["x", "y"], "known_bucket": ["x", "y", "le"], "other": ["x", "w"]][selector.metric ?? ""]
    }
    #expect(found == labels)
  }

  @Test(arguments: [
    ("sum(a)", "sum by (c) (a)"), ("sum by (x) (a)", "sum by (c, x) (a)"), ("sum by (x, c) (a)", "sum by (x, c) (a)"),
    ("sum without (c, x) (a)", "sum without (x) (a)"), ("a / on () b", "a / on (c) b"),
    ("a / ignoring (c) b", "a / ignoring () b"), ("a * on (x) group_left (c, y) b", "a * on (c, x) group_left (y) b"),
    ("rate(a[5m])", "rate(a[5m])"), ("topk(3, sum(a))", "topk by (c) (3, sum by (c) (a))"),
    (
      "abs(sum(a) / on () max_over_time(sum(b)[1h:]))",
      "abs(sum by (c) (a) / on (c) max_over_time(sum by (c) (b)[1h:]))"
    ),
  ])
  func `keeps clusters apart`(text: String, rewritten: String) throws {
    let once = try PromQL(parsing: text).keptApart(by: "c")
    #expect(once.text == rewritten)
    #expect(once.keptApart(by: "c") == once)
  }
}
