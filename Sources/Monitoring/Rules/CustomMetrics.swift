import Prometheus
import Serialization
import TerwayModel

/// Metrics derived from others: each is a recording rule, and an entry of a ConfigMap that lists them for people and tools.
///
/// The ConfigMap is generated, unless somebody else made it: then it is read, and what it lists is recorded as well.
public enum CustomMetrics {
  public typealias Custom = MonitoringProfileSpec.Metrics.Custom

  /// Name of the ConfigMap, which is in the Terway namespace.
  public static func configMapName(of profile: String) -> String { ObjectName.subdomain(profile, "-custom-metrics") }

  /// Built-in metrics as people wrote them down before there was an operator. What such an entry means is the built-in one.
  private static let formerQueries = [
    Signal.eniUtilizationRatio: "terway_eni_allocated_ips / terway_eni_total_ips",
    .packetLossRate: "rate(terway_network_packets_dropped_total[5m]) / rate(terway_network_packets_total[5m])",
    .qosViolationCount: "terway_qos_violations_total",
  ]

  /// What every profile has, as far as its signals have a source; an entry of the profile with the same name replaces it.
  private static func builtIn(_ context: RenderContext) -> [Custom] {
    Signal.seed.filter(context.signals.contains).compactMap { signal in
      context.recordName(of: signal).map { name in
        Custom(
          name: name, help: signal.meaning, labels: signal.labels,
          query: context.live(signal, window: .duration(context.rateWindow)).text)
      }
    }
  }

  /// The profile's own, and of a list that somebody else keeps those that the profile says nothing of.
  static func own(_ context: RenderContext) -> [Custom] {
    let own = context.spec.metrics.custom
    let names = Set(own.map(\.name))
    return own
      + (context.cluster.listedMetrics ?? []).filter { !names.contains($0.name) && !isBuiltIn($0, context) }
  }

  private static func isBuiltIn(_ custom: Custom, _ context: RenderContext) -> Bool {
    formerQueries.contains { signal, query in
      context.recordName(of: signal) == custom.name
        && written(query, context).text == written(custom.query, context).text
    }
  }

  /// The built-in ones are recorded as signals.
  static func recordingRules(_ context: RenderContext) -> [RecordingRule] {
    own(context).map { RecordingRule($0.name, expression($0, context)) }
  }

  /// The query, reduced to the labels that are asked for; as it stands when none are.
  static func expression(_ custom: Custom, _ context: RenderContext) -> PromQL {
    let query = written(custom.query, context)
    guard !custom.labels.isEmpty else { return query }
    let labels = context.dimensions(custom.labels)
    return switch custom.type {
    case .gauge: query.max(by: labels)
    case .counter: query.sum(by: labels)
    }
  }

  private static func written(_ query: String, _ context: RenderContext) -> PromQL {
    PromQL(written: query, as: .init(version: context.prometheusVersion, takesVariables: false))
  }

  /// None where somebody else keeps the list.
  static func manifests(_ context: RenderContext) -> [Manifest] {
    guard context.cluster.listedMetrics == nil else { return [] }
    let own = own(context)
    let names = Set(own.map(\.name))
    let metrics = builtIn(context).filter { !names.contains($0.name) } + own
    return [
      Manifest(
        GeneratedResource.configMap, namespace: context.spec.terway.namespace,
        name: configMapName(of: context.profile), labels: context.labels,
        ["data": [CustomMetricsList.key: .string(CustomMetricsList.text(metrics))]])
    ]
  }
}

extension PromQL {
  /// An expression that a person wrote, as a tree. Text that says more than a tree can hold stays as it is: comments, and lines
  /// that somebody broke for readers. So does what this version of the language does not know, which others check.
  init(written text: String, as dialect: Dialect) {
    guard !text.contains(where: { $0 == "#" || $0.isNewline }) else {
      self = .verbatim(text)
      return
    }
    do throws(PromQLSyntaxError) {
      self = try PromQL(parsing: text, as: dialect)
    } catch {
      self = .verbatim(text)
    }
  }
}
