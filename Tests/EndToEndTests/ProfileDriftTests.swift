import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  struct `The objects of a profile` {
    typealias Edit = (_ reference: ObjectReference, _ object: JSONValue) -> [JSONValue]

    @Test func `come back after hand edits and hand deletions of any of them, and then nothing is written any more`()
      async throws
    {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway", Cluster.allSections)
      let profile = try await cluster.waitUntilReady("terway")
      try await process.waitUntilQuiet()
      let content = try await cluster.content(of: "terway")
      let expected = try await cluster.expected("terway", Cluster.allSections)
      #expect(Set(content.keys) == expected)

      func undone(_ what: String, _ edit: Edit) async throws {
        for (reference, object) in content { try await cluster.edit(reference, edit(reference, object)) }
        try await isBack(what)
      }
      func isBack(_ what: String) async throws {
        do {
          try await eventually("\(what) are undone") { try await cluster.content(of: "terway") == content }
        } catch {
          let now = try await cluster.content(of: "terway")
          let wrong = content.filter { now[$0.key] != $0.value }.keys.map(\.description).sorted()
          throw NeverHappened(description: "\(error); wrong are \(wrong)\n\(process.logText.suffix(4_000))")
        }
      }

      try await undone("edits of fields") { reference, object in [handEdit(of: reference, object)] }
      try await undone("edits of labels and annotations") { _, object in
        [["op": "replace", "path": "/metadata/labels/ops.terway.io~1profile", "value": "other"]]
          + (object.at("metadata", "annotations")?.object ?? [:]).keys.filter { !$0.contains("/") }.map {
            ["op": "replace", "path": "/metadata/annotations/\($0)", "value": "other"]
          }
      }
      // Not all labels: a Job without any gets those of its Pods from the server.
      try await undone("removals of the labels by which we find them") { _, _ in
        ["app.kubernetes.io~1managed-by", "ops.terway.io~1profile"].map {
          ["op": "remove", "path": "/metadata/labels/\($0)"]
        }
      }
      try await undone("removals of the owner") { _, _ in [["op": "remove", "path": "/metadata/ownerReferences"]] }

      let before = try await cluster.generated(by: "terway").mapValues { $0.at("metadata", "uid") }
      for reference in content.keys { try await cluster.client.delete(reference.resource, reference.key) }
      try await eventually("all deletions are undone") {
        let now = try await cluster.generated(by: "terway")
        return now.count == before.count
          && now.allSatisfy { before[$0.key] != $0.value.at("metadata", "uid") }
      }
      try await isBack("deletions")

      let restored = process.logText.split(separator: "\n").filter { $0.contains("restored an object") }
      for reference in expected {
        #expect(restored.contains { $0.contains(reference.description) }, "no log line about \(reference)")
      }
      try await eventually("an event says so") {
        try await cluster.events("Restored", about: profile).contains { $0.contains("somebody else") }
      }

      try await process.waitUntilQuiet()
      let (audit, versions) = (try AuditLog(cluster.plane), try await cluster.versions(of: "terway"))
      try await Task.sleep(for: .seconds(5))
      #expect(try audit.operatorWrites().filter { $0.resource != "events" }.isEmpty)
      #expect(try await cluster.versions(of: "terway") == versions)
      #expect(try await cluster.waitUntilReady("terway").status?.objects == profile.status?.objects)
      try await process.stop()
    }

    /// An edit of something that the object is there for.
    private func handEdit(of reference: ObjectReference, _ object: JSONValue) -> JSONValue {
      func replace(_ path: String, _ value: JSONValue) -> JSONValue {
        ["op": "replace", "path": .string(path), "value": value]
      }
      switch reference.resource {
      case GeneratedResource.configMap:
        return replace("/data/\(object["data"]?.object?.keys.min() ?? "")", "edited")
      // By its number the API server tells ports apart: ours cannot be brought back beside the edited one.
      case GeneratedResource.service: return replace("/spec/ports/0/port", 1)
      case GeneratedResource.deployment: return replace("/spec/template/spec/containers/0/image", "edited")
      case GeneratedResource.job: return replace("/spec/backoffLimit", 77)
      case GeneratedResource.cronJob: return replace("/spec/schedule", "1 1 1 1 1")
      case GeneratedResource.serviceMonitor: return replace("/spec/endpoints/0/interval", "77s")
      case GeneratedResource.prometheusRule: return replace("/spec/groups/0/rules/0/expr", "vector(77)")
      case GeneratedResource.alertmanagerConfig: return replace("/spec/inhibitRules/0/equal", ["edited"])
      default: return replace("/spec/json", "{}")
      }
    }

    @Test func `keep what others added to them when the profile changes`() async throws {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway", Cluster.allSections)
      try await cluster.waitUntilReady("terway")
      let objects = try await cluster.generated(by: "terway").keys
      for reference in objects {
        let kind = reference.resource.kind
        var addition: JSONValue = [
          "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind),
          "metadata": ["labels": ["somebody/label": "theirs"], "annotations": ["somebody/annotation": "theirs"]],
        ]
        let (path, value) = foreignField(of: reference)
        addition[path[0]] = path.count == 1 ? value : [path[1]: value]
        let _: JSONValue = try await cluster.client.apply(
          reference.resource, reference.key, addition, fieldManager: Cluster.person, force: false)
      }
      var changed = Cluster.allSections
      changed["labels"] = ["team": "network"]
      try await cluster.apply("terway", changed)
      try await eventually("the change is everywhere") {
        let now = try await cluster.generated(by: "terway").values
        return now.count == objects.count && now.allSatisfy { $0.at("metadata", "labels", "team") == "network" }
      }
      try await cluster.waitUntilReady("terway")
      try await process.waitUntilQuiet()
      for (reference, object) in try await cluster.generated(by: "terway") {
        // A Job with other labels in its template has to be made anew, and nothing of the old one is left.
        if reference.resource == GeneratedResource.job { continue }
        #expect(object.at("metadata", "labels", "somebody/label") == "theirs", "\(reference)")
        #expect(object.at("metadata", "annotations", "somebody/annotation") == "theirs", "\(reference)")
        let (path, value) = foreignField(of: reference)
        #expect(path.reduce(Optional(object)) { $0?[$1] } == value, "\(reference)")
      }
      try await process.stop()
    }

    /// A field that we do not set and that the server keeps.
    private func foreignField(of reference: ObjectReference) -> ([String], JSONValue) {
      switch reference.resource {
      case GeneratedResource.configMap: (["data", "theirs.txt"], "theirs")
      case GeneratedResource.service: (["spec", "publishNotReadyAddresses"], true)
      case GeneratedResource.deployment: (["spec", "minReadySeconds"], 7)
      case GeneratedResource.job: (["spec", "ttlSecondsAfterFinished"], 7_777)
      case GeneratedResource.serviceMonitor: (["spec", "keepDroppedTargets"], 7)
      case GeneratedResource.alertmanagerConfig: (["spec", "muteTimeIntervals"], [["name": "theirs"]])
      case GeneratedResource.prometheusRule: (["spec", "theirs"], "theirs")
      default: (["spec", "plugins"], [["name": "theirs", "version": "1"]])
      }
    }

    @Test func `are left to whoever made them first, until they are deleted or handed over`() async throws {
      let cluster = try await Cluster.clean()
      let (dashboard, rules) = (
        ObjectReference(
          GeneratedResource.configMap, ObjectKey(namespace: "monitoring", name: "grafana-terway-dashboard")),
        ObjectReference(GeneratedResource.prometheusRule, ObjectKey(namespace: "monitoring", name: "terway-qos-rules"))
      )
      let theirs: [(ObjectReference, JSONValue)] = [
        (dashboard, ["data": ["theirs": "1"]]), (rules, ["spec": ["groups": []]]),
      ]
      for (reference, members) in theirs {
        try await cluster.client.delete(reference.resource, reference.key)
        var object = members
        object["apiVersion"] = .string(reference.resource.kind.apiVersion)
        object["kind"] = .string(reference.resource.kind.kind)
        object["metadata"] = ["name": .string(reference.key.name)]
        let _: JSONValue = try await cluster.client.create(
          reference.resource, namespace: reference.key.namespace, object, fieldManager: Cluster.person)
      }
      let before = [try await cluster.object(dashboard), try await cluster.object(rules)]

      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      let profile = try await cluster.waitUntil("two conflicts", "terway") { status in
        status.resources.count { $0.state == .conflict } == 2
      }
      let ready = profile.status?.conditions["Ready"]
      #expect(ready?.status == .no && ready?.reason == "Conflict")
      for name in ["grafana-terway-dashboard", "terway-qos-rules"] {
        #expect(ready?.message.contains(name) == true)
        try await eventually("an event names \(name)") {
          try await cluster.events("Conflict", about: profile).contains { $0.contains(name) }
        }
      }
      let others = try await cluster.expected("terway", [:]).subtracting([dashboard, rules])
      #expect(try await Set(cluster.generated(by: "terway").keys) == others)
      #expect(try await [cluster.object(dashboard), cluster.object(rules)] == before)

      try await cluster.client.delete(dashboard.resource, dashboard.key)
      try await cluster.edit(
        rules,
        [["op": "add", "path": "/metadata/labels", "value": ["app.kubernetes.io/managed-by": "terway-operator"]]])
      try await eventually("both are taken over", within: .seconds(120)) {
        try await cluster.profile("terway").status?.conditions["Ready"]?.status == .yes
      }
      #expect(try await Set(cluster.generated(by: "terway").keys) == cluster.expected("terway", [:]))
      #expect(try await cluster.object(dashboard)?.at("data", "theirs") == nil)
      #expect(try await cluster.object(rules)?.at("spec", "groups")?.array?.isEmpty == false)
      try await process.stop()
    }

    @Test func `include a Job that is made anew when what it runs changes`() async throws {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      let reference = ObjectReference(
        GeneratedResource.job, ObjectKey(namespace: "monitoring", name: "terway-performance-test"))
      func seconds(_ job: JSONValue?) -> JSONValue? {
        let container = job?.at("spec", "template", "spec", "containers")?[0]
        return container?["env"]?.array?.first { $0["name"] == "SECONDS_TO_RUN" }?["value"]
      }
      try await cluster.apply("terway", ["performanceTest": ["enabled": true, "duration": "60s"]])
      try await cluster.waitUntilReady("terway")
      let first = try await cluster.object(reference)
      #expect(seconds(first) == "60")
      try await cluster.apply("terway", ["performanceTest": ["enabled": true, "duration": "90s"]])
      try await eventually("there is a new Job") { seconds(try await cluster.object(reference)) == "90" }
      #expect(try await cluster.object(reference)?.at("metadata", "uid") != first?.at("metadata", "uid"))
      try await cluster.waitUntilReady("terway")
      try await process.stop()
    }

    @Test func `wait for their namespace`() async throws {
      let cluster = try await Cluster.clean()
      let namespaces = ResourceType("v1", "Namespace", plural: "namespaces", namespaced: false)
      let key = ObjectKey(name: "made-later")
      try await cluster.client.delete(namespaces, key)
      try await eventually("the namespace of an earlier run is gone") {
        try await cluster.object(ObjectReference(namespaces, key)) == nil
      }
      let process = try await cluster.startOperator()
      let spec: JSONValue = ["namespace": "made-later"]
      try await cluster.apply("terway", spec)
      let profile = try await cluster.waitUntil("the missing namespace", "terway") { status in
        status.resources.contains { $0.state == .namespaceMissing }
      }
      for resource in profile.status?.resources ?? [] {
        #expect(resource.state == (resource.namespace == "made-later" ? .namespaceMissing : .synced))
      }
      let ready = profile.status?.conditions["Ready"]
      #expect(ready?.status == .no && ready?.message.contains("namespace made-later does not exist") == true)
      try await cluster.makeNamespace("made-later")
      try await cluster.waitUntilReady("terway")
      #expect(try await Set(cluster.generated(by: "terway").keys) == cluster.expected("terway", spec))
      try await process.stop()
      try await cluster.client.delete(namespaces, key)
    }
  }
}
