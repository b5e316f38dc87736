import KubernetesModel
import Serialization
import Testing

@testable import ControllerRuntime

struct `Events on an API server` {
  let api = ScriptedAPI([(201, [:])])

  private func write(_ write: EventAggregator.Write) async throws -> (line: String, body: JSONValue) {
    try await KubernetesEventStorage(client: api.client, controller: "ops.terway.io/operator", instance: "pod-1").write(
      write)
    return try #require(api.requests.all.first)
  }

  @Test func `an event about an object outside of any namespace lives in default`() async throws {
    let request = try await write(
      .create(`Event aggregator`.notice("why"), name: "e1", at: Timestamp(microseconds: 5)))
    #expect(request.line == "POST /apis/events.k8s.io/v1/namespaces/default/events")
    #expect(
      request.body == [
        "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "e1", "namespace": "default"],
        "eventTime": "1970-01-01T00:00:00.000005Z", "reportingController": "ops.terway.io/operator",
        "reportingInstance": "pod-1", "type": "Warning", "reason": "Stalled", "action": "Validate", "note": "why",
        "regarding": [
          "apiVersion": "ops.terway.io/v1alpha1", "kind": "TerwayMonitoringProfile", "name": "terway", "uid": "u",
        ],
      ])
  }

  @Test func `a repetition is a count in the series`() async throws {
    let request = try await write(
      .update(
        `Event aggregator`.notice("why"), name: "e1", count: 4, lastObserved: Timestamp(microseconds: 2_000_000)))
    #expect(request.line == "PATCH /apis/events.k8s.io/v1/namespaces/default/events/e1")
    #expect(request.body == ["series": ["count": 4, "lastObservedTime": "1970-01-01T00:00:02.000000Z"]])
  }

  @Test func `a long note is cut between characters`() async throws {
    let request = try await write(
      .create(`Event aggregator`.notice(String(repeating: "盾", count: 500)), name: "e1", at: Timestamp(microseconds: 5))
    )
    let note = try #require(request.body["note"]?.string)
    #expect(note.utf8.count <= 1024 && note.utf8.count > 1000)
    #expect(note.hasPrefix("盾盾") && note.hasSuffix("盾…"))
  }

  @Test func `servers that want events of cluster-scoped objects in kube-system get them there`() async throws {
    let refusal: JSONValue = [
      "kind": "Status", "code": 422, "reason": "Invalid", "message": "no",
      "details": ["causes": [["reason": "FieldValueInvalid", "message": "no", "field": "involvedObject.namespace"]]],
    ]
    let api = ScriptedAPI([(422, refusal), (201, [:]), (201, [:])])
    let storage = KubernetesEventStorage(client: api.client, controller: "c", instance: "i")
    for name in ["e1", "e2"] {
      try await storage.write(.create(`Event aggregator`.notice("n"), name: name, at: Timestamp(microseconds: 1)))
    }
    #expect(
      api.requests.all.map(\.line)
        == ["default", "kube-system", "kube-system"].map {
          "POST /apis/events.k8s.io/v1/namespaces/\($0)/events"
        })
    #expect(api.requests.all.map { $0.body.at("metadata", "name") } == ["e1", "e1", "e2"])
  }
}
