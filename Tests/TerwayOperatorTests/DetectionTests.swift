import KubernetesModel
import Serialization
import Testing

@testable import TerwayOperator

struct Detection {
  private func configuration(_ text: String) throws -> EniConfigView {
    let object: JSONValue = [
      "metadata": [
        "name": "eni-config", "namespace": "kube-system",
        "annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{\"access_secret\":\"hush\"}"],
      ],
      "data": ["eni_conf": .string(text), "10-terway.conf": "{}"],
    ]
    return try EniConfigView(jsonBytes: object.jsonBytes())
  }

  @Test func `tells the central IPAM from each daemon's own`() throws {
    #expect(try configuration(#"{"version":"1","ipam_type":"crd"}"#).ipam == .crd)
    #expect(try configuration(#"{"version":"1"}"#).ipam == .legacy)
    #expect(try configuration(#"{"ipam_type":"#).ipam == .auto)
  }

  @Test(arguments: [#"{"access_key":"AKID","access_secret":"hush","ipam_type":"crd"}"#, #"{"access_secret":"hush"#])
  func `keeps nothing of the credentials, whether the configuration can be read or not`(text: String) throws {
    var everything = ""
    dump(try configuration(text), to: &everything)
    #expect(!everything.contains("hush") && !everything.contains("AKID"))
  }

  @Test(
    arguments: [
      ("registry.cn-hangzhou.aliyuncs.com/acs/terway:v1.16.7", "v1.16.7"), ("registry:5000/acs/terway", nil),
      ("registry:5000/acs/terway:v1@sha256:abc", "v1"), ("terway@sha256:abc", nil),
    ] as [(String, String?)])
  func `reads the version off an image`(image: String, version: String?) {
    #expect(TerwayDaemonView.tag(of: image) == version)
  }

  @Test func `a kind is served once its definition is established, in a version that is served`() throws {
    let kind = ResourceType("example.com/v1", "Thing", plural: "things", namespaced: true)
    func definition(_ version: String, served: Bool, established: String) throws -> CustomResourceDefinitionView {
      let object: JSONValue = [
        "metadata": ["name": "things.example.com"],
        "spec": ["versions": [["name": .string(version), "served": .bool(served), "schema": ["deep": []]]]],
        "status": ["conditions": [["type": "Established", "status": .string(established)]]],
      ]
      return try CustomResourceDefinitionView(jsonBytes: object.jsonBytes())
    }
    #expect(try definition("v1", served: true, established: "True").serves(kind))
    #expect(try !definition("v1", served: true, established: "False").serves(kind))
    #expect(try !definition("v1", served: false, established: "True").serves(kind))
    #expect(try !definition("v2", served: true, established: "True").serves(kind))
  }
}
