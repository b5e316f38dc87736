import Serialization
import TerwayModel

/// Configuration of log collectors and of Loki, as ConfigMaps. The collectors themselves are the user's.
enum LoggingObjects {
  static func manifests(_ context: RenderContext) -> [Manifest] {
    let logging = context.spec.logging
    var manifests: [Manifest] = []
    if logging.fluentd.enabled {
      manifests.append(configMap(context, "fluentd-", ["fluent.conf": FluentdConfiguration(context: context).text]))
    }
    if logging.fluentBit.enabled {
      manifests.append(configMap(context, "fluent-bit-", FluentBitConfiguration(context: context).files))
    }
    if logging.loki.enabled {
      manifests.append(configMap(context, "loki-", ["loki.yaml": LokiConfiguration(context: context).text]))
      if logging.loki.alerts {
        // By the label the sidecar of Loki's chart finds it.
        manifests.append(
          configMap(
            context, "loki-", suffix: "-rules", ["terway-logs.yaml": LogAlert.ruleFile(context)],
            labels: ["loki_rule": "1"]))
      }
    }
    return manifests
  }

  private static func configMap(
    _ context: RenderContext, _ prefix: String, suffix: String = "-config", _ files: [String: String],
    labels: [String: String] = [:]
  ) -> Manifest {
    Manifest(
      GeneratedResource.configMap, namespace: context.spec.logging.namespace,
      name: ObjectName.subdomain(prefix: prefix, context.profile, suffix),
      labels: labels.merging(context.labels) { $1 }, ["data": JSONValue(files)])
  }
}
