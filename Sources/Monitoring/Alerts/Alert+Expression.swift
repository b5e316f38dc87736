import Prometheus

extension Alert.Condition {
  func expression(_ context: RenderContext, threshold: Double) -> PromQL {
    switch self {
    case .above(let signal, let scale, let guards):
      let value = scale == 1 ? context.recorded(signal) : context.recorded(signal).times(scale)
      return value.isAbove(threshold).guarded(by: guards, context)
    case .below(let signal, let guards):
      return context.recorded(signal).isBelow(threshold).guarded(by: guards, context)
    case .either(let signal, let other):
      let present = [signal, other].filter(context.signals.contains).map { context.recorded($0).isAbove(threshold) }
      return present.dropFirst().reduce(present[0]) { $0.or($1, .on(context.labels(of: signal))) }
    case .runsOut(let signal, let ratio, let trend, let horizon):
      return runsOut(signal, ratio, below: threshold, trend, horizon(context.spec.alerts), context)
    case .surges(let signal, let floor):
      let labels = context.labels(of: signal)
      let value = context.recorded(signal)
      let usual = PromQL.call("avg_over_time", [value.over(.hours(24)).offset(.hours(1))])
      // A series that did not exist the day before was at zero.
      return value.isAtLeast(floor).unless(value.isAtMost(usual.times(threshold), .on(labels)), .on(labels))
    case .unusual(let side, let signal):
      let band = AnomalyBand(signal, context)
      return switch side {
      case .above: band.value.isAbove(band.upper, .on(band.labels))
      case .below: band.value.isBelow(band.lower, .on(band.labels))
      }
    case .burns(let objective, let rate):
      return objective.burns(rate, budget: threshold, context)
    case .exporterDown:
      return exporterDown(context)
    case .absent(let signal, let other):
      let labels = context.dimensions([])
      let base = other.map { context.recorded($0) } ?? context.exporterUp
      return base.grouped(by: labels).unless(context.recorded(signal), .on(labels))
    }
  }

  /// The trend keeps out what grew in one step and stays there, which the line through six hours takes for growth.
  private func runsOut(
    _ signal: Signal, _ ratio: Signal, below threshold: Double, _ trend: Duration, _ horizon: Duration,
    _ context: RenderContext
  ) -> PromQL {
    let labels = context.labels(of: signal)
    let left = context.recorded(signal)
    return left.and(left.predicted(from: .hours(6), after: horizon).isBelow(0), .on(labels))
      .and(PromQL.call("deriv", [left.over(.duration(trend))]).isBelow(0), .on(labels))
      .and(context.recorded(ratio).isBelow(threshold), .on(labels))
  }

  /// Where clusters share a Prometheus, one that was seen within a day is missed.
  private func exporterDown(_ context: RenderContext) -> PromQL {
    let labels = context.dimensions([])
    guard !labels.isEmpty else { return .absent(context.exporterUp) }
    return context.exporterTargets.last(within: .hours(24)).grouped(by: labels)
      .unless(context.exporterUp, .on(labels))
  }
}

extension PromQL {
  fileprivate func guarded(by guards: [Alert.Guard], _ context: RenderContext) -> PromQL {
    guards.reduce(self) {
      $0.and(context.recorded($1.signal).isAtLeast($1.floor), .on(context.labels(of: $1.signal)))
    }
  }

  /// 1 for every value of the labels.
  fileprivate func grouped(by labels: [String]) -> PromQL {
    .aggregation(Aggregation(.group, self, grouping: labels.isEmpty ? nil : .by(labels)))
  }

  func isAtMost(_ other: PromQL, _ matching: Matching) -> PromQL {
    .binary(BinaryOperation(.lessOrEqual, self, other, matching: matching))
  }

  func isBelow(_ other: PromQL, _ matching: Matching) -> PromQL {
    .binary(BinaryOperation(.less, self, other, matching: matching))
  }
}

extension RenderContext {
  /// The labels by which the series of a signal differ.
  func labels(of signal: Signal) -> [String] { dimensions(signal.labels) }

  fileprivate var exporterTargets: PromQL {
    var matchers = [LabelMatcher.equal("namespace", endpoint.namespace)]
    if !endpoint.job.isEmpty { matchers.insert(.equal("job", endpoint.job), at: 0) }
    return PromQL.vector(VectorSelector("up", matchers))
  }

  fileprivate var exporterUp: PromQL { exporterTargets.equals(1) }
}
