import Serialization

/// A page that stands alone: no scripts, nothing loaded from elsewhere.
extension ScoreReport {
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\("ENI scaling: \(title)".escapedForHTML)</title>
    <style>
    body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1f24; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #d8dee4; }
    th:first-child, td:first-child { text-align: left; }
    tr.front td:first-child { font-weight: 600; }
    svg { width: 100%; height: auto; }
    svg text { font: 12px system-ui, sans-serif; fill: #57606a; }
    .axis { stroke: #8c959f; } .grid { stroke: #eaeef2; }
    </style>
    </head>
    <body>
    <h1>ENI scaling: \(title.escapedForHTML)</h1>
    <p>\(pods) pods on \(nodes) nodes in \(Self.number(days, 1)) days. Rules in bold are on the front: no other waits less and \
    has fewer idle addresses.</p>
    \(table)
    <h2>Waiting against idle addresses</h2>
    <p>Lower and further to the left is better. The scale of waiting is logarithmic above one pod-second.</p>
    \(FrontChart(report: self).svg)
    <h2>Idle addresses over time</h2>
    \(SeriesChart(report: self).svg)
    </body>
    </html>

    """
  }

  private var table: String {
    let front = Set(front.map(\.name))
    let header = (["rule"] + Self.columns.map(\.title)).map { "<th>\($0.escapedForHTML)</th>" }.joined()
    let rows = cards.map { card in
      let cells = ([card.name] + Self.columns.map { $0.text(card.figures) }).map { "<td>\($0.escapedForHTML)</td>" }
      return "<tr\(front.contains(card.name) ? " class=\"front\"" : "")>\(cells.joined())</tr>"
    }
    return "<table>\n<thead><tr>\(header)</tr></thead>\n<tbody>\n\(rows.joined(separator: "\n"))\n</tbody>\n</table>"
  }

  /// Colours that people with any colour vision can tell apart (Okabe and Ito 2008), and two greys.
  static func color(_ index: Int) -> String {
    let colors = [
      "#d55e00", "#0072b2", "#56b4e9", "#009e73", "#8fd3b6", "#cc79a7", "#b8a000", "#e69f00", "#6e7781", "#1b1f24",
    ]
    return colors[index % colors.count]
  }
}
