import KubernetesModel
import Serialization

/// What sizing a pool needs of a Terway Node: a few words, and how many addresses each interface has and how many of them
/// a pod uses. Read by our reader and by Foundation's into the same value.
struct NarrowNode: KubernetesObject, Equatable {
  static let resource = ResourceType(
    NodeGenerator.apiVersion, "Node", plural: "nodes", namespaced: false)

  struct Interface: Equatable {
    var id = ""
    var type = ""
    var status = ""
    var addresses = 0
    var used = 0
  }

  var metadata = ObjectMeta()
  var instanceType = ""
  var zone = ""
  var adapters = 0
  var addressesPerAdapter = 0
  var interfaces: [Interface] = []

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try ObjectMeta(json: &reader)
      case "spec": try readSpec(&reader)
      case "status":
        try reader.readObject { (key, reader) throws(JSONError) in
          guard key == "networkInterfaces" else { return }
          try reader.readObject { (_, reader) throws(JSONError) in interfaces.append(try Interface(json: &reader)) }
        }
      default: break
      }
    }
  }

  private mutating func readSpec(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "nodeMetadata":
        try reader.readObject { (key, reader) throws(JSONError) in
          switch key {
          case "instanceType": instanceType = try reader.readString()
          case "zoneID": zone = try reader.readString()
          default: break
          }
        }
      case "nodeCap":
        try reader.readObject { (key, reader) throws(JSONError) in
          switch key {
          case "adapters": adapters = try reader.readInt()
          case "ipv4PerAdapter": addressesPerAdapter = try reader.readInt()
          default: break
          }
        }
      default: break
      }
    }
  }
}

extension NarrowNode.Interface: JSONDecodable {
  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "id": id = try reader.readString()
      case "networkInterfaceType": type = try reader.readString()
      case "status": status = try reader.readString()
      case "ipv4":
        try reader.readObject { (_, reader) throws(JSONError) in
          addresses += 1
          try reader.readObject { (key, _) throws(JSONError) in
            if key == "podID" { used += 1 }
          }
        }
      default: break
      }
    }
  }
}
