import Prometheus

/// What a cluster's users are promised of Terway, counted in requests of the CNI plugin for an address.
///
/// Alerts are on burn rates in two windows: the long one says that enough of the budget is gone, the short one that it is still
/// going (*The Site Reliability Workbook*, chapter 5). No series has a label that tells windows apart, so that an alert keeps
/// its identity when another pair of windows takes over.
enum ServiceObjective: String, CaseIterable, Sendable {
  /// Requests succeed.
  case success
  /// Requests that succeed do so within `alerts.slo.allocationLatency`.
  case latency

  var requests: Signal { self == .success ? .allocIPRequests : .allocIPSlow }

  /// Requests that count, bad ones among them, their ratio in every window, and the share of the budget of 30 days that is
  /// left (negative when it is overspent).
  func recordings(budget: Double, _ context: RenderContext) -> [RecordingRule] {
    let base = context.rateWindow
    let on = PromQL.Matching.on(context.dimensions([]))
    let ratios = BurnRate.allCases.flatMap(\.windows).flatMap { [$0.long, $0.short] }.filter { $0 > base }
    return [
      RecordingRule(name("requests:rate", base), all(context)),
      RecordingRule(name("errors:rate", base), bad(context).or(counted("requests", base).times(0), on)),
      RecordingRule(
        name("errors:ratio_rate", base), counted("errors", base).divided(by: counted("requests", base).isAbove(0), on)),
    ] + Set(ratios).sorted().map { RecordingRule(name("errors:ratio_rate", $0), ratio($0, context)) } + [
      RecordingRule(
        "\(level)_error_budget:remaining\(PromDuration.text(.hours(720)))",
        PromQL.binary(
          PromQL.BinaryOperation(.subtract, .number(1), ratio(.hours(720), context).divided(by: budget))))
    ]
  }

  /// - Parameter budget: the share of requests that may be bad.
  func burns(_ rate: BurnRate, budget: Double, _ context: RenderContext) -> PromQL {
    let on = PromQL.Matching.on(context.dimensions([]))
    let pairs = rate.windows.map { window in
      // 14.4 times 0.001 is to read 0.0144.
      let limit = (budget * window.factor * 1e9).rounded() / 1e9
      let short = max(window.short, context.rateWindow)
      return PromQL.metric(name("errors:ratio_rate", window.long)).isAbove(limit)
        .and(PromQL.metric(name("errors:ratio_rate", short)).isAbove(limit), on)
    }
    let enough = PromQL.call(
      "avg_over_time", [counted("requests", context.rateWindow).over(.duration(rate.guardWindow))]
    )
    .times(Double(rate.guardWindow.components.seconds)).isAtLeast(20)
    return pairs.dropFirst().reduce(pairs[0]) { $0.or($1, on) }.and(enough, on)
  }

  private func ratio(_ window: Duration, _ context: RenderContext) -> PromQL {
    let (errors, requests) = (counted("errors", context.rateWindow), counted("requests", context.rateWindow))
    return PromQL.call("sum_over_time", [errors.over(.duration(window))]).divided(
      by: PromQL.call("sum_over_time", [requests.over(.duration(window))]).isAbove(0),
      .on(context.dimensions([])))
  }

  private func all(_ context: RenderContext) -> PromQL {
    let labels = context.dimensions([])
    let requests = context.recorded(.allocIPRequests).sum(by: labels)
    guard self == .latency else { return requests }
    let failed = context.recorded(.allocIPErrors).sum(by: labels)
    return requests.minus(failed.or(requests.times(0), .on(labels)), .on(labels))
  }

  private func bad(_ context: RenderContext) -> PromQL {
    context.recorded(self == .success ? .allocIPErrors : .allocIPSlow).sum(by: context.dimensions([]))
  }

  private func counted(_ what: String, _ base: Duration) -> PromQL { .metric(name("\(what):rate", base)) }
  private func name(_ what: String, _ window: Duration) -> String { "\(level)_\(what)\(PromDuration.text(window))" }
  private var level: String { "cluster:terway_alloc_ip_\(rawValue)_slo" }
}

/// How fast an error budget is spent, and in which windows that is seen.
enum BurnRate: CaseIterable, Sendable {
  /// 2 % of the budget in an hour, or 5 % in six: someone has to get up.
  case fast
  /// 10 % in a day or in three days: someone has to look.
  case slow

  /// `factor` 1 spends the budget in exactly 30 days.
  var windows: [(long: Duration, short: Duration, factor: Double)] {
    switch self {
    case .fast: [(.hours(1), .minutes(5), 14.4), (.hours(6), .minutes(30), 6)]
    case .slow: [(.hours(24), .hours(2), 3), (.hours(72), .hours(6), 1)]
    }
  }

  /// There must be 20 requests within it: one failure of three is no rate.
  var guardWindow: Duration { self == .fast ? .hours(1) : .hours(24) }
}
