import Serialization

/// Pages that stand alone: no scripts, nothing loaded from elsewhere, and everything that others wrote made harmless.
enum HTML {
  /// Text of others: escaped, and with what turns the direction of writing made visible.
  static func text(_ text: String) -> String { PlainText.neutral(text).escapedForHTML }

  /// An element with content that is HTML already.
  static func element(_ name: String, class kind: String = "", _ content: String) -> String {
    "<\(name)\(kind.isEmpty ? "" : " class=\"\(text(kind))\"")>\(content)</\(name)>"
  }

  static func paragraph(_ words: String) -> String { element("p", text(words)) + "\n" }

  /// A table that scrolls by itself where the page is narrow.
  ///
  /// - Parameter rows: of cells that are HTML already.
  static func table(_ header: [String], _ rows: [[String]]) -> String {
    let head = header.map { element("th", text($0)) }.joined()
    let body = rows.map { "<tr>\($0.map { element("td", $0) }.joined())</tr>" }.joined(separator: "\n")
    return "<div class=\"table\"><table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n\(body)\n</tbody>\n</table></div>\n"
  }

  /// The same of cells that are text.
  static func table(_ header: [String], text rows: [[String]]) -> String { table(header, rows.map { $0.map(text) }) }

  static func section(_ title: String, _ content: String) -> String {
    "<section>\n<h2>\(text(title))</h2>\n\(content)</section>\n"
  }

  static func page(title: String, language: Bilingual.Language, _ body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="\(language == .en ? "en" : "zh-CN")">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
    <link rel="icon" href="data:,">
    <title>\(text(title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <h1>\(text(title))</h1>
    \(body)</body>
    </html>

    """
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --paper: #fff; --raised: #f6f8fa;
      --critical: #b3261e; --warning: #8a5a00; --info: #0550ae; --pass: #1a7f37; --bar: #0072b2; --used: #d55e00; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --faint: #9aa5b1; --line: #3d444d; --paper: #0d1117;
      --raised: #161b22; --critical: #ff8a80; --warning: #f2b84b; --info: #79b8ff; --pass: #56d364; --bar: #56b4e9;
      --used: #e69f00; } }
    body { font: 15px/1.55 system-ui, "Noto Sans CJK SC", sans-serif; color: var(--ink); background: var(--paper);
      max-width: 70rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
    h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid var(--line); }
    .table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
    th { white-space: nowrap; } td { min-width: 7rem; } td:first-child { min-width: 4rem; }
    article { border: 1px solid var(--line); border-left: .3rem solid var(--line); border-radius: .3rem;
      background: var(--raised); padding: .5rem 1rem; margin: 1rem 0; }
    article.follows { margin-left: 1.5rem; } article h3 { margin: .2rem 0; font-size: 1rem; }
    article.critical { border-left-color: var(--critical); } article.warning { border-left-color: var(--warning); }
    article.info { border-left-color: var(--info); }
    .critical b, b.critical, b.fail { color: var(--critical); } .warning b, b.warning, b.unknown { color: var(--warning); }
    .info b, b.info { color: var(--info); } b.pass { color: var(--pass); }
    small, .faint { color: var(--faint); } ul { margin: .3rem 0; padding-left: 1.2rem; }
    pre { white-space: pre-wrap; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem;
      padding: .4rem .6rem; margin: .4rem 0; }
    .chart { overflow-x: auto; margin: 1rem 0; } svg { width: 100%; min-width: 36rem; height: auto; } svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
    svg .bar { fill: var(--bar); } svg .used { fill: var(--used); } svg .ground { fill: var(--line); }
    svg .band { fill: var(--bar); opacity: .25; } svg .course { fill: none; stroke: var(--bar); stroke-width: 2; }
    svg .full { stroke: var(--critical); stroke-width: 1.5; stroke-dasharray: 6 4; } svg .axis { stroke: var(--line); }
    .sign td { height: 2.5rem; }
    @media (max-width: 40rem) { body { margin: 1rem auto; } article.follows { margin-left: .6rem; } }
    @media print { body { max-width: none; margin: 0; } article, tr { break-inside: avoid; } }
    """
}
