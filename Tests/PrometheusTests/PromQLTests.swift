import Prometheus
import TestSupport
import Testing

struct `A PromQL expression` {
  static let x = PromQL.metric("x")
  static let y = PromQL.metric("y")

  static let renderings: [(PromQL, String)] = [
    (.metric("up", .equal("job", "a"), .matches("pod", "b.+")), #"up{job="a",pod=~"b.+"}"#),
    (.metric("up", .notEqual("job", "say \"hi\"\\\n")), #"up{job!="say \"hi\"\\\n"}"#),
    (x.offset(.seconds(300)), "x offset 5m"),
    (x.rate(.minutes(5)).offset(.seconds(60)), "rate(x[5m])"),
    (x.over(.minutes(5)).offset(.seconds(90)), "x[5m] offset 1m30s"),
    (x.rate(.minutes(5)).sum(by: ["node"]), "sum by (node) (rate(x[5m]))"),
    (x.sum(by: []), "sum(x)"),
    (.aggregation(.init(.avg, x)), "avg(x)"),
    (.aggregation(.init(.max, x, grouping: .without(["pod"]))), "max without (pod) (x)"),
    (x.increase(.hours(1)).top(10), "topk(10, increase(x[1h]))"),
    (x.rate(.grafanaRateInterval), "rate(x[$__rate_interval])"),
    (
      .histogramQuantile(0.95, .metric("b").rate(.minutes(5)).sum(by: ["le", "node"])),
      "histogram_quantile(0.95, sum by (le, node) (rate(b[5m])))"
    ),
    (x.divided(by: y, .on(["node"])).isAbove(0.8), "x / on (node) y > 0.8"),
    (x.times(y, .on(["pod"]).groupLeft(["node"])), "x * on (pod) group_left (node) y"),
    (x.times(y, .on(["pod"]).groupRight()), "x * on (pod) group_right () y"),
    (x.times(.call("vector", [.number(1)]), .ignoring([]).groupLeft()), "x * ignoring () group_left () vector(1)"),
    (x.and(y.isAbove(0), .on(["node"])), "x and on (node) y > 0"),
    (x.or(y).and(y, .on(["a"])), "(x or y) and on (a) y"),
    (x.or(y.and(x, .on(["a"]))), "x or y and on (a) x"),
    (x.unless(y.unless(x)), "x unless (y unless x)"),
    (x.unless(y).unless(x), "x unless y unless x"),
    (x.minus(y.minus(x, .on(["a"])), .on(["a"])), "x - on (a) (y - on (a) x)"),
    (x.isAbove(0.8).times(100), "(x > 0.8) * 100"),
    (x.times(60).isAbove(10), "x * 60 > 10"),
    (x.predicted(from: .hours(6), after: .seconds(86400)).isBelow(0), "predict_linear(x[6h], 86400) < 0"),
    (x.divided(by: y, .on([])).over(.hours(1), step: .minutes(1)), "(x / on () y)[1h:1m]"),
    (x.sum(by: ["a"]).last(within: .hours(1)), "last_over_time(sum by (a) (x)[1h:])"),
    (.negated(x.plus(y, .on(["a"]))), "-(x + on (a) y)"),
    (.binary(.init(.power, .binary(.init(.power, x, .number(2))), .number(3))), "(x ^ 2) ^ 3"),
    (.binary(.init(.power, x, .binary(.init(.power, .number(2), .number(3))))), "x ^ 2 ^ 3"),
    (.binary(.init(.power, .number(-1), .number(2))), "(-1) ^ 2"),
    (.binary(.init(.greater, x, .number(1), returnsBool: true)), "x > bool 1"),
    (.absent(.metric("up").equals(1)), "absent(up == 1)"),
    (
      .call("label_replace", [x, .string("a"), .string("$1"), .string("b"), .string("(.*)")]),
      #"label_replace(x, "a", "$1", "b", "(.*)")"#
    ),
    (.verbatim("a / b"), "a / b"),
    (PromQL.verbatim("a / b").isAbove(1), "(a / b) > 1"),
    (PromQL.verbatim("a # why").isAbove(1), "(a # why\n) > 1"),
    (PromQL.verbatim("a / b").sum(by: ["node"]), "sum by (node) (a / b)"),
    (x.isAbove(1e9), "x > 1000000000"),
    (x.isAbove(1e-7), "x > 1e-07"),
    (x.isBelow(.infinity), "x < +Inf"),
  ]

  @Test(arguments: renderings.indices)
  func `is written with no parenthesis more than it needs`(index: Int) {
    let (expression, text) = Self.renderings[index]
    #expect(expression.text == text)
  }

  @Test(.enabled(if: Promtool.installed != nil))
  func `is accepted by promtool, all of the above`() throws {
    let rules = Self.renderings.enumerated().map { index, rendering in
      let quoted = rendering.0.text.replacing("$__rate_interval", with: "5m").replacing("'", with: "''")
        .replacing("\n", with: "\n\n")
      return "  - record: r:\(index)\n    expr: '\(quoted)'\n"
    }
    let verdict = try #require(Promtool.installed)
      .check(rules: "groups:\n- name: all\n  rules:\n\(rules.joined())")
    #expect(verdict.isContent, "\(verdict.output)")
    #expect(verdict.output.contains("\(Self.renderings.count) rules found"), "\(verdict.output)")
  }

  @Test(arguments: [
    (Duration.zero, "0s"), (.seconds(15), "15s"), (.seconds(90), "1m30s"), (.milliseconds(1_500), "1s500ms"),
    (.seconds(86400 * 7), "168h"), (.seconds(3661), "1h1m1s"), (.microseconds(10), "0s"),
  ])
  func `durations carry the largest units that other readers know`(duration: Duration, text: String) {
    #expect(PromDuration.text(duration) == text)
  }
}
