import KubernetesModel
import Serialization

/// What we read of a DaemonSet or Deployment: what a scrape object needs to find its pods, and what its arguments switch on.
///
/// Arguments can hold anything, so that none is kept.
struct WorkloadView: KubernetesObject {
  static let daemonSet = ResourceType("apps/v1", "DaemonSet", plural: "daemonsets", namespaced: true)
  static let deployment = ResourceType("apps/v1", "Deployment", plural: "deployments", namespaced: true)

  var metadata = ObjectMeta()
  var facts = Facts()

  /// All that matters: equal for changes that do not.
  struct Facts: Hashable, Sendable {
    var labels: [String: String] = [:]
    var podLabels: [String: String] = [:]
    /// By name.
    var containers: [String: Container] = [:]
    /// Of a Deployment; 1 where it does not say.
    var replicas: Int64 = 1
    /// Nodes that a DaemonSet runs on; `nil` for other kinds, and until its controller says.
    var hasNodes: Bool?

    /// Whether there are pods, as far as the controllers have come.
    var wantsPods: Bool { hasNodes ?? (replicas > 0) }
  }

  struct Container: Hashable, Sendable {
    /// The tag of its image; empty where it has none.
    var version = ""
    /// Names of the ports that it declares.
    var ports: Set<String> = []
    /// Terway's `-readonly-listen`, where that can be reached from other nodes.
    var readOnlyPort: UInt16?
    /// node_exporter's `--collector.qdisc`, which is off by default.
    var collectsQdisc = false
  }

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
        facts.labels = metadata.labels
        metadata.annotations = [:]
      case "spec":
        let spec = try JSONValue(json: &reader)
        facts.replicas = spec["replicas"]?.integer ?? 1
        facts.podLabels = (spec.at("template", "metadata", "labels")?.object ?? [:]).compactMapValues(\.string)
        for container in spec.at("template", "spec", "containers")?.array ?? [] {
          facts.containers[container["name"]?.string ?? ""] = Container(container)
        }
      case "status":
        facts.hasNodes = try JSONValue(json: &reader)["desiredNumberScheduled"]?.integer.map { $0 > 0 }
      default: break
      }
    }
  }
}

extension WorkloadView.Container {
  init(_ container: JSONValue) {
    version = container["image"]?.string.flatMap(Self.tag) ?? ""
    ports = Set((container["ports"]?.array ?? []).compactMap { $0["name"]?.string })
    let words = ["command", "args"].flatMap { container[$0]?.array ?? [] }.compactMap(\.string)
    let flags = CommandLineFlags(words)
    readOnlyPort = flags["readonly-listen"].flatMap(ReachablePort.of)
    collectsQdisc = flags["collector.qdisc"].map { $0 != "false" } ?? false
  }

  /// The tag of `registry:5000/path/name:tag@sha256:…`.
  static func tag(of image: String) -> String? {
    let name = image.split(separator: "@").first?.split(separator: "/").last ?? ""
    let parts = name.split(separator: ":", maxSplits: 1)
    return parts.count == 2 ? String(parts[1]) : nil
  }
}

/// Flags as Go's programs take them: one dash or two, the value after `=` or as the next word.
struct CommandLineFlags {
  private var values: [String: String] = [:]

  init(_ words: [String]) {
    for (index, word) in words.enumerated() where word.hasPrefix("-") {
      let flag = word.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = flag.first, !name.isEmpty else { continue }
      let next = words.indices.contains(index + 1) ? words[index + 1] : ""
      values[String(name)] = flag.count == 2 ? String(flag[1]) : next.hasPrefix("-") ? "" : next
    }
  }

  /// Empty for a flag without a value.
  subscript(name: String) -> String? { values[name] }
}

/// The port of an address to listen on that others than the same node can reach.
enum ReachablePort {
  /// `nil` for what is no TCP address, for port 0, which stands for "off", and for addresses of the node itself.
  static func of(_ address: String) -> UInt16? {
    guard !address.contains("/"), let colon = address.lastIndex(of: ":") else { return nil }
    let host = address[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
    guard host != "localhost", host != "::1", !host.hasPrefix("127."),
      let port = UInt16(address[address.index(after: colon)...]), port > 0
    else { return nil }
    return port
  }
}
