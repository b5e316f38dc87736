import Foundation
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  struct `Kinds that come and go` {
    @Test func `are a condition while they are missing, are taken up when installed, and lost without harm`()
      async throws
    {
      let cluster = try await Cluster.clean()
      try await cluster.remove(GeneratedResource.optional)
      let process = try await cluster.startOperator()
      let spec = Cluster.allSections
      let everything = try await cluster.expectedOfAllKinds("terway", spec)
      let builtIn = try await cluster.expected("terway", spec)
      #expect(everything.count > builtIn.count)

      try await cluster.apply("terway", spec)
      try await cluster.waitUntilReady("terway")
      try await cluster.expectMissing(everything.subtracting(builtIn), of: "terway")
      #expect(try await Set(cluster.generated(by: "terway").keys) == builtIn)
      let untouched = try await cluster.versions(of: "terway")

      try await cluster.plane.apply(crds: Cluster.foreignDefinitions)
      try await cluster.waitUntil("all kinds", "terway") { $0.conditions["KindsInstalled"]?.status == .yes }
      try await cluster.waitUntilReady("terway")
      #expect(try await Set(cluster.generated(by: "terway").keys) == everything)

      try await cluster.remove([GeneratedResource.serviceMonitor, GeneratedResource.prometheusRule])
      let gone = everything.filter {
        [GeneratedResource.serviceMonitor, GeneratedResource.prometheusRule].contains($0.resource)
      }
      try await cluster.waitUntil("the kinds that are gone", "terway") {
        $0.conditions["KindsInstalled"]?.status == .no && $0.conditions["Ready"]?.status == .yes
      }
      try await cluster.expectMissing(gone, of: "terway")
      #expect(try await Set(cluster.generated(by: "terway").keys) == everything.subtracting(gone))
      try await process.waitUntilQuiet()
      let ready = try await process.get("/readyz")
      #expect(ready.status == 200, "\(ready.text)")

      try await cluster.plane.apply(crds: Cluster.foreignDefinitions)
      try await cluster.waitUntil("all kinds again", "terway") { $0.conditions["KindsInstalled"]?.status == .yes }
      #expect(try await Set(cluster.generated(by: "terway").keys) == everything)
      let now = try await cluster.versions(of: "terway")
      for (reference, version) in untouched { #expect(now[reference] == version, "\(reference)") }
      #expect(process.isRunning)
      try await process.stop()
      // The garbage collector learns late of kinds that are new, and the next test waits for it.
      try await cluster.plane.script("restart-controllers")
    }

    @Test func `include our own, which may be installed after the operator has started`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.remove([MonitoringProfile.resource])
      let process = try OperatorProcess(kubeconfig: cluster.plane.kubeconfig)
      try await eventually("the operator says what it waits for") {
        let ready = try await process.get("/readyz")
        return ready.status == 503 && ready.text.contains("terwaymonitoringprofiles")
      }
      #expect(try await process.get("/healthz").status == 200)
      try await cluster.plane.apply(crds: Cluster.ownDefinitions)
      try await process.waitUntilReady()
      try await eventually("profiles can be made") {
        try await cluster.apply("terway")
        return true
      }
      try await cluster.waitUntilReady("terway")
      #expect(try await Set(cluster.generated(by: "terway").keys) == cluster.expected("terway", [:]))
      #expect(process.isRunning)
      try await process.stop()
      try await cluster.plane.script("restart-controllers")
    }
  }

  struct `What a cluster shows` {
    @Test func `decides about the labels of rules and monitors`() async throws {
      let cluster = try await Cluster.clean()
      let prometheuses = ResourceType(
        "monitoring.coreos.com/v1", "Prometheus", plural: "prometheuses", namespaced: true)
      let key = ObjectKey(namespace: "monitoring", name: "main")
      try await cluster.client.delete(prometheuses, key)
      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      try await cluster.waitUntilReady("terway")

      let _: JSONValue = try await cluster.client.create(
        prometheuses, namespace: key.namespace,
        [
          "apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "metadata": ["name": .string(key.name)],
          "spec": [
            "ruleSelector": ["matchLabels": ["release": "rules"]],
            "serviceMonitorSelector": ["matchLabels": ["release": "monitors"]],
          ],
        ])
      try await cluster.waitUntil("the Prometheus", "terway") { $0.detected.prometheuses == ["monitoring/main"] }
      func releases() async throws -> [ResourceType: Set<String>] {
        try await cluster.generated(by: "terway").reduce(into: [:]) { releases, entry in
          releases[entry.key.resource, default: []].insert(
            entry.value.at("metadata", "labels", "release")?.string ?? "none")
        }
      }
      try await eventually("rules and monitors carry what selects them") {
        let now = try await releases()
        return now[GeneratedResource.prometheusRule] == ["rules"]
          && now[GeneratedResource.serviceMonitor] == ["monitors"] && now[GeneratedResource.configMap] == ["none"]
      }

      // A new process must not act before it has found the Prometheus again.
      let before = try await cluster.versions(of: "terway")
      try await process.waitUntilQuiet()
      try await process.stop()
      let successor = try await cluster.startOperator()
      try await eventually("the profile was looked at") { try await successor.reconciles() > 0 }
      try await successor.waitUntilQuiet()
      #expect(try await cluster.versions(of: "terway") == before)

      try await cluster.client.delete(prometheuses, key)
      try await cluster.waitUntil("no Prometheus", "terway") { $0.detected.prometheuses.isEmpty }
      try await eventually("the labels are gone") { try await releases().values.allSatisfy { $0 == ["none"] } }
      try await successor.stop()
    }

    @Test(arguments: [true, false])
    func `is read from Terway's configuration without any of its credentials`(isWellFormed: Bool) async throws {
      let cluster = try await Cluster.clean()
      let key = ObjectKey(namespace: "kube-system", name: "eni-config")
      let secrets = ["LTAI5tMarkerOfTheKey", "MarkerOfTheSecret7Q"]
      let configuration = """
        {"version": "1", "access_key": "\(secrets[0])", "access_secret": "\(secrets[1])",
        "credential": {"access_secret": "\(secrets[1])"}, "ipam_type": "crd"\(isWellFormed ? "}" : ", \(secrets[1])")
        """
      let configMap: JSONValue = [
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": [
          "name": .string(key.name),
          "annotations": ["kubectl.kubernetes.io/last-applied-configuration": .string(configuration)],
        ],
        "data": ["eni_conf": .string(configuration)],
      ]
      try await cluster.client.delete(GeneratedResource.configMap, key)
      let process = try await cluster.startOperator()
      try await cluster.apply("terway", Cluster.allSections)
      try await cluster.waitUntilReady("terway")
      let _: JSONValue = try await cluster.client.create(
        GeneratedResource.configMap, namespace: key.namespace, configMap)
      if isWellFormed {
        try await cluster.waitUntil("the IPAM", "terway") { $0.detected.ipam == "CRD" }
      } else {
        // The one change that shows that the ConfigMap has been read although it means nothing.
        try await eventually("it was looked at") {
          try await process.metric("terway_operator_cache_objects{cache=\"configmaps with metadata.name=eni-config\"}")
            == 1
        }
      }
      // Everything is written once more, with the configuration in view.
      var changed = Cluster.allSections
      changed["labels"] = ["team": "network"]
      try await cluster.apply("terway", changed)
      try await cluster.waitUntilReady("terway")
      try await process.waitUntilQuiet()

      let events = ResourceType("events.k8s.io/v1", "Event", plural: "events", namespaced: true)
      let profiles = ResourceSelection(MonitoringProfile.resource)
      let texts: [(String, String)] = [
        ("log", process.logText), ("metrics", try await process.get("/metrics").text),
        ("readiness", try await process.get("/readyz").text),
        ("profiles", try await cluster.client.list(profiles, as: JSONValue.self).description),
        ("events", try await cluster.client.list(ResourceSelection(events), as: JSONValue.self).description),
        ("objects", try await cluster.generated().description),
      ]
      for (name, text) in texts {
        #expect(!text.isEmpty, "\(name)")
        for secret in secrets { #expect(!text.contains(secret), "\(name)") }
      }
      try await process.stop()
      try await cluster.client.delete(GeneratedResource.configMap, key)
    }
  }
}

extension Cluster {
  /// Uninstalls kinds, and all their objects with them.
  func remove(_ kinds: [ResourceType]) async throws {
    for kind in kinds { try await client.delete(Self.definitions, ObjectKey(name: kind.qualifiedName)) }
    try await eventually("the kinds are gone") {
      for kind in kinds {
        guard try await object(ObjectReference(Self.definitions, ObjectKey(name: kind.qualifiedName))) == nil else {
          return false
        }
      }
      return true
    }
  }

  /// What a profile is to have where all optional kinds are installed.
  func expectedOfAllKinds(_ name: String, _ spec: JSONValue) async throws -> Set<ObjectReference> {
    let profile = try MonitoringProfile(["metadata": ["name": .string(name)], "spec": spec])
    let all = try MonitoringRenderer.manifests(for: name, spec: profile.spec.get()).map(\.reference)
    let served = try await expected(name, spec)
    return Set(all.filter { served.contains($0) || GeneratedResource.optional.contains($0.resource) })
  }

  /// Checks that the status lists exactly these objects as waiting for their kind.
  func expectMissing(_ references: Set<ObjectReference>, of name: String) async throws {
    let status = try await profile(name).status
    let missing = (status?.resources ?? []).filter { $0.state == .crdMissing }
    #expect(
      Set(missing.map { "\($0.kind) \($0.namespace)/\($0.name)" }) == Set(references.map(\.description)))
    let condition = status?.conditions["KindsInstalled"]
    #expect(condition?.status == .no)
    for kind in Set(references.map(\.resource.kind.kind)) {
      #expect(condition?.message.contains(kind) == true)
    }
  }
}
