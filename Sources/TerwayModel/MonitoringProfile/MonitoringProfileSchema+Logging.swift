import KubernetesModel
import Serialization

extension MonitoringProfileSchema {
  typealias Logging = MonitoringProfileSpec.Logging

  static let logging: StructuralSchema = .object(
    "Configuration for collecting and storing Terway's logs. Collectors and stores themselves are not installed.",
    [
      .field("namespace", .namespaceName, default: "logging", "Namespace of the generated ConfigMaps. It must exist."),
      .section("fluentd", fluentd),
      .section("fluentBit", fluentBit),
      .section("loki", loki),
    ])

  private static let fluentd: StructuralSchema = .object(
    "ConfigMap fluentd-<profile>-config: Fluentd reads Terway's logs and writes them to Elasticsearch.",
    [
      .field("enabled", .boolean, default: true, "Whether the ConfigMap exists."),
      .section("elasticsearch", elasticsearch),
    ])

  private static let elasticsearch: StructuralSchema = .object(
    "Where logs are stored.",
    [
      .field(
        "host", .string(hostName, length: 1...253), default: "elasticsearch.logging.svc.cluster.local",
        "Host name or address."),
      .field("port", .integer(1...65535), default: 9200, "TCP port, 1 to 65535."),
      .field("scheme", .choice(Logging.Scheme.self), default: "http", "http or https. Certificates are checked."),
      .field(
        "indexPrefix", .string(indexPrefix, length: 1...128), default: "terway-logs",
        "Start of the names of the daily indices: <prefix>-network-<date>, <prefix>-error-<date>, <prefix>-audit-<date>."
      ),
      authSecret, caSecret,
    ])

  private static let authSecret = SchemaField.field(
    "authSecret", .optionalSecretName, default: "",
    """
    Secret in the logging namespace with the keys username and password, from which the collector takes its \
    credentials. Empty: no authentication.
    """)
  private static let caSecret = SchemaField.field(
    "caSecret", .optionalSecretName, default: "",
    """
    Secret in the logging namespace with the key ca.crt, for https. Empty: the authorities that the collector's image knows.
    """)

  private static let fluentBit: StructuralSchema = .object(
    "ConfigMap fluent-bit-<profile>-config: Fluent Bit reads Terway's logs.",
    [
      .field("enabled", .boolean, default: false, "Whether the ConfigMap exists."),
      .field(
        "output", .choice(Logging.FluentBit.Output.self), default: "Loki",
        "Where logs are written: Loki as configured under loki, or Elasticsearch as configured under fluentd.elasticsearch."
      ),
    ])

  private static let loki: StructuralSchema = .object(
    "ConfigMaps loki-<profile>-config and loki-<profile>-rules: a Loki that stores Terway's logs and alerts on them.",
    [
      .field("enabled", .boolean, default: true, "Whether the ConfigMaps exist."),
      .field(
        "retention", .duration(.hours(24)...(.hours(87_600))), default: "168h",
        "How long logs are kept, 24h to 87600h (10 years). \"168h\" is a week."),
      .field(
        "auditRetention", .duration(.hours(24)...(.hours(87_600))), default: "720h",
        "How long security-audit logs are kept, 24h to 87600h. \"720h\" are 30 days."),
      .field(
        "replicationFactor", .integer(1...9), default: 1,
        "Copies of each log line, 1 to 9. More than 1 needs as many Lokis."),
      .field("alerts", .boolean, default: true, "Whether there are alerts on error and audit logs, for Loki's ruler."),
      .field(
        "host", .string(optionalHostName, length: 0...253), default: "",
        "Where Fluent Bit finds Loki. Empty: the Service loki of the logging namespace."),
      .field("port", .integer(1...65535), default: 3100, "TCP port, 1 to 65535."),
      .field("scheme", .choice(Logging.Scheme.self), default: "http", "http or https. Certificates are checked."),
      .field(
        "tenant", .string(tenant, length: 0...128), default: "",
        "Tenant that the logs belong to. Empty: Loki has no tenants."),
      authSecret, caSecret,
    ])

  private static let optionalHostName = SchemaPattern(
    "^([a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?)?$", "a host name or an IPv4 address without scheme and port, or empty",
    examples: ["loki-gateway.logging.svc"])
  private static let tenant = SchemaPattern(
    "^([a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?)?$", "the name of a tenant (letters, digits, dashes, dots), or empty",
    examples: ["network"])

  private static let hostName = SchemaPattern(
    "^[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?$", "a host name or an IPv4 address, without scheme and port",
    examples: ["elasticsearch.logging.svc.cluster.local"])
  private static let indexPrefix = SchemaPattern(
    "^[a-z0-9][-a-z0-9._]*$", "an index name: lower-case letters, digits, dashes, dots and underscores",
    examples: ["terway-logs"])
}
