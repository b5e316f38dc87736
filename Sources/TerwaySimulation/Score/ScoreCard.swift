/// How well a rule did.
public struct ScoreCard: Hashable, Sendable {
  /// The rule.
  public var name: String
  public var figures: Figures

  public init(name: String, figures: Figures) {
    self.name = name
    self.figures = figures
  }

  /// What was measured.
  public struct Figures: Hashable, Sendable {
    /// Time that pods with a node waited for an address, over all pods.
    public var waitPodSeconds = 0.0
    public var waitP50Seconds = 0.0
    public var waitP99Seconds = 0.0
    public var waitMaxSeconds = 0.0
    /// Share of the pods that waited at all.
    public var lateFraction = 0.0
    /// Hours that addresses without a pod were held, over all nodes.
    public var idleIPHours = 0.0
    public var idleIPsPerNode = 0.0
    /// Hours that ENIs for pods were attached, over all nodes.
    public var eniHours = 0.0
    /// Calls of the cloud's API, throttled ones included.
    public var cloudCalls = 0
    public var callsByAPI: [String: Int] = [:]
    public var throttledCalls = 0
    /// Writes to the Kubernetes API that an autoscaler made.
    public var configurationWrites = 0
    /// Growths and releases.
    public var actions = 0
    /// Actions that went the other way than the same node's action before.
    public var reversals = 0
    public var failedCalls = 0
    /// Hours that ENIs were attached for nothing but addresses that had lost their pods. Terway's collector frees
    /// addresses, not ENIs, so this counts addresses, in parts of an ENI.
    public var leakedENIHours = 0.0
    /// Time that pods waited for a node, which is no rule's fault.
    public var unscheduledPodSeconds = 0.0
    /// Simulated time.
    public var days = 0.0
    public var series: [TimePoint] = []

    public init() {}
  }
}

extension ScoreCard {
  /// As good in waiting and in idle addresses, and better in one of them. Differences below the accuracy of the
  /// simulation (a pod-second, a thousandth of an IP-hour) do not count.
  public func dominates(_ other: ScoreCard) -> Bool {
    let (mine, theirs) = (figures, other.figures)
    let isNoWorse =
      mine.waitPodSeconds <= theirs.waitPodSeconds + 1 && mine.idleIPHours <= theirs.idleIPHours * 1.001
    let isBetter =
      mine.waitPodSeconds < theirs.waitPodSeconds - 1 || mine.idleIPHours < theirs.idleIPHours * 0.999
    return isNoWorse && isBetter
  }
}
