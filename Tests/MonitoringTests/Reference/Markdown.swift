/// Tables and pages of the reference.
enum Markdown {
  static let generated = "<!-- Generated from the catalogue: UPDATE_GOLDENS=1 swift test --filter MonitoringTests -->"

  static func page(_ title: String, _ introduction: String, _ sections: [String]) -> String {
    ([generated, "# \(title)", introduction] + sections).joined(separator: "\n\n") + "\n"
  }

  static func section(_ title: String, level: Int = 2, _ parts: String...) -> String {
    (["\(String(repeating: "#", count: level)) \(title)"] + parts.filter { !$0.isEmpty }).joined(separator: "\n\n")
  }

  static func table(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows.map { $0.map(cell) })
      .map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }

  static func code(_ text: String) -> String { text.isEmpty ? "" : "`\(text)`" }

  static func block(_ language: String, _ text: String) -> String { "```\(language)\n\(text)\n```" }

  /// A bar would end the cell, even within code.
  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
