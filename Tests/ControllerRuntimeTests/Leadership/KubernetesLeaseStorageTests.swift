import KubernetesModel
import Serialization
import Testing

@testable import ControllerRuntime

struct `Lease on an API server` {
  static let stored: JSONValue = [
    "metadata": ["name": "op", "namespace": "ns", "resourceVersion": "7", "labels": ["team": "network"]],
    "spec": [
      "holderIdentity": "other", "leaseDurationSeconds": 15, "leaseTransitions": 2,
      "acquireTime": "2024-01-01T00:00:00.000000Z", "renewTime": "2024-01-01T00:00:09.000000Z",
    ],
  ]
  static let path = "/apis/coordination.k8s.io/v1/namespaces/ns/leases"

  @Test func `reads a Lease`() async throws {
    let api = ScriptedAPI([(200, Self.stored)])
    let record = try await KubernetesLeaseStorage(client: api.client, key: ObjectKey(namespace: "ns", name: "op"))
      .read()
    #expect(
      record
        == LeaseRecord(
          .init(
            holderIdentity: "other", leaseDurationSeconds: 15, acquireTime: "2024-01-01T00:00:00.000000Z",
            renewTime: "2024-01-01T00:00:09.000000Z", leaseTransitions: 2),
          resourceVersion: ResourceVersion("7")))
    #expect(api.requests.all.map(\.line) == ["GET \(Self.path)/op"])
  }

  @Test func `a Lease that does not exist is nil, and is created`() async throws {
    let api = ScriptedAPI([ScriptedAPI.refusal(404, "NotFound"), (201, Self.stored)])
    let lease = KubernetesLeaseStorage(client: api.client, key: ObjectKey(namespace: "ns", name: "op"))
    #expect(try await lease.read() == nil)
    let claim = `Lease election`.lease("me", renewed: "2024-01-01T00:00:09.000000Z")
    #expect(try await lease.write(LeaseRecord(claim.spec, resourceVersion: nil))?.resourceVersion?.text == "7")
    #expect(api.requests.all.last?.line == "POST \(Self.path)")
    #expect(api.requests.all.last?.body.at("metadata", "resourceVersion") == nil)
  }

  @Test func `a write names the version that it replaces, and keeps what others put on the Lease`() async throws {
    let api = ScriptedAPI([(200, Self.stored), (200, Self.stored)])
    let lease = KubernetesLeaseStorage(client: api.client, key: ObjectKey(namespace: "ns", name: "op"))
    var record = try #require(try await lease.read())
    record.spec.holderIdentity = ""
    _ = try await lease.write(record)
    let request = try #require(api.requests.all.last)
    #expect(request.line == "PUT \(Self.path)/op")
    #expect(request.body["metadata"] == Self.stored["metadata"])
    #expect(request.body.at("spec", "holderIdentity") == "")
    #expect(request.body.at("spec", "renewTime") == "2024-01-01T00:00:09.000000Z")
  }

  @Test(arguments: [(409, "Conflict"), (409, "AlreadyExists"), (404, "NotFound")])
  func `a write that lost against another's is nil`(code: Int, reason: String) async throws {
    let api = ScriptedAPI([ScriptedAPI.refusal(code, reason)])
    let lease = KubernetesLeaseStorage(client: api.client, key: ObjectKey(namespace: "ns", name: "op"))
    #expect(try await lease.write(`Lease election`.lease("me")) == nil)
  }

  @Test func `a refusal that says when to come back is not waited out here`() async throws {
    var (code, body) = ScriptedAPI.refusal(429, "TooManyRequests")
    body["details"] = ["retryAfterSeconds": 30]
    let api = ScriptedAPI([(code, body)])
    let lease = KubernetesLeaseStorage(client: api.client, key: ObjectKey(namespace: "ns", name: "op"))
    let error = await #expect(throws: StatusError.self) { try await lease.read() }
    #expect(error?.retryAfter == .seconds(30))
  }

  @Test func `a refusal is an error`() async {
    let api = ScriptedAPI([ScriptedAPI.refusal(403, "Forbidden")])
    let lease = KubernetesLeaseStorage(client: api.client, key: ObjectKey(namespace: "ns", name: "op"))
    await #expect(throws: StatusError.self) { try await lease.write(`Lease election`.lease("me")) }
  }
}
