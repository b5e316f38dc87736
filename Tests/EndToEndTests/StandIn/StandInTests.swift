import Foundation
import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  struct `The stand-in for Terway` {
    @Test func `gives pods addresses of its ENIs, keeps the band idle, and takes them back`() async throws {
      let played = try await PlayedCluster.start(nodes: 3)
      for number in 0..<12 { try await played.createPod("pod-\(number)") }
      let names = (0..<12).map { "pod-\($0)" }
      try await played.waitUntilRunning(names)

      var nodes: [String: Int] = [:]
      var addresses: Set<String> = []
      for name in names {
        let pod = try await played.pod(name)
        nodes[pod.at("spec", "nodeName")?.string ?? "", default: 0] += 1
        addresses.insert(pod.at("status", "podIP")?.string ?? "")
      }
      #expect(nodes == ["node-0000": 4, "node-0001": 4, "node-0002": 4])
      #expect(addresses.count == 12)
      let resource = try await played.resource("node-0000")
      #expect(resource.interfaces.reduce(0) { $0 + $1.addresses.used } == 4)
      #expect(Set(resource.interfaces.flatMap(\.pods)).count == 4)

      try await eventually("an event tells of each") {
        try await played.events(about: "pod-0").contains("AllocIPSucceed")
      }
      for name in names { try await played.deletePod(name) }
      try await eventually("at most the band is idle") {
        let resource = try await played.resource("node-0000")
        return resource.interfaces.allSatisfy { $0.addresses.used == 0 }
          && resource.interfaces.reduce(0) { $0 + $1.heldAddresses } <= 5
      }
      try await played.stop()
    }

    @Test func `obeys label and ConfigMap once the resource is touched, and undoes a patch of the pool by hand`()
      async throws
    {
      let played = try await PlayedCluster.start(nodes: 2)
      try await eventually("the resource is there") { try await played.resource("node-0001").pool.maximum == 5 }

      try await played.patchResource("node-0000", ["spec": ["pool": ["minPoolSize": 40, "maxPoolSize": 50]]])
      try await eventually("the patch is undone") {
        let pool = try await played.resource("node-0000").pool
        return (pool.minimum, pool.maximum) == (0, 5)
      }

      try await played.configure("wide", ["min_pool_size": 12, "max_pool_size": 20])
      try await played.label("node-0001", configuration: "wide")
      try await Task.sleep(for: .seconds(1))
      #expect(
        try await played.resource("node-0001").pool.minimum == 0, "the daemon watches neither label nor ConfigMap")
      try await played.refresh("node-0001", "1")
      try await eventually("the daemon has read the label") {
        let pool = try await played.resource("node-0001").pool
        return (pool.minimum, pool.maximum) == (12, 20)
      }
      try await eventually("the pool follows") { try await played.idleAddresses("node-0001") >= 12 }

      try await played.configure("wide", ["min_pool_size": 0, "max_pool_size": 3])
      try await played.refresh("node-0001", "2")
      try await eventually("the pool shrinks at the pool sync") {
        let idle = try await played.idleAddresses("node-0001")
        return idle <= 3
      }

      try await played.configure("wide", "no object")
      try await played.refresh("node-0001", "3")
      try await eventually("an event tells of it") {
        try await played.events(about: "node-0001").contains("ConfigError")
      }
      #expect(try await played.resource("node-0001").pool.maximum == 3, "a broken configuration changes nothing")
      try await played.stop()
    }

    @Test func `plays daemons with an IPAM of their own, and the pods of a trace`() async throws {
      let trace = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv")
      try Data("start_s,end_s,group\n0,,a\n0,,a\n0,200,b\n".utf8).write(to: trace)
      defer { try? FileManager.default.removeItem(at: trace) }
      let played = try await PlayedCluster.start(nodes: 2, "--ipam", "legacy", "--trace", trace.path)
      try await played.waitUntilRunning(["workload-0", "workload-1"])
      try await eventually("the third pod of the trace has gone") {
        let pods = try await played.client.list(ResourceSelection(PlayedCluster.pods, namespace: "default"))
        return pods.compactMap { $0.at("metadata", "name")?.string }.sorted() == ["workload-0", "workload-1"]
      }
      #expect(try await played.client.list(ResourceSelection(TerwayNode.resource)).isEmpty)

      try await played.standIn.fault("wedged-daemon", on: "node-0001")
      try await played.createPod("late", on: "node-0001")
      try await eventually("the kubelet says that it gets no network") {
        try await played.events(about: "late").contains("FailedCreatePodSandBox")
      }
      let daemon = try #require(try await played.daemon(of: "node-0001")?.at("metadata", "name")?.string)
      try await played.client.delete(PlayedCluster.pods, ObjectKey(namespace: "kube-system", name: daemon))
      try await played.waitUntilRunning(["late"])
      try await played.stop()
    }
  }
}
