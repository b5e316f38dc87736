/// How a diagnosis is written for a terminal.
public struct DiagnosisText: Sendable {
  /// Emphasis that a terminal can show.
  public enum Style: Sendable { case heading, critical, warning, info, faint }

  let styled: @Sendable (String, Style) -> String
  /// How many findings of the same kind and cause are written out.
  private static let alike = 5

  /// - Parameter styled: adds what a terminal shows as emphasis; leaves text as it is elsewhere.
  public init(styled: @escaping @Sendable (String, Style) -> String) { self.styled = styled }

  public func text(of diagnosis: Diagnosis) -> String {
    var lines: [String] = []
    var index = diagnosis.findings.startIndex
    while index < diagnosis.findings.endIndex {
      let first = diagnosis.findings[index]
      let run = diagnosis.findings[index...].prefix {
        $0.id == first.id && $0.isRoot == first.isRoot && ($0.isRoot || $0.cause == first.cause)
      }
      for finding in run.prefix(Self.alike) { lines += block(finding) }
      if run.count > Self.alike { lines.append(more(run.dropFirst(Self.alike))) }
      index = run.endIndex
    }
    if !diagnosis.unknown.isEmpty {
      lines += ["", styled("Not known", .heading)]
      lines += diagnosis.unknown.map { "  \(neutral($0.what)), because \(neutral($0.because))" }
    }
    lines += ["", summary(of: diagnosis)]
    return lines.drop { $0.isEmpty }.joined(separator: "\n") + "\n"
  }

  private func block(_ finding: Finding) -> [String] {
    let indent = finding.isRoot ? "" : "  "
    let label = styled(finding.severity.rawValue.uppercased(), style(finding.severity))
    let title = "\(indent)\(label) \(styled(finding.id.kind.title.en, .heading)): \(neutral(finding.object))"
    var lines = finding.isRoot ? ["", title] : [title]
    let follows = finding.isRoot ? "most probably a root" : "follows from \(neutral(finding.cause))"
    lines.append("\(indent)  \(finding.id.rawValue), \(follows), confidence \(percent(finding.confidence))")
    lines += finding.evidence.prefix(finding.isRoot ? 8 : 3).map { seen in
      let time = seen.time.map { " (\(Evidence.text($0)))" } ?? ""
      return "\(indent)  - \(neutral(seen.object)) \(neutral(seen.field)): \(neutral(seen.value))\(time)"
    }
    guard finding.isRoot else { return lines }
    lines += finding.expected.map { expected in "  - \(Self.text(of: expected))" }
    lines.append("  \(styled("do", .heading))   \(neutral(finding.suggestion(.en)))")
    if !finding.command.isEmpty { lines.append("       \(neutral(finding.command))") }
    lines.append("  \(styled("risk", .faint)) \(finding.id.kind.risk.text.en); \(finding.id.runbook)")
    return lines
  }

  private static func text(of expected: Finding.Expected) -> String {
    switch expected.state {
    case .seen: "expected and seen: \(expected.text.en)"
    case .notSeen: "expected and not seen: \(expected.text.en)"
    case .unknown: "expected, and cannot be looked at: \(expected.text.en)"
    }
  }

  private func more(_ findings: ArraySlice<Finding>) -> String {
    let names = findings.prefix(10).map { neutral($0.object) }.joined(separator: ", ")
    return "  and \(findings.count) more: \(names)\(findings.count > 10 ? ", …" : "")"
  }

  /// `3 critical, 1 warning; 2 roots`
  private func summary(of diagnosis: Diagnosis) -> String {
    let counts = Severity.allCases.compactMap { severity -> String? in
      let count = diagnosis.findings.count { $0.severity == severity }
      return count > 0 ? "\(count) \(severity.rawValue)" : nil
    }
    if counts.isEmpty {
      return diagnosis.unknown.isEmpty ? "Nothing was found." : "Nothing was found in what could be looked at."
    }
    let roots = diagnosis.roots.count
    return "\(counts.joined(separator: ", ")); \(roots) root\(roots == 1 ? "" : "s")"
  }

  private func style(_ severity: Severity) -> Style {
    switch severity {
    case .critical: .critical
    case .warning: .warning
    case .info: .info
    }
  }

  private func neutral(_ text: String) -> String { PlainText.neutral(text) }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
