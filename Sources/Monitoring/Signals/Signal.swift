import Prometheus

/// Something we watch. Rules, alerts and dashboards name signals; which series a signal is made of is the source's affair.
///
/// Each is recorded under a name of its own, so that alerts and dashboards cost one lookup and read the same whatever the
/// source.
enum Signal: String, Sendable, CaseIterable {
  case allocatedIPs, totalIPs, capacityIPs, eniCount, eniUtilization, freeIPs, freeRatio
  case throughput, packets, packetsDropped, packetLoss, latencyP95, latencyObservations
  case qosViolations, bandwidthUse
  case isolationViolations, securityGroupFailureRatio, securityGroupDrift, securityGroupDriftRatio
  case daemonReady, allocationBlocked, apiRequests, apiErrorRatio
}

/// How a signal is written down and read.
struct SignalDefinition: Sendable {
  enum Unit: Sendable { case ratio, seconds, bytesPerSecond, perSecond, count, boolean }

  /// Name of the recorded series, `level:metric:operations`; `%w` stands for the window of rates.
  var record: String
  var unit: Unit
  /// Labels of the recorded series, besides the cluster's.
  var labels: [String]
  var contract: @Sendable (SignalScope) -> PromQL

  init(
    _ record: String, _ unit: Unit, by labels: [String], contract: @escaping @Sendable (SignalScope) -> PromQL
  ) {
    (self.record, self.unit, self.labels, self.contract) = (record, unit, labels, contract)
  }
}

/// What the expression of a signal is written with.
struct SignalScope: Sendable {
  let context: RenderContext
  /// Labels to aggregate by: the signal's own, and the cluster's.
  let labels: [String]
  /// The window of rates.
  let window: PromRange
  /// What narrows every series of a node; none in rules.
  let matchers: [LabelMatcher]

  /// - Parameter suffix: of a histogram's series, `_bucket` or `_count`.
  func metric(_ metric: ContractMetric, suffix: String = "") -> PromQL {
    .vector(VectorSelector(metric.name + suffix, matchers))
  }

  /// The cluster's label, where there is one, and these.
  func with(_ labels: String...) -> [String] { context.dimensions(labels) }

  /// Another signal as it is recorded.
  func recorded(_ signal: Signal) -> PromQL {
    .vector(VectorSelector(context.recordName(of: signal), matchers))
  }
}

extension RenderContext {
  /// The series that a signal is recorded as.
  func recorded(_ signal: Signal) -> PromQL { .vector(VectorSelector(recordName(of: signal))) }

  func recordName(of signal: Signal) -> String {
    SignalCatalogue.definition(of: signal).record.replacing("%w", with: PromDuration.text(rateWindow))
  }

  /// What a signal is computed from, perhaps narrowed, with a window of its own: panels' windows follow the zoom.
  func live(_ signal: Signal, window: PromRange, matchers: [LabelMatcher] = []) -> PromQL {
    let definition = SignalCatalogue.definition(of: signal)
    return definition.contract(
      SignalScope(context: self, labels: dimensions(definition.labels), window: window, matchers: matchers))
  }

  var recordingRules: [RecordingRule] {
    Signal.allCases.map { RecordingRule(recordName(of: $0), live($0, window: .duration(rateWindow))) }
  }
}
