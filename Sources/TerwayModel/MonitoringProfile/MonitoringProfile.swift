import KubernetesModel
import Serialization

/// A `TerwayMonitoringProfile` as it was read from the API server or a file.
///
/// Reading fails only for what is no object with metadata. An invalid spec is a value like any other, so that a
/// controller can say what is wrong and leave what it generated before as it is.
public struct MonitoringProfile: TypedObject, Hashable {
  public static let resource = ResourceType(
    OwnResource.apiVersion, "TerwayMonitoringProfile", plural: "terwaymonitoringprofiles", namespaced: false)

  public var metadata: ObjectMeta
  /// With all defaults applied.
  public var spec: Result<MonitoringProfileSpec, InvalidSpec>
  /// `nil` before the operator wrote one.
  public var status: MonitoringProfileStatus?

  public init(
    metadata: ObjectMeta, spec: Result<MonitoringProfileSpec, InvalidSpec> = .success(MonitoringProfileSpec()),
    status: MonitoringProfileStatus? = nil
  ) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  public init(json reader: inout JSONReader) throws(JSONError) {
    try self.init(JSONValue(json: &reader))
  }

  /// - Throws: when the metadata cannot be read.
  public init(_ object: JSONValue) throws(JSONError) {
    metadata = try ObjectMeta(jsonBytes: (object["metadata"] ?? [:]).jsonBytes())
    spec = Self.declaration.spec(of: object, as: MonitoringProfileSpec.self)
    status = Self.declaration.status(of: object, as: MonitoringProfileStatus.self)
  }

  /// Everything that is wrong with an object as a person writes it: `apiVersion`, `kind`, `metadata` and `spec`, unknown
  /// fields included. Empty when it is fine. `status` is not looked at.
  public static func validate(_ object: JSONValue) -> [Violation] { declaration.violations(in: object) }

  public static var definition: CustomResourceDefinition { declaration.definition }

  static let declaration = OwnResource(
    type: resource, singular: "terwaymonitoringprofile", shortName: "twmp",
    description: """
      Everything needed to monitor the Terway CNI: scrape configuration, recording rules, alerts, dashboards and log \
      pipelines. The operator generates it and keeps it in shape; deleting the profile removes it.
      """,
    nameLength: 1...35,  // a CronJob's name has at most 52 characters, "-performance-test" 17
    spec: MonitoringProfileSchema.spec, status: MonitoringProfileSchema.status,
    columns: [
      .condition("Ready", "Ready", "Whether everything that the profile asks for is there."),
      .condition("Reason", "Ready", member: "reason", "Why, in a word."),
      .init("IPAM", path: ".status.detected.ipam", "Who owns the IP pools."),
      .init("Objects", path: ".status.objects", "Objects that are as they should be, of all generated."),
      .init("Source", path: ".status.detected.metricsSource", wide: true, "Whose series the rules use."),
      .init("Test", path: ".status.performanceTest.state", wide: true, "How the performance test stands."),
      .condition("Message", "Ready", member: "message", wide: true, "Why, in a sentence."),
      .age,
    ])
}
