/// What a report, or a page of its own, says of capacity.
struct CapacitySection {
  let report: CapacityReport
  let language: Bilingual.Language
  /// Nodes are listed where they need action, and no more than these.
  private static let nodeLimit = 20

  private func word(_ en: String, _ zh: String) -> String { language == .en ? en : zh }

  /// Levels, plans, and what could not be found out.
  var sections: [ReportTables.Section] {
    var sections = [levels]
    if !report.plans.isEmpty { sections.append(plans) }
    if !report.unknown.isEmpty {
      sections.append(
        ReportTables.Section(
          title: word("Not known of capacity", "容量：未知"), header: [word("what", "内容")],
          rows: report.unknown.map { [$0] }))
    }
    return sections
  }

  private var levels: ReportTables.Section {
    ReportTables.Section(
      title: word("Capacity", "容量"), words: [basis],
      header: [
        word("what", "对象"), word("used", "已用"), word("of", "容量"), "%", word("bound by", "限制"),
        word("per day", "每日趋势"), word("full in days", "几天后用尽"),
      ],
      rows: shown.map { assessment in
        [
          (assessment.needsAction ? "! " : "") + title(assessment), "\(assessment.used)",
          "\(assessment.capacity.pods)", (assessment.utilization * 100).short, bound(assessment.capacity.bound),
          assessment.forecast.map { trend($0.trend) } ?? "?", exhaustion(assessment.exhaustion),
        ]
      })
  }

  private var basis: String {
    guard let source = report.source else {
      return word(
        """
        As it is now, by Terway's Node resources. No Prometheus was read: trends, when anything is full and what to add \
        take a history, and cannot be told.
        """, "当前状态，依据 Terway 的 Node 资源。未读取 Prometheus：趋势、用尽时间和扩容建议需要历史数据，无法判断。")
    }
    let days = source.days.short
    return word(
      "For the next \(report.horizon) days, by a history of \(days) days. What needs action has a !",
      "未来 \(report.horizon) 天，依据 \(days) 天的历史。! 表示需要处理")
  }

  var shown: [CapacityAssessment] {
    let nodes = report.assessments(of: .node).filter(\.needsAction).prefix(Self.nodeLimit)
    return report.assessments.filter { $0.subject.kind != .node } + nodes
  }

  func title(_ assessment: CapacityAssessment) -> String {
    let name = assessment.subject.name
    switch assessment.subject.kind {
    case .cluster: return word("cluster", "集群")
    case .zone: return word("zone \(name)", "可用区 \(name)")
    case .nodeGroup: return word("node group \(name)", "节点组 \(name)")
    case .vSwitch: return word("vSwitch \(name)", "交换机 \(name)")
    case .node: return word("node \(name)", "节点 \(name)")
    }
  }

  private func bound(_ bound: CapacityBound) -> String {
    switch bound {
    case .instance: word("the instance type", "实例规格")
    case .maxENIs: word("the policy", "弹性策略")
    case .pods: word("the kubelet's pods", "kubelet Pod 数")
    case .vSwitch: word("the vSwitch", "交换机")
    case .mixed: word("several things", "多种")
    }
  }

  private func trend(_ range: Forecast.Range) -> String {
    func signed(_ value: Double) -> String {
      let tenths = (value * 10).rounded() / 10
      return tenths > 0 ? "+\(tenths.short)" : tenths.short
    }
    return "\(signed(range.mid)) (\(signed(range.low)) … \(signed(range.high)))"
  }

  private func exhaustion(_ exhaustion: Exhaustion?) -> String {
    guard let exhaustion else { return "?" }
    guard let early = exhaustion.early else {
      return word("not within \(report.horizon)", "\(report.horizon) 天内不会")
    }
    func day(_ value: Double?) -> String { value.map { "\(Int($0.rounded()))" } ?? "> \(report.horizon)" }
    let (expected, late) = (day(exhaustion.expected), day(exhaustion.late))
    return word(
      "about \(expected) (\(day(early)) … \(late))", "约 \(expected)（\(day(early)) … \(late)）")
  }

  private var plans: ReportTables.Section {
    ReportTables.Section(
      title: word("Recommended for node groups", "节点组建议"),
      header: [
        word("node group", "节点组"), word("nodes", "节点"), word("min pool", "最小池"), word("max pool", "最大池"),
        word("ENIs of a node", "每节点 ENI"), word("nodes to add", "需增加节点"), word("based on", "依据"),
      ],
      rows: report.plans.map { plan in
        let enis = plan.enisPerNode
        let based: String =
          switch plan.basis {
          case .replay(let rounds, let nodes):
            word("\(rounds) rounds of \(nodes) nodes", "\(nodes) 个节点的 \(rounds) 轮回放")
          case .defaults: word("no history", "无历史")
          }
        return [
          plan.instanceType, "\(plan.nodes)", "\(plan.band.min)", "\(plan.band.max)",
          enis.count == 1 ? "\(enis.lowerBound)" : "\(enis.lowerBound)–\(enis.upperBound)",
          plan.nodesToAdd.map {
            $0.expected == $0.cautious ? "\($0.expected)" : "\($0.expected) (≤ \($0.cautious))"
          } ?? "?", based,
        ]
      })
  }

  /// As part of a page: the chart below the levels.
  var html: String {
    sections.enumerated().map { number, section in
      HTML.section(
        section.title,
        section.words.map(HTML.paragraph).joined()
          + (section.rows.isEmpty ? "" : HTML.table(section.header, text: section.rows))
          + (number == 0 ? CapacityChart(section: self).svg : ""))
    }.joined()
  }
}

extension CapacityReport {
  /// A page that stands alone.
  public var html: String {
    HTML.page(
      title: "Terway capacity", language: .en,
      HTML.paragraph("As of \(Evidence.text(time)).") + CapacitySection(report: self, language: .en).html)
  }
}
