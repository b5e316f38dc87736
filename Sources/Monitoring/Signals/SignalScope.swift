import Prometheus

/// What the expression of a signal is written with.
struct SignalScope: Sendable {
  let context: RenderContext
  /// Labels to aggregate by: the signal's own, and the cluster's.
  let labels: [String]
  /// The window of rates.
  let window: PromRange
  /// What narrows every series that has these labels; none in rules.
  let matchers: [LabelMatcher]

  /// The cluster's label, where there is one, and these.
  func with(_ labels: String...) -> [String] { context.dimensions(labels) }

  /// A source's series, narrowed by what narrows the signal.
  ///
  /// - Parameters:
  ///   - suffix: of a histogram's series, `_bucket` or `_count`.
  ///   - narrowed: by which of the metric's labels besides the cluster's; `nil` is by all of them.
  func metric(
    _ metric: some SourceMetric, suffix: String = "", narrowedBy narrowed: [String]? = nil, _ matchers: [LabelMatcher]
  ) -> PromQL {
    let labels = [context.spec.metrics.clusterLabel] + (narrowed ?? metric.labels)
    let narrowing = self.matchers.filter { labels.contains($0.label) }
    return .vector(VectorSelector(metric.name + suffix, narrowing + matchers))
  }

  func metric(_ metric: some SourceMetric, suffix: String = "", _ matchers: LabelMatcher...) -> PromQL {
    self.metric(metric, suffix: suffix, matchers)
  }

  func contract(_ metric: ContractMetric, suffix: String = "") -> PromQL { self.metric(metric, suffix: suffix) }

  /// A gauge of an exporter of which two replicas are seen while one replaces the other.
  func gauge(_ metric: ContractMetric, by labels: String...) -> PromQL {
    self.metric(metric).max(by: context.dimensions(labels))
  }

  /// Another signal: as it is recorded, or computed in place where it is not.
  func signal(_ signal: Signal) -> PromQL {
    context.expression(of: signal, window: window, matchers: matchers)
  }

  /// The quantile of a histogram by the signal's labels.
  func quantile(_ quantile: Double, of metric: some SourceMetric, _ matchers: LabelMatcher...) -> PromQL {
    let buckets = self.metric(metric, suffix: "_bucket", matchers)
    return .histogramQuantile(quantile, buckets.rate(window).sum(by: ["le"] + labels))
  }

  /// One expression for each direction, told apart by the label `direction`.
  func directions(receive: PromQL, transmit: PromQL) -> PromQL {
    receive.labelled("direction", "receive").or(transmit.labelled("direction", "transmit"))
  }

  /// The rate of one of the kubelet's counters of a pod's interfaces, with the pod's node. Pods in the host's network are not
  /// among them: the interfaces that they show are the node's.
  func podRate(_ metric: UpstreamMetric, keeping kept: [String] = ["namespace", "pod"]) -> PromQL {
    let pods = self.metric(UpstreamMetric.podInfo, .equal("host_network", "false"), .notEqual("node", ""))
      .max(by: with("namespace", "pod", "node"))
    return self.metric(metric, .matches("interface", "eth.+")).rate(window).sum(by: context.dimensions(kept))
      .times(pods, .on(with("namespace", "pod")).groupLeft(["node"]))
  }

  /// The rate of one of node_exporter's counters by node: its series name the exporter's pod, whose node is the one meant.
  /// What narrows pods is about workloads, not about the exporter's.
  func nodeRate(_ metric: UpstreamMetric, _ matchers: LabelMatcher...) -> PromQL {
    let pods = self.metric(UpstreamMetric.podInfo, narrowedBy: ["node"], [.notEqual("node", "")])
      .max(by: with("namespace", "pod", "node"))
    return self.metric(metric, narrowedBy: [], matchers).rate(window).sum(by: with("namespace", "pod"))
      .times(pods, .on(with("namespace", "pod")).groupLeft(["node"]))
      .sum(by: with("node"))
  }

  /// What kube-state-metrics says of Terway's pods.
  func daemons(_ metric: UpstreamMetric, _ matchers: LabelMatcher...) -> PromQL {
    self.metric(metric, narrowedBy: [], daemonPods + matchers)
  }

  /// Which node each of Terway's pods is on.
  var daemonNodes: PromQL {
    metric(UpstreamMetric.podInfo, narrowedBy: ["node"], daemonPods + [.notEqual("node", "")])
      .max(by: with("namespace", "pod", "node"))
  }

  /// The daemon's pods: its DaemonSet is named as its `app` label says.
  private var daemonPods: [LabelMatcher] {
    let name = context.spec.terway.podLabels["app"] ?? "terway-eniip"
    return [
      .equal("namespace", context.spec.terway.namespace),
      .matches("pod", name.replacing(".", with: "\\.") + "-.+"),
    ]
  }
}

extension PromQL {
  /// The same series with one label more.
  func labelled(_ label: String, _ value: String) -> PromQL {
    .call("label_replace", [self, .string(label), .string(value), .string(""), .string("")])
  }

  /// One series without labels, the time of the evaluation, less each of the operand's values.
  var age: PromQL { .binary(BinaryOperation(.subtract, .call("time", []), self)) }

  func atLeast(_ bound: Double) -> PromQL { .call("clamp_min", [self, .number(bound)]) }
}

extension RenderContext {
  /// The series that a signal is recorded as, or the signal itself where it is not recorded.
  func recorded(_ signal: Signal) -> PromQL {
    expression(of: signal, window: .duration(rateWindow), matchers: [])
  }

  func expression(of signal: Signal, window: PromRange, matchers: [LabelMatcher]) -> PromQL {
    guard let name = recordName(of: signal) else { return live(signal, window: window, matchers: matchers) }
    let cluster = spec.metrics.clusterLabel
    let narrowing = matchers.filter { $0.label == cluster || signal.labels.contains($0.label) }
    return .vector(VectorSelector(name, narrowing))
  }

  /// `nil` for what is not recorded.
  func recordName(of signal: Signal) -> String? {
    guard case .rule(let name) = signal.recording else { return nil }
    // Nearly all names are complete, and they are asked for all the time.
    return name.utf8.contains(UInt8(ascii: "%")) ? name.replacing("%w", with: PromDuration.text(rateWindow)) : name
  }

  /// What a signal is computed from, perhaps narrowed, with a window of its own: panels' windows follow the zoom.
  ///
  /// - Precondition: the signal is available.
  func live(_ signal: Signal, window: PromRange, matchers: [LabelMatcher] = []) -> PromQL {
    let recipe = signals.recipe(for: signal)
    let scope = SignalScope(context: self, labels: dimensions(signal.labels), window: window, matchers: matchers)
    return recipe.expression(scope)
  }

  /// Of all signals that can be had, but for those that the profile records in its own way.
  var recordingRules: [RecordingRule] {
    let replaced = Set(CustomMetrics.own(self).map(\.name))
    return signals.available.compactMap { signal in
      guard let name = recordName(of: signal), !replaced.contains(name) else { return nil }
      return RecordingRule(name, live(signal, window: .duration(rateWindow)))
    }
  }
}
