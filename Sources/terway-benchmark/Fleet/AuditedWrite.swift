import KubernetesModel
import Serialization
import TerwayModel

/// A write, as the API server's audit log tells of it.
struct AuditedWrite: JSONDecodable {
  /// When the server had the request, and when its answer was out, in seconds since 1970.
  var received = 0.0
  var answered = 0.0
  var verb = ""
  var userAgent = ""
  var group = ""
  /// The plural, with `/subresource` where one was meant.
  var resource = ""
  var name = ""
  /// Of the answer.
  var code = 0
  /// What the server answered with, where it is logged.
  var node: ClusterNode?
  var terwayNode: TerwayNode?

  init() {}

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "verb": verb = try reader.readString()
      case "userAgent": userAgent = try reader.readString()
      case "objectRef": try readReference(&reader)
      case "responseStatus": code = Int(clamping: try JSONValue(json: &reader)["code"]?.integer ?? 0)
      case "requestReceivedTimestamp": received = RFC3339.seconds(try reader.readString()) ?? 0
      case "stageTimestamp": answered = RFC3339.seconds(try reader.readString()) ?? 0
      case "responseObject": try readAnswer(&reader)
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readReference(_ reader: inout JSONReader) throws(JSONError) {
    var subresource = ""
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "apiGroup": group = try reader.readString()
      case "resource": resource = try reader.readString()
      case "subresource": subresource = "/" + (try reader.readString())
      case "name": name = try reader.readString()
      default: try reader.skipValue()
      }
    }
    resource += subresource
  }

  /// The reference and the code come before it. An error is an answer too, and so is that something was deleted.
  private mutating func readAnswer(_ reader: inout JSONReader) throws(JSONError) {
    guard (200..<300).contains(code), verb != "delete", resource == "nodes" || resource == "nodes/status" else {
      return try reader.skipValue()
    }
    switch group {
    case TerwayNode.resource.kind.group: terwayNode = try TerwayNode(json: &reader)
    case "": node = try ClusterNode(json: &reader)
    default: try reader.skipValue()
    }
  }

  var isOfOperator: Bool {
    userAgent.hasPrefix("terway-operator/") && !resource.hasPrefix("selfsubject") && resource != "leases"
  }
}
