import KubernetesModel
import Serialization
import Testing

@testable import TerwayOperator

struct `Generated object` {
  private let object: JSONValue = [
    "apiVersion": "v1", "kind": "ConfigMap",
    "metadata": [
      "name": "a", "namespace": "b", "uid": "u", "resourceVersion": "7", "labels": ["x": "1"],
      "ownerReferences": [
        [
          "apiVersion": "ops.terway.io/v1alpha1", "kind": "TerwayMonitoringProfile", "name": "terway", "uid": "p",
          "controller": true,
        ]
      ],
    ],
    "data": ["k": "v"], "status": ["phase": "Old"],
  ]

  private func fingerprint(_ change: (inout JSONValue) -> Void = { _ in }) throws -> Int {
    var changed = object
    change(&changed)
    return try GeneratedObject(jsonBytes: changed.jsonBytes()).fingerprint
  }

  @Test func `has the same fingerprint whatever the server writes into it`() throws {
    let original = try fingerprint()
    #expect(try fingerprint { $0["metadata"]?["resourceVersion"] = "8" } == original)
    #expect(try fingerprint { $0["metadata"]?["managedFields"] = [["manager": "x"]] } == original)
    #expect(try fingerprint { $0["status"] = ["phase": "New"] } == original)
    // As an item of a list of built-in objects.
    #expect(try fingerprint { ($0["apiVersion"], $0["kind"]) = (nil, nil) } == original)
  }

  @Test func `has another fingerprint after anything that a person can edit changed`() throws {
    let original = try fingerprint()
    #expect(try fingerprint { $0["data"]?["k"] = "w" } != original)
    #expect(try fingerprint { $0["metadata"]?["labels"] = ["x": "2"] } != original)
    #expect(try fingerprint { $0["metadata"]?["annotations"] = ["x": "2"] } != original)
    #expect(try fingerprint { $0["metadata"]?["ownerReferences"] = [] } != original)
    #expect(try fingerprint { $0["metadata"]?["deletionTimestamp"] = "2026-01-01T00:00:00Z" } != original)
  }

  @Test func `knows its profile`() throws {
    #expect(try GeneratedObject(jsonBytes: object.jsonBytes()).owner?.name == "terway")
  }
}
