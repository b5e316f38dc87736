import KubernetesModel
import Serialization

/// What takes the place of the sizing fields that a policy leaves out, as the operator was started with.
public struct EniAutoscaleDefaults: Hashable, Sendable {
  public var minENIs = 2
  public var maxENIs = 10
  public var scaleUpThreshold: DecimalText = "0.8"
  public var scaleDownThreshold: DecimalText = "0.3"
  /// Whether the environment names one of the thresholds.
  public var namesThresholds = false

  public init() {}

  /// Environment variables that hold something else than their field allows.
  public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    /// Their paths are the names of the variables.
    public var violations: [Violation]

    public var description: String { violations.map(\.description).joined(separator: "; ") }
  }

  private static let variables: [(name: String, field: String, isInteger: Bool)] = [
    ("MIN_ENI_COUNT", "minENIs", true),
    ("MAX_ENI_COUNT", "maxENIs", true),
    ("SCALE_UP_THRESHOLD", "scaleUpThreshold", false),
    ("SCALE_DOWN_THRESHOLD", "scaleDownThreshold", false),
  ]

  /// Reads `MIN_ENI_COUNT`, `MAX_ENI_COUNT`, `SCALE_UP_THRESHOLD` and `SCALE_DOWN_THRESHOLD`. One that is unset or empty
  /// keeps its usual default; the bounds are those of the fields, also between them.
  public init(environment: [String: String]) throws(Invalid) {
    var given: JSONValue = [:]
    for variable in Self.variables {
      guard let text = environment[variable.name], !text.isEmpty else { continue }
      given[variable.field] = variable.isInteger ? Int64(text).map(JSONValue.integer) ?? .string(text) : .string(text)
    }
    let spec = EniAutoscalePolicySchema.spec.applyingDefaults(to: given)
    let violations = EniAutoscalePolicySchema.spec.violations(in: spec).map(Self.namingVariable)
    guard violations.isEmpty else { throw Invalid(violations: violations) }
    minENIs = spec["minENIs"]?.integer.map(Int.init) ?? minENIs
    maxENIs = spec["maxENIs"]?.integer.map(Int.init) ?? maxENIs
    scaleUpThreshold = spec["scaleUpThreshold"]?.string.flatMap(DecimalText.init) ?? scaleUpThreshold
    scaleDownThreshold = spec["scaleDownThreshold"]?.string.flatMap(DecimalText.init) ?? scaleDownThreshold
    namesThresholds = Self.namesThresholds(given)
  }

  /// Whether a spec, as it was written, names a threshold.
  static func namesThresholds(_ given: JSONValue) -> Bool {
    ["scaleUpThreshold", "scaleDownThreshold"].contains { given[$0]?.string != nil }
  }

  private static func namingVariable(_ violation: Violation) -> Violation {
    var violation = violation
    let variable = variables.first { violation.path.first == .key($0.field) }
    if let variable { violation.path = [.key(variable.name)] }
    for variable in variables { violation.reason = violation.reason.replacing(variable.field, with: variable.name) }
    return violation
  }

  /// The schema with these values in place of the usual defaults.
  func applied(to spec: StructuralSchema) -> StructuralSchema {
    var spec = spec
    spec.setDefault(.integer(Int64(minENIs)), of: ["minENIs"])
    spec.setDefault(.integer(Int64(maxENIs)), of: ["maxENIs"])
    spec.setDefault(.string(scaleUpThreshold.text), of: ["scaleUpThreshold"])
    spec.setDefault(.string(scaleDownThreshold.text), of: ["scaleDownThreshold"])
    return spec
  }
}
