import Foundation
import Prometheus
import Serialization
import TestSupport
import Testing

struct `Reading PromQL` {
  private static func isAccepted(_ text: String) -> Bool {
    do {
      _ = try PromQL(parsing: text)
      return true
    } catch {
      return false
    }
  }

  @Test func `takes and refuses what the language says`() {
    #expect(PromQLCorpus.valid.filter { !Self.isAccepted($0) } == [])
    #expect(PromQLCorpus.invalid.filter { Self.isAccepted($0) } == [])
    #expect(
      PromQLCorpus.differences.filter { Self.isAccepted($0.expression) == $0.promtoolAccepts }.map(\.expression) == [])
  }

  @Test(.enabled(if: Promtool.installed != nil))
  func `agrees with promtool, except where a reason is given`() throws {
    let corpus =
      PromQLCorpus.valid.map { ($0, true) } + PromQLCorpus.invalid.map { ($0, false) }
      + PromQLCorpus.differences.map { ($0.expression, $0.promtoolAccepts) }
    #expect(corpus.count >= 600)
    let files = corpus.map { expression, _ -> String in
      JSONValue.object(["groups": [["name": "g", "rules": [["record": "r", "expr": .string(expression)]]]]]).jsonText()
    }
    let verdicts = try #require(Promtool.installed).check(ruleFiles: files)
    #expect(verdicts.count == corpus.count)
    for ((expression, isAccepted), verdict) in zip(corpus, verdicts) where verdict != isAccepted {
      Issue.record("promtool \(verdict ? "accepts" : "refuses") \(expression.prefix(200))")
    }
  }

  @Test func `writes every expression such that it reads back the same`() throws {
    for text in PromQLCorpus.valid {
      let expression = try PromQL(parsing: text)
      let written = expression.text
      let again = try PromQL(parsing: written)
      // Not a number is equal to nothing.
      #expect(again == expression || written.contains("NaN"), "\(text) → \(written) → \(again)")
      #expect(again.text == written)
    }
  }

  @Test func `reads back every tree that can be written`() throws {
    for seed in 0..<3_000 as Range<UInt64> {
      var generator = PromQLGenerator(seed: seed)
      let expression = generator.vector(depth: 4)
      let text = expression.text
      do {
        let again = try PromQL(parsing: text)
        #expect(again == expression && again.text == text, "seed \(seed): \(text) → \(again)")
      } catch {
        Issue.record("seed \(seed): \(error) in \(text)")
      }
    }
  }

  @Test(.enabled(if: Promtool.installed != nil))
  func `writes what promtool accepts`() throws {
    let files = (0..<500 as Range<UInt64>).map { seed -> String in
      var generator = PromQLGenerator(seed: seed)
      let expression = JSONValue.string(generator.vector(depth: 4).text)
      return JSONValue.object(["groups": [["name": "g", "rules": [["record": "r", "expr": expression]]]]]).jsonText()
    }
    let verdicts = try #require(Promtool.installed).check(ruleFiles: files)
    #expect(verdicts.count == files.count)
    for (file, verdict) in zip(files, verdicts) where !verdict { Issue.record("promtool refuses \(file)") }
  }

  @Test(arguments: [
    ("sum(rate(a[5m])) BY (x,y)", "sum by (x, y) (rate(a[5m]))"),
    ("((a))+(b*(c))", "a + b * c"),
    ("2^3^2", "2 ^ 3 ^ 2"),
    ("(2^3)^2", "(2 ^ 3) ^ 2"),
    ("-2^2", "-2 ^ 2"),
    ("(-2)^2", "(-2) ^ 2"),
    ("-(1)", "-(1)"),
    ("--1", "1"),
    ("+a", "a"),
    ("-a*b", "-a * b"),
    ("-(a*b)", "-(a * b)"),
    ("a-(b-c)", "a - (b - c)"),
    ("a atan2 b", "a atan2 b"),
    ("a[1d]", "a[24h]"),
    ("a offset -1w @ end()", "a @ end() offset -168h"),
    ("a[1h:] @ 1.5", "a[1h:] @ 1.5"),
    ("{__name__=\"a\",b='c'}", "a{b=\"c\"}"),
    ("{__name__=\"on\"}", "{__name__=\"on\"}"),
    ("0x1F + 010", "31 + 8"),
    ("a == BOOL ON(x) GROUP_LEFT b", "a == bool on (x) group_left () b"),
    ("1 + on() a", "1 + a"),
    ("count_values('v', a) by (x)", "count_values by (x) (\"v\", a)"),
    ("a # why", "a"),
    ("'\\x41\\u00e9\\101`'", "\"AéA`\""),
    ("Inf", "+Inf"),
  ])
  func `writes one form of what can be written in many`(text: String, canonical: String) throws {
    #expect(try PromQL(parsing: text).text == canonical)
  }

  @Test(arguments: [
    ("", 1, 1, "the end", "an expression"),
    ("a +", 1, 4, "the end", "an expression"),
    ("a +\n  sum(b,", 2, 9, "the end", "an expression"),
    ("rate(a)", 1, 6, "an instant vector as argument of rate", "a range vector"),
    ("日本", 1, 1, "\"日\"", "PromQL"),
    ("a{b=\"日本\"} }", 1, 11, "\"}\"", "an operator, or the end"),
    ("a{b=~\"(\"}", 1, 6, "a regular expression with a group that is not closed", "a regular expression (RE2)"),
    ("sum(a) by x", 1, 11, "\"x\"", "\"(\" and a list of labels"),
    ("foo(a)", 1, 1, "foo(", "a function of Prometheus 2.42"),
    ("1 == 2", 1, 3, "a comparison of two scalars", "bool after \"==\""),
    ("a[5m", 1, 5, "the end", "\"]\" or \":\""),
    ("a[5]", 1, 3, "\"5\"", "a duration such as 5m"),
  ])
  func `says where it ends, at what, and what may be there`(
    text: String, line: Int, column: Int, found: String, allowed: String
  ) {
    let error = #expect(throws: PromQLSyntaxError.self) { _ = try PromQL(parsing: text) }
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.found == found)
    #expect(error?.allowed == allowed)
  }

  @Test func `counts offsets in bytes and columns in characters`() {
    let error = #expect(throws: PromQLSyntaxError.self) { _ = try PromQL(parsing: "\na{b=\"日\"} c") }
    #expect(error?.offset == 12)
    #expect("\(error, default: "")" == "line 2, column 10: found \"c\", expected an operator, or the end")
  }

  @Test(arguments: [
    String(repeating: "(", count: 100_000), String(repeating: "-", count: 100_000),
    String(repeating: "a+", count: 100_000) + "a", String(repeating: "abs(", count: 100_000),
    "a" + String(repeating: "[1m:]", count: 100_000), String(repeating: "a^", count: 100_000) + "a",
    String(repeating: "sum by (x) (", count: 100_000), String(repeating: "{", count: 100_000),
    "a{b=~\"" + String(repeating: "(", count: 100_000) + "\"}", String(repeating: "\"", count: 99_999),
    "a{b=~\"" + String(repeating: "[[:", count: 100_000) + "\"}", String(repeating: "1", count: 1_000_000) + "m",
    "max_over_time(" + String(repeating: "(a", count: 50_000) + String(repeating: ")[1m:]", count: 50_000) + ")",
  ])
  func `refuses what nests too deeply, and does not crash`(text: String) {
    #expect(throws: PromQLSyntaxError.self) { _ = try PromQL(parsing: text) }
  }

  @Test func `takes long texts that are flat`() throws {
    let list = (0..<20_000).map { "l\($0)" }.joined(separator: ",")
    #expect(throws: Never.self) { _ = try PromQL(parsing: "sum by (\(list)) (a)") }
    #expect(throws: Never.self) { _ = try PromQL(parsing: "a{b=~\"\(list.replacing(",", with: "|"))\"}") }
  }
}

struct `Variables of Grafana` {
  @Test(arguments: [
    "rate(a[$__rate_interval])", "rate(a{node=~\"$node\"}[$__range])", "a[${window}:$step]", "a offset $__interval",
    "max_over_time(a[${__range_s:raw}:])",
  ])
  func `stand where a duration is wanted, when asked`(text: String) throws {
    let expression = try PromQL(parsing: text, as: .grafana)
    #expect(expression.text == text)
    #expect(throws: PromQLSyntaxError.self) { _ = try PromQL(parsing: text, as: .prometheus) }
  }

  @Test(arguments: ["$a", "a + $b", "a[$]", "a[$1]", "a[${a]", "a[${}]", "a offset -$b", "sum by ($a) (b)", "a{b=$c}"])
  func `stand nowhere else`(text: String) {
    #expect(throws: PromQLSyntaxError.self) { _ = try PromQL(parsing: text, as: .grafana) }
  }
}

struct `Functions of PromQL` {
  @Test(arguments: [
    ("holt_winters(a[5m], 1, 1)", PrometheusVersion(2, 42), true),
    ("holt_winters(a[5m], 1, 1)", PrometheusVersion(3, 0), false),
    ("histogram_avg(a)", PrometheusVersion(2, 42), false), ("histogram_avg(a)", PrometheusVersion(2, 51), true),
    ("pi()", PrometheusVersion(2, 30), false),
  ])
  func `are those of the release that is asked for`(text: String, version: PrometheusVersion, isKnown: Bool) {
    let accepted = (try? PromQL(parsing: text, as: .init(version: version, takesVariables: false))) != nil
    #expect(accepted == isKnown)
  }
}
