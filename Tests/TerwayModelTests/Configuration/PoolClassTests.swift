import KubernetesModel
import Serialization
import TerwayModel
import Testing

struct `A pool class` {
  @Test func `carries its bounds over what the node's own configuration says, and nothing else`() throws {
    let own = try #require(
      EniConfiguration(text: #"{"vswitches": {"h": ["vsw-1"]}, "max_pool_size": 5, "security_group": null}"#))
    let pool = PoolClass(policy: "default", minimum: 4, maximum: 12, own: own)
    #expect(
      pool.content == [
        "vswitches": ["h": ["vsw-1"]], "min_pool_size": 4, "max_pool_size": 12, "security_group": nil,
      ])
    let plain = PoolClass(policy: "default", minimum: 4, maximum: 12, own: nil)
    #expect(plain.content == ["min_pool_size": 4, "max_pool_size": 12] && plain.name == "eniap-default-4-12")
    #expect(plain.manifest.at("metadata", "ownerReferences") == nil)
    let text = try #require(plain.manifest.at("data", "eni_conf")?.string)
    #expect(EniConfiguration(text: text)?.content == plain.content)
  }

  @Test func `has a name that tells its content and fits into a label`() throws {
    let (a, b) = (EniConfiguration(text: #"{"a": 1, "b": 2}"#), EniConfiguration(text: #"{"a": 1}"#))
    let same = EniConfiguration(text: #"{ "b": 2, "a": 1 }"#)
    func name(_ own: EniConfiguration?) -> String {
      PoolClass(policy: "p", minimum: 1, maximum: 2, own: own).name
    }
    #expect(name(a) == name(same) && Set([name(a), name(b), name(nil)]).count == 3)
    let longest = PoolClass(policy: String(repeating: "p", count: 40), minimum: 99_999, maximum: 99_999, own: a)
    #expect(longest.name.utf8.count == 63 && longest.minimum == 9999)
  }
}

struct `The note of a pool's change` {
  @Test func `is read as it was written`() {
    for failures in [0, 3] {
      let change = PoolChange(
        policy: "p", label: "", minimum: -1, maximum: -1, former: "x", time: "2026-01-02T03:04:05Z", failures: failures)
      #expect(PoolChange(annotation: change.annotationText) == change)
      #expect(change.seconds == 1_767_323_045)
    }
  }

  @Test(arguments: ["", "{}", "[1]", #"{"policy": "p", "label": "l", "min": 1, "max": 2, "time": "now"}"#])
  func `that somebody spoilt is none`(text: String) {
    #expect(PoolChange(annotation: text) == nil)
  }

  @Test func `and the original label are what is read of a Node's annotations`() throws {
    let change = PoolChange(policy: "p", label: "c", minimum: 1, maximum: 2, former: "", time: "2026-01-02T03:04:05Z")
    let node = try ClusterNode(
      jsonText: JSONValue.object([
        "metadata": [
          "name": "n",
          "annotations": [
            PoolChange.originalAnnotation: "", PoolChange.annotation: .string(change.annotationText),
            "else": "x",
          ],
        ]
      ]).jsonText())
    #expect(node.originalConfiguration == "" && node.poolChange == change && node.metadata.annotations.isEmpty)
  }
}
