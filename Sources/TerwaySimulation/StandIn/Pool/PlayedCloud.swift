/// The cloud of a stand-in: the simulation's, with addresses that have numbers, and faults on command.
struct PlayedCloud: Sendable {
  private var cloud: Cloud
  private var ranges: [AddressRange]
  /// Nodes that are told to throttle the account.
  var throttlers: Set<String> = []
  /// Nodes that are told to exhaust their vSwitch, by zone.
  var exhausters: [Int: Set<String>] = [:]
  private var interfaces: UInt64 = 0
  private var random: SeededGenerator

  init(_ configuration: StandIn.Configuration) {
    ranges = (0..<configuration.zones).map { AddressRange(zone: $0, prefix: configuration.vSwitchPrefix) }
    var limits = configuration.cloud
    limits.addressesPerVSwitch = min(limits.addressesPerVSwitch, ranges.first?.size ?? 0)
    cloud = Cloud(limits, zones: configuration.zones, seed: configuration.seed)
    random = SeededGenerator(seed: configuration.seed ^ 0x5eed)
  }

  func cidr(zone: Int) -> String { ranges[zone].cidr }
  var isThrottled: Bool { !throttlers.isEmpty }
  func isExhausted(zone: Int) -> Bool { exhausters[zone]?.isEmpty == false }

  mutating func assign(_ count: Int, zone: Int, at now: Double) -> Cloud.Answer {
    refusal(zone: zone, at: now) ?? cloud.assign(count, zone: zone, at: now)
  }

  mutating func attach(_ count: Int, zone: Int, at now: Double) -> Cloud.Answer {
    refusal(zone: zone, at: now) ?? cloud.attach(count, zone: zone, at: now)
  }

  /// When the addresses are given back; `nil` when the API is throttled.
  mutating func unassign(_ count: Int, zone: Int, at now: Double) -> Double? {
    isThrottled || !cloud.unassign(count, zone: zone, at: now) ? nil : now + 2
  }

  /// When the ENI's place is free; `nil` when the API is throttled.
  mutating func detach(_ count: Int, zone: Int, at now: Double) -> Double? {
    isThrottled ? nil : cloud.detach(count, zone: zone, at: now)
  }

  private func refusal(zone: Int, at now: Double) -> Cloud.Answer? {
    if isThrottled { return .throttled(until: ((now / 60).rounded(.down) + 1) * 60) }
    return isExhausted(zone: zone) ? .exhausted : nil
  }

  /// Addresses that a call was to bring and did not.
  mutating func forgo(_ count: Int, zone: Int) { cloud.release(count, zone: zone) }

  mutating func takeAddress(zone: Int) -> IPv4Address { ranges[zone].take() }
  mutating func give(back address: IPv4Address, zone: Int) { ranges[zone].give(back: address) }

  /// Takes over an address of an earlier life.
  mutating func occupy(_ address: IPv4Address, zone: Int) {
    ranges[zone].occupy(address)
    cloud.occupy(1, zone: zone)
  }

  mutating func newInterface() -> String {
    interfaces += 1
    return "eni-bp1\(Identifier.hex(random.next() >> 24 ^ interfaces, 14))"
  }

  /// Five characters as Kubernetes ends names with.
  mutating func newSuffix() -> String {
    let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    return String((0..<5).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
  }
}
