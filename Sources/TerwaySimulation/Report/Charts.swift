import Glibc
import Serialization

/// Where values of two axes are in a drawing.
private struct Plane {
  let width = 900.0
  let height: Double
  let left = 70.0
  let right = 170.0
  let top = 20.0
  let bottom = 45.0
  var maximumX: Double
  var maximumY: Double

  func x(_ value: Double) -> Double { left + (width - left - right) * value / max(maximumX, .leastNormalMagnitude) }
  func y(_ value: Double) -> Double {
    height - bottom - (height - top - bottom) * value / max(maximumY, .leastNormalMagnitude)
  }

  func text(_ text: String, _ x: Double, _ y: Double, _ anchor: String = "middle") -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(text.escapedForHTML)</text>"
  }

  func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> String {
    """
    <line class="\(kind)" x1="\(number(x1))" y1="\(number(y1))" x2="\(number(x2))" y2="\(number(y2))"/>
    """
  }

  /// The axes with lines at the given values.
  func frame(x ticksX: [(Double, String)], y ticksY: [(Double, String)], _ titleX: String, _ titleY: String) -> [String]
  {
    ticksX.flatMap {
      [line(x($0.0), top, x($0.0), height - bottom, "grid"), text($0.1, x($0.0), height - bottom + 16)]
    }
      + ticksY.flatMap {
        [line(left, y($0.0), width - right, y($0.0), "grid"), text($0.1, left - 8, y($0.0) + 4, "end")]
      }
      + [
        line(left, height - bottom, width - right, height - bottom, "axis"),
        line(left, top, left, height - bottom, "axis"),
        text(titleX, (left + width - right) / 2, height - 8), text(titleY, left, 12, "start"),
      ]
  }

  func drawing(_ title: String, _ parts: [String]) -> String {
    """
    <svg viewBox="0 0 \(number(width)) \(number(height))" role="img" aria-label="\(title.escapedForHTML)">
    \(parts.joined(separator: "\n"))
    </svg>
    """
  }

  func number(_ value: Double) -> String { value.fixed(1) }
}

/// Round numbers from 0 to beyond the largest value.
private func ticks(to maximum: Double) -> [Double] {
  let rough = max(maximum, 1e-9) / 5
  let power = pow(10, log10(rough).rounded(.down))
  let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
  return stride(from: 0, through: (maximum / step).rounded(.up) * step, by: step).map { $0 }
}

private func label(_ value: Double) -> String { value.fixed(value == value.rounded() ? 0 : 1) }

/// Waiting against idle addresses, a point for each rule, and the line through those that no other beats.
struct FrontChart {
  let report: ScoreReport

  var svg: String {
    let idle = ticks(to: report.cards.map(\.figures.idleIPsPerNode).max() ?? 1)
    let waits = report.cards.map { Self.scaled($0.figures.waitPodSeconds) }
    let decades = 0...Int((waits.max() ?? 0).rounded(.up))
    let plane = Plane(height: 420, maximumX: idle.last ?? 1, maximumY: Double(max(1, decades.upperBound)))
    let frame = plane.frame(
      x: idle.map { ($0, label($0)) },
      y: decades.map { (Double($0), $0 == 0 ? "0" : label(pow(10, Double($0)))) },
      "idle addresses per node", "waiting, pod-seconds")
    let front = report.front.sorted { $0.figures.idleIPHours < $1.figures.idleIPHours }
    let path = front.map { "\(plane.number(x($0, plane))),\(plane.number(y($0, plane)))" }.joined(separator: " ")
    let line = "<polyline points=\"\(path)\" fill=\"none\" stroke=\"#8c959f\" stroke-dasharray=\"4 4\"/>"
    return plane.drawing("waiting against idle addresses", frame + [line] + points(plane) + legend(plane))
  }

  private func points(_ plane: Plane) -> [String] {
    report.cards.enumerated().map { index, card in
      """
      <circle cx="\(plane.number(x(card, plane)))" cy="\(plane.number(y(card, plane)))" r="6" \
      fill="\(ScoreReport.color(index))"><title>\(card.name.escapedForHTML)</title></circle>
      """
    }
  }

  private func legend(_ plane: Plane) -> [String] {
    Legend(names: report.cards.map(\.name)).parts(at: plane.width - 155)
  }

  private func x(_ card: ScoreCard, _ plane: Plane) -> Double { plane.x(card.figures.idleIPsPerNode) }
  private func y(_ card: ScoreCard, _ plane: Plane) -> Double { plane.y(Self.scaled(card.figures.waitPodSeconds)) }

  /// Powers of ten, with 0 in place of less than one pod-second.
  private static func scaled(_ wait: Double) -> Double { wait < 1 ? 0 : log10(wait) }
}

/// The idle addresses of each rule over time.
struct SeriesChart {
  let report: ScoreReport

  var svg: String {
    let cards = report.cards.filter { !$0.figures.series.isEmpty }
    let most = cards.flatMap { $0.figures.series.map(\.idle) }.max() ?? 1
    let end = cards.compactMap { $0.figures.series.last?.time }.max() ?? 1
    let (days, idle) = (ticks(to: end / 86_400), ticks(to: most))
    let plane = Plane(height: 320, maximumX: days.last ?? 1, maximumY: idle.last ?? 1)
    let frame = plane.frame(
      x: days.map { ($0, label($0)) }, y: idle.map { ($0, label($0)) }, "days", "idle addresses of all nodes")
    let lines = report.cards.enumerated().filter { !$1.figures.series.isEmpty }.map { index, card in
      let points = card.figures.series.map { point in
        "\(plane.number(plane.x(point.time / 86_400))),\(plane.number(plane.y(point.idle)))"
      }.joined(separator: " ")
      return """
        <polyline points="\(points)" fill="none" stroke="\(ScoreReport.color(index))" stroke-width="1.2"/>
        """
    }
    let legend = Legend(names: report.cards.map(\.name)).parts(at: plane.width - 155)
    return plane.drawing("idle addresses over time", frame + lines + legend)
  }
}

/// Which colour is which rule.
private struct Legend {
  let names: [String]

  func parts(at x: Double) -> [String] {
    names.enumerated().flatMap { index, name in
      let y = 28 + Double(index) * 20
      return [
        "<rect x=\"\(x)\" y=\"\(y - 9)\" width=\"12\" height=\"12\" fill=\"\(ScoreReport.color(index))\"/>",
        "<text x=\"\(x + 18)\" y=\"\(y + 2)\">\(name.escapedForHTML)</text>",
      ]
    }
  }
}
