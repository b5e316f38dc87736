import KubernetesModel
import Monitoring
import Serialization

/// What we read of the Job of a performance test.
struct TestJobView: TypedObject, Hashable {
  static let resource = GeneratedResource.job

  var metadata = ObjectMeta()
  /// RFC 3339.
  var startTime: String?
  var completionTime: String?
  var end: End?

  /// How a Job ended, as its condition says.
  struct End: Hashable {
    var isSuccess: Bool
    var reason = ""
    var message = ""
    var time: String?
  }

  init(metadata: ObjectMeta, startTime: String? = nil, completionTime: String? = nil, end: End? = nil) {
    self.metadata = metadata
    self.startTime = startTime
    self.completionTime = completionTime
    self.end = end
  }

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try .withoutAnnotations(json: &reader)
      case "status":
        let status = try JSONValue(json: &reader)
        startTime = status["startTime"]?.string
        completionTime = status["completionTime"]?.string
        let ended = status["conditions"]?.array?.first {
          $0["status"] == "True" && ($0["type"] == "Complete" || $0["type"] == "Failed")
        }
        end = ended.map {
          End(
            isSuccess: $0["type"] == "Complete", reason: $0["reason"]?.string ?? "",
            message: $0["message"]?.string ?? "", time: $0["lastTransitionTime"]?.string)
        }
      default: break
      }
    }
  }
}

/// What we read of a Pod of a performance test, client or server.
struct TestPodView: TypedObject, Hashable {
  static let resource = ResourceType("v1", "Pod", plural: "pods", namespaced: true)

  var metadata = ObjectMeta()
  /// Empty while it has none.
  var node = ""
  var phase = ""
  var addresses: Set<String> = []
  /// Why it does not run: no node, no image, a container that could not be made.
  var obstacle = ""

  init(metadata: ObjectMeta, node: String = "", phase: String = "", addresses: Set<String> = [], obstacle: String = "")
  {
    self.metadata = metadata
    self.node = node
    self.phase = phase
    self.addresses = addresses
    self.obstacle = obstacle
  }

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try .withoutAnnotations(json: &reader)
      case "spec": node = try JSONValue(json: &reader)["nodeName"]?.string ?? ""
      case "status": read(try JSONValue(json: &reader))
      default: break
      }
    }
  }

  private mutating func read(_ status: JSONValue) {
    phase = status["phase"]?.string ?? ""
    let listed = (status["podIPs"]?.array ?? []).compactMap { $0["ip"]?.string }
    addresses = Set(listed + [status["podIP"]?.string].compactMap(\.self))
    let unscheduled = status["conditions"]?.array?.first { $0["type"] == "PodScheduled" && $0["status"] == "False" }
    let waiting = (status["containerStatuses"]?.array ?? []).lazy.compactMap { $0.at("state", "waiting") }
      .first { ($0["reason"]?.string ?? "") != "ContainerCreating" && $0["reason"] != "PodInitializing" }
    let cause = unscheduled ?? waiting
    obstacle = [cause?["reason"]?.string, cause?["message"]?.string, status["message"]?.string]
      .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
  }

  var isServer: Bool { metadata.labels[PerformanceTest.roleLabel] == "server" }

  func belongs(to job: TestJobView) -> Bool {
    metadata.ownerReferences.contains { $0.uid == job.metadata.uid && $0.isController }
  }
}
