import Prometheus
import Serialization

/// The PrometheusRule objects of a profile: the recording rules, and one object per section of alerts.
enum RuleObjects {
  static func manifests(_ context: RenderContext) -> [Manifest] {
    ([recording(context)] + alerting(context)).map { section, group in
      Manifest(
        GeneratedResource.prometheusRule, namespace: context.spec.namespace,
        name: ObjectName.subdomain(context.profile, "-\(section)-rules"),
        labels: context.labels(selectedBy: \.rules),
        ["spec": ["groups": [group.json(for: context.prometheusVersion)]]])
    }
  }

  private static func recording(_ context: RenderContext) -> (section: String, group: RuleGroup) {
    let rules = context.recordingRules + CustomMetrics.recordingRules(context)
    return ("recording", RuleGroup("\(context.profile).recording.rules", rules: rules.map(Rule.recording)))
  }

  /// Sections that are switched off, or have no alert left, are not among them.
  private static func alerting(_ context: RenderContext) -> [(section: String, group: RuleGroup)] {
    AlertCatalogue.sections.filter { $0.isEnabled(context.spec.alerts) }.compactMap { section in
      let alerts = section.alerts.compactMap { $0.rule(context) }
      guard !alerts.isEmpty else { return nil }
      let recordings = section.recordings(context)
      let rules = recordings.map(Rule.recording) + alerts.map(Rule.alerting)
      let interval = section.alerts.contains(where: \.isUnusual) ? AnomalyBand.interval(context) : nil
      return (section.name, RuleGroup("\(context.profile).\(section.name).rules", interval: interval, rules: rules))
    }
  }
}

extension AlertSection {
  /// What only the alerts of the section need. They are in its group, and before the alerts: rules of a group run in order.
  fileprivate func recordings(_ context: RenderContext) -> [RecordingRule] {
    let raised = alerts.filter { $0.isRaised(context) }
    let objectives = ServiceObjective.allCases.compactMap { objective in
      raised.first { $0.objective == objective }.map {
        objective.recordings(budget: $0.threshold(context.spec.alerts), context)
      }
    }
    return objectives.flatMap(\.self) + bands(of: raised, context)
  }

  private func bands(of raised: [Alert], _ context: RenderContext) -> [RecordingRule] {
    var widths: [Signal: [AnomalyBand.Side: Double]] = [:]
    var watched: [Signal] = []
    for alert in raised {
      guard case .unusual(let side, let signal) = alert.condition else { continue }
      if widths[signal] == nil { watched.append(signal) }
      widths[signal, default: [:]][side] = alert.threshold(context)
    }
    return watched.flatMap { AnomalyBand($0, context).recordings(widths: widths[$0] ?? [:]) }
  }
}

extension Alert {
  fileprivate var isUnusual: Bool { if case .unusual = condition { true } else { false } }

  fileprivate var objective: ServiceObjective? {
    if case .burns(let objective, _) = condition { objective } else { nil }
  }
}
