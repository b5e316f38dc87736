import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

/// A bit of everything that can happen to profiles and their objects, and what must have become of it.
struct Turmoil {
  let cluster: Cluster
  private let untouched: [ObjectReference: JSONValue]

  /// Makes what will be edited and deleted, with an operator that works.
  init(_ cluster: Cluster, _ process: OperatorProcess) async throws {
    self.cluster = cluster
    for name in ["terway", "old"] { try await cluster.apply(name) }
    for name in ["terway", "old"] { try await cluster.waitUntilReady(name) }
    try await process.waitUntilQuiet()
    untouched = try await cluster.content(of: "terway")
  }

  /// A profile is new and another goes, an object is edited by hand and another is deleted.
  func happen() async throws {
    try await cluster.apply("new")
    _ = try await cluster.spoilConfigMap(of: "terway")
    _ = try await cluster.deleteOne(GeneratedResource.prometheusRule, of: "terway")
    try await cluster.delete("old")
  }

  /// Waits until the cluster is as it must be, and the operator has nothing left to do.
  func settle(_ process: OperatorProcess, within timeout: Duration = .seconds(60)) async throws {
    let expected = try await cluster.expected("new", [:])
    do {
      try await eventually("what was done by hand is undone", within: timeout) {
        try await cluster.content(of: "terway") == untouched
      }
      try await eventually("the new profile has its objects", within: timeout) {
        try await Set(cluster.generated(by: "new").keys) == expected
      }
      try await cluster.waitUntilReady("new")
      try await eventually("nothing of the old profile is left", within: timeout) {
        try await cluster.generated(by: "old").isEmpty
      }
      try await process.waitUntilQuiet()
    } catch {
      throw NeverHappened(description: "\(error)\n\(process.logText.suffix(6_000))")
    }
  }

  /// Ends what this began, for the next one on the same cluster.
  func clear() async throws {
    for name in ["terway", "old", "new"] { try await cluster.delete(name) }
    try await eventually("nothing is left") { try await cluster.generated().isEmpty }
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
