import KubernetesModel
import Serialization

/// A list of custom metrics as people keep it in a ConfigMap: JSON, `{"custom_metrics": [{"name": …, "query": …}]}`, under the
/// key `metrics_config`. The entries are those of `metrics.custom`.
public enum CustomMetricsList {
  /// Of the ConfigMap's data.
  public static let key = "metrics_config"

  private static let schema: StructuralSchema = .object(
    "Metrics derived from others.",
    [
      .field(
        member, .list(of: MonitoringProfileSchema.custom, count: 0...64, .map(keys: ["name"])), default: [],
        "Metrics derived from others.")
    ])
  private static let member = "custom_metrics"

  /// Where an entry stands in the ConfigMap.
  public static func path(_ index: Int) -> [PathElement] { root + [.key(member), .index(index)] }

  private static let root: [PathElement] = [.key("data"), .key(key)]

  /// The entries, with defaults applied. Members that the format does not have are passed over: nobody held the list to it.
  public static func read(_ text: String) -> Result<[MonitoringProfileSpec.Metrics.Custom], InvalidSpec> {
    do {
      let value = schema.applyingDefaults(to: try JSONValue(jsonText: text))
      let violations = schema.violations(in: value, at: root, unknownFields: .ignored)
      guard violations.isEmpty else { return .failure(InvalidSpec(violations: violations)) }
      return .success(try (value[member] ?? []).decoded(as: [MonitoringProfileSpec.Metrics.Custom].self))
    } catch {
      return .failure(InvalidSpec(violations: [Violation(at: root, "cannot be read: \(error)")]))
    }
  }

  /// The list as `read` takes it.
  public static func text(_ metrics: [MonitoringProfileSpec.Metrics.Custom]) -> String {
    let list = metrics.map { custom -> JSONValue in
      [
        "name": .string(custom.name), "help": .string(custom.help), "type": .string(custom.type.rawValue),
        "labels": JSONValue(custom.labels), "query": .string(custom.query),
      ]
    }
    return JSONValue.object([member: .array(list)]).jsonText(pretty: true)
  }
}
