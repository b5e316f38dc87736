extension MonitoringProfileSpec {
  /// What is scraped and recorded.
  public struct Metrics: Codable, Hashable, Sendable {
    /// External label that tells clusters apart; empty = single cluster.
    public var clusterLabel = ""
    /// `2.42`, `v3.1.0`; empty = read off the Prometheus resources, else 2.42.
    public var prometheusVersion = ""
    public var source = Source.auto
    public var interval: DurationText = "15s"
    public var scrapeTimeout: DurationText = "10s"
    /// Regular expressions of the metric names to keep; empty = all.
    public var keep = ["terway_(eni|network|qos|security)_.*"]
    /// Appended to the built-in ones (node, pod).
    public var relabelings: [Relabeling] = []
    /// Appended to the one made of `keep`.
    public var metricRelabelings: [Relabeling] = []
    /// Besides the built-in ones; one of the same name replaces the built-in.
    public var custom: [Custom] = []

    public init() {}

    /// Whose series the rules are written against.
    public enum Source: String, Codable, Hashable, Sendable, CaseIterable {
      case auto = "Auto"
      case contract = "Contract"
      case upstream = "Upstream"
    }

    /// A relabeling step with Prometheus' own defaults.
    public struct Relabeling: Codable, Hashable, Sendable {
      public var sourceLabels: [String] = []
      public var separator = ";"
      /// Empty = none, which the actions `keep`, `drop`, `labelmap`, `labeldrop` and `labelkeep` want.
      public var targetLabel = ""
      public var regex = "(.*)"
      /// Of `hashmod`; 0 = none.
      public var modulus = 0
      public var replacement = "$1"
      public var action = Action.replace

      public init() {}

      public enum Action: String, Codable, Hashable, Sendable, CaseIterable {
        case replace, keep, drop, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase, keepequal, dropequal
      }
    }

    /// A metric derived from others: a recording rule, and an entry of the custom-metrics ConfigMap.
    public struct Custom: Codable, Hashable, Sendable {
      public var name: String
      public var help: String
      public var type: Kind
      /// Labels that the result keeps.
      public var labels: [String]
      /// PromQL.
      public var query: String

      public init(name: String, help: String = "", type: Kind = .gauge, labels: [String] = [], query: String) {
        self.name = name
        self.help = help
        self.type = type
        self.labels = labels
        self.query = query
      }

      public enum Kind: String, Codable, Hashable, Sendable, CaseIterable { case gauge, counter }
    }
  }
}
