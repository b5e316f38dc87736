import Serialization

/// What the daemon writes into the `spec` of its node's resource.
struct Specification: Hashable, Sendable {
  var band: IdleBand
  var securityGroups: [String]
  var vSwitches: [String]
  var isTrunk: Bool
  /// ENIs that may be attached.
  var interfaces: Int

  /// - Parameter ownVSwitch: where the configuration names none for the zone.
  init(
    _ configuration: EniConfiguration, zone: String, ownVSwitch: String, isExclusive: Bool,
    cluster: StandIn.Configuration
  ) {
    // A pod that has a whole ENI leaves nothing to keep idle.
    band = isExclusive ? IdleBand(min: 0, max: 0) : configuration.band
    securityGroups = configuration.securityGroups
    vSwitches = configuration.vSwitches[zone] ?? [ownVSwitch]
    isTrunk = configuration.isTrunk
    interfaces = cluster.podInterfaces
  }

  /// The members that the daemon sets anew whenever it reads its configuration.
  static let members = ["datapath", "eni", "flavor", "pool"]

  var json: JSONValue {
    [
      "datapath": ["type": "datapathv2"],
      "eni": [
        "enableERDMA": false, "enableIPPrefix": false, "enableIPv4": true, "enableIPv6": false,
        "enableTrunk": .bool(isTrunk), "securityGroupIDs": JSONValue(securityGroups),
        "vSwitchOptions": JSONValue(vSwitches), "vSwitchSelectPolicy": "ordered",
        "tag": ["creator": "terway"],
      ],
      "flavor": [
        [
          "count": JSONValue(interfaces), "networkInterfaceTrafficMode": "Standard",
          "networkInterfaceType": "Secondary",
        ]
      ],
      "pool": [
        "minPoolSize": JSONValue(band.min), "maxPoolSize": JSONValue(band.max), "poolSyncPeriod": "120s",
        "warmUpSize": 0,
      ],
    ]
  }

  /// What brings a resource's spec to this; `nil` when nothing is missing.
  func patch(of spec: JSONValue) -> JSONValue? {
    let current = (spec.object ?? [:]).filter { Self.members.contains($0.key) }
    return MergePatch.difference(from: .object(current), to: json)
  }
}
