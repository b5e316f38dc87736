import KubernetesModel

/// The errors of one container's log, of lines that say the same one.
public struct LogDigest: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// Without what names single things.
    public var template: String
    public var count: Int
    /// Seconds since 1970; `nil` where the lines do not tell.
    public var lastSeen: Double?
    public var isFatal: Bool
    /// The code of the cloud that a line names; empty = none that is known.
    public var code: String
  }

  public var pod: ObjectKey
  public var node: String
  public var container: String
  /// Most frequent first, at most ``entryLimit``.
  public var entries: [Entry] = []
  /// The log was longer than what was read, and newer lines than these may be missing.
  public var isCut = false

  static let entryLimit = 50
  /// A line that is longer is read up to here.
  static let longestLine = 4096

  /// - Parameter bytes: the newest part of a log; what is no UTF-8 is replaced.
  public init(pod: ObjectKey, node: String, container: String, _ bytes: [UInt8], isCut: Bool = false) {
    (self.pod, self.node, self.container, self.isCut) = (pod, node, container, isCut)
    var found: [String: Entry] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let record = LogLine(String(decoding: line.prefix(Self.longestLine), as: UTF8.self)) else { continue }
      let template = LogTemplate.of(record.message)
      // More kinds of errors than that tell nothing any more.
      guard found[template] != nil || found.count < 10 * Self.entryLimit else { continue }
      var entry =
        found[template]
        ?? Entry(
          template: template, count: 0, lastSeen: nil, isFatal: false,
          code: KnownCode.errorCode(in: record.message) ?? "")
      entry.count += 1
      entry.lastSeen = [entry.lastSeen, record.time].compactMap(\.self).max()
      entry.isFatal = entry.isFatal || record.isFatal
      found[template] = entry
    }
    entries = Array(
      found.values.sorted { ($1.isFatal ? 1 : 0, $1.count, $0.template) < ($0.isFatal ? 1 : 0, $0.count, $1.template) }
        .prefix(Self.entryLimit))
  }
}
