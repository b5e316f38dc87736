/// Where panels stand on a dashboard: row below row, and in a row from left to right in lines.
struct PanelLayout {
  static let columns = 24

  enum Content {
    case heading(String)
    case panel(Panel)
  }

  struct Place {
    var content: Content
    var x: Int
    var y: Int
    var width: Int
    var height: Int
  }

  private(set) var places: [Place] = []

  init(rows: [Dashboard.Row]) {
    var y = 0
    for row in rows {
      places.append(Place(content: .heading(row.title), x: 0, y: y, width: Self.columns, height: 1))
      y += 1
      for line in Self.lines(row.panels) { y += place(line, at: y) }
    }
  }

  private static func lines(_ panels: [Panel]) -> [[Panel]] {
    panels.reduce(into: []) { lines, panel in
      let taken = lines.last?.reduce(0) { $0 + $1.width } ?? columns
      if taken + panel.width > columns { lines.append([panel]) } else { lines[lines.count - 1].append(panel) }
    }
  }

  /// Gives the room that is left in a line to its panels in equal parts, since others of the line may have been left out.
  ///
  /// - Returns: the height of the line.
  private mutating func place(_ line: [Panel], at y: Int) -> Int {
    let rest = Self.columns - line.reduce(0) { $0 + $1.width }
    let height = line.map(\.height).max() ?? 0
    var x = 0
    for (index, panel) in line.enumerated() {
      let isAfterRemainder = index >= rest % line.count
      let width = panel.width + rest / line.count + (isAfterRemainder ? 0 : 1)
      places.append(Place(content: .panel(panel), x: x, y: y, width: width, height: height))
      x += width
    }
    return height
  }
}

extension Panel {
  fileprivate var height: Int { kind == .stat ? 4 : 8 }
}
