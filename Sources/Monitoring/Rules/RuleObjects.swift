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
      let rules = section.alerts.compactMap { $0.rule(context) }
      guard !rules.isEmpty else { return nil }
      return (section.name, RuleGroup("\(context.profile).\(section.name).rules", rules: rules.map(Rule.alerting)))
    }
  }
}
