import KubernetesModel
import Serialization

extension TerwayNode {
  /// Annotations that somebody reads; others are not kept.
  public static let keptAnnotations: Set<String> = ["ops.terway.io/refresh"]

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
        metadata.annotations = metadata.annotations.filter { Self.keptAnnotations.contains($0.key) }
      case "spec": try readSpec(&reader)
      case "status": try readStatus(&reader)
      default: break
      }
    }
  }

  private mutating func readSpec(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readOptionalObject { (key, reader) throws(JSONError) in
      switch key {
      case "nodeMetadata":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          switch key {
          case "instanceType": instanceType = try String?(json: &reader) ?? ""
          case "instanceID": instanceID = try String?(json: &reader) ?? ""
          case "zoneID": zone = try String?(json: &reader) ?? ""
          default: break
          }
        }
      case "nodeCap": capacity = try Capacity(json: &reader)
      case "eni": configuration = try Configuration(json: &reader)
      case "pool": pool = try Pool(json: &reader)
      case "flavor": flavors = try [Flavor]?(json: &reader) ?? []
      default: break
      }
    }
  }

  private mutating func readStatus(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readOptionalObject { (key, reader) throws(JSONError) in
      switch key {
      case "lastSyncOpenAPITime": lastSync = try reader.readInstant()
      case "nextSyncOpenAPITime": nextSync = try reader.readInstant()
      case "lastModifiedTime": lastModified = try reader.readInstant()
      case "networkInterfaces":
        try reader.readOptionalObject { (id, reader) throws(JSONError) in
          var interface = try Interface(json: &reader)
          interface.id = id.string
          interfaces.append(interface)
        }
        interfaces.sort { $0.id < $1.id }
      default: break
      }
    }
  }
}

extension TerwayNode.Capacity: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readOptionalObject { (key, reader) throws(JSONError) in
      switch key {
      case "adapters": adapters = try Int?(json: &reader) ?? 0
      case "ipv4PerAdapter": addressesPerAdapter = try Int?(json: &reader) ?? 0
      case "instanceBandwidthRx": bandwidthReceive = try Int?(json: &reader) ?? 0
      case "instanceBandwidthTx": bandwidthTransmit = try Int?(json: &reader) ?? 0
      default: break
      }
    }
  }
}

extension TerwayNode.Configuration: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readOptionalObject { (key, reader) throws(JSONError) in
      switch key {
      case "securityGroupIDs": securityGroups = try ([String]?(json: &reader) ?? []).sorted()
      case "vSwitchOptions": vSwitches = try ([String]?(json: &reader) ?? []).sorted()
      case "enableIPPrefix": usesPrefixes = try Bool?(json: &reader) ?? false
      case "enableTrunk": usesTrunk = try Bool?(json: &reader) ?? false
      default: break
      }
    }
  }
}

extension TerwayNode.Pool: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readOptionalObject { (key, reader) throws(JSONError) in
      switch key {
      case "minPoolSize": minimum = try Int?(json: &reader)
      case "maxPoolSize": maximum = try Int?(json: &reader)
      case "warmUpSize": warmUp = try Int?(json: &reader)
      default: break
      }
    }
  }
}

extension TerwayNode.Flavor: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "networkInterfaceType": type = try String?(json: &reader) ?? ""
      case "networkInterfaceTrafficMode": trafficMode = try String?(json: &reader) ?? ""
      case "count": count = try Int?(json: &reader) ?? 0
      default: break
      }
    }
  }
}

extension TerwayNode.Interface: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "networkInterfaceType": type = try String?(json: &reader) ?? ""
      case "networkInterfaceTrafficMode": trafficMode = try String?(json: &reader) ?? ""
      case "status": status = try String?(json: &reader) ?? ""
      case "vSwitchID": vSwitch = try String?(json: &reader) ?? ""
      case "ipv4CIDR": cidr = try String?(json: &reader) ?? ""
      case "securityGroupIDs": securityGroups = try ([String]?(json: &reader) ?? []).sorted()
      case "unschedulable": isUnschedulable = try Bool?(json: &reader) ?? false
      case "ipv4":
        try reader.readOptionalObject { (_, reader) throws(JSONError) in try readAddress(&reader) }
      case "ipv4Prefix":
        guard try !reader.readNull() else { return }
        try reader.readArray { (reader) throws(JSONError) in
          try reader.skipValue()
          prefixes += 1
        }
      case "conditions":
        try reader.readOptionalObject { (type, reader) throws(JSONError) in
          let condition = try InterfaceCondition(json: &reader)
          switch type {
          case "InsufficientIP": insufficientIP = condition.observed
          case "OperationErr": (operationError, isThrottled) = (condition.observed, condition.tellsOfThrottling)
          default: break
          }
        }
      default: break
      }
    }
  }

  private mutating func readAddress(_ reader: inout JSONReader) throws(JSONError) {
    var (status, isUsed) = ("", false)
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "status": status = try String?(json: &reader) ?? ""
      case "podID":
        if try String?(json: &reader)?.isEmpty == false { isUsed = true }
      case "podUID":
        if let uid = try String?(json: &reader), !uid.isEmpty { pods.append(PodFingerprint(uid: uid)) }
      default: break
      }
    }
    if isUsed { addresses.used += 1 }
    switch status {
    case "Valid":
      addresses.valid += 1
      if isUsed { addresses.validUsed += 1 }
    case "Invalid": addresses.invalid += 1
    case "Deleting": addresses.deleting += 1
    default: break
    }
  }
}

/// A condition of an interface. One that was observed at a time that cannot be read was observed at the beginning of time.
private struct InterfaceCondition: JSONDecodable {
  var observed = 0.0
  /// Of the message only what it says of too many calls is kept.
  var tellsOfThrottling = false

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readOptionalObject { (key, reader) throws(JSONError) in
      switch key {
      case "observedTime": observed = try reader.readInstant() ?? 0
      case "message": tellsOfThrottling = try String?(json: &reader)?.contains("Throttling") ?? false
      default: break
      }
    }
  }
}
