import Serialization
import TerwayModel

/// What makes Prometheus scrape the series that everything else here is built on.
///
/// Terway serves its metrics on a socket that only root of its node can open, and declares no port: no monitor can scrape it.
/// The operator exports what is known of every node, so the monitor selects the operator's Service.
enum ScrapeObjects {
  static func manifests(_ context: RenderContext) -> [Manifest] {
    let metrics = context.spec.metrics
    var endpoint: JSONValue = [
      "port": .string(context.endpoint.port),
      "path": "/metrics",
      "interval": .string(metrics.interval.text),
      "scrapeTimeout": .string(metrics.scrapeTimeout.text),
      // The exporter speaks for other nodes and pods: its own node and pod must not replace theirs.
      "honorLabels": true,
      "relabelings": .array(defaultRelabelings + metrics.relabelings.map(json)),
    ]
    let metricRelabelings = keeping(metrics.keep) + metrics.metricRelabelings.map(json)
    if !metricRelabelings.isEmpty { endpoint["metricRelabelings"] = .array(metricRelabelings) }
    return [
      Manifest(
        GeneratedResource.serviceMonitor, namespace: context.spec.namespace,
        name: ObjectName.subdomain(context.profile, "-monitor"),
        labels: context.labels(selectedBy: \.serviceMonitors),
        [
          "spec": [
            "jobLabel": .string(OperatorEndpoint.jobLabel),
            "selector": ["matchLabels": JSONValue(context.endpoint.labels)],
            "namespaceSelector": ["matchNames": [.string(context.endpoint.namespace)]],
            "sampleLimit": sampleLimit,
            "labelLimit": 64,
            "labelNameLengthLimit": 256,
            "labelValueLengthLimit": 1024,
            "endpoints": [endpoint],
          ]
        ])
    ]
  }

  /// Five thousand nodes with eight ENIs each and a limit for every pod, and as much again to spare.
  private static let sampleLimit: JSONValue = 500_000

  private static let defaultRelabelings: [JSONValue] = [
    ["action": "replace", "sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node"],
    ["action": "replace", "sourceLabels": ["__meta_kubernetes_pod_name"], "targetLabel": "pod"],
  ]

  private static func keeping(_ expressions: [String]) -> [JSONValue] {
    guard !expressions.isEmpty else { return [] }
    let regex = expressions.count == 1 ? expressions[0] : expressions.map { "(\($0))" }.joined(separator: "|")
    return [["action": "keep", "sourceLabels": ["__name__"], "regex": .string(regex)]]
  }

  /// A step with what differs from Prometheus' defaults, in the fields that its action reads.
  private static func json(_ step: MonitoringProfileSpec.Metrics.Relabeling) -> JSONValue {
    let defaults = MonitoringProfileSpec.Metrics.Relabeling()
    var json: JSONValue = ["action": .string(step.action.rawValue)]
    if !step.sourceLabels.isEmpty { json["sourceLabels"] = JSONValue(step.sourceLabels) }
    if step.separator != defaults.separator { json["separator"] = .string(step.separator) }
    if step.targetLabel != defaults.targetLabel { json["targetLabel"] = .string(step.targetLabel) }
    if step.regex != defaults.regex { json["regex"] = .string(step.regex) }
    if step.modulus != defaults.modulus { json["modulus"] = JSONValue(step.modulus) }
    if step.replacement != defaults.replacement { json["replacement"] = .string(step.replacement) }
    return json
  }
}
