import KubernetesModel
import Serialization
import TerwayModel
import Testing

struct `An eni_conf` {
  @Test(arguments: [
    (#"{"min_pool_size": 3}"#, false), (#"{"access_key": "AK", "a": 1}"#, true), (#"{"access_secret": "S"}"#, true),
    (#"{"Access_Key": "AK"}"#, true), (#"{"ACCE\u017f\u017f_SECRET": "S"}"#, true), (#"{"access_key": ""}"#, false),
    (#"{"access_secret": null}"#, false), (#"{"access_key": 7}"#, true), (#"{"credential_secret_name": "x"}"#, true),
  ])
  func `is kept without credentials, however their names are written`(text: String, held: Bool) throws {
    let configuration = try #require(EniConfiguration(text: text))
    #expect(configuration.heldCredentials == held)
    #expect(!configuration.content.jsonText().contains("AK") && !configuration.content.jsonText().contains("\"S\""))
    #expect(!"\(configuration)".contains("AK"))
  }

  @Test(arguments: ["", "[]", "null", "7", "{", #"{"access_key": "AK""#, #"{"a": 1} x"#])
  func `that is no object is none, and says nothing of what stands there`(text: String) throws {
    #expect(EniConfiguration(text: text) == nil)
    let map = try TerwayConfigMap(
      JSONValue.object(["metadata": ["name": "c"], "data": ["eni_conf": .string(text)]]))
    #expect(map.content == .malformed)
  }

  @Test func `is what is read of a ConfigMap, with the controlplane's degradation and without annotations`() throws {
    let map = try TerwayConfigMap(
      JSONValue.object([
        "metadata": ["name": "c", "annotations": ["kubectl.kubernetes.io/last-applied-configuration": "AK"]],
        "data": ["eni_conf": #"{"max_pool_size": 5, "access_key": "AK"}"#, "other": "AK"],
      ]))
    #expect(
      map.content == EniConfiguration(text: #"{"max_pool_size": 5, "access_key": "AK"}"#).map { .configuration($0) })
    #expect(!"\(map)".contains("AK"))
    for (text, degradation) in [
      ("degradation: l0\n", "l0"), ("a: 1", ""), ("degradation: [l0]", ""), (": :", ""), ("", ""),
    ] {
      let map = try TerwayConfigMap(
        JSONValue.object(["metadata": ["name": "terway-controlplane"], "data": ["ctrl-config.yaml": .string(text)]]))
      #expect(map.degradation == degradation && map.content == .none)
    }
  }
}

extension TerwayConfigMap {
  fileprivate init(_ object: JSONValue) throws { try self.init(jsonBytes: object.jsonBytes()) }
}
