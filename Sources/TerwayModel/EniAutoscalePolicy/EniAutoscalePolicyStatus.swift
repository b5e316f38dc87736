import KubernetesModel
import Serialization

/// What the operator found and did for an `EniAutoscalePolicy`.
public struct EniAutoscalePolicyStatus: Codable, Hashable, Sendable {
  /// The `metadata.generation` that the status is about.
  public var observedGeneration: Int64 = 0
  public var conditions: [Condition] = []
  public var nodes = Nodes()
  public var currentENIs = 0
  public var desiredENIs = 0
  /// RFC 3339; `nil` before the first change.
  public var lastScaleTime: String?
  /// The nodes that need it most, worst first; at most 10.
  public var attention: [Attention] = []
  /// The latest, newest first; at most 20.
  public var remediations: [Remediation] = []

  public init() {}

  /// Counts of nodes.
  public struct Nodes: Codable, Hashable, Sendable {
    /// Selected by the policy.
    public var matched = 0
    /// Of those, sized by it.
    public var managed = 0
    public var atMaximum = 0
    public var belowMinimum = 0
    /// Without a fresh value.
    public var stale = 0
    /// Selected, but not to be managed: exclusive ENIs, prefixes, another policy.
    public var skipped = 0

    public init() {}
  }

  /// A node that somebody should look at.
  public struct Attention: Codable, Hashable, Sendable {
    public var node: String
    /// CamelCase, for programs.
    public var reason: String
    public var message: String
    public var currentENIs: Int
    public var desiredENIs: Int

    public init(node: String, reason: String, message: String, currentENIs: Int, desiredENIs: Int) {
      self.node = node
      self.reason = reason
      self.message = message
      self.currentENIs = currentENIs
      self.desiredENIs = desiredENIs
    }
  }

  /// A fault, and what was done about it.
  public struct Remediation: Codable, Hashable, Sendable {
    /// RFC 3339.
    public var time: String
    /// Empty = none, or none that is known.
    public var node: String
    /// What on the node it is about; empty = the node itself.
    public var object: String
    public var fault: String
    /// Empty = none was taken.
    public var action: String
    /// What the action is done to; empty = Terway's resource of the node.
    public var target: String
    public var outcome: Outcome
    public var message: String

    public init(
      time: String, node: String, object: String = "", fault: String, action: String = "", target: String = "",
      outcome: Outcome, message: String
    ) {
      self.time = time
      self.node = node
      self.object = object
      self.fault = fault
      self.action = action
      self.target = target
      self.outcome = outcome
      self.message = message
    }

    public enum Outcome: String, Codable, Hashable, Sendable, CaseIterable {
      case reported = "Reported"
      case awaitingApproval = "AwaitingApproval"
      case verifying = "Verifying"
      case healed = "Healed"
      case failed = "Failed"
    }
  }

  /// What is written to the API server; `init(_:)` of the resource reads the same back.
  public func json() throws -> JSONValue {
    EniAutoscalePolicySchema.status.omittingEmptyTexts(from: try .encoded(self))
  }
}
