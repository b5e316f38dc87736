import Prometheus
import Serialization
import TerwayModel

/// Metrics derived from others: each is a recording rule, and an entry of a ConfigMap that lists them for people and tools.
enum CustomMetrics {
  typealias Custom = MonitoringProfileSpec.Metrics.Custom

  /// What every profile has; an entry of the spec with the same name replaces it.
  private static func builtIn(_ context: RenderContext) -> [Custom] {
    let window = PromDuration.text(context.rateWindow)
    func sum(_ labels: [String], _ function: String, _ metric: ContractMetric) -> String {
      "sum by (\(context.dimensions(labels).joined(separator: ", "))) (\(function)(\(metric.name)[\(window)]))"
    }
    let (interface, priority) = (["node", "interface"], ["node", "priority_class"])
    return [
      Custom(
        name: "terway_eni_utilization_ratio", help: "ENI utilization ratio", labels: ["node", "eni_id"],
        query: "\(ContractMetric.allocatedIPs.name) / (\(ContractMetric.totalIPs.name) > 0)"),
      Custom(
        name: "terway_network_packet_loss_rate", help: "Network packet loss rate", labels: interface,
        query: "\(sum(interface, "rate", .packetsDropped)) / (\(sum(interface, "rate", .packets)) > 0)"),
      Custom(
        name: "terway_qos_violation_count", help: "QoS violations within \(window)", labels: priority,
        query: sum(priority, "increase", .qosViolations)),
    ]
  }

  static func all(_ context: RenderContext) -> [Custom] {
    let own = context.spec.metrics.custom
    let names = Set(own.map(\.name))
    return builtIn(context).filter { !names.contains($0.name) } + own
  }

  static func recordingRules(_ context: RenderContext) -> [RecordingRule] {
    all(context).map { RecordingRule($0.name, expression($0, context)) }
  }

  /// The query, reduced to the labels that are asked for; as it stands when none are.
  private static func expression(_ custom: Custom, _ context: RenderContext) -> PromQL {
    let query = PromQL.verbatim(custom.query)
    guard !custom.labels.isEmpty else { return query }
    let labels = context.dimensions(custom.labels)
    return switch custom.type {
    case .gauge: query.max(by: labels)
    case .counter: query.sum(by: labels)
    }
  }

  static func manifests(_ context: RenderContext) -> [Manifest] {
    let metrics: [JSONValue] = all(context).map { custom in
      [
        "name": .string(custom.name), "help": .string(custom.help), "type": .string(custom.type.rawValue),
        "labels": JSONValue(custom.labels), "query": .string(custom.query),
      ]
    }
    let list: JSONValue = ["custom_metrics": .array(metrics)]
    return [
      Manifest(
        GeneratedResource.configMap, namespace: context.spec.terway.namespace,
        name: ObjectName.subdomain(context.profile, "-custom-metrics"), labels: context.labels,
        ["data": ["metrics_config": .string(list.jsonText(pretty: true))]])
    ]
  }
}
