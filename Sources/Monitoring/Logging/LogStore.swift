import TerwayModel

/// Somewhere that logs are written to, and how a collector is let in.
struct LogStore {
  var host: String
  var port: Int
  var scheme: MonitoringProfileSpec.Logging.Scheme
  /// Secrets of the logging namespace; empty for none.
  var authSecret: String
  var caSecret: String
  /// Begins the names of the environment variables with the credentials.
  var variable: String
  /// Where the collector's pod mounts `caSecret`.
  var caFile: String

  var isSecure: Bool { scheme == .https }

  static func elasticsearch(_ context: RenderContext) -> LogStore {
    let target = context.spec.logging.fluentd.elasticsearch
    return LogStore(
      host: target.host, port: target.port, scheme: target.scheme, authSecret: target.authSecret,
      caSecret: target.caSecret, variable: "ELASTICSEARCH", caFile: "/etc/terway-logs/elasticsearch/ca.crt")
  }

  static func loki(_ context: RenderContext) -> LogStore {
    let target = context.spec.logging.loki
    return LogStore(
      host: target.host.isEmpty ? "loki.\(context.spec.logging.namespace).svc.cluster.local" : target.host,
      port: target.port, scheme: target.scheme, authSecret: target.authSecret, caSecret: target.caSecret,
      variable: "LOKI", caFile: "/etc/terway-logs/loki/ca.crt")
  }

  /// For people: what the collector's pod has to be given. No secret is in the configuration itself.
  func needs(_ context: RenderContext) -> [String] {
    var lines: [String] = []
    if !authSecret.isEmpty {
      lines += [
        "# Environment: \(variable)_USERNAME and \(variable)_PASSWORD, by secretKeyRef from the keys username and",
        "# password of the Secret \(context.spec.logging.namespace)/\(authSecret).",
      ]
    }
    if isSecure, !caSecret.isEmpty {
      lines += ["# Volume: the Secret \(context.spec.logging.namespace)/\(caSecret), with ca.crt at \(caFile)."]
    }
    return lines
  }
}
