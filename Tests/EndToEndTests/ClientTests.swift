import KubernetesClient
import KubernetesModel
import Locking
import Monitoring
import Serialization
import TestSupport
import Testing

extension EndToEnd {
  struct `The client on a real API server` {
    private let configMaps = GeneratedResource.configMap
    private let manager = FieldManager("client-tests")

    /// A namespace of its own for a test.
    private func namespace(_ cluster: Cluster, _ name: String) async throws -> String {
      try await cluster.makeNamespace(name)
      return name
    }

    private func configMap(_ name: String, _ data: [String: String] = ["k": "v"]) -> JSONValue {
      [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "labels": ["test": "client"]],
        "data": JSONValue(data),
      ]
    }

    @Test func `reads a list of many pages to its end, and the same from the server's cache`() async throws {
      let cluster = try await Cluster.clean()
      let namespace = try await namespace(cluster, "client-pages")
      try await withThrowingTaskGroup(of: Void.self) { group in
        // More than fit on a page of ours.
        for number in 0..<KubernetesClient.pageSize + 25 {
          group.addTask {
            let key = ObjectKey(namespace: namespace, name: "page-\(number)")
            _ = try await cluster.client.apply(
              configMaps, key, configMap(key.name), fieldManager: manager, as: MetadataOnly.self)
          }
        }
        try await group.waitForAll()
      }
      let selection = ResourceSelection(
        configMaps, namespace: namespace, labels: LabelSelector(matchLabels: ["test": "client"]))
      var names: Set<String> = []
      var pages = 0
      var token: String?
      repeat {
        let page = try await cluster.client.page(
          of: selection, limit: 200, continueToken: token, as: MetadataOnly.self)
        names.formUnion(page.items.map(\.metadata.name))
        pages += 1
        token = page.continueToken
      } while token != nil
      #expect(pages == 3 && names.count == KubernetesClient.pageSize + 25)
      for freshness in [KubernetesClient.Freshness.newest, .cached] {
        try await eventually("the server's cache has all") {
          Set(try await cluster.client.list(selection, freshness, as: MetadataOnly.self).map(\.metadata.name)) == names
        }
      }
    }

    @Test func `changes objects by every verb, and gets typed refusals`() async throws {
      let cluster = try await Cluster.clean()
      let client = cluster.client
      let key = ObjectKey(namespace: try await namespace(cluster, "client-verbs"), name: "thing")
      try await client.delete(configMaps, key)

      let dry = try await client.create(configMaps, namespace: key.namespace, configMap(key.name), dryRun: true)
      #expect(dry["data"] == ["k": "v"])
      await #expect(throws: StatusError.self) { try await client.get(configMaps, key) }
      let created = try await client.create(configMaps, namespace: key.namespace, configMap(key.name))
      let again = await #expect(throws: StatusError.self) {
        try await client.create(configMaps, namespace: key.namespace, configMap(key.name))
      }
      #expect(again?.reason == .alreadyExists && again?.code == 409)

      var changed = created
      changed["data"] = ["k": "w"]
      _ = try await client.update(configMaps, key, changed)
      let stale = await #expect(throws: StatusError.self) { try await client.update(configMaps, key, changed) }
      #expect(stale?.reason == .conflict)

      _ = try await client.patch(configMaps, key, .merge, ["data": ["m": "1"]])
      let patched = try await client.patch(
        configMaps, key, .json, [["op": "replace", "path": "/data/k", "value": "x"]])
      #expect(patched["data"] == ["k": "x", "m": "1"])
      let applied = try await client.apply(
        configMaps, key, configMap(key.name, ["k": "y"]), fieldManager: manager, force: true)
      #expect(applied["data"] == ["k": "y", "m": "1"])
      let contested = await #expect(throws: StatusError.self) {
        try await client.apply(
          configMaps, key, configMap(key.name, ["k": "z"]), fieldManager: FieldManager("other"), force: false)
      }
      #expect(contested?.reason == .conflict && contested?.causes.contains { $0.field == ".data.k" } == true)

      let wrongUID = await #expect(throws: StatusError.self) {
        try await client.delete(configMaps, key, preconditions: Preconditions(uid: "not-this-one"))
      }
      #expect(wrongUID?.reason == .conflict)
      #expect(try await client.delete(configMaps, key))
      #expect(try await !client.delete(configMaps, key))
    }

    @Test func `refuses with the path of the field that is wrong`() async throws {
      let cluster = try await Cluster.clean()
      let key = ObjectKey(namespace: try await namespace(cluster, "client-verbs"), name: "Not_A_Name")
      let error = await #expect(throws: StatusError.self) {
        try await cluster.client.create(configMaps, namespace: key.namespace, configMap(key.name))
      }
      #expect(error?.reason == .invalid && error?.causes.first?.field == "metadata.name")
    }

    @Test func `follows changes through a compaction and a restart of the server`() async throws {
      let cluster = try await Cluster.clean()
      let namespace = try await namespace(cluster, "client-watch")
      let selection = ResourceSelection(configMaps, namespace: namespace)
      func apply(_ name: String, _ data: [String: String]) async throws {
        _ = try await cluster.client.apply(
          configMaps, ObjectKey(namespace: namespace, name: name), configMap(name, data), fieldManager: manager,
          as: MetadataOnly.self)
      }
      for name in ["before", "during", "after"] {
        try await cluster.client.delete(configMaps, ObjectKey(namespace: namespace, name: name))
      }
      let seen = WatchedState()
      let watch = Task {
        await cluster.client.watch(selection, as: MetadataOnly.self) { update in seen.take(update) }
      }
      defer { watch.cancel() }
      try await apply("before", ["k": "1"])
      try await eventually("the new object is seen") { seen.names.contains("before") }
      try await cluster.plane.script("kill-apiserver")
      try await cluster.plane.script("start-apiserver")
      try await apply("during", ["k": "1"])
      try await cluster.plane.script("compact")
      try await apply("after", ["k": "1"])
      try await cluster.client.delete(configMaps, ObjectKey(namespace: namespace, name: "before"))
      try await eventually("everything that happened meanwhile is seen") {
        seen.names.isSuperset(of: ["during", "after"]) && !seen.names.contains("before")
      }
      watch.cancel()
      await watch.value
    }

    @Test func `tells what the server serves, and what we may do`() async throws {
      let cluster = try await Cluster.clean()
      #expect(try await cluster.client.resources(inGroupVersion: "v1").contains(configMaps))
      #expect(try await cluster.client.resources(inGroupVersion: "nobody.example.com/v1").isEmpty)
      #expect(try await cluster.client.mayI("delete", configMaps).isAllowed)
      #expect(try await !cluster.client.version().gitVersion.isEmpty)
    }
  }
}

/// The names of the objects that a watch has told of and that are still there.
final class WatchedState: Sendable {
  private let state = Lock<Set<String>>([])

  var names: Set<String> { state.withLock { $0 } }

  func take(_ update: WatchUpdate<MetadataOnly>) {
    state.withLock { state in
      switch update {
      case .replaced(let objects, _, _): state = Set(objects.map(\.metadata.name))
      case .changed(let object): state.insert(object.metadata.name)
      case .deleted(let key, _): state.remove(key.name)
      case .opened, .progress, .undecodable, .failed: break
      }
    }
  }
}
