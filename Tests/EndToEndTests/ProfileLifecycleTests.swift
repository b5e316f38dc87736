import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  struct `A profile on a real API server` {
    @Test func `has all its objects after it was created, and none after it was deleted`() async throws {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      let expected = try await cluster.expected("terway", [:])
      #expect(expected.count > 10)
      try await cluster.apply("terway")
      let took = try await eventually("all objects are there") {
        try await Set(cluster.generated(by: "terway").keys) == expected
      }
      print("all \(expected.count) objects were there after \(took)")
      let profile = try await cluster.waitUntilReady("terway")
      #expect(profile.status?.objects == "\(expected.count)/\(expected.count)")
      for (reference, object) in try await cluster.generated(by: "terway") {
        let owners = object.at("metadata", "ownerReferences")?.array ?? []
        #expect(owners.map { $0["uid"]?.string } == [profile.metadata.uid], "\(reference)")
      }
      try await cluster.delete("terway")
      try await eventually("everything is collected") { try await cluster.generated().isEmpty }
      #expect(try await process.stop() == 0)
    }

    @Test func `is followed when its spec changes, and loses the objects of a section that is switched off`()
      async throws
    {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway", ["labels": ["team": "network"]])
      try await cluster.waitUntilReady("terway")
      for (reference, object) in try await cluster.generated(by: "terway") {
        #expect(object.at("metadata", "labels", "team") == "network", "\(reference)")
      }
      let smaller: JSONValue = [
        "metrics": ["interval": "30s"],
        "alerts": ["qos": ["enabled": false]], "logging": ["fluentd": ["enabled": false], "loki": ["enabled": false]],
      ]
      try await cluster.apply("terway", smaller)
      let expected = try await cluster.expected("terway", smaller)
      try await eventually("the objects of the sections are gone, and the others changed") {
        let objects = try await cluster.generated(by: "terway")
        let endpoints = objects.first { $0.key.resource == GeneratedResource.serviceMonitor }?.value.at(
          "spec", "endpoints")
        return Set(objects.keys) == expected && endpoints?[0]?["interval"] == "30s"
          && objects.values.allSatisfy { $0.at("metadata", "labels", "team") == nil }
      }
      try await process.stop()
    }

    @Test func `lives beside another profile, and goes without touching it`() async throws {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      try await cluster.apply("blue", Cluster.allSections)
      try await cluster.waitUntilReady("terway")
      try await cluster.waitUntilReady("blue")
      #expect(
        try await Set(cluster.generated(by: "blue").keys) == cluster.expected("blue", Cluster.allSections))
      let before = try await cluster.versions(of: "terway")
      try await cluster.delete("blue")
      try await eventually("blue is collected") { try await cluster.generated(by: "blue").isEmpty }
      #expect(try await cluster.versions(of: "terway") == before)
      try await process.stop()
    }

    @Test func `with an invalid spec is stalled with the field's path, and nothing changes`() async throws {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      try await cluster.waitUntilReady("terway")
      let before = try await cluster.versions(of: "terway")
      // A rule across fields: a server that does not know CEL lets it pass.
      try await cluster.apply("terway", ["metrics": ["interval": "10s", "scrapeTimeout": "20s"]])
      try await eventually("the profile is stalled") {
        let status = try await cluster.profile("terway").status
        let stalled = status?.conditions["Stalled"]
        return stalled?.status == .yes && stalled?.message.contains("spec.metrics.scrapeTimeout") == true
      }
      #expect(try await cluster.versions(of: "terway") == before)
      try await cluster.apply("terway", ["metrics": ["interval": "20s", "scrapeTimeout": "20s"]])
      try await cluster.waitUntilReady("terway")
      try await process.stop()
    }
  }
}
