import Serialization
import Testing

@testable import TerwayOperator

struct `Granted rules` {
  private func missing(_ rules: JSONValue, of permissions: [Permission]) throws -> [String] {
    let review: JSONValue = ["status": ["resourceRules": rules, "incomplete": false]]
    return try GrantedRules(jsonBytes: review.jsonBytes()).missing(of: permissions).map(\.description)
  }

  private let jobs = [Permission("batch", "jobs", ["get", "patch"])]

  @Test(
    arguments: [
      ([["verbs": ["get", "patch"], "apiGroups": ["batch"], "resources": ["jobs"]]], []),
      ([["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]], []),
      ([["verbs": ["get"], "apiGroups": ["batch"], "resources": ["jobs", "cronjobs"]]], ["patch jobs.batch"]),
      ([["verbs": ["get", "patch"], "apiGroups": ["apps"], "resources": ["jobs"]]], ["get,patch jobs.batch"]),
      (
        [["verbs": ["get", "patch"], "apiGroups": ["batch"], "resources": ["jobs"], "resourceNames": ["one"]]],
        ["get,patch jobs.batch"]
      ),
    ] as [(JSONValue, [String])])
  func `name what is missing`(rules: JSONValue, expected: [String]) throws {
    #expect(try missing(rules, of: jobs) == expected)
  }

  @Test func `the status of a resource is a resource of its own`() throws {
    let status = [Permission("ops.terway.io", "things/status", ["patch"])]
    func rules(_ resource: String) -> JSONValue {
      [["verbs": ["patch"], "apiGroups": ["ops.terway.io"], "resources": [.string(resource)]]]
    }
    #expect(try missing(rules("things"), of: status) == ["patch things/status.ops.terway.io"])
    #expect(try missing(rules("things/status"), of: status).isEmpty)
    #expect(try missing(rules("*/status"), of: status).isEmpty)
  }
}
