import Prometheus
import Serialization
import TerwayModel

/// Metrics derived from others: each is a recording rule, and an entry of a ConfigMap that lists them for people and tools.
enum CustomMetrics {
  typealias Custom = MonitoringProfileSpec.Metrics.Custom

  /// What every profile has, as far as its signals have a source; an entry of the spec with the same name replaces it.
  private static func builtIn(_ context: RenderContext) -> [Custom] {
    Signal.seed.filter(context.signals.contains).compactMap { signal in
      context.recordName(of: signal).map { name in
        Custom(
          name: name, help: signal.meaning, labels: signal.labels,
          query: context.live(signal, window: .duration(context.rateWindow)).text)
      }
    }
  }

  private static func all(_ context: RenderContext) -> [Custom] {
    let own = context.spec.metrics.custom
    let names = Set(own.map(\.name))
    return builtIn(context).filter { !names.contains($0.name) } + own
  }

  /// Of the spec's own; the built-in ones are signals.
  static func recordingRules(_ context: RenderContext) -> [RecordingRule] {
    context.spec.metrics.custom.map { RecordingRule($0.name, expression($0, context)) }
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
