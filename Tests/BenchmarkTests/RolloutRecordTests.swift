import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import terway_benchmark

struct `What an audit log tells of a rollout` {
  /// 2026-01-02T03:04:00Z, and so many seconds.
  private func time(_ second: Int) -> JSONValue {
    .string(
      "2026-01-02T03:\(second / 60 + 4 < 10 ? "0" : "")\(second / 60 + 4):\(second % 60 < 10 ? "0" : "")\(second % 60).000000Z"
    )
  }

  private func write(
    _ second: Int, _ resource: String, _ name: String = "a", group: String = "", agent: String = "terway-operator/1",
    code: Int = 200, answer: JSONValue? = nil
  ) throws -> AuditedWrite {
    let event: JSONValue = [
      "verb": "patch", "userAgent": .string(agent), "requestReceivedTimestamp": time(second),
      "stageTimestamp": time(second),
      "objectRef": ["apiGroup": .string(group), "resource": .string(resource), "name": .string(name)],
      "responseStatus": ["code": JSONValue(code)],
    ]
    // As the server has it: what it answered comes after whether it did what was asked.
    let text = event.jsonText()
    return try AuditedWrite(
      jsonText: answer.map { #"\#(text.dropLast()), "responseObject": \#($0.jsonText())}"# } ?? text)
  }

  private func label(_ second: Int, _ name: String, minimum: Int = 3) throws -> AuditedWrite {
    let change = PoolChange(
      policy: "p", label: "c\(minimum)", minimum: minimum, maximum: 9, former: "", time: "2026-01-02T03:04:05Z")
    return try write(
      second, "nodes", name,
      answer: [
        "metadata": [
          "name": .string(name), "labels": ["terway-config": .string(change.label)],
          "annotations": [PoolChange.annotation: .string(change.annotationText)],
        ]
      ])
  }

  private func resource(_ second: Int, _ name: String, minimum: Int = 3, idle: Int) throws -> AuditedWrite {
    let addresses = (0..<idle).map { ("10.0.0.\($0)", ["status": "Valid"] as JSONValue) }
    return try write(
      second, "nodes", name, group: "network.alibabacloud.com", agent: "terway-simulator",
      answer: [
        "metadata": ["name": .string(name)],
        "spec": [
          "nodeCap": ["adapters": 3, "ipv4PerAdapter": 10],
          "pool": ["minPoolSize": JSONValue(minimum), "maxPoolSize": 9],
        ],
        "status": [
          "networkInterfaces": [
            "e": ["status": "InUse", "ipv4": .object(Dictionary(uniqueKeysWithValues: addresses))]
          ]
        ],
      ])
  }

  @Test func `is how many nodes were between their label and their addresses at once, and until when`() throws {
    var record = RolloutRecord()
    for write in [
      try label(0, "a"), try label(1, "b"), try resource(2, "a", minimum: 0, idle: 3), try resource(3, "a", idle: 2),
      try label(4, "c"), try resource(5, "a", idle: 3), try label(6, "d"), try resource(7, "b", idle: 9),
    ] { record.take(write) }
    #expect(record.mostAtOnce == 3 && record.nodes == 4 && record.unfinished == 2)
    for name in ["c", "d"] { record.take(try resource(8, name, idle: 3)) }
    #expect(record.unfinished == 0)
    // Another band begins another change.
    record.take(try label(9, "a", minimum: 5))
    #expect(record.unfinished == 1 && record.nodes == 4)
    record.take(try resource(20, "a", minimum: 5, idle: 5))
    #expect(record.end == RFC3339.seconds("2026-01-02T03:04:20Z"))
  }

  @Test func `is how many writes the operator made in any minute, whatever others did`() throws {
    var record = RolloutRecord()
    for second in [0, 30, 59, 60, 61] { record.take(try write(second, "configmaps")) }
    record.take(try write(31, "leases", group: "coordination.k8s.io"))
    record.take(try write(31, "pods", agent: "kubectl/1"))
    // One that was refused is one, and its answer is no node.
    record.take(try write(100, "nodes", code: 409, answer: ["kind": "Status", "status": "Failure"]))
    for second in [5, 6] { record.take(try write(second, "events")) }
    #expect(record.mostWritesPerMinute == 4 && record.mostEventsPerMinute == 2)
    let start = try #require(RFC3339.seconds("2026-01-02T03:04:05Z"))
    #expect(record.writes(from: start, to: start + 55) == 4)
  }
}
