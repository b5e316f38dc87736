import TerwayModel

extension Alert {
  /// When an alert is raised; `threshold` is the alert's.
  enum Condition: Sendable {
    /// The signal, times the scale, is above the threshold, and every guard is at least at its floor.
    case above(Signal, scale: Double = 1, guardedBy: [Guard] = [])
    /// The signal is below the threshold, and every guard is at least at its floor.
    case below(Signal, guardedBy: [Guard] = [])
    /// Either signal is above the threshold.
    case either(Signal, or: Signal)
    /// The line through the last six hours reaches zero within the horizon, it still falls within the time of the trend, and
    /// less than the threshold of the whole is left.
    case runsOut(Signal, ratio: Signal, trend: Duration, horizon: @Sendable (Alerts) -> Duration)
    /// The signal is at its floor at least, and more than the threshold times as much as on average the day before.
    case surges(Signal, floor: Double)
    /// The signal is outside of the band of what is usual for it; the threshold is the least distance of the band's edge.
    case unusual(AnomalyBand.Side, Signal)
    /// The error budget, which is the threshold, is spent too fast.
    case burns(ServiceObjective, BurnRate)
    /// No target of the exporter is up.
    case exporterDown
    /// The signal has no series, although the other has (`nil`: although the exporter is up).
    case absent(Signal, while: Signal? = nil)
  }

  /// What must be there besides, in order that the condition means something: too little data makes a ratio or a quantile jump.
  struct Guard: Sendable {
    var signal: Signal
    /// The least that there must be of it.
    var floor: Double

    init(_ signal: Signal, atLeast floor: Double) { (self.signal, self.floor) = (signal, floor) }
  }
}

extension Alert.Condition {
  /// The signals that it looks at; of each group one will do.
  private var needs: [[Signal]] {
    switch self {
    case .above(let signal, _, let guards), .below(let signal, let guards): [[signal]] + guards.map { [$0.signal] }
    case .either(let signal, let other): [[signal, other]]
    case .runsOut(let signal, let ratio, _, _): [[signal], [ratio]]
    case .surges(let signal, _), .unusual(_, let signal): [[signal]]
    case .burns(let objective, _): [[objective.requests]]
    case .exporterDown: []
    case .absent(let signal, let other): [[signal]] + (other.map { [[$0]] } ?? [])
    }
  }

  /// What has no source although the condition cannot do without it.
  func missing(_ signals: SignalSelection) -> [Signal] {
    needs.filter { !$0.contains(where: signals.contains) }.flatMap(\.self)
  }

  /// The signal that gives the alert its labels and its value.
  var subject: Signal? {
    switch self {
    case .above(let signal, _, _), .below(let signal, _), .either(let signal, _), .runsOut(let signal, _, _, _),
      .surges(let signal, _), .unusual(_, let signal):
      signal
    case .burns, .exporterDown, .absent: nil
    }
  }

  /// The unit of the alert's value.
  var unit: Signal.Unit { if case .burns = self { .ratio } else { subject?.unit ?? .count } }

  /// The unit of the threshold.
  var thresholdUnit: Signal.Unit {
    switch self {
    case .runsOut(_, let ratio, _, _): ratio.unit
    case .surges: .count
    default: unit
    }
  }

  func horizon(_ alerts: Alert.Alerts) -> Duration? {
    if case .runsOut(_, _, _, let horizon) = self { horizon(alerts) } else { nil }
  }
}
