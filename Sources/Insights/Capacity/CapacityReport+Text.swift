extension CapacityReport {
  /// For a terminal.
  ///
  /// - Parameter nodeLimit: of nodes, only so many are listed: those that need action, and then the fullest.
  public func text(nodeLimit: Int = 10) -> String {
    var parts = [headline]
    for kind in CapacitySubject.Kind.allCases {
      let all = assessments(of: kind)
      let shown = kind == .node ? Array(all.prefix(nodeLimit)) : all
      guard !shown.isEmpty else { continue }
      parts.append(Self.table(Self.columns, shown))
      if shown.count < all.count {
        let rest = all.dropFirst(shown.count)
        parts[parts.count - 1] +=
          "\nand \(rest.count) more nodes, of which \(rest.count(where: \.needsAction)) need action"
      }
    }
    if !plans.isEmpty { parts.append(Self.table(Self.planColumns, plans)) }
    let remarks = self.remarks
    if !remarks.isEmpty { parts.append(remarks.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var headline: String {
    let tried = assumptions.text.map { "; tried: \($0)" } ?? ""
    let past = source.map { "history of \(Self.number($0.days)) days from \($0.url)" } ?? "without a history"
    return "Capacity for the next \(horizon) days, \(past)\(tried)"
  }

  /// What is to be known of the cluster's history and of others', and what could not be found out.
  private var remarks: [String] {
    var remarks: [String] = []
    for assessment in assessments where assessment.subject.kind != .node {
      let title = assessment.title
      for finding in assessment.findings { remarks.append("\(title): \(finding)") }
      guard assessment.subject.kind == .cluster, let forecast = assessment.forecast else { continue }
      if let error = forecast.accuracy.meanError {
        remarks.append(
          """
          \(title): forecasts of the past, up to \(Self.number(forecast.accuracy.testedDays)) days ahead, were off by \
          \(Self.number(error)) addresses on average
          """)
      }
      if let hours = forecast.hours, let busiest = hours.indices.max(by: { hours[$0] < hours[$1] }) {
        let quietest = (hours.min() ?? 0) * 100
        remarks.append("\(title): busiest at \(busiest):00 UTC; at its quietest \(Self.number(quietest)) % of that")
      }
    }
    return remarks + unknown.map { "unknown: \($0)" }
  }

  private struct Column<Row> {
    var title: String
    var isNumber = true
    var text: (Row) -> String

    init(_ title: String, isNumber: Bool = true, _ text: @escaping (Row) -> String) {
      (self.title, self.isNumber, self.text) = (title, isNumber, text)
    }
  }

  private static var columns: [Column<CapacityAssessment>] {
    [
      Column("", isNumber: false) { ($0.needsAction ? "! " : "  ") + $0.title },
      Column("nodes") { "\($0.nodes)" },
      Column("used") { "\($0.used)" },
      Column("of") { "\($0.capacity.pods)" },
      Column("bound by", isNumber: false) { $0.capacity.bound.rawValue },
      Column("%") { number($0.utilization * 100) },
      Column("per day") { $0.forecast.map { number($0.trend.mid) } ?? "?" },
      Column("peak") { $0.forecast.map { "\(number($0.peak.mid)) (≤ \(number($0.peak.high)))" } ?? "?" },
      Column("full in days") { days($0.exhaustion) },
      Column("max ENIs in") { days($0.maximum) },
    ]
  }

  private static var planColumns: [Column<NodeGroupPlan>] {
    [
      Column("recommended", isNumber: false) { "  " + $0.instanceType.printable },
      Column("nodes") { "\($0.nodes)" },
      Column("min pool") { "\($0.band.min)" },
      Column("max pool") { "\($0.band.max)" },
      Column("ENIs") {
        $0.enisPerNode.lowerBound == $0.enisPerNode.upperBound
          ? "\($0.enisPerNode.lowerBound)" : "\($0.enisPerNode.lowerBound)-\($0.enisPerNode.upperBound)"
      },
      Column("nodes to add") { plan in
        plan.nodesToAdd.map { $0.expected == $0.cautious ? "\($0.expected)" : "\($0.expected) (≤ \($0.cautious))" }
          ?? "?"
      },
      Column("based on", isNumber: false) { plan in
        switch plan.basis {
        case .replay(let rounds, let nodes): "\(rounds) rounds of \(nodes) nodes"
        case .defaults: "no history"
        }
      },
    ]
  }

  /// From the earliest day, with what is expected; `-` = not within the horizon.
  private static func days(_ exhaustion: Exhaustion?) -> String {
    guard let exhaustion else { return "?" }
    guard let early = exhaustion.early else { return "-" }
    let expected = exhaustion.expected.map { ", about \(number($0.rounded()))" } ?? ""
    return "≥ \(number(early.rounded()))\(expected)"
  }

  private static func table<Row>(_ columns: [Column<Row>], _ rows: [Row]) -> String {
    let cells = [columns.map(\.title)] + rows.map { row in columns.map { $0.text(row) } }
    let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      var line = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return columns[column].isNumber ? padding + row[column] : row[column] + padding
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Whole above 10, else with one digit.
  private static func number(_ value: Double) -> String {
    let digits = abs(value) >= 10 ? value.rounded() : (value * 10).rounded() / 10
    return digits == digits.rounded() && abs(digits) < 1e15 ? "\(Int(digits))" : "\(digits)"
  }
}

extension CapacityAssessment {
  /// As texts name it.
  var title: String {
    switch subject.kind {
    case .cluster: "cluster"
    case .zone: "zone \(subject.name.printable)"
    case .nodeGroup: "type \(subject.name.printable)"
    case .vSwitch: "vSwitch \(subject.name.printable)"
    case .node: "node \(subject.name.printable)"
    }
  }
}

extension CapacityAssumptions {
  /// `nil` where nothing is assumed.
  var text: String? {
    let parts = [
      growth != 0 ? "demand \(growth > 0 ? "+" : "")\(Int((growth * 100).rounded())) %" : nil,
      podsPerNode.map { "\($0) pods per node" }, adapters.map { "\($0) ENIs per instance" },
      ipsPerENI.map { "\($0) addresses per ENI" }, maxENIs.map { "at most \($0) ENIs" },
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

extension String {
  /// Without what a terminal would take for a command.
  fileprivate var printable: String {
    String(unicodeScalars.map { $0.value < 32 || (127..<160).contains($0.value) ? "?" : Character($0) })
  }
}
