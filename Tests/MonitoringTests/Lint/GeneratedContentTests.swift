import Monitoring
import Prometheus
import Serialization
import TerwayModel
import Testing

/// Everything that a profile generates, judged by every check there is.
struct LintedProfile {
  var profile: RenderedProfile

  var findings: [LintFinding] {
    let manifests = profile.manifests
    let groups = manifests.ruleGroups
    let dashboards = manifests.filter { $0.reference.key.name.hasPrefix("grafana-") }
      .flatMap { $0.content["data"]?.object?.values.compactMap(\.string) ?? [] }
      .compactMap { try? JSONValue(jsonBytes: Array($0.utf8)) }
    let scope = expressionScope(groups)
    let ruleScope = RuleScope(
      expressions: scope, givenNames: Set(profile.spec.metrics.custom.map(\.name) + seedNames)
    )
    let uids = Set(dashboards.compactMap { $0["uid"]?.string })
    return RuleSetChecks.findings(in: groups, ruleScope)
      + dashboards.flatMap { DashboardChecks.findings(in: $0, DashboardScope(expressions: scope, uids: uids)) }
      + manifests.filter { ["ServiceMonitor", "PodMonitor", "ScrapeConfig"].contains($0.reference.resource.kind.kind) }
      .flatMap { ScrapeChecks.findings(in: $0.content) }
  }

  /// The seed's custom metrics, which are recorded under the seed's names.
  private var seedNames: [String] {
    ["terway_eni_utilization_ratio", "terway_network_packet_loss_rate", "terway_qos_violation_count"]
  }

  /// What exporters serve, and what the rules record of it.
  private func expressionScope(_ groups: [JSONValue]) -> ExpressionScope {
    var scope = ExpressionScope()
    scope.scrapeInterval = profile.spec.metrics.interval.duration
    scope.clusterLabel = profile.spec.metrics.clusterLabel
    scope.version = PrometheusVersion(profile.spec.metrics.prometheusVersion) ?? .baseline
    for metric in SourceMetrics.all {
      let kind: KnownSeries.Kind =
        switch metric.kind {
        case .gauge: .gauge
        case .counter: .counter
        case .histogram: .histogram
        }
      scope.series[metric.name] = KnownSeries(kind: kind, labels: Set(metric.labels))
    }
    let records = RuleSetChecks.rules(groups).filter { $0.kind == .record }
    for rule in records { scope.series[rule.name] = KnownSeries(kind: .gauge, labels: nil, isScraped: false) }
    // A rule can be made of rules, whose labels are known only then.
    for _ in records.indices.prefix(4) {
      for rule in records {
        let labels = rule.expression?.outputLabels(scope.labels)
        scope.series[rule.name]?.labels = labels.map { $0.union(rule.labels.keys) }
      }
    }
    return scope
  }
}

struct `Everything generated` {
  static var contexts: [RenderedProfile] {
    var everything = RenderedProfile.terway
    everything.name = "everything"
    everything.spec.alerts.anomaly.enabled = true
    everything.spec.alerts.slo.enabled = true
    everything.spec.alerts.inhibition.enabled = true
    everything.spec.metrics.source = .contract
    everything.spec.performanceTest.enabled = true
    var adaptive = everything
    adaptive.name = "adaptive"
    adaptive.spec.alerts.anomaly.strategy = .adaptive
    var shared = everything
    shared.name = "shared"
    shared.spec.metrics.clusterLabel = "cluster"
    var chinese = RenderedProfile.upstream
    chinese.name = "chinese"
    chinese.spec.alerts.language = .zh
    // What its user wrote is not ours to judge.
    var blue = RenderedProfile.blue
    blue.spec.metrics.custom[0].query =
      "terway_eni_allocated_ips / on (cluster, node, eni_id) (terway_eni_total_ips > 0)"
    blue.spec.dashboards.custom[0].query = #"sum by (node) (terway_eni_allocated_ips{cluster=~"$cluster"})"#
    blue.spec.dashboards.custom[1].query = #"count(terway_eni_total_ips{cluster=~"$cluster"})"#
    blue.spec.dashboards.custom[1].description = "All of them."
    return [.terway, .contract, .upstream, blue] + [everything, adaptive, shared, chinese]
  }

  @Test(arguments: contexts)
  func `passes every check`(profile: RenderedProfile) {
    for finding in LintedProfile(profile: profile).findings { Issue.record("\(finding)") }
  }
}
