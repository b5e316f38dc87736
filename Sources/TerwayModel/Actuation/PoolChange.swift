import KubernetesModel
import Serialization

/// The last change that was made to a node's pool, as an annotation of the Kubernetes Node keeps it.
///
/// It is written together with the label in one request, so that a new process finds either all of a change or nothing.
public struct PoolChange: Hashable, Sendable {
  /// The ConfigMap that the node's label named before we came; empty where it had none. There as long as the node is ours.
  public static let originalAnnotation = "ops.terway.io/original-terway-config"
  public static let annotation = "ops.terway.io/pool-change"

  /// The policy that made it.
  public var policy: String
  /// What the label says since; equal to the original after everything was taken back.
  public var label: String
  /// Idle addresses that are to be, at least and at most; -1 where the original decides.
  public var minimum: Int
  public var maximum: Int
  /// What the label said before, and should again if Terway does not follow.
  public var former: String
  /// RFC 3339.
  public var time: String
  /// How often in a row Terway did not follow.
  public var failures: Int
  /// The uid of the daemon's pod that has not read it, where a restart makes it; empty = there was none; `nil` = the
  /// controlplane owns the pool.
  public var daemon: String?

  public init(
    policy: String, label: String, minimum: Int, maximum: Int, former: String, time: String, failures: Int = 0,
    daemon: String? = nil
  ) {
    self.policy = policy
    self.label = label
    self.minimum = minimum
    self.maximum = maximum
    self.former = former
    self.time = time
    self.failures = failures
    self.daemon = daemon
  }

  /// `nil` for what somebody made unreadable.
  public init?(annotation text: String) {
    do {
      let value = try JSONValue(jsonText: text)
      guard let policy = value["policy"]?.string, let label = value["label"]?.string,
        let minimum = value["min"]?.integer, let maximum = value["max"]?.integer,
        let time = value["time"]?.string, RFC3339.seconds(time) != nil
      else { return nil }
      self.init(
        policy: policy, label: label, minimum: Int(clamping: minimum), maximum: Int(clamping: maximum),
        former: value["former"]?.string ?? "", time: time,
        failures: max(0, Int(clamping: value["failures"]?.integer ?? 0)), daemon: value["daemon"]?.string)
    } catch {
      return nil
    }
  }

  public var annotationText: String {
    var value: JSONValue = [
      "policy": .string(policy), "label": .string(label), "min": JSONValue(minimum), "max": JSONValue(maximum),
      "former": .string(former), "time": .string(time),
    ]
    if failures > 0 { value["failures"] = JSONValue(failures) }
    if let daemon { value["daemon"] = .string(daemon) }
    return value.jsonText()
  }

  /// Seconds since 1970.
  public var seconds: Double { RFC3339.seconds(time) ?? 0 }
}
