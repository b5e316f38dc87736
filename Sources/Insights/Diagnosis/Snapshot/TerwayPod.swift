import KubernetesModel
import Serialization

/// What we read of a pod of Terway's: how its containers fare.
public struct TerwayPod: TypedObject, Hashable {
  public static let resource = ResourceType("v1", "Pod", plural: "pods", namespaced: true)

  /// Without annotations.
  public var metadata = ObjectMeta()
  public var node = ""
  public var phase = ""
  public var isReady = false
  /// Seconds since 1970; `nil` = not started.
  public var startTime: Double?
  public var containers: [Container] = []

  public struct Container: Hashable, Sendable {
    public var name = ""
    public var image = ""
    public var restarts = 0
    public var isReady = false
    /// Why it waits: `CrashLoopBackOff`; empty = it does not.
    public var waiting = ""
    /// How its former instance ended: `OOMKilled`, `Error`; empty = there was none.
    public var lastEnd = ""
    public var lastExitCode = 0
    /// Seconds since 1970.
    public var lastEndTime: Double?
    public var startTime: Double?
    /// Cores; `nil` = no limit.
    public var cpuLimit: Double?
    /// Bytes; `nil` = no limit.
    public var memoryLimit: Double?

    public init(name: String = "") { self.name = name }
  }

  /// Whose pod it is.
  public enum Role: Hashable, Sendable { case daemon, controlplane, agent, other }

  public var role: Role {
    switch (metadata.labels["app"], metadata.labels["k8s-app"]) {
    case ("terway-eniip", _), ("terway", _): .daemon
    case (_, "terway-controlplane"): .controlplane
    default: metadata.labels["app.kubernetes.io/component"] == "agent" ? .agent : .other
    }
  }

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try .withoutAnnotations(json: &reader)
      case "spec": readSpec(try JSONValue(json: &reader))
      case "status": readStatus(try JSONValue(json: &reader))
      default: break
      }
    }
  }

  private mutating func readSpec(_ spec: JSONValue) {
    node = spec["nodeName"]?.string ?? ""
    for container in spec["containers"]?.array ?? [] {
      update(container["name"]?.string ?? "") {
        $0.cpuLimit = container.at("resources", "limits", "cpu")?.string.flatMap { Quantity($0) }?.value
        $0.memoryLimit = container.at("resources", "limits", "memory")?.string.flatMap { Quantity($0) }?.value
        if $0.image.isEmpty { $0.image = container["image"]?.string ?? "" }
      }
    }
  }

  private mutating func readStatus(_ status: JSONValue) {
    phase = status["phase"]?.string ?? ""
    startTime = status["startTime"]?.string.flatMap(RFC3339.seconds)
    isReady = status["conditions"]?.array?.contains { $0["type"] == "Ready" && $0["status"] == "True" } ?? false
    let statuses = (status["initContainerStatuses"]?.array ?? []) + (status["containerStatuses"]?.array ?? [])
    for container in statuses {
      update(container["name"]?.string ?? "") {
        $0.image = container["image"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? $0.image
        $0.restarts = Int(clamping: container["restartCount"]?.integer ?? 0)
        $0.isReady = container["ready"]?.bool ?? false
        $0.waiting = container.at("state", "waiting", "reason")?.string ?? ""
        $0.startTime = container.at("state", "running", "startedAt")?.string.flatMap(RFC3339.seconds)
        let end = container.at("lastState", "terminated") ?? container.at("state", "terminated")
        $0.lastEnd = end?["reason"]?.string ?? ""
        $0.lastExitCode = Int(clamping: end?["exitCode"]?.integer ?? 0)
        $0.lastEndTime = end?["finishedAt"]?.string.flatMap(RFC3339.seconds)
      }
    }
  }

  private mutating func update(_ name: String, _ change: (inout Container) -> Void) {
    if let index = containers.firstIndex(where: { $0.name == name }) { return change(&containers[index]) }
    var container = Container(name: name)
    change(&container)
    containers.append(container)
  }
}

/// What we read of Terway's DaemonSet.
public struct DaemonSetView: KubernetesObject, Hashable {
  public static let resource = ResourceType("apps/v1", "DaemonSet", plural: "daemonsets", namespaced: true)

  public var metadata = ObjectMeta()
  public var desired = 0
  public var ready = 0
  public var updated = 0
  /// By the name of the container.
  public var images: [String: String] = [:]

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try .withoutAnnotations(json: &reader)
      case "spec":
        for container in try JSONValue(json: &reader).at("template", "spec", "containers")?.array ?? [] {
          images[container["name"]?.string ?? ""] = container["image"]?.string ?? ""
        }
      case "status":
        let status = try JSONValue(json: &reader)
        desired = Int(clamping: status["desiredNumberScheduled"]?.integer ?? 0)
        ready = Int(clamping: status["numberReady"]?.integer ?? 0)
        updated = Int(clamping: status["updatedNumberScheduled"]?.integer ?? 0)
      default: break
      }
    }
  }
}
