/// The mark on a Node resource that makes the daemon look: for which class of which policy, and when. An annotation, because
/// the daemon reads its configuration whenever the resource changes.
public struct Touch: Hashable, Sendable {
  public static let annotation = "ops.terway.io/refresh"

  public var policy: String
  public var label: String
  /// Whole seconds since 1970.
  public var time: Double

  public init(policy: String, label: String, time: Double) {
    (self.policy, self.label, self.time) = (policy, label, time.rounded(.down))
  }

  /// `nil` for a mark of somebody else.
  public init?(text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, let time = Int64(parts[2]) else { return nil }
    self.init(policy: String(parts[0]), label: String(parts[1]), time: Double(time))
  }

  public var text: String { "\(policy)/\(label)/\(Int64(max(-1e15, min(time, 1e15))))" }
}
