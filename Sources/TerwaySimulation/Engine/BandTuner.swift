import EniScaling

/// An autoscaler that steers Terway by its bands: it looks at all nodes now and then and changes the bands of some.
public protocol BandTuner: Sendable {
  /// Time between two looks while something happens, in seconds. In quiet times a look every two minutes is enough: its
  /// clocks must not depend on how often it is asked.
  var interval: Double { get }
  /// The band that every node has before the first look.
  var initialBand: PoolBand { get }
  /// API writes that one change of a node's band takes.
  var writesPerChange: Int { get }

  /// - Parameters:
  ///   - nodes: in the same order each time.
  ///   - pendingPods: pods that no node had room for.
  mutating func round(_ nodes: [TunedNode], pendingPods: Int, at now: Double) -> [BandChange]
}

/// A node as an autoscaler sees it.
public struct TunedNode: Sendable {
  public var pool: PoolState
  public var attachingENIs: Int
  /// Pods on the node.
  public var pods: Int
  public var zone: Int
  public var vSwitchHasAddresses: Bool
  /// How long the last growth took, in seconds; `nil` when there was none since the last look.
  public var leadTime: Double?
}

/// A new band for a node.
public struct BandChange: Hashable, Sendable {
  public var node: Int
  public var band: PoolBand

  public init(node: Int, band: PoolBand) {
    self.node = node
    self.band = band
  }
}
