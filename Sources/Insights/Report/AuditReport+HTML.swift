extension AuditReport {
  /// One page that stands alone.
  public func html(_ language: Bilingual.Language) -> String {
    let tables = ReportTables(report: self, language: language)
    let findings = FindingsHTML(language: language)
    func word(_ en: String, _ zh: String) -> String { tables.word(en, zh) }
    var body = "<ul>\(tables.summary.map { HTML.element("li", HTML.text($0)) }.joined())</ul>\n"
    body += HTML.section(word("Requirements", "合规要求"), compliance(tables))
    body += tables.trend.map(section) ?? ""
    body += HTML.section(
      word("Findings", "发现"),
      diagnosis.findings.isEmpty
        ? HTML.paragraph(word("Nothing was found.", "未发现问题。")) : findings.articles(diagnosis.findings))
    if !unknown.isEmpty { body += HTML.section(word("Not known", "未知"), findings.unknown(unknown)) }
    body += HTML.section(
      word("Use of addresses", "地址使用"), UtilisationChart(inventory: inventory, language: language).svg)
    body += tables.capacity?.html ?? ""
    body += section(tables.anomalies.section)
    body += tables.inventory.map(section).joined() + tables.configuration.map(section).joined()
    for part in [tables.drift, tables.policies, tables.access, tables.alerts, tables.performance] {
      body += section(part)
    }
    body += "<div class=\"sign\">\(section(tables.signOff))</div>\n"
    return HTML.page(title: "\(tables.title): \(facts.cluster)", language: language, body)
  }

  private func section(_ section: ReportTables.Section) -> String {
    HTML.section(
      section.title,
      section.words.map(HTML.paragraph).joined()
        + (section.rows.isEmpty ? "" : HTML.table(section.header, text: section.rows)))
  }

  private func compliance(_ tables: ReportTables) -> String {
    let rows = verdicts.map { check, verdict in
      let before = former?.verdicts[check.id].flatMap { status in
        status == verdict.status ? nil : " (\(tables.word("was", "曾为")) \(tables.status(status)))"
      }
      return [
        HTML.text(check.id), HTML.text(check.requirement[tables.language]),
        HTML.element("b", class: verdict.status, HTML.text(tables.status(verdict.status))) + HTML.text(before ?? ""),
        HTML.text(verdict.evidence),
      ]
    }
    let header = ["id", tables.word("requirement", "要求"), tables.word("status", "状态"), tables.word("evidence", "证据")]
    return HTML.table(header, rows)
  }
}

/// The share of their addresses that nodes use and hold, the fullest first.
struct UtilisationChart {
  let inventory: Inventory
  let language: Bilingual.Language
  private static let limit = 30

  var svg: String {
    let nodes = inventory.nodes.filter { $0.limit > 0 }
      .sorted { (Double($1.used) / Double($1.limit), $0.name) < (Double($0.used) / Double($0.limit), $1.name) }
      .prefix(Self.limit)
    guard !nodes.isEmpty else { return HTML.paragraph(language == .en ? "No limits are known." : "上限未知。") }
    let (row, left, width) = (22.0, 220.0, 420.0)
    let bars = nodes.enumerated().map { index, node in
      let y = Double(index) * row + 24
      func bar(_ kind: String, _ share: Double, _ height: Double) -> String {
        let length = (max(0, min(share, 1)) * width).rounded()
        return
          "<rect class=\"\(kind)\" x=\"\(left)\" y=\"\(y + (14 - height) / 2)\" width=\"\(length)\" height=\"\(height)\"/>"
      }
      let limit = Double(node.limit)
      let name = node.name.count > 28 ? "…" + node.name.suffix(27) : node.name
      return """
        <text x="\(left - 8)" y="\(y + 12)" text-anchor="end">\(HTML.text(name))</text>
        \(bar("ground", 1, 14))\(bar("bar", Double(node.held) / limit, 14))\(bar("used", Double(node.used) / limit, 6))
        <text x="\(left + width + 8)" y="\(y + 12)">\(node.used) / \(node.held) / \(node.limit)</text>
        """
    }
    let legend = language == .en ? "used / held / limit of addresses" : "地址：已用 / 持有 / 上限"
    return """
      <div class="chart"><svg viewBox="0 0 760 \(Double(nodes.count) * row + 30)" role="img" aria-label="\(HTML.text(legend))">
      <text x="\(left)" y="14">\(HTML.text(legend))</text>
      \(bars.joined(separator: "\n"))
      </svg></div>

      """
  }
}
