/// What a simulation counts as it goes on.
struct Score: Sendable {
  private let nodes: Int
  private let ipsPerENI: Int
  private(set) var time = 0.0
  /// Addresses without a pod, over all nodes.
  var idle = 0
  /// Pods without an address, over all nodes.
  var waiting = 0
  var unscheduledPods = 0
  var enis = 0
  var actions = 0
  var reversals = 0
  var configurationWrites = 0
  var failedCalls = 0
  var exhaustions = 0
  /// Addresses that wait to be collected, over all nodes.
  var leakedAddresses = 0
  private var idleSeconds = 0.0
  private var waitSeconds = 0.0
  private var unscheduledSeconds = 0.0
  private var eniSeconds = 0.0
  private var leakSeconds = 0.0
  private var waits = WaitDistribution()
  private(set) var series = TimeSeries()

  init(_ fleet: FleetConfiguration) {
    nodes = fleet.nodes
    ipsPerENI = fleet.ipsPerENI
  }

  mutating func advance(to now: Double) {
    let elapsed = now - time
    guard elapsed > 0 else { return }
    idleSeconds += Double(idle) * elapsed
    waitSeconds += Double(waiting) * elapsed
    unscheduledSeconds += Double(unscheduledPods) * elapsed
    eniSeconds += Double(enis) * elapsed
    leakSeconds += Double(leakedAddresses) * elapsed
    series.add(idle: idle, waiting: waiting, from: time, to: now)
    time = now
  }

  /// - Parameter isOver: whether the pod still waits when the simulation ends.
  mutating func countWait(_ wait: Double, isOver: Bool) { waits.add(isOver ? wait : max(wait, 0.01)) }

  func figures(cloud: Cloud) -> ScoreCard.Figures {
    var figures = ScoreCard.Figures()
    figures.waitPodSeconds = waitSeconds
    figures.waitP50Seconds = waits.quantile(0.5)
    figures.waitP99Seconds = waits.quantile(0.99)
    figures.waitMaxSeconds = waits.maximum
    figures.lateFraction = waits.count > 0 ? Double(waits.late) / Double(waits.count) : 0
    figures.idleIPHours = idleSeconds / 3600
    figures.idleIPsPerNode = time > 0 ? idleSeconds / time / Double(nodes) : 0
    figures.eniHours = eniSeconds / 3600
    figures.leakedENIHours = leakSeconds / 3600 / Double(ipsPerENI)
    figures.cloudCalls = cloud.calls.reduce(0, +)
    for api in Cloud.API.allCases where cloud.calls[api.rawValue] > 0 {
      figures.callsByAPI[api.name] = cloud.calls[api.rawValue]
    }
    figures.throttledCalls = cloud.throttledCalls
    figures.configurationWrites = configurationWrites
    figures.actions = actions
    figures.reversals = reversals
    figures.failedCalls = failedCalls
    figures.unscheduledPodSeconds = unscheduledSeconds
    figures.days = time / 86_400
    figures.series = series.points
    return figures
  }
}
