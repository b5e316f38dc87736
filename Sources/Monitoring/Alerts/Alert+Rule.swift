import Prometheus
import TerwayModel

extension Alert {
  /// The alert as the profile wants it; `nil` when the profile switches it off, or its signals have no source.
  func rule(_ context: RenderContext) -> AlertingRule? {
    let alerts = context.spec.alerts
    guard condition.isPossible(context.signals) else { return nil }
    let override = alerts.overrides.first { $0.alert == name }
    if override?.disabled == true { return nil }
    let threshold = override?.threshold?.value ?? self.threshold(alerts)
    let text = AnnotationText(alert: self, threshold: threshold, context: context)
    return AlertingRule(
      name, condition.expression(context, threshold: threshold), for: override?.for?.duration ?? pending,
      keepFiringFor: override?.keepFiringFor?.duration ?? keepFiringFor,
      labels: ["severity": (override?.severity ?? severity).rawValue, "component": "terway"],
      annotations: [
        "summary": text.filled(summary), "description": text.filled(description),
        "runbook_url": "\(alerts.runbookBaseURL)/\(name).md",
      ])
  }
}

extension Alert.Condition {
  fileprivate func expression(_ context: RenderContext, threshold: Double) -> PromQL {
    switch self {
    case .above(let signal, let scale, let guardian):
      let value = scale == 1 ? context.recorded(signal) : context.recorded(signal).times(scale)
      guard let guardian else { return value.isAbove(threshold) }
      return value.isAbove(threshold)
        .and(context.recorded(guardian.signal).isAtLeast(guardian.floor), .on(context.labels(of: signal)))
    case .either(let signal, let other):
      let present = [signal, other].filter(context.signals.contains).map { context.recorded($0).isAbove(threshold) }
      return present.dropFirst().reduce(present[0]) { $0.or($1, .on(context.labels(of: signal))) }
    case .below(let signal):
      return context.recorded(signal).isBelow(threshold)
    case .runsOut(let signal, let ratio, let horizon):
      let labels = context.labels(of: signal)
      return context.recorded(signal)
        .and(
          context.recorded(signal).predicted(from: .hours(6), after: horizon(context.spec.alerts)).isBelow(0),
          .on(labels)
        )
        .and(context.recorded(ratio).isBelow(threshold), .on(labels))
    case .exporterDown:
      return .absent(context.exporterUp)
    case .absent(let signal):
      return PromQL.absent(context.recorded(signal)).and(context.exporterUp, .on([]))
    }
  }

  /// Whether everything that the condition looks at has a source; of two alternatives one will do.
  func isPossible(_ signals: SignalSelection) -> Bool {
    switch self {
    case .above(let signal, _, let guardian):
      signals.contains(signal) && guardian.map { signals.contains($0.signal) } ?? true
    case .either(let signal, let other): signals.contains(signal) || signals.contains(other)
    case .below(let signal), .absent(let signal): signals.contains(signal)
    case .runsOut(let signal, let ratio, _): signals.contains(signal) && signals.contains(ratio)
    case .exporterDown: true
    }
  }

  /// The signal that gives the alert its labels and its value, and what the value is multiplied by.
  var subject: Signal? {
    switch self {
    case .above(let signal, _, _), .either(let signal, _), .below(let signal), .runsOut(let signal, _, _): signal
    case .exporterDown, .absent: nil
    }
  }

  /// The signal whose unit the threshold has.
  var compared: Signal? {
    if case .runsOut(_, let ratio, _) = self { ratio } else { subject }
  }

  func horizon(_ alerts: Alert.Alerts) -> Duration? {
    if case .runsOut(_, _, let horizon) = self { horizon(alerts) } else { nil }
  }
}

extension RenderContext {
  /// The labels by which the series of a signal differ.
  func labels(of signal: Signal) -> [String] { dimensions(signal.labels) }

  fileprivate var exporterUp: PromQL {
    var matchers = [LabelMatcher.equal("namespace", endpoint.namespace)]
    if !endpoint.job.isEmpty { matchers.insert(.equal("job", endpoint.job), at: 0) }
    return PromQL.vector(VectorSelector("up", matchers)).equals(1)
  }
}
