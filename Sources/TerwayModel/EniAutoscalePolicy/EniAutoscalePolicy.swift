import KubernetesModel
import Serialization

/// An `EniAutoscalePolicy` as it was read from the API server or a file.
///
/// Reading fails only for what is no object with metadata; an invalid spec is a value like any other.
public struct EniAutoscalePolicy: TypedObject, Hashable {
  public static let resource = ResourceType(
    OwnResource.apiVersion, "EniAutoscalePolicy", plural: "eniautoscalepolicies", namespaced: false)

  public var metadata: ObjectMeta
  /// The spec as the API server holds it: without the defaults that depend on how the operator was started.
  public var givenSpec: JSONValue
  /// `nil` before the operator wrote one.
  public var status: EniAutoscalePolicyStatus?

  public init(metadata: ObjectMeta, givenSpec: JSONValue = [:], status: EniAutoscalePolicyStatus? = nil) {
    self.metadata = metadata
    self.givenSpec = givenSpec
    self.status = status
  }

  public init(json reader: inout JSONReader) throws(JSONError) {
    try self.init(JSONValue(json: &reader))
  }

  /// - Throws: when the metadata cannot be read.
  public init(_ object: JSONValue) throws(JSONError) {
    metadata = try ObjectMeta(jsonBytes: (object["metadata"] ?? [:]).jsonBytes())
    givenSpec = object["spec"] ?? [:]
    status = Self.declaration(EniAutoscaleDefaults()).status(of: object, as: EniAutoscalePolicyStatus.self)
  }

  /// The spec with all defaults applied, or what is wrong with it.
  ///
  /// - Parameter defaults: for the sizing fields that the policy leaves out.
  public func spec(
    defaults: EniAutoscaleDefaults = EniAutoscaleDefaults()
  ) -> Result<EniAutoscalePolicySpec, InvalidSpec> {
    Self.declaration(defaults).spec(of: ["spec": givenSpec], as: EniAutoscalePolicySpec.self).map { spec in
      var spec = spec
      spec.namesThresholds = defaults.namesThresholds || EniAutoscaleDefaults.namesThresholds(givenSpec)
      return spec
    }
  }

  /// Everything that is wrong with an object as a person writes it. Empty when it is fine. `status` is not looked at.
  public static func validate(
    _ object: JSONValue, defaults: EniAutoscaleDefaults = EniAutoscaleDefaults()
  ) -> [Violation] {
    declaration(defaults).violations(in: object)
  }

  public static var definition: CustomResourceDefinition { declaration(EniAutoscaleDefaults()).definition }

  static func declaration(_ defaults: EniAutoscaleDefaults) -> OwnResource {
    OwnResource(
      type: resource, singular: "eniautoscalepolicy", shortName: "eniap",
      description: """
        How the operator sizes the pool of ENIs and IP addresses of each node, and heals what goes wrong with it. In the \
        mode Recommend, the default, it only reports.
        """,
      nameLength: 1...40,
      spec: defaults.applied(to: EniAutoscalePolicySchema.spec), status: EniAutoscalePolicySchema.status,
      columns: [
        .condition("Ready", "Ready", "Whether the policy is in force."),
        .init("Mode", path: ".spec.mode", "Recommend or Apply."),
        .init("Nodes", type: "integer", path: ".status.nodes.managed", "Nodes that the policy manages."),
        .init("ENIs", type: "integer", path: ".status.currentENIs", "ENIs of these nodes."),
        .init("Desired", type: "integer", path: ".status.desiredENIs", "ENIs that these nodes should have."),
        .condition("Reason", "Ready", member: "reason", "Why it is or is not in force, in a word."),
        .init("At-Max", type: "integer", path: ".status.nodes.atMaximum", wide: true, "Nodes at their maximum."),
        .init("Stale", type: "integer", path: ".status.nodes.stale", wide: true, "Nodes without a fresh value."),
        .init("Last-Scale", type: "date", path: ".status.lastScaleTime", wide: true, "Time since the last change."),
        .condition("Message", "Ready", member: "message", wide: true, "Why it is or is not in force, in a sentence."),
        .age,
      ])
  }
}
