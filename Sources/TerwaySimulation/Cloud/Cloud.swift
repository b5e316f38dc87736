/// The cloud's API as pool controllers meet it: latencies, throttling, vSwitches that run out, faults.
struct Cloud: Sendable {
  enum API: Int, CaseIterable, Sendable {
    case createNetworkInterface, attachNetworkInterface, detachNetworkInterface, deleteNetworkInterface
    case assignPrivateIPAddresses, unassignPrivateIPAddresses

    var name: String {
      switch self {
      case .createNetworkInterface: "CreateNetworkInterface"
      case .attachNetworkInterface: "AttachNetworkInterface"
      case .detachNetworkInterface: "DetachNetworkInterface"
      case .deleteNetworkInterface: "DeleteNetworkInterface"
      case .assignPrivateIPAddresses: "AssignPrivateIpAddresses"
      case .unassignPrivateIPAddresses: "UnassignPrivateIpAddresses"
      }
    }
  }

  /// What a call for addresses comes to.
  enum Answer: Sendable {
    /// The addresses can be used from then on, unless it fails.
    case accepted(until: Double, fails: Bool)
    /// `Throttling`: the API is blocked for the account until then.
    case throttled(until: Double)
    /// `InvalidVSwitchId.IpNotEnough`.
    case exhausted
  }

  let configuration: CloudConfiguration
  /// Calls ever made, by API.
  private(set) var calls = [Int](repeating: 0, count: API.allCases.count)
  private(set) var throttledCalls = 0
  /// By zone.
  private(set) var freeAddresses: [Int]
  private var random: SeededGenerator
  private var minute = -1.0
  private var callsInMinute = [Int](repeating: 0, count: API.allCases.count)

  init(_ configuration: CloudConfiguration, zones: Int, seed: UInt64) {
    self.configuration = configuration
    freeAddresses = [Int](repeating: configuration.addressesPerVSwitch, count: zones)
    random = SeededGenerator(seed: seed)
  }

  /// Addresses that a node had before the simulation began.
  mutating func occupy(_ count: Int, zone: Int) {
    if configuration.addressesPerVSwitch != .max { freeAddresses[zone] -= min(count, freeAddresses[zone]) }
  }

  mutating func assign(_ count: Int, zone: Int, at now: Double) -> Answer {
    if let end = throttle(.assignPrivateIPAddresses, at: now) { return .throttled(until: end) }
    guard freeAddresses[zone] >= count else { return .exhausted }
    occupy(count, zone: zone)
    let latency = configuration.assignLatency.sample(&random)
    return .accepted(until: now + latency, fails: random.isTrue(probability: configuration.faults.assignFailure))
  }

  /// A new ENI that comes with so many addresses.
  mutating func attach(_ count: Int, zone: Int, at now: Double) -> Answer {
    if let end = throttle(.createNetworkInterface, at: now) { return .throttled(until: end) }
    guard freeAddresses[zone] >= count else { return .exhausted }
    if let end = throttle(.attachNetworkInterface, at: now) { return .throttled(until: end) }
    occupy(count, zone: zone)
    let faults = configuration.faults
    let isStuck = random.isTrue(probability: faults.stuckAttach)
    let latency = isStuck ? faults.stuckSeconds : configuration.attachLatency.sample(&random)
    return .accepted(until: now + latency, fails: isStuck || random.isTrue(probability: faults.attachFailure))
  }

  /// Gives addresses back; `false` when the API is throttled.
  mutating func unassign(_ count: Int, zone: Int, at now: Double) -> Bool {
    guard throttle(.unassignPrivateIPAddresses, at: now) == nil else { return false }
    release(count, zone: zone)
    return true
  }

  /// Gives an ENI back with its addresses; returns when its place is free, `nil` when the API is throttled.
  mutating func detach(_ count: Int, zone: Int, at now: Double) -> Double? {
    guard throttle(.detachNetworkInterface, at: now) == nil else { return nil }
    _ = throttle(.deleteNetworkInterface, at: now)
    release(count, zone: zone)
    return now + configuration.detachLatency.sample(&random)
  }

  /// Addresses that a failed call did not give after all.
  mutating func release(_ count: Int, zone: Int) {
    if configuration.addressesPerVSwitch != .max { freeAddresses[zone] += count }
  }

  mutating func leaks() -> Bool { random.isTrue(probability: configuration.faults.leakedAddress) }

  /// Counts a call; the end of the block when the API is throttled.
  private mutating func throttle(_ api: API, at now: Double) -> Double? {
    let current = (now / 60).rounded(.down)
    if current != minute {
      minute = current
      for index in callsInMinute.indices { callsInMinute[index] = 0 }
    }
    calls[api.rawValue] += 1
    callsInMinute[api.rawValue] += 1
    guard callsInMinute[api.rawValue] > configuration.callsPerMinute else { return nil }
    throttledCalls += 1
    return (current + 1) * 60
  }
}
