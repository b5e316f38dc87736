import KubernetesModel
import Serialization

/// What metrics.k8s.io says of a pod.
public struct PodUsage: JSONDecodable, Hashable, Sendable {
  public static let resource = ResourceType(
    "metrics.k8s.io/v1beta1", "PodMetrics", plural: "pods", namespaced: true)

  public var key = ObjectKey(name: "")
  /// Seconds since 1970.
  public var time: Double?
  /// By the name of the container.
  public var containers: [String: Amounts] = [:]

  public struct Amounts: Hashable, Sendable {
    /// Cores.
    public var cpu: Double
    /// Bytes.
    public var memory: Double

    public init(cpu: Double, memory: Double) { (self.cpu, self.memory) = (cpu, memory) }
  }

  public init(key: ObjectKey, containers: [String: Amounts]) { (self.key, self.containers) = (key, containers) }

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": self.key = try ObjectMeta(json: &reader).key
      case "timestamp": time = try String?(json: &reader).flatMap(RFC3339.seconds)
      case "containers":
        for container in try JSONValue(json: &reader).array ?? [] {
          func amount(_ name: String) -> Double {
            container.at("usage", name)?.string.flatMap { Quantity($0) }?.value ?? 0
          }
          containers[container["name"]?.string ?? ""] = Amounts(cpu: amount("cpu"), memory: amount("memory"))
        }
      default: break
      }
    }
  }
}
