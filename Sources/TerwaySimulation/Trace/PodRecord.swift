/// One pod of a trace.
public struct PodRecord: Hashable, Sendable {
  /// In seconds since the start of the trace; 0 = it ran already.
  public var start: Double
  /// In seconds since the start of the trace; `nil` = it outlives the trace.
  public var end: Double?
  /// What the pod belongs to, such as a Deployment. Only equality counts.
  public var group: GroupID

  public init(start: Double, end: Double?, group: GroupID) {
    self.start = start
    self.end = end
    self.group = group
  }
}

/// Stands for a group's name, so that a trace with a billion groups needs no memory for names.
public struct GroupID: Hashable, Sendable {
  public let hash: UInt64

  public init(hash: UInt64) { self.hash = hash }

  /// FNV-1a with 64 bits: the same in every run, which `Hasher` is not.
  public init(_ name: some Sequence<UInt8>) {
    hash = name.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  public init(_ name: String) { self.init(name.utf8) }
}
