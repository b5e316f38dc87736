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
    }
    return manifests
  }

  private static func configMap(_ context: RenderContext, _ prefix: String, _ files: [String: String]) -> Manifest {
    Manifest(
      GeneratedResource.configMap, namespace: context.spec.logging.namespace,
      name: ObjectName.subdomain(prefix: prefix, context.profile, "-config"), labels: context.labels,
      ["data": JSONValue(files)])
  }
}

/// What the collectors have in common. Terway writes klog lines to stderr, nothing under /var/log/terway.
enum TerwayLogs {
  /// Daemon and controlplane, as the container runtime lays their logs out.
  static func path(_ context: RenderContext) -> String {
    "/var/log/containers/terway-*_\(context.spec.terway.namespace)_*.log"
  }

  /// `I0829 14:45:54.233267  1 daemon.go:152] message`
  static let klog =
    #"^(?<severity>[IWEF])(?<logged_at>\d{4} \d{2}:\d{2}:\d{2}\.\d+)\s+(?<thread>\d+)\s+(?<source>[^ \]]+)\] (?<message>.*)$"#
}
