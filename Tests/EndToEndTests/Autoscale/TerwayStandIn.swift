import KubernetesClient
import KubernetesModel
import Locking
import Serialization
import TerwayModel
import TestSupport

/// Terway, as far as the size of pools goes: its daemon looks at the label and the ConfigMaps when a Node resource changes, and
/// at no other time; its controlplane has as many idle addresses as the pool says.
final class TerwayStandIn: Sendable {
  private struct State {
    var used: [String: Int] = [:]
    var seen: [String: String] = [:]
    var isDeaf = false
    /// When the cloud last refused a call for a node, in RFC 3339.
    var throttled: [String: String] = [:]
    var needsLook: Set<String> = []
  }

  private let client: KubernetesClient
  private let state = Lock(State())
  private let work = Lock<Task<Void, Never>?>(nil)

  init(_ cluster: Cluster) {
    client = cluster.client
    let task = Task { [weak self] in
      while !Task.isCancelled, let self {
        // What fails, because something is deleted in between, is done the next time.
        try? await self.look()
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    work.withLock { $0 = task }
  }

  deinit { work.withLock { $0?.cancel() } }

  func stop() { work.withLock { $0?.cancel() } }

  /// How many addresses pods hold.
  func setUsed(_ count: Int, on node: String) {
    state.withLock { state in
      state.used[node] = count
      state.needsLook.insert(node)
    }
  }

  /// Waits until all nodes have the addresses that pods hold.
  func catchUp(_ cluster: Cluster) async throws {
    let used = state.withLock { $0.used }
    try await eventually("Terway has filled the nodes") {
      for (name, count) in used where count > 0 {
        let node = try await cluster.terwayNode(name)
        guard node.podInterfaces.reduce(0, { $0 + $1.addresses.used }) == count else { return false }
      }
      return true
    }
  }

  /// The cloud refused a call for a node at a time, in RFC 3339, because the account had made too many.
  func setThrottled(_ node: String, at time: String) {
    state.withLock { state in
      state.throttled[node] = time
      state.needsLook.insert(node)
    }
  }

  /// The daemon looks at nothing any more.
  func setDeaf(_ isDeaf: Bool) { state.withLock { $0.isDeaf = isDeaf } }

  private func look() async throws {
    for node in try await client.list(ResourceSelection(TerwayNode.resource), as: JSONValue.self) {
      // A daemon whose ConfigMap cannot be read does nothing; others do.
      try? await look(at: node)
    }
  }

  private func look(at node: JSONValue) async throws {
    do {
      let name = node.at("metadata", "name")?.string ?? ""
      let version = node.at("metadata", "resourceVersion")?.string ?? ""
      let (isNews, used) = state.withLock { state in
        let isNews = state.seen[name] != version || state.needsLook.remove(name) != nil
        return (isNews && !state.isDeaf, state.used[name] ?? 0)
      }
      guard isNews else { return }
      var pool = try await self.pool(of: name)
      if node.at("spec", "pool") == pool {
        pool = node.at("spec", "pool") ?? [:]
      } else {
        let _: JSONValue = try await client.patch(
          TerwayNode.resource, ObjectKey(name: name), .json, [["op": "add", "path": "/spec/pool", "value": pool]])
      }
      let status = self.status(of: node, pool, used: used)
      if node["status"] != status {
        let _: JSONValue = try await client.patch(
          TerwayNode.resource, ObjectKey(name: name), subresource: "status", .json,
          [["op": "add", "path": "/status", "value": status]])
      }
      let now: JSONValue = try await client.get(TerwayNode.resource, ObjectKey(name: name))
      // What came in between is seen the next time.
      if now["status"] == status, now.at("spec", "pool") == pool,
        now.at("metadata", "annotations") == node.at("metadata", "annotations")
      {
        let latest = now.at("metadata", "resourceVersion")?.string ?? ""
        state.withLock { $0.seen[name] = latest }
      }
    }
  }

  private func pool(of name: String) async throws -> JSONValue {
    let node: ClusterNode = try await client.get(ClusterNode.self, ObjectKey(name: name))
    var (minimum, maximum): (Int64, Int64) = (0, 5)
    if let label = node.configurationName {
      let map: JSONValue = try await client.get(
        Cluster.configMaps, ObjectKey(namespace: "kube-system", name: label))
      let content = try JSONValue(jsonText: map.at("data", "eni_conf")?.string ?? "{}")
      minimum = content["min_pool_size"]?.integer ?? minimum
      maximum = content["max_pool_size"]?.integer ?? maximum
    }
    return ["minPoolSize": .integer(minimum), "maxPoolSize": .integer(maximum)]
  }

  private func status(of node: JSONValue, _ pool: JSONValue, used: Int) -> JSONValue {
    let adapters = Int(node.at("spec", "nodeCap", "adapters")?.integer ?? 0)
    let former = (node.at("status", "networkInterfaces")?.object ?? [:]).values
      .reduce(0) { $0 + ($1["ipv4"]?.object?.count ?? 0) }
    let (minimum, maximum) = (
      Int(pool["minPoolSize"]?.integer ?? 0), Int(pool["maxPoolSize"]?.integer ?? 0)
    )
    let idle = min(max(former - used, minimum), maximum)
    let total = min(used + idle, max(0, adapters - 1) * 10)
    var interfaces: [String: JSONValue] = ["eni-0": ["status": "InUse", "networkInterfaceType": "Primary"]]
    for eni in 0..<max(1, (total + 9) / 10) {
      var addresses: [String: JSONValue] = [:]
      for index in eni * 10..<max(eni * 10, min(total, eni * 10 + 10)) {
        addresses["10.0.\(eni).\(index)"] = [
          "status": "Valid", "podID": index < used ? .string("default/pod-\(index)") : "",
        ]
      }
      interfaces["eni-\(eni + 1)"] = [
        "status": "InUse", "networkInterfaceType": "Secondary", "vSwitchID": "vsw-1", "ipv4": .object(addresses),
      ]
    }
    if let time = state.withLock({ $0.throttled[node.at("metadata", "name")?.string ?? ""] }) {
      interfaces["eni-1"]?["conditions"] = [
        "OperationErr": ["message": "ErrorCode: Throttling, denied due to flow control", "observedTime": .string(time)]
      ]
    }
    return ["networkInterfaces": .object(interfaces)]
  }
}
