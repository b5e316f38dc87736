extension AuditReport {
  /// The same as Markdown.
  public func markdown(_ language: Bilingual.Language) -> String {
    let tables = ReportTables(report: self, language: language)
    func word(_ en: String, _ zh: String) -> String { tables.word(en, zh) }
    var lines = ["# \(Markdown.text(tables.title)): \(Markdown.text(facts.cluster))", ""]
    lines += tables.summary.map { "- \(Markdown.text($0))" }
    let requirements = ReportTables.Section(
      title: word("Requirements", "合规要求"),
      header: ["id", word("requirement", "要求"), word("status", "状态"), word("evidence", "证据")],
      rows: verdicts.map {
        [$0.check.id, $0.check.requirement[language], tables.status($0.verdict.status), $0.verdict.evidence]
      })
    let findings = ReportTables.Section(
      title: word("Findings", "发现"),
      words: diagnosis.findings.isEmpty ? [word("Nothing was found.", "未发现问题。")] : [],
      header: [
        word("severity", "级别"), word("finding", "发现"), word("object", "对象"), word("cause", "根因"),
        word("evidence", "证据"), word("do", "建议"),
      ],
      rows: diagnosis.findings.prefix(500).map { finding in
        [
          finding.severity.rawValue, "\(finding.id.rawValue): \(finding.id.kind.title[language])", finding.object,
          finding.isRoot ? "" : finding.cause, finding.evidence.first.map { "\($0.field): \($0.value)" } ?? "",
          finding.isRoot ? finding.suggestion(language) : "",
        ]
      })
    let lacking = ReportTables.Section(
      title: word("Not known", "未知"), header: [word("what", "内容"), word("because", "原因")],
      rows: unknown.map { [$0.what, $0.because] })
    let sections =
      [requirements] + [tables.trend].compactMap(\.self) + [findings] + (unknown.isEmpty ? [] : [lacking])
      + (tables.capacity?.sections ?? []) + [tables.anomalies.section] + tables.inventory + tables.configuration + [
        tables.drift, tables.policies, tables.access, tables.alerts, tables.performance, tables.signOff,
      ]
    for section in sections { lines += Markdown.section(section) }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Markdown in which text of others stands for itself.
enum Markdown {
  static func text(_ text: String) -> String {
    var result = ""
    for character in PlainText.neutral(text) {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
    return result
  }

  static func section(_ section: ReportTables.Section) -> [String] {
    var lines = ["", "## \(text(section.title))", ""]
    for words in section.words { lines += [text(words), ""] }
    guard !section.rows.isEmpty else { return lines }
    lines.append("| \(section.header.map(text).joined(separator: " | ")) |")
    lines.append("|\(section.header.map { _ in "---" }.joined(separator: "|"))|")
    return lines + section.rows.map { "| \($0.map(text).joined(separator: " | ")) |" }
  }
}
