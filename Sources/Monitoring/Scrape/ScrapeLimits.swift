import KubernetesModel
import Serialization

/// What Prometheus takes from the targets of one object at most. A scrape beyond a limit fails as a whole and shows as
/// `up == 0`, which is what an exporter that has gone wild should look like.
struct ScrapeLimits: Sendable {
  /// Of one scrape.
  var samples: Int
  var targets: Int
  /// Of the body of one scrape, uncompressed.
  var bodySize: String

  /// One target that speaks for the whole cluster: five thousand nodes with eight ENIs each and a limit for every pod, and as
  /// much again to spare.
  static let `operator` = ScrapeLimits(samples: 500_000, targets: 10, bodySize: "128MB")
  /// One target for each of ten thousand nodes, with some forty series for each of 256 pods.
  static let nodes = ScrapeLimits(samples: 20_000, targets: 10_000, bodySize: "16MB")
  /// A few replicas that speak for every node.
  static let few = ScrapeLimits(samples: 200_000, targets: 10, bodySize: "64MB")

  /// Of `spec`. An API server refuses fields that its CustomResourceDefinition does not have.
  func fields(of kind: ResourceType, _ context: RenderContext) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "sampleLimit": JSONValue(samples), "targetLimit": JSONValue(targets),
      "labelLimit": 64, "labelNameLengthLimit": 256, "labelValueLengthLimit": 1024,
    ]
    if context.cluster.newerFields[kind.kind.kind]?.contains(Self.newerField) == true {
      fields[Self.newerField] = .string(bodySize)
    }
    return fields
  }

  private static let newerField = "bodySizeLimit"
}

extension GeneratedResource {
  /// The fields of `spec` that we set where the installed CustomResourceDefinition has them: `DetectedCluster.newerFields`.
  public static let newerFields: Set<String> = ["bodySizeLimit"]
}
