/// Sets text in lines of a limited width.
enum TextLayout {
  struct Row: Sendable {
    var label: String
    var text: String
  }

  /// The widest label that text still fits beside.
  private static let widestLabel = 28

  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }

  static func needStacking(_ rows: [Row]) -> Bool { rows.contains { $0.label.count > widestLabel } }

  /// Labels in a column, texts in the next.
  static func columns(_ rows: [Row], width: Int) -> [String] {
    let column = (rows.map(\.label.count).max() ?? 0) + 4
    return rows.flatMap { row in
      wrapped(row.text, width: width - column).enumerated().map { index, line in
        let label = index == 0 ? "  \(row.label)" : ""
        return label + String(repeating: " ", count: column - label.count) + line
      }
    }
  }

  /// Each text below its label.
  static func stacked(_ rows: [Row], width: Int) -> [String] {
    rows.flatMap { row in ["  \(row.label)"] + wrapped(row.text, width: width - 10).map { "          \($0)" } }
  }
}
