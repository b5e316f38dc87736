/// How the demand of the cluster and of its node groups is expected to go on, each below the line of what there is. Without a
/// forecast, how much of it is used now.
struct CapacityChart {
  let section: CapacitySection
  /// More charts than that nobody looks at.
  private static let limit = 6
  private static let (left, width, height, step) = (60.0, 660.0, 110.0, 165.0)

  private func word(_ en: String, _ zh: String) -> String { section.language == .en ? en : zh }

  var svg: String {
    let assessments = (section.report.assessments(of: .cluster) + section.report.assessments(of: .nodeGroup))
      .filter { $0.capacity.pods > 0 && $0.forecast != nil }.prefix(Self.limit)
    guard !assessments.isEmpty else { return "" }
    let legend = word(
      "peak of each day: expected, with the interval of 80 %; the line is the capacity",
      "每日峰值：预测值及 80 % 区间；横线为容量")
    let panels = assessments.enumerated().map { panel($0.element, top: 24 + Double($0.offset) * Self.step) }
    return """
      <div class="chart"><svg viewBox="0 0 760 \((24 + Double(assessments.count) * Self.step).short)" role="img" aria-label="\(HTML.text(legend))">
      <text x="\(Self.left.short)" y="14">\(HTML.text(legend))</text>
      \(panels.joined(separator: "\n"))
      </svg></div>

      """
  }

  private func panel(_ assessment: CapacityAssessment, top: Double) -> String {
    guard let forecast = assessment.forecast else { return "" }
    // Today's level first.
    let days =
      [Forecast.Range(low: forecast.level, mid: forecast.level, high: forecast.level)] + forecast.days
    let capacity = Double(assessment.capacity.pods)
    // What explodes is cut off, so that the rest can be seen.
    let greatest = max(1, min(max(days.map(\.high).max() ?? 0, capacity), 2 * max(capacity, forecast.level)) * 1.08)
    let (ground, base) = (top + 20, top + 20 + Self.height)
    func x(_ day: Int) -> Double { Self.left + Self.width * Double(day) / Double(max(1, days.count - 1)) }
    func y(_ value: Double) -> Double { base - Self.height * min(max(value, 0), greatest) / greatest }
    func point(_ day: Int, _ value: Double) -> String { "\(x(day).short),\(y(value).short)" }
    let upper = days.indices.map { point($0, days[$0].high) }
    let lower = days.indices.reversed().map { point($0, days[$0].low) }
    let middle = days.indices.map { point($0, days[$0].mid) }
    let full = y(capacity).short
    let right = (Self.left + Self.width).short
    let last = word("\(section.report.horizon) days", "\(section.report.horizon) 天")
    return """
      <text x="\(Self.left.short)" y="\((top + 14).short)">\(HTML.text(section.title(assessment)))</text>
      <line class="axis" x1="\(Self.left.short)" x2="\(right)" y1="\(base.short)" y2="\(base.short)"/>
      <line class="axis" x1="\(Self.left.short)" x2="\(Self.left.short)" y1="\(ground.short)" y2="\(base.short)"/>
      <polygon class="band" points="\((upper + lower).joined(separator: " "))"/>
      <polyline class="course" points="\(middle.joined(separator: " "))"/>
      <line class="full" x1="\(Self.left.short)" x2="\(right)" y1="\(full)" y2="\(full)"/>
      <text x="\((Self.left - 6).short)" y="\((y(capacity) + 4).short)" text-anchor="end">\(assessment.capacity.pods)</text>
      <text x="\((Self.left - 6).short)" y="\((base + 4).short)" text-anchor="end">0</text>
      <text x="\(Self.left.short)" y="\((base + 15).short)">\(HTML.text(word("today", "今天")))</text>
      <text x="\(right)" y="\((base + 15).short)" text-anchor="end">\(HTML.text(last))</text>
      """
  }
}
