import KubernetesModel

/// What an `EniAutoscalePolicy` asks for. `EniAutoscalePolicySpec()` is `spec: {}` with the defaults applied.
///
/// Field names are those of the YAML; what each means, its unit and its bounds stand in `EniAutoscalePolicySchema`.
public struct EniAutoscalePolicySpec: Codable, Hashable, Sendable {
  public var mode = Mode.recommend
  public var nodeSelector = NodeSelector()
  /// On a node that two policies select, the higher one acts.
  public var priority = 0
  public var minENIs = 2
  public var maxENIs = 10
  /// Ratio of used to total IPs above which a node gets more.
  public var scaleUpThreshold: DecimalText = "0.8"
  /// Ratio of used to total IPs below which a node gives some back.
  public var scaleDownThreshold: DecimalText = "0.3"
  public var evaluationInterval: DurationText = "15s"
  public var signal = Signal()
  public var legacy = Legacy()
  public var behavior = Behavior()
  public var forecast = Forecast()
  public var budget = Budget()
  /// Who wants the policy to pause; any entry pauses it.
  public var pauseRequests: [String] = []
  /// When changes are allowed; empty = always.
  public var maintenanceWindows: [MaintenanceWindow] = []
  public var remediation = Remediation()
  /// Whether somebody wrote a threshold down, here or in the operator's environment: then they hold beside the forecast too.
  /// No field of the resource.
  public var namesThresholds = false

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case mode, nodeSelector, priority, minENIs, maxENIs, scaleUpThreshold, scaleDownThreshold, evaluationInterval,
      signal, legacy
    case behavior, forecast, budget, pauseRequests, maintenanceWindows, remediation
  }

  public enum Mode: String, Codable, Hashable, Sendable, CaseIterable {
    case recommend = "Recommend"
    case apply = "Apply"
  }

  /// Which Kubernetes Nodes; empty = all that have a Terway Node resource.
  public struct NodeSelector: Codable, Hashable, Sendable {
    public var matchLabels: [String: String] = [:]
    public var matchExpressions: [Requirement] = []

    public init() {}

    /// The selector as Kubernetes evaluates it.
    public var labelSelector: LabelSelector {
      let requirements = matchExpressions.compactMap { requirement in
        LabelSelector.Operator(rawValue: requirement.operator.rawValue).map {
          LabelSelector.Requirement(key: requirement.key, operator: $0, values: requirement.values)
        }
      }
      return LabelSelector(matchLabels: matchLabels, matchExpressions: requirements)
    }

    public struct Requirement: Codable, Hashable, Sendable {
      public var key: String
      public var `operator`: Operator
      public var values: [String]

      public init(key: String, operator: Operator, values: [String] = []) {
        self.key = key
        self.operator = `operator`
        self.values = values
      }

      public enum Operator: String, Codable, Hashable, Sendable, CaseIterable {
        case isIn = "In"
        case isNotIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
      }
    }
  }

  /// Where utilisation is read.
  public struct Signal: Codable, Hashable, Sendable {
    public var source = Source.auto
    /// Age from which on a value no longer justifies shrinking.
    public var maxStaleness: DurationText = "2m"
    public var prometheus = Prometheus()

    public init() {}

    public enum Source: String, Codable, Hashable, Sendable, CaseIterable {
      case auto = "Auto"
      case nodeResource = "NodeResource"
      case prometheus = "Prometheus"
    }

    public struct Prometheus: Codable, Hashable, Sendable {
      public var url = ""
      /// PromQL; empty = the recording rule of the monitoring profile.
      public var query = ""
      /// PromQL for the addresses that each node has in all; empty = the recording rule of the monitoring profile.
      public var totalQuery = ""
      /// Secret of the operator's namespace with the key `token`, or `username` and `password`, and perhaps `ca.crt`;
      /// empty = no authentication.
      public var credentialsSecret = ""

      public init() {}
    }
  }

  /// Nodes whose daemon owns the pool: a restart makes it read its configuration.
  public struct Legacy: Codable, Hashable, Sendable {
    /// Addresses of an ENI; 0 = such nodes are skipped.
    public var ipsPerENI = 0
    /// Between two starts of a daemon.
    public var restartInterval: DurationText = "30m"

    public init() {}
  }

  /// Whether nodes are sized whose daemon owns the pool: what they use is told by a Prometheus only.
  public var sizesLegacyNodes: Bool {
    legacy.ipsPerENI > 0 && signal.source != .nodeResource && !signal.prometheus.url.isEmpty
  }

  /// How fast a node grows and shrinks.
  public struct Behavior: Codable, Hashable, Sendable {
    public var scaleUp = ScaleUp()
    public var scaleDown = ScaleDown()

    public init() {}

    public struct ScaleUp: Codable, Hashable, Sendable {
      public var stabilizationWindow: DurationText = "0s"
      public var maxStepENIs = 2

      public init() {}
    }

    public struct ScaleDown: Codable, Hashable, Sendable {
      public var stabilizationWindow: DurationText = "5m"
      public var maxStepENIs = 1
      /// After a step in either direction.
      public var cooldown: DurationText = "10m"

      public init() {}
    }
  }

  public struct Forecast: Codable, Hashable, Sendable {
    public var enabled = true
    /// Share of lead times in which the idle addresses suffice.
    public var coverage: DecimalText = "0.99"

    public init() {}
  }

  public struct Budget: Codable, Hashable, Sendable {
    /// Of the nodes that the policy manages.
    public var maxConcurrentNodes = CountOrPercent.percent(10)
    /// To the API server.
    public var writesPerMinute = 60

    public init() {}
  }

  public struct MaintenanceWindow: Codable, Hashable, Sendable {
    /// Cron expression of the window's starts.
    public var schedule: String
    public var duration: DurationText
    /// IANA name; empty = UTC.
    public var timeZone: String

    public init(schedule: String, duration: DurationText, timeZone: String = "") {
      self.schedule = schedule
      self.duration = duration
      self.timeZone = timeZone
    }
  }

  public struct Remediation: Codable, Hashable, Sendable {
    public var mode = Mode.report
    public var maxActionsPerHour = 6
    /// What may be done in the mode `Act`; empty = everything that needs no approval.
    public var actions: [Action] = []

    public init() {}

    public enum Mode: String, Codable, Hashable, Sendable, CaseIterable {
      case off = "Off"
      case report = "Report"
      case act = "Act"
    }

    public enum Action: String, Codable, Hashable, Sendable, CaseIterable {
      case restartDaemon = "RestartDaemon"
      case forceResync = "ForceResync"
      case enterScarcityMode = "EnterScarcityMode"
      case deleteLeakedPodENI = "DeleteLeakedPodENI"
    }
  }
}
