import Foundation
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

struct `Alerts on logs` {
  private static func rules(_ profile: RenderedProfile) throws -> [JSONValue] {
    let text = try profile.logFile("loki-*-rules", "terway-logs.yaml")
    let file = try #require(try YAML.documents(in: text, file: "terway-logs.yaml").first).value
    return try #require(file["groups"]?[0]?["rules"]?.array)
  }

  @Test(arguments: [RenderedProfile.terway, .blue])
  func `are valid LogQL, and say what, how bad, since when, and where to read on`(profile: RenderedProfile) throws {
    let runbook = try String(contentsOf: repository.appendingPathComponent("docs/runbooks/Logs.md"), encoding: .utf8)
    let rules = try Self.rules(profile)
    #expect(rules.count >= 10)
    #expect(Set(rules.compactMap { $0["alert"]?.string }).count == rules.count)
    for rule in rules {
      let name = try #require(rule["alert"]?.string)
      let query = try LogQLQuery(#require(rule["expr"]?.string))
      #expect(query.matchers["job"] == "terway", "\(name)")
      #expect(["critical", "warning", "info"].contains(rule.at("labels", "severity")?.string ?? ""), "\(name)")
      #expect(rule["for"]?.string?.wholeMatch(of: /[1-9][0-9]*m/) != nil, "\(name)")
      for text in ["summary", "description"] {
        let annotation = try #require(rule.at("annotations", text)?.string)
        #expect(!annotation.contains(/\{[a-z]+\}/.ignoresCase()) && annotation.count > 5, "\(name): \(annotation)")
        for label in annotation.matches(of: /\$labels\.([a-z_]+)/).map({ String($0.1) }) {
          #expect(query.labels.contains(label), "\(name): \(label) is not among the labels that the alert keeps")
        }
      }
      #expect(
        rule.at("annotations", "runbook_url")?.string
          == "\(profile.spec.alerts.runbookBaseURL)/Logs.md#\(name.lowercased())")
      #expect(runbook.contains("\n## \(name)\n"), "\(name) has no section in the runbook")
    }
    let sections = runbook.matches(of: /(?m)^## (.+)$/).map { String($0.1) }
    #expect(sections.sorted() == rules.compactMap { $0["alert"]?.string }.sorted())
  }

  @Test func `speak the language of the profile, and name the cluster where there are several`() throws {
    let english = try Self.rules(.terway)[0].at("annotations", "summary")?.string
    let chinese = try Self.rules(.blue)[0].at("annotations", "summary")?.string
    #expect(english == "Terway crashed on {{ $labels.node }}")
    #expect(chinese == "[{{ $labels.cluster }}] 节点 {{ $labels.node }} 上的 Terway 崩溃")
    #expect(try LogQLQuery(#require(Self.rules(.blue)[0]["expr"]?.string)).labels == ["cluster", "namespace", "node"])
  }

  @Test func `can be switched off`() {
    var profile = RenderedProfile.terway
    profile.spec.logging.loki.alerts = false
    #expect(profile.manifests.first("ConfigMap", "loki-terway-rules") == nil)
    #expect(profile.manifests.first("ConfigMap", "loki-terway-config") != nil)
  }

  /// A line, the stream that it is in, and the alerts that count it.
  static let lines: [(line: String, stream: String, alerts: Set<String>)] = [
    (
      "E0829 14:45:54.233267       1 eni.go:10] allocIP failed, InvalidVSwitchId.IpNotEnough", "error",
      ["TerwayLogVSwitchExhausted", "TerwayLogIPAllocationFailing", "TerwayLogErrorBurst"]
    ),
    (
      "W0829 14:45:54.233267 1 api.go:10] Throttling: Request was denied due to it", "network",
      ["TerwayLogAPIThrottled"]
    ),
    ("panic: runtime error: index out of range", "error", ["TerwayLogPanic", "TerwayLogErrorBurst"]),
    ("E0829 14:45:54.2 1 a.go:1] Forbidden.RAM: no", "audit", ["TerwayLogCredentialRejected"]),
    (
      "E0829 14:45:54.2 1 a.go:1] create eni: InvalidSecurityGroupId.NotFound", "audit",
      ["TerwayLogSecurityGroupFailing"]
    ),
    ("policy verdict: pod a to b: DENIED", "audit", ["TerwayLogPolicyDenies"]),
    ("I0829 14:45:54.2 1 a.go:1] allocIP done", "network", []),
    ("I0829 14:45:54.2 1 a.go:1] Throttlings of the past are no matter", "network", []),
    ("I0829 14:45:54.2 1 a.go:1] no company: is here", "network", []),
    ("E0829 14:45:54.2 1 a.go:1] AttachENIFailed", "error", ["TerwayLogENIOperationFailing", "TerwayLogErrorBurst"]),
    ("I0829 14:45:54.2 1 a.go:1] EniPerInstanceLimitExceeded", "network", ["TerwayLogENILimitReached"]),
  ]

  @Test(arguments: lines)
  func `count the lines that they are about`(line: String, stream: String, alerts: Set<String>) throws {
    let counting = try Self.rules(.terway).filter { rule in
      let query = try LogQLQuery(rule["expr"]?.string ?? "")
      guard query.function == "count_over_time" else { return false }
      let streams = query.matchers["log_type"]?.split(separator: "|").map(String.init)
      return try (streams?.contains(stream) ?? true)
        && query.lineFilters.allSatisfy { try Regex($0).firstMatch(in: line) != nil }
    }
    #expect(Set(counting.compactMap { $0["alert"]?.string }) == alerts)
  }

  /// Prometheus compiles the expressions of its matchers with the engine that Loki uses.
  @Test(.enabled(if: Promtool.installed != nil))
  func `use expressions that Go's engine takes`() throws {
    let promtool = try #require(Promtool.installed)
    let expressions = try Self.rules(.terway).flatMap { try LogQLQuery($0["expr"]?.string ?? "").lineFilters }
    let rules = expressions.enumerated().map { index, expression -> JSONValue in
      let quoted = JSONValue.string(expression).jsonText()
      return ["record": .string("x:y:\(index)"), "expr": .string("up{a=~\(quoted)}")]
    }
    let verdict = try promtool.check(rules: YAML.text(["groups": [["name": "x", "rules": .array(rules)]]]))
    #expect(verdict.isContent, "\(verdict.output)")
    let broken: JSONValue = ["record": "x:y:z", "expr": #"up{a=~"(?=x)"}"#]
    #expect(try !promtool.check(rules: YAML.text(["groups": [["name": "x", "rules": [broken]]]])).isContent)
  }

  static let invalid = [
    "", "up", "{}", "{job=}", #"{job="a"}"#, #"count_over_time({job="a"})"#, #"count_over_time({job="a"}[5])"#,
    #"count_over_time({job="a"}[5m]"#, #"count_over_time({job="a"} |~ "a" "b" [5m])"#,
    #"count_over_time({job="a"} |~ `(` [5m])"#, #"sum by (a (count_over_time({job="a"}[5m]))"#,
    #"count_over_time({job=~"("}[5m])"#, #"count_over_time({job="a"}[5m]) >"#, #"count_over_time({job="a"}[5m]) 5"#,
    #"count_over_time({job!="a"}[5m])"#, #"count_over_time({job=~".*"}[5m])"#, #"count_over_time({job="a"}[5m]) > 1 x"#,
  ]

  @Test(arguments: invalid)
  func `would be refused were they like`(query: String) {
    #expect(throws: (any Error).self) { try LogQLQuery(query) }
  }
}

/// The part of LogQL that alerts are written in: an optional `sum by (…)` of a range function over a stream selector with
/// line filters, compared with a number.
struct LogQLQuery {
  struct Invalid: Error, CustomStringConvertible {
    var description: String
  }

  private(set) var function = ""
  private(set) var matchers: [String: String] = [:]
  private(set) var lineFilters: [String] = []
  /// What is left of the labels; of those of the selector where nothing is summed up.
  private(set) var labels: [String] = []

  private var rest: Substring

  init(_ text: String) throws {
    rest = text[...]
    let isSum = take("sum by (")
    if isSum {
      repeat { labels.append(try name()) } while take(", ")
      try expect(") (")
    }
    function = try name()
    guard ["count_over_time", "absent_over_time", "rate"].contains(function) else {
      throw Invalid(description: "no range function: \(function)")
    }
    try expect("(")
    try selector()
    while take(" |~ ") || take(" |= ") { lineFilters.append(try filter()) }
    _ = take(" ")
    try expect("[")
    guard let window = rest.prefixMatch(of: /[1-9][0-9]*[smhd]/) else { throw Invalid(description: "no range") }
    rest = rest[window.range.upperBound...]
    try expect("])")
    if isSum { try expect(")") }
    if take(" > ") {
      guard let number = rest.prefixMatch(of: /[0-9]+(\.[0-9]+)?/) else { throw Invalid(description: "no number") }
      rest = rest[number.range.upperBound...]
    }
    guard rest.isEmpty else { throw Invalid(description: "what is \(rest)?") }
  }

  /// Loki wants one matcher at least that does not match the empty text.
  private mutating func selector() throws {
    try expect("{")
    var selects = false
    repeat {
      let label = try name()
      let isRegex = take("=~")
      if !isRegex, !take("=") { throw Invalid(description: "not understood: \(rest)") }
      let value = try quoted("\"")
      if isRegex {
        selects = try selects || Regex(value).wholeMatch(in: "") == nil
      } else {
        selects = selects || !value.isEmpty
      }
      matchers[label] = value
    } while take(", ")
    guard selects else { throw Invalid(description: "the selector selects everything") }
    try expect("}")
  }

  private mutating func filter() throws -> String {
    let expression = try rest.hasPrefix("`") ? quoted("`") : quoted("\"")
    _ = try Regex(expression)
    return expression
  }

  private mutating func quoted(_ mark: Character) throws -> String {
    try expect(String(mark))
    guard let end = rest.firstIndex(of: mark) else { throw Invalid(description: "a text does not end") }
    let text = String(rest[..<end])
    guard mark == "`" || !text.contains("\\") else { throw Invalid(description: "escapes are not read: \(text)") }
    rest = rest[rest.index(after: end)...]
    return text
  }

  private mutating func name() throws -> String {
    guard let match = rest.prefixMatch(of: /[a-z_]+/) else { throw Invalid(description: "no name: \(rest)") }
    rest = rest[match.range.upperBound...]
    return String(match.output)
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  private mutating func expect(_ text: String) throws {
    guard take(text) else { throw Invalid(description: "\(text) is missing before \(rest)") }
  }
}
