extension MonitoringProfileSpec {
  /// Configuration of the log pipeline; the collectors and stores themselves are the user's.
  public struct Logging: Codable, Hashable, Sendable {
    public var namespace = "logging"
    public var fluentd = Fluentd()
    public var fluentBit = FluentBit()
    public var loki = Loki()

    public init() {}

    public struct Fluentd: Codable, Hashable, Sendable {
      public var enabled = true
      public var elasticsearch = Elasticsearch()

      public init() {}
    }

    public struct Elasticsearch: Codable, Hashable, Sendable {
      public var host = "elasticsearch.logging.svc.cluster.local"
      public var port = 9200
      public var scheme = Scheme.http
      public var indexPrefix = "terway-logs"
      /// Secret of the logging namespace with the keys `username` and `password`; empty = no authentication.
      public var authSecret = ""
      /// Secret of the logging namespace with the key `ca.crt`; empty = the authorities that the collector's image knows.
      public var caSecret = ""

      public init() {}
    }

    public enum Scheme: String, Codable, Hashable, Sendable, CaseIterable { case http, https }

    public struct FluentBit: Codable, Hashable, Sendable {
      public var enabled = false
      public var output = Output.loki

      public init() {}

      public enum Output: String, Codable, Hashable, Sendable, CaseIterable {
        case loki = "Loki"
        case elasticsearch = "Elasticsearch"
      }
    }

    public struct Loki: Codable, Hashable, Sendable {
      public var enabled = true
      public var retention: DurationText = "168h"
      /// Of the security-audit logs.
      public var auditRetention: DurationText = "720h"
      public var replicationFactor = 1
      /// Whether the ruler is given alerts on error and audit logs.
      public var alerts = true
      /// Where collectors write to; empty = the Service `loki` of the logging namespace.
      public var host = ""
      public var port = 3100
      public var scheme = Scheme.http
      /// Empty = a Loki without tenants.
      public var tenant = ""
      /// Secret of the logging namespace with the keys `username` and `password`; empty = no authentication.
      public var authSecret = ""
      /// Secret of the logging namespace with the key `ca.crt`; empty = the authorities that the collector's image knows.
      public var caSecret = ""

      public init() {}
    }
  }
}
