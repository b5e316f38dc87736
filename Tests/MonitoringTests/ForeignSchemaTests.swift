import KubernetesModel
import Monitoring
import Serialization
import TestSupport
import Testing

/// What we generate for the operators of others, held against their CustomResourceDefinitions.
struct `Objects for other operators` {
  /// Between them these hold every kind and every field that we write.
  private static var manifests: [Manifest] {
    var everything = RenderedProfile.blue
    everything.spec.metrics.source = .auto
    everything.cluster.exporters = Set(Exporter.allCases).subtracting([.agent])
    everything.cluster.ports = [.terwayDaemon: 9190, .terwayControlplane: 9999, .hubble: 9091]
    var newest = RenderedProfile.terway
    newest.spec.alerts.inhibition.enabled = true
    newest.cluster.exporters = Set(Exporter.allCases)
    newest.cluster.newerFields = Dictionary(
      uniqueKeysWithValues: GeneratedResource.optional.map { ($0.kind.kind, GeneratedResource.newerFields) })
    return (RenderedProfile.all + [everything, newest]).flatMap(\.manifests)
  }

  @Test(arguments: GeneratedResource.optional)
  func `are valid, with no field that is not known`(kind: ResourceType) throws {
    let schema = try #require(try ForeignDefinitions().schema(of: kind), "\(kind.qualifiedName) is not served")
    let objects = Self.manifests.filter { $0.reference.resource == kind }
    #expect(!objects.isEmpty, "nothing of this kind is rendered")
    for object in objects { #expect(schema.violations(in: object.content) == [], "\(object.reference)") }
  }

  @Test func `would not be valid with a field too many, one too few, or another value`() throws {
    let schema = OpenAPISchema([
      "type": "object", "required": ["a"],
      "properties": [
        "a": ["type": "string", "enum": ["x"]], "n": ["type": "integer", "minimum": 1],
        "l": ["type": "array", "items": ["type": "object", "additionalProperties": ["type": "string"]]],
        "p": ["type": "string", "pattern": "^[0-9]+$"],
      ],
    ])
    #expect(schema.violations(in: ["a": "x", "n": 1, "l": [["any": "thing"]], "p": "7"]) == [])
    for broken: JSONValue in [
      [:], ["a": "y"], ["a": "x", "b": 1], ["a": "x", "n": 0], ["a": "x", "n": "1"], ["a": "x", "l": [["any": 1]]],
      ["a": "x", "p": "7x"], ["a": "x", "l": [:]],
    ] {
      #expect(schema.violations(in: broken).count == 1, "\(broken)")
    }
  }
}
