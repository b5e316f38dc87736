import Prometheus
import TerwayModel

/// The band of what is usual for a signal, as recorded series of its own history.
///
/// Its history are the *clean* samples: those that were inside of the band when they came. So a band does not learn from the
/// anomalies that it finds. Samples without a band are clean, and a band wants six hours of clean samples within the last day;
/// hence a level that lasts is accepted after 18 hours, when too few samples of the old one are left, and has a band of its own
/// six hours later.
///
/// - Robust: median ± k · 1.4826 · MAD of a day, where MAD is the median of |x − median|. The factor makes it the standard
///   deviation of a normal distribution (Rousseeuw and Croux, *Alternatives to the Median Absolute Deviation*, 1993).
/// - Adaptive: mean of the last hour ± k · σ, with σ² the mean of (x − mean)² over 26 hours, widened to mean ± k · σ of the hour
///   around the same time yesterday and a week ago; after grafana/promql-anomaly-detection, whose bands see no value of 0, are
///   never narrower than 50 %, and have their own past anomalies in the seasonal part.
///
/// Both are at least as wide as the alerts' thresholds, so that noise near zero is silent. Neither may hide an outage: where
/// the day's lowest 2 % are above the threshold, a tenth of that is the least that the lower edge can be. A series that is gone
/// while its node is still there has the value 0.
struct AnomalyBand {
  enum Side: Hashable, Sendable { case above, below }

  let signal: Signal
  let context: RenderContext

  init(_ signal: Signal, _ context: RenderContext) { (self.signal, self.context) = (signal, context) }

  var labels: [String] { context.labels(of: signal) }
  var value: PromQL { .metric(record("value")) }
  var upper: PromQL { .metric(record("upper")) }
  var lower: PromQL { .metric(record("lower")) }
  private var centre: PromQL { .metric(record("centre")) }
  private var spread: PromQL { .metric(record("spread")) }
  private var clean: PromQL { .metric(record("clean")) }
  private var deviation: PromQL { .metric(record("deviation")) }

  /// Between two samples of the band's history.
  static func interval(_ context: RenderContext) -> Duration {
    max(.minutes(2), context.spec.metrics.interval.duration)
  }

  /// In the order in which they have to be evaluated.
  ///
  /// - Parameter widths: the least distance of each edge from the middle. A side that is missing is not watched.
  func recordings(widths: [Side: Double]) -> [RecordingRule] {
    let least = widths.values.min() ?? 0
    let strategy: [(String, PromQL)] =
      switch context.spec.alerts.anomaly.strategy {
      case .robust: robust
      case .adaptive: adaptive
      }
    return
      (strategy + [
        ("upper", edge(.above, least: widths[.above] ?? least)),
        ("lower", edge(.below, least: widths[.below] ?? least)),
        ("value", watched(gapsAreZero: widths[.below] != nil)),
        ("clean", value.unless(value.isAbove(upper, on).or(value.isBelow(lower, on), on), on)),
        ("deviation", deviationOfSample),
      ]).map { RecordingRule(record($0), $1) }
  }

  private func record(_ what: String) -> String {
    let stem = (context.recordName(of: signal) ?? "").split(separator: ":").prefix(2).joined(separator: ":")
    return "\(stem):anomaly_\(what)"
  }

  private var on: PromQL.VectorMatching { .on(labels) }
  private var sensitivity: Double { context.spec.alerts.anomaly.sensitivity.value }
}

// The two strategies: the middle of the band, and one deviation.
extension AnomalyBand {
  private var robust: [(String, PromQL)] {
    [
      ("centre", clean.quantile(0.5, over: .hours(24))),
      ("spread", deviation.quantile(0.5, over: .hours(24)).times(1.4826)),
    ]
  }

  private var adaptive: [(String, PromQL)] {
    [
      // While samples are unusual, the last mean before stands.
      (
        "centre",
        clean.average(over: .hours(1))
          .or(centre.last(within: .hours(1)).and(cleanSamples, on), on)
      ),
      ("spread", .call("sqrt", [deviation.average(over: .hours(26))])),
      ("seasonal_upper", greater(season(.day, .add), season(.week, .add))),
      ("seasonal_lower", lesser(season(.day, .subtract), season(.week, .subtract))),
    ]
  }

  private var deviationOfSample: PromQL {
    let difference = clean.minus(centre, on)
    return switch context.spec.alerts.anomaly.strategy {
    case .robust: .call("abs", [difference])
    case .adaptive: .binary(PromQL.BinaryOperation(.power, difference, .number(2)))
    }
  }

  /// Half an hour before the same time to half an hour after.
  private enum Season {
    case day, week

    var offset: Duration { self == .day ? .minutes(23 * 60 + 30) : .minutes(167 * 60 + 30) }
  }

  private func season(_ season: Season, _ side: PromQL.BinaryOperator) -> PromQL {
    let hour = clean.over(.hours(1)).offset(season.offset)
    return .binary(
      PromQL.BinaryOperation(
        side, .call("avg_over_time", [hour]), PromQL.call("stddev_over_time", [hour]).times(sensitivity), matching: on))
  }
}

// The edges, and what is compared with them.
extension AnomalyBand {
  private func edge(_ side: Side, least: Double) -> PromQL {
    let width = spread.times(sensitivity).atLeast(least)
    let isAdaptive = context.spec.alerts.anomaly.strategy == .adaptive
    switch side {
    case .above:
      let edge = centre.plus(width, on)
      return enoughHistory(isAdaptive ? greater(.metric(record("seasonal_upper")), edge) : edge)
    case .below:
      let edge = centre.minus(width, on)
      let lowest = clean.quantile(0.02, over: .hours(24)).isAbove(least).times(0.1)
      let lower = isAdaptive ? lesser(.metric(record("seasonal_lower")), edge) : edge
      return enoughHistory(greater(lowest, lower.atLeast(0)))
    }
  }

  private var cleanSamples: PromQL { .call("count_over_time", [clean.over(.hours(24))]) }

  private func enoughHistory(_ edge: PromQL) -> PromQL {
    let sixHours = (6 * 3600 / Self.interval(context).components.seconds)
    return edge.and(cleanSamples.isAtLeast(Double(sixHours)), on)
  }

  /// Whatever is no number, such as a quantile of nothing, is no sample.
  private func watched(gapsAreZero: Bool) -> PromQL {
    let value = context.recorded(signal).isAtLeast(0)
    guard gapsAreZero else { return value }
    guard signal.labels.contains("node") else { return value.or(centre.times(0), on) }
    guard context.signals.contains(.managedNodes) else { return value }
    let node = PromQL.Matching.on(context.labels(of: .managedNodes))
    return value.or(centre.times(0).and(context.recorded(.managedNodes), node), on)
  }

  /// Of two values the greater one, or the only one.
  private func greater(_ first: PromQL, _ second: PromQL) -> PromQL {
    first.isAbove(second, on).or(second, on).or(first, on)
  }

  private func lesser(_ first: PromQL, _ second: PromQL) -> PromQL {
    first.isBelow(second, on).or(second, on).or(first, on)
  }
}

extension PromQL {
  fileprivate func quantile(_ quantile: Double, over range: PromRange) -> PromQL {
    .call("quantile_over_time", [.number(quantile), over(range)])
  }

  fileprivate func average(over range: PromRange) -> PromQL { .call("avg_over_time", [over(range)]) }
}
