import Prometheus
import TerwayModel

extension Alert {
  /// The alert as the profile wants it; `nil` when the profile switches it off, or its signals have no source.
  func rule(_ context: RenderContext) -> AlertingRule? {
    guard isRaised(context) else { return nil }
    let override = override(context)
    let threshold = threshold(context)
    let text = AnnotationText(alert: self, threshold: threshold, context: context)
    return AlertingRule(
      name, condition.expression(context, threshold: threshold), for: override?.for?.duration ?? pending,
      keepFiringFor: override?.keepFiringFor?.duration ?? keepFiringFor,
      labels: ["severity": (override?.severity ?? severity).rawValue, "component": "terway"],
      annotations: [
        "summary": text.filled(summary), "description": text.filled(description),
        "runbook_url": "\(context.spec.alerts.runbookBaseURL)/\(name).md",
      ])
  }

  func isRaised(_ context: RenderContext) -> Bool {
    override(context)?.disabled != true && condition.missing(context.signals).isEmpty
  }

  /// As the profile sets it, for all alerts of its kind or for this one.
  func threshold(_ context: RenderContext) -> Double {
    override(context)?.threshold?.value ?? threshold(context.spec.alerts)
  }

  private func override(_ context: RenderContext) -> Alerts.Override? {
    context.spec.alerts.overrides.first { $0.alert == name }
  }
}
