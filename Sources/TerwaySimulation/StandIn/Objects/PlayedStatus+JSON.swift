import FoundationEssentials
import KubernetesModel
import Serialization

extension PlayedStatus {
  /// `status` of Terway's Node resource.
  ///
  /// - Parameter scope: what all ENIs of the node share.
  func json(_ scope: Scope) -> JSONValue {
    var json: JSONValue = [
      "networkInterfaces": .object(
        Dictionary(uniqueKeysWithValues: interfaces.map { ($0.id, $0.json(scope)) }))
    ]
    if let lastSync { json["lastSyncOpenAPITime"] = scope.time(lastSync) }
    if let nextSync { json["nextSyncOpenAPITime"] = scope.time(nextSync) }
    return json
  }

  /// What is not kept for each ENI.
  struct Scope: Sendable {
    var pace: Pace
    var vSwitch: String
    var cidr: String

    func time(_ played: Double) -> JSONValue { pace.instant(played) }
  }

  /// Reads what an earlier stand-in wrote. ENIs that were on their way are not taken over: the cloud shows none of them.
  init(_ json: JSONValue, pace: Pace) {
    func time(_ json: JSONValue?) -> Double? { json?.string.flatMap(RFC3339.seconds).map(pace.played) }
    lastSync = time(json["lastSyncOpenAPITime"])
    nextSync = time(json["nextSyncOpenAPITime"])
    interfaces = (json["networkInterfaces"]?.object ?? [:]).sorted { $0.key < $1.key }.compactMap {
      PlayedInterface(id: $0.key, $0.value)
    }
  }
}

extension PlayedInterface {
  fileprivate func json(_ scope: PlayedStatus.Scope) -> JSONValue {
    var json: JSONValue = [
      "id": .string(id), "status": .string(status.rawValue), "macAddress": .string(macAddress),
      "networkInterfaceType": "Secondary", "networkInterfaceTrafficMode": "Standard",
      "securityGroupIDs": JSONValue(securityGroups), "vSwitchID": .string(scope.vSwitch),
      "ipv4CIDR": .string(scope.cidr),
      "ipv4": .object(
        Dictionary(
          uniqueKeysWithValues: addresses.enumerated().map { place, address in
            (address.ip.description, address.json(isPrimary: place == 0))
          })),
    ]
    if let primary = addresses.first { json["primaryIPAddress"] = .string(primary.ip.description) }
    var conditions: [String: JSONValue] = [:]
    for (type, condition) in [("InsufficientIP", insufficientIP), ("OperationErr", operationError)] {
      guard let condition else { continue }
      conditions[type] = ["message": .string(condition.message), "observedTime": scope.time(condition.at)]
    }
    if !conditions.isEmpty { json["conditions"] = .object(conditions) }
    return json
  }

  /// The cloud's prefix, and three bytes of the id.
  private var macAddress: String {
    let digits = Array(id.suffix(6))
    return "00:16:3e:"
      + stride(from: 0, to: digits.count - 1, by: 2).map { String(digits[$0...$0 + 1]) }.joined(separator: ":")
  }

  fileprivate init?(id: String, _ json: JSONValue) {
    guard json["status"]?.string == Status.inUse.rawValue else { return nil }
    self.id = id
    securityGroups = (json["securityGroupIDs"]?.array ?? []).compactMap(\.string)
    let entries = (json["ipv4"]?.object ?? [:]).values.filter { $0["status"]?.string == "Valid" }
    addresses = entries.compactMap(PlayedAddress.init).sorted { $0.ip < $1.ip }
    let primary = json["primaryIPAddress"]?.string.flatMap(IPv4Address.init)
    if let place = addresses.firstIndex(where: { $0.ip == primary }) { addresses.swapAt(0, place) }
  }
}

extension PlayedAddress {
  fileprivate func json(isPrimary: Bool) -> JSONValue {
    var json: JSONValue = [
      "ip": .string(ip.description), "primary": .bool(isPrimary), "status": .string(status.rawValue),
    ]
    if let pod {
      json["podID"] = .string(pod.id)
      json["podUID"] = .string(pod.uid)
    }
    return json
  }

  fileprivate init?(_ json: JSONValue) {
    guard let ip = json["ip"]?.string.flatMap(IPv4Address.init) else { return nil }
    self.ip = ip
    if let id = json["podID"]?.string, let uid = json["podUID"]?.string, !id.isEmpty { pod = Pod(id: id, uid: uid) }
  }
}

extension Pace {
  /// A played time as an API server writes the real one.
  func instant(_ played: Double) -> JSONValue {
    .string(Date(timeIntervalSince1970: real(played).rounded(.down)).formatted(.iso8601))
  }
}
