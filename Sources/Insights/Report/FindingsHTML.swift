/// Findings as articles of a page.
struct FindingsHTML {
  var language: Bilingual.Language
  /// More than that nobody reads; JSON has them all.
  private static let limit = 200

  private func word(_ en: String, _ zh: String) -> String { language == .en ? en : zh }

  func articles(_ findings: [Finding]) -> String {
    let shown = findings.prefix(Self.limit).map(article).joined()
    guard findings.count > Self.limit else { return shown }
    return shown
      + HTML.paragraph(word("and \(findings.count - Self.limit) more", "另有 \(findings.count - Self.limit) 项"))
  }

  func unknown(_ unknown: [ClusterSnapshot.Unknown]) -> String {
    HTML.table([word("Not known", "未知"), word("because", "原因")], text: unknown.map { [$0.what, $0.because] })
  }

  /// The severity as a word in its colour.
  func label(_ severity: Severity) -> String {
    let words: [Severity: String] = [
      .critical: word("critical", "严重"), .warning: word("warning", "警告"), .info: word("info", "提示"),
    ]
    return HTML.element("b", class: severity.rawValue, HTML.text(words[severity] ?? severity.rawValue))
  }

  private func article(_ finding: Finding) -> String {
    let kind = finding.id.kind
    let cause = finding.isRoot ? word("root", "根因") : word("follows from \(finding.cause)", "源于 \(finding.cause)")
    let confidence = word("confidence", "置信度") + " \(Int((finding.confidence * 100).rounded())) %"
    var parts = [
      "<h3>\(label(finding.severity)) \(HTML.text(kind.title[language])): \(HTML.text(finding.object))</h3>",
      "<small>\(HTML.text("\(finding.id.rawValue) · \(cause) · \(confidence)"))</small>",
      "<ul>\(finding.evidence.map(item).joined())\(finding.expected.map(item).joined())</ul>",
    ]
    if finding.isRoot {
      parts.append(HTML.paragraph("\(word("Do", "建议")): \(finding.suggestion(language))"))
      if !finding.command.isEmpty { parts.append(HTML.element("pre", HTML.text(finding.command))) }
      parts.append(
        "<small>\(HTML.text("\(word("risk", "风险")): \(kind.risk.text[language]) · \(finding.id.runbook)"))</small>")
    }
    let classes = finding.isRoot ? finding.severity.rawValue : "\(finding.severity.rawValue) follows"
    return HTML.element("article", class: classes, parts.joined(separator: "\n")) + "\n"
  }

  private func item(_ seen: Evidence) -> String {
    let time = seen.time.map { " <small>\(HTML.text(Evidence.text($0)))</small>" } ?? ""
    return "<li>\(HTML.text("\(seen.object) \(seen.field)")): \(HTML.text(seen.value))\(time)</li>"
  }

  private func item(_ expected: Finding.Expected) -> String {
    let state: String =
      switch expected.state {
      case .seen: word("expected and seen", "预期且已观察到")
      case .notSeen: word("expected and not seen", "预期但未观察到")
      case .unknown: word("expected, and cannot be looked at", "预期但无法查看")
      }
    return "<li class=\"faint\">\(HTML.text("\(state): \(expected.text[language])"))</li>"
  }
}

extension Diagnosis {
  /// A page that stands alone.
  public var html: String {
    let findings = FindingsHTML(language: .en)
    var body = HTML.paragraph("As of \(Evidence.text(time)).")
    body += self.findings.isEmpty ? HTML.paragraph("Nothing was found.") : findings.articles(self.findings)
    if !unknown.isEmpty { body += HTML.section("Not known", findings.unknown(unknown)) }
    return HTML.page(title: "Terway diagnosis", language: .en, body)
  }
}
