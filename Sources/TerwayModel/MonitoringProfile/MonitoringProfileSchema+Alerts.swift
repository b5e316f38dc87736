import KubernetesModel
import Serialization

extension MonitoringProfileSchema {
  typealias Alerts = MonitoringProfileSpec.Alerts

  static let alerts: StructuralSchema = .object(
    "Which groups of alerts exist, and from where on they fire. Numbers are written as strings, in quotes.",
    [
      .field(
        "runbookBaseURL", .url,
        default: "https://github.com/terway-operator/terway-operator/blob/main/docs/runbooks",
        "Where the runbooks are. The runbook_url of an alert is this, a slash and the alert's page."),
      .field(
        "language", .choice(Alerts.Language.self), default: "en",
        "Language of summaries and descriptions: en (English) or zh (Chinese)."),
      .section("performance", performance),
      .section("qos", qos),
      .section("security", security),
      .section(
        "availability",
        group("Terway down, its metrics absent, errors of IP allocation and of the cloud API.", enabled: true)),
      .section("capacity", capacity),
      .section("anomaly", anomaly),
      .section("slo", slo),
      .section(
        "inhibition",
        group(
          """
          An AlertmanagerConfig with which alerts of the cluster silence those of its nodes that follow from them, and \
          critical ones warnings about the same. prometheus-operator applies it only to alerts whose label namespace is \
          spec.namespace, which alerts on nodes lack: set alertmanagerConfigMatcherStrategy.type None on the Alertmanager, \
          or enforcedNamespaceLabel namespace on the Prometheus.
          """,
          enabled: false)),
      .field(
        "overrides", .list(of: override, count: 0...200, .map(keys: ["alert"])), default: [],
        "Changes to single alerts, at most one entry for each. What an entry leaves out stays as it is."),
    ])

  /// A section that can be switched off.
  private static func group(
    _ description: String, enabled: Bool, rules: [SchemaRule] = [], _ fields: [SchemaField] = []
  ) -> StructuralSchema {
    let toggle = SchemaField.field(
      "enabled", .boolean, default: .bool(enabled),
      "Whether these alerts exist. Switching them off removes their objects.")
    return .object(description, rules: rules, [toggle] + fields)
  }

  private static let performance = group(
    "Latency, throughput and use of IP addresses.", enabled: true,
    [
      .field(
        "latencyP95", .duration(.milliseconds(1)...(.minutes(1))), default: "50ms",
        "TerwayHighLatency fires above this 95th percentile of the network latency of a node, 1ms to 1m."),
      .field(
        "throughput", .positiveDecimal, default: "1e9",
        "TerwayHighThroughput fires above so many bytes per second of a node in one direction. \"1e9\" is 8 Gbit/s."),
      .field(
        "eniUtilization", .ratio, default: "0.8",
        "TerwayHighENIUtilization fires above this ratio of allocated to total IPs of a node, greater than 0, at most 1."
      ),
    ])

  private static let qos = group(
    "Quality of service: violations and pods above their bandwidth.", enabled: true,
    [
      .field(
        "violationsPerMinute", .nonNegativeDecimal, default: "10",
        "TerwayQoSViolations fires above so many violations per minute of a node and priority class."),
      .field(
        "bandwidthOvershoot", .decimal(.decimal() >= 1, "must be at least 1"), default: "1.1",
        "TerwayBandwidthExceeded fires above this multiple of the allocated bandwidth, at least 1. \"1.1\" is 10 % more."
      ),
    ])

  private static let security = group(
    "Isolation between pods, and security groups.", enabled: true,
    [
      .field(
        "securityGroupFailureRatio", .ratio, default: "0.1",
        "TerwaySecurityGroupSyncFailure fires above this ratio of failed to all synchronisations, greater than 0, at most 1."
      )
    ])

  private static let capacity = group(
    "Exhaustion of IP addresses that is ahead: of nodes, zones and vSwitches.", enabled: true,
    [
      .field(
        "exhaustionHorizon", .duration(.hours(1)...(.hours(720))), default: "24h",
        "How far ahead exhaustion is predicted, 1h to 720h.")
    ])

  private static let anomaly = group(
    "Values that leave the band in which they usually are.", enabled: false,
    [
      .field(
        "strategy", .choice(Alerts.Anomaly.Strategy.self), default: "Robust",
        "How the band is drawn. Robust: around the median, by the median deviation. Adaptive: with a daily and weekly season."
      ),
      .field(
        "sensitivity", .decimal(.decimal() > 0 && .decimal() <= 10, "must be greater than 0 and at most 10"),
        default: "3",
        "Half the width of the band, in deviations, up to 10. Smaller fires more often."),
    ])

  private static let slo = group(
    "Burn-rate alerts on the success and latency of IP allocation.", enabled: false,
    [
      .field(
        "objective", .decimal(.decimal() >= 50 && .decimal() < 100, "must be at least 50 and less than 100"),
        default: "99.9",
        "Percent of allocations that must succeed, and of those that must be quick, in 30 days; from 50 to below 100."),
      .field(
        "allocationLatency", .duration(.milliseconds(50)...(.minutes(10))), default: "6400ms",
        "Within which an allocation is quick, 50ms to 10m; taken up to the next of 50ms, 100ms, 200ms and so on."),
    ])

  private static let override: StructuralSchema = .object(
    "Changes to one alert.",
    [
      .required("alert", .string(alertName, length: 1...128), "Name of the alert. Example: TerwayHighLatency."),
      .field("disabled", .boolean, default: false, "Whether the alert is left out."),
      .optional(
        "for", .duration(.zero...(.hours(168))), "How long the condition must hold before the alert fires, 0s to 168h."),
      .optional(
        "keepFiringFor", .duration(.zero...(.hours(168))),
        "How long the alert goes on after its condition ended, 0s to 168h. Needs Prometheus 2.42."),
      .optional("severity", .choice(Alerts.Override.Severity.self), "Label severity: critical, warning or info."),
      .optional(
        "threshold", .nonNegativeDecimal,
        "Threshold, in the unit of the alert's expression: seconds, bytes per second, ratios from 0 to 1. Example: \"0.05\"."
      ),
    ])

  private static let alertName = SchemaPattern(
    "^[a-zA-Z_][a-zA-Z0-9_]*$", "the name of an alert", examples: ["TerwayHighLatency"])
}
