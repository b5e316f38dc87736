/// What all played nodes share, and what they want done.
struct Scene: Sendable {
  let configuration: StandIn.Configuration
  var cloud: PlayedCloud
  /// `eni_conf` by the name of its ConfigMap.
  var texts: [String: String] = [:]
  private(set) var actions: [StandIn.Action] = []
  private var present: Set<StandIn.Action> = []

  init(_ configuration: StandIn.Configuration) {
    self.configuration = configuration
    cloud = PlayedCloud(configuration)
  }

  /// Each action once: what is to be written is read when it is written.
  mutating func act(_ action: StandIn.Action) { if present.insert(action).inserted { actions.append(action) } }

  mutating func write(_ target: StandIn.Target) { act(.write(target)) }

  mutating func report(
    _ subject: StandIn.Notice.Subject, _ reason: String, _ note: String, isWarning: Bool = true
  ) {
    act(.report(StandIn.Notice(subject, reason, note, isWarning: isWarning)))
  }

  mutating func takeActions() -> [StandIn.Action] {
    defer { (actions, present) = ([], []) }
    return actions
  }
}
