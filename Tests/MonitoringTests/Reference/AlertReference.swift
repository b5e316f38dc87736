import Serialization

@testable import Monitoring

/// `docs/reference/alerts.md`
enum AlertReference {
  static var page: String {
    Markdown.page(
      "Alerts",
      """
      Every alert there is, with the thresholds that a profile has when it says nothing. `alerts` of a profile sets the
      thresholds and switches sections off; an entry of `alerts.overrides` changes the threshold, `for`, `keepFiringFor` or
      severity of one alert, or switches it off. An alert whose [signals](signals.md) nothing serves is not generated.

      All carry the labels `severity` and `component="terway"`, and those of the signal. In the texts, `{value}` is the value
      that raised the alert. `alerts.language` is `en` or `zh`. An alert's name leads to its runbook.
      """,
      groups.map { group in
        let rules = (group["rules"]?.array ?? []).filter { $0["alert"] != nil }
        return Markdown.section(
          title(group), Markdown.table(["alert", "severity", "for", "keeps firing for", "says"], rules.map(row)),
          rules.map(condition).joined(separator: "\n\n"))
      })
  }

  private static var groups: [JSONValue] {
    ReferenceProfile.rendered.manifests.ruleGroups.filter { group in
      group["rules"]?.array?.contains { $0["alert"] != nil } == true
    }
  }

  private static func title(_ group: JSONValue) -> String {
    let words = (group["name"]?.string ?? "").split(separator: ".").dropFirst()
      .prefix { $0 != "rules" }
    let name = words.joined(separator: " ")
    return ["qos": "QoS", "slo": "SLO"][name] ?? name.prefix(1).uppercased() + name.dropFirst()
  }

  private static func row(_ rule: JSONValue) -> [String] {
    let name = rule["alert"]?.string ?? ""
    return [
      "[\(name)](../runbooks/\(name).md)", rule.at("labels", "severity")?.string ?? "",
      rule["for"]?.string ?? "at once", rule["keep_firing_for"]?.string ?? "",
      text(rule.at("annotations", "summary")?.string ?? ""),
    ]
  }

  /// The expression, and the signals that it looks at.
  private static func condition(_ rule: JSONValue) -> String {
    let expression = rule["expr"]?.string ?? ""
    let signals = Signal.all.filter { signal in
      ReferenceProfile.context.recordName(of: signal).map { uses(expression, $0) } ?? false
    }
    let list = signals.map { "`\($0.name)`" }.joined(separator: ", ")
    return "`\(rule["alert"]?.string ?? "")`" + (signals.isEmpty ? "" : " looks at \(list)") + ":\n\n"
      + Markdown.block("promql", expression)
  }

  /// Whether a name stands in an expression, and not only as the beginning of a longer one.
  private static func uses(_ expression: String, _ name: String) -> Bool {
    expression.ranges(of: name).contains { range in
      let isNameLike: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }
      let isAfter = range.lowerBound > expression.startIndex
      let isBefore = range.upperBound < expression.endIndex
      return !(isAfter && isNameLike(expression[expression.index(before: range.lowerBound)]))
        && !(isBefore && isNameLike(expression[range.upperBound]))
    }
  }

  /// With Prometheus' templates in a form for people.
  private static func text(_ template: String) -> String {
    template.replacing(/\{\{ *\$labels\.(\w+) *\}\}/) { "{\($0.1)}" }
      .replacing(/\{\{[^}]*\$value[^}]*\}\}/, with: "{value}")
  }
}
