import Foundation
import Prometheus
import Serialization

/// A rule as it stands in a PrometheusRule.
struct LintedRule {
  enum Kind { case alert, record }

  var kind: Kind
  var name: String
  var group: String
  var json: JSONValue
  /// `nil` when it cannot be read.
  var expression: PromQL?
  var labels: [String: String]
  var annotations: [String: String]

  init(_ json: JSONValue, group: String) {
    (self.json, self.group) = (json, group)
    kind = json["alert"] == nil ? .record : .alert
    name = json["alert"]?.string ?? json["record"]?.string ?? ""
    expression = try? PromQL(parsing: json["expr"]?.string ?? "")
    func texts(_ key: String) -> [String: String] { json[key]?.object?.compactMapValues(\.string) ?? [:] }
    (labels, annotations) = (texts("labels"), texts("annotations"))
  }

  var subject: String { "\(kind) \(name)" }
}

/// What a rule is judged against.
struct RuleScope {
  var expressions: ExpressionScope
  /// Names that somebody else chose: the seed's and the user's.
  var givenNames: Set<String> = []
}

enum RuleChecks {
  typealias Check = LintCheck<LintedRule, RuleScope>

  static let all = ofRules + ofAlerts + ofRecordings

  static let ofRules: [Check] = [
    Check("expression") { rule, scope in
      do throws(PromQLSyntaxError) {
        let dialect = PromQL.Dialect(version: scope.expressions.version, takesVariables: false)
        let expression = try PromQL(parsing: rule.json["expr"]?.string ?? "", as: dialect)
        let type = expression.valueType
        if type == .instantVector || type == .scalar && rule.kind == .record { return [] }
        return ["gives \(type.rawValue)"]
      } catch {
        return ["\(error)"]
      }
    },
    Check("canonical") { rule, _ in
      guard let expression = rule.expression, let text = rule.json["expr"]?.string, !text.contains("#") else {
        return []
      }
      return expression.text == text ? [] : ["is written as \(text) instead of \(expression.text)"]
    },
    Check("volatile-labels") { rule, _ in
      rule.labels.filter { $0.value.contains("$value") || $0.value.contains(".Value") }.keys.sorted()
        .map { "the label \($0) changes with the value: a new alert each time" }
    },
    Check("label-names") { rule, _ in
      rule.labels.keys.filter { !MetricName.isValid(label: $0) || $0.hasPrefix("__") }.sorted()
        .map { "\($0) is no name for a label" }
    },
  ]

  static let ofAlerts: [Check] = [
    Check("severity") { rule, _ in
      guard rule.kind == .alert else { return [] }
      let severity = rule.labels["severity"] ?? ""
      return ["critical", "warning", "info"].contains(severity) ? [] : ["severity \"\(severity)\""]
    },
    Check("pending") { rule, _ in
      rule.kind == .record || PromDuration.parse(rule.json["for"]?.string ?? "") != nil ? [] : ["has no for"]
    },
    Check("annotations") { rule, _ in
      guard rule.kind == .alert else { return [] }
      return ["summary", "description", "runbook_url"].filter { rule.annotations[$0, default: ""].isEmpty }
        .map { "has no \($0)" }
    },
    Check("runbook") { rule, _ in
      guard let page = rule.annotations["runbook_url"] else { return [] }
      return page.hasPrefix("https://") && page.hasSuffix("/\(rule.name).md") ? [] : ["the runbook is \(page)"]
    },
    Check("value-in-text") { rule, _ in
      guard let text = rule.annotations["description"] else { return [] }
      if !text.contains("$value") { return ["the description does not give the value"] }
      // Bare numbers have too many digits and no unit.
      return text.contains(/\$value\s*\}\}/) ? ["the value is not formatted for people"] : []
    },
    Check("templates") { rule, scope in
      let texts = rule.annotations.merging(rule.labels) { $0 + $1 }.sorted { $0.key < $1.key }.map(\.value)
      let labels = rule.expression?.outputLabels(scope.expressions.labels)
      return texts.flatMap { text -> [String] in
        let opened = text.matches(of: /\{\{/).count
        if opened != text.matches(of: /\}\}/).count { return ["braces that do not match in: \(text)"] }
        if text.contains(/(^|[^{])\{[a-z]/) { return ["a placeholder is left in: \(text)"] }
        guard let labels else { return [] }
        return text.matches(of: /\$labels\.(\w+)/).map { String($0.1) }.filter { !labels.contains($0) }
          .map { "a text names the label \($0), which the alert does not have" }
      }
    },
    Check("comparison") { rule, _ in
      guard rule.kind == .alert, let expression = rule.expression else { return [] }
      let compares = expression.operations.contains {
        $0.operation.operator.isComparison && !$0.operation.returnsBool || $0.operation.operator == .unless
      }
      return compares || expression.calls.contains { $0.name.hasPrefix("absent") }
        ? [] : ["fires whenever there are data"]
    },
  ]

  static let ofRecordings: [Check] = [
    Check("record-name") { rule, scope in
      guard rule.kind == .record, !scope.givenNames.contains(rule.name) else { return [] }
      let parts = rule.name.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return ["is not level:metric:operations"] }
      guard var labels = rule.expression?.outputLabels(scope.expressions.labels) else { return [] }
      labels.remove(scope.expressions.clusterLabel)
      // A level names its labels, whose own names may have underscores: nothing else is left when they are taken away.
      var level = String(parts[0])
      for label in labels.sorted(by: { ($1.utf8.count, $0) < ($0.utf8.count, $1) }) {
        guard let place = level.range(of: label) else { level = "?"; break }
        level.removeSubrange(place)
      }
      let isRight = labels.isEmpty ? level == "cluster" : level.allSatisfy { $0 == "_" }
      return isRight ? [] : ["the level \(parts[0]) is not what it is aggregated by: \(labels.sorted())"]
    }
  ]
}

/// Checks of all rules together.
enum RuleSetChecks {
  typealias Check = LintCheck<[JSONValue], RuleScope>

  static let all: [Check] = [
    Check("group-names") { groups, _ in duplicates(groups.compactMap { $0["name"]?.string }).map { "two groups \($0)" }
    },
    Check("group-interval") { groups, _ in
      groups.compactMap { group in
        guard let text = group["interval"]?.string else { return nil }
        guard let interval = PromDuration.parse(text), (.seconds(10)...(.seconds(300))).contains(interval) else {
          return "the group \(group["name"]?.string ?? "") is evaluated every \(text)"
        }
        return nil
      }
    },
    Check("alert-names") { groups, _ in
      duplicates(rules(groups).filter { $0.kind == .alert }.map(\.name)).map { "two alerts \($0)" }
    },
    Check("record-names") { groups, _ in
      duplicates(
        rules(groups).filter { $0.kind == .record }.map { "\($0.name)\($0.labels.sorted { $0.key < $1.key })" }
      )
      .map { "two rules record \($0)" }
    },
    Check("order") { groups, _ in
      groups.flatMap { group -> [String] in
        let rules = (group["rules"]?.array ?? []).map { LintedRule($0, group: "") }.filter { $0.kind == .record }
        let places = Dictionary(rules.enumerated().map { ($1.name, $0) }) { first, _ in first }
        return rules.enumerated().flatMap { place, rule in
          // Over a range the past is meant, which is there whatever the order.
          (rule.expression?.selectors ?? []).filter { $0.range == nil }.compactMap(\.selector.metric)
            .filter { places[$0].map { $0 >= place } == true }
            .map { "\(rule.name) reads \($0), which is recorded after it" }
        }
      }
    },
  ]

  static func rules(_ groups: [JSONValue]) -> [LintedRule] {
    groups.flatMap { group in
      (group["rules"]?.array ?? []).map { LintedRule($0, group: group["name"]?.string ?? "") }
    }
  }

  static func duplicates(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { !seen.insert($0).inserted }
  }

  /// Everything that is wrong with rule groups.
  static func findings(in groups: [JSONValue], _ scope: RuleScope) -> [LintFinding] {
    all.flatMap { $0.findings(groups, named: "rules", in: scope) }
      + rules(groups).flatMap { rule in
        RuleChecks.all.flatMap { $0.findings(rule, named: rule.subject, in: scope) }
          + (rule.expression.map { expression in
            ExpressionChecks.all.flatMap { $0.findings(expression, named: rule.subject, in: scope.expressions) }
          } ?? [])
      }
  }
}
