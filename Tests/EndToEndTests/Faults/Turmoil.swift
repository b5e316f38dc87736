import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

/// A bit of everything that can happen to profiles and their objects, and what must have become of it.
struct Turmoil {
  let cluster: Cluster
  /// A profile that stays, one that goes, and one that comes.
  private let staying, going, coming: String
  private let untouched: [ObjectReference: JSONValue]

  /// Makes what will be edited and deleted, with an operator that works.
  ///
  /// - Parameter number: part of all names, so that one turmoil need not wait until nothing is left of another.
  init(_ cluster: Cluster, number: Int = 0) async throws {
    self.cluster = cluster
    (staying, going, coming) = ("staying-\(number)", "going-\(number)", "coming-\(number)")
    for name in [staying, going] { try await cluster.apply(name) }
    for name in [staying, going] { try await cluster.waitUntilReady(name) }
    untouched = try await cluster.content(of: staying)
  }

  /// A profile is new and another goes, an object is edited by hand and another is deleted.
  func happen() async throws {
    try await cluster.apply(coming)
    _ = try await cluster.spoilConfigMap(of: staying)
    _ = try await cluster.deleteOne(GeneratedResource.prometheusRule, of: staying)
    try await cluster.delete(going)
  }

  /// A proxy that passes on a byte at a time takes a core for most of a minute.
  private static let patience: Duration = .seconds(180)

  /// Waits until the cluster is as it must be, and the operator has nothing left to do.
  func settle(_ process: OperatorProcess) async throws {
    let expected = try await cluster.expected(coming, [:])
    do {
      try await eventually("what was done by hand is undone", within: Self.patience) {
        try await cluster.content(of: staying) == untouched
      }
      try await eventually("the new profile has its objects", within: Self.patience) {
        try await Set(cluster.generated(by: coming).keys) == expected
      }
      try await cluster.waitUntilReady(coming)
      try await eventually("nothing of the old profile is left", within: Self.patience) {
        try await cluster.generated(by: going).isEmpty
      }
      try await process.waitUntilQuiet()
    } catch {
      throw NeverHappened(description: "\(error)\n\(process.logText.suffix(6_000))")
    }
  }

  /// Deletes what is left; the API server collects the rest.
  func clear() async throws {
    for name in [staying, coming] { try await cluster.delete(name) }
  }
}

/// What the journal of a proxy proves.
struct JournalProof {
  private let exchanges: [FaultProxy.Exchange]

  init(_ proxy: FaultProxy) async throws { exchanges = try await proxy.journal() }

  /// Whole lists, first pages only, by what is listed.
  var lists: [String: Int] {
    Dictionary(grouping: exchanges.filter(\.isFirstPage)) { exchange in
      let selectors = exchange.query.split(separator: "&").filter { $0.contains("Selector=") }
      return ([exchange.path] + selectors.map(String.init)).joined(separator: " ")
    }.mapValues(\.count)
  }

  /// Objects that the server changed or made more than once although once was enough, with the versions they went through.
  var writtenTwice: [String: Set<String>] {
    var versions: [String: Set<String>] = [:]
    for exchange in exchanges where exchange.isWrite && exchange.isAccepted && !exchange.isBookkeeping {
      // What a status says goes through steps; an object does not.
      guard !exchange.path.hasSuffix("/status"), let version = exchange.resourceVersion else { continue }
      versions[exchange.path, default: []].insert(version)
    }
    return versions.filter { $0.value.count > 1 }
  }
}
