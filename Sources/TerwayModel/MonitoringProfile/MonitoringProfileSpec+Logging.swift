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

      public init() {}

      public enum Scheme: String, Codable, Hashable, Sendable, CaseIterable { case http, https }
    }

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
      public var replicationFactor = 1

      public init() {}
    }
  }
}
