extension MonitoringProfileSpec {
  /// Which groups of alerts exist, and their thresholds.
  public struct Alerts: Codable, Hashable, Sendable {
    /// Prefix of every `runbook_url`; the alert's page follows after a slash.
    public var runbookBaseURL = "https://github.com/terway-operator/terway-operator/blob/main/docs/runbooks"
    public var language = Language.en
    public var performance = Performance()
    public var qos = QoS()
    public var security = Security()
    public var availability = Availability()
    public var capacity = Capacity()
    public var anomaly = Anomaly()
    public var slo = SLO()
    public var inhibition = Inhibition()
    /// At most one for each alert.
    public var overrides: [Override] = []

    public init() {}

    /// Of annotation texts.
    public enum Language: String, Codable, Hashable, Sendable, CaseIterable { case en, zh }

    public struct Performance: Codable, Hashable, Sendable {
      public var enabled = true
      public var latencyP95: DurationText = "50ms"
      /// Bytes per second of one node and direction.
      public var throughput: DecimalText = "1e9"
      /// Ratio of allocated to total IPs.
      public var eniUtilization: DecimalText = "0.8"

      public init() {}
    }

    public struct QoS: Codable, Hashable, Sendable {
      public var enabled = true
      public var violationsPerMinute: DecimalText = "10"
      /// Multiple of the allocated bandwidth.
      public var bandwidthOvershoot: DecimalText = "1.1"

      public init() {}
    }

    public struct Security: Codable, Hashable, Sendable {
      public var enabled = true
      /// Failed synchronisations among all.
      public var securityGroupFailureRatio: DecimalText = "0.1"

      public init() {}
    }

    /// Terway down, metrics absent, API errors.
    public struct Availability: Codable, Hashable, Sendable {
      public var enabled = true

      public init() {}
    }

    public struct Capacity: Codable, Hashable, Sendable {
      public var enabled = true
      /// How far ahead exhaustion is predicted.
      public var exhaustionHorizon: DurationText = "24h"

      public init() {}
    }

    public struct Anomaly: Codable, Hashable, Sendable {
      public var enabled = false
      public var strategy = Strategy.robust
      /// Width of the band, in deviations.
      public var sensitivity: DecimalText = "3"

      public init() {}

      public enum Strategy: String, Codable, Hashable, Sendable, CaseIterable {
        case robust = "Robust"
        case adaptive = "Adaptive"
      }
    }

    public struct SLO: Codable, Hashable, Sendable {
      public var enabled = false
      /// Percent.
      public var objective: DecimalText = "99.9"
      /// Within which a pod's address is to be allocated; taken up to the next bound of Terway's buckets, which double from
      /// 50ms on.
      public var allocationLatency: DurationText = "6400ms"

      public init() {}
    }

    /// An AlertmanagerConfig that silences consequences of a firing alert.
    public struct Inhibition: Codable, Hashable, Sendable {
      public var enabled = false

      public init() {}
    }

    /// Changes to one alert; what is `nil` stays as it is.
    public struct Override: Codable, Hashable, Sendable {
      public var alert: String
      public var disabled: Bool
      public var `for`: DurationText?
      public var keepFiringFor: DurationText?
      public var severity: Severity?
      /// In the unit of the alert's expression.
      public var threshold: DecimalText?

      public init(
        alert: String, disabled: Bool = false, for pending: DurationText? = nil, keepFiringFor: DurationText? = nil,
        severity: Severity? = nil, threshold: DecimalText? = nil
      ) {
        self.alert = alert
        self.disabled = disabled
        self.for = pending
        self.keepFiringFor = keepFiringFor
        self.severity = severity
        self.threshold = threshold
      }

      public enum Severity: String, Codable, Hashable, Sendable, CaseIterable { case critical, warning, info }
    }
  }
}
