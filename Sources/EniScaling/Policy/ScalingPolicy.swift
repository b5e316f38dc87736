/// What sizing follows, apart from what it sees. The defaults are those of `spec: {}`.
public struct ScalingPolicy: Hashable, Sendable {
  public var layers = Layers()
  /// The threshold rule, with the least and the most ENIs of a node.
  public var rails = GuardRails()
  /// Share of new pods that are to find an idle address, from 0.5 to below 1.
  public var coverage = 0.99
  /// Age from which on an observation justifies no shrinking, in seconds.
  public var maxStaleness = 120.0
  public var scaleUp = Pace(stabilizationWindow: 0, maxStepENIs: 2, cooldown: 0)
  public var scaleDown = Pace(stabilizationWindow: 300, maxStepENIs: 1, cooldown: 600)
  public var costs = HoldingCosts()
  public var budget = ChangeBudget()
  /// Addresses above its minimum that a band lets be idle in any case, so that Terway does not release what it soon
  /// assigns again.
  public var slack = 7
  /// The same where more than ``usualMost`` idle addresses would come of it.
  public var leastSlack = 4
  public var usualMost = 10
  /// Idle addresses of a node that has pods, where only the fullest nodes get more.
  public var occupiedBuffer = 6
  /// The same where only the fullest nodes get pods, on a node that has some.
  public var heldSlack = 8
  /// Addresses above its minimum that a band lets be idle where only the fullest nodes get pods.
  public var mostHeld = 24
  /// Bounds on the buffers: idle addresses that every node is given, as long as the coverage is kept and when it is missed,
  /// and those on the nodes that fill next, on average over all nodes.
  public var usualEverywhere = 4
  public var mostEverywhere = 12
  public var mostAheadPerNode = 2.1
  /// From a decision to the moment at which Terway works with it, and its controlplane's own delay, in seconds.
  public var actuationDelay = 5.0
  /// Between two rounds, in seconds.
  public var evaluationInterval = 15.0

  public init() {}

  /// How many more addresses than the least may be idle, where pods may come to any node.
  func slack(above least: Int) -> Int { max(leastSlack, min(slack, usualMost - least)) }

  /// Parts of the decision that can be switched off. With the guard rails alone, the thresholds decide.
  public struct Layers: Hashable, Sendable {
    /// Pods that wait for an address or a node count as demand.
    public var exactDemand = true
    /// The threshold rule decides; a forecast, where one is made, may ask for more than it does.
    public var guardRails = false
    /// Idle addresses for the pods that come before new addresses can.
    public var newsvendor = true
    /// Corrects the forecast by how often it was too low.
    public var calibration = true
    /// Raises the forecast at times of the day at which more came before.
    public var seasonal = true
    /// Holds idle addresses until keeping them has cost what getting them anew would.
    public var releaseHold = true
    /// Stabilisation windows, step limits and cooldown.
    public var pace = true
    /// Keeps no buffers where addresses run out.
    public var scarcity = true

    public init() {}

    /// The rule that the project began with, and nothing else.
    public static let guardRailsOnly: Layers = {
      var layers = Layers()
      layers.guardRails = true
      layers.exactDemand = false
      layers.newsvendor = false
      layers.calibration = false
      layers.seasonal = false
      layers.releaseHold = false
      layers.pace = false
      layers.scarcity = false
      return layers
    }()
  }

  /// How fast a node may change in one direction.
  public struct Pace: Hashable, Sendable {
    /// In seconds: growth takes the smallest size wanted during this time, release the largest.
    public var stabilizationWindow: Double
    public var maxStepENIs: Int
    /// Time after a change in either direction, in seconds.
    public var cooldown: Double

    public init(stabilizationWindow: Double, maxStepENIs: Int, cooldown: Double) {
      self.stabilizationWindow = stabilizationWindow
      self.maxStepENIs = maxStepENIs
      self.cooldown = cooldown
    }
  }
}

/// What idle addresses and calls cost, in idle-address-seconds.
public struct HoldingCosts: Hashable, Sendable {
  /// Of giving an address back and getting it again: as much as keeping it for two hours.
  public var releaseAndReacquire = 7_200.0
  /// Addresses that were not needed for so many times that long are released, although the band would let them be idle.
  public var patience = 84.0
  /// Of a pod that finds no idle address: as much as keeping one for forty hours.
  public var latePod = 144_000.0

  public init() {}
}

/// How much may be changed.
public struct ChangeBudget: Hashable, Sendable {
  /// Writes to the Kubernetes API per minute, for all nodes.
  public var writesPerMinute = 60
  /// Writes that one change of a node's band takes: its label, and the annotation that makes Terway look.
  public var writesPerChange = 2
  /// Changes of one node's band per day, on average; a few may come at once.
  public var changesPerNodeAndDay = 8.0
  /// Calls of the cloud's API per minute that growth may cause, for all nodes.
  public var cloudCallsPerMinute = 300

  public init() {}
}
