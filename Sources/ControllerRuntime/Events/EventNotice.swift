import KubernetesModel

/// Something that a person who looks at an object would want to know.
public struct EventNotice: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable {
    case normal = "Normal"
    case warning = "Warning"
  }

  /// The object that it is about.
  public struct Subject: Hashable, Sendable {
    public var kind: GroupVersionKind
    public var key: ObjectKey
    public var uid: String

    public init(kind: GroupVersionKind, key: ObjectKey, uid: String) {
      self.kind = kind
      self.key = key
      self.uid = uid
    }
  }

  public var regarding: Subject
  public var severity: Severity
  /// CamelCase, for machines: why. At most 128 characters.
  public var reason: String
  /// CamelCase, for machines: what was done. At most 128 characters.
  public var action: String
  /// For people; cut at 1 kB.
  public var note: String

  public init(_ severity: Severity, _ reason: String, action: String, note: String, regarding: Subject) {
    self.regarding = regarding
    self.severity = severity
    self.reason = reason
    self.action = action
    self.note = note
  }
}
