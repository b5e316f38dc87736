import Serialization
import TerwayModel

/// A step of relabeling that we write ourselves.
struct RelabelingStep: Sendable {
  enum Source: String, Sendable {
    case name = "__name__"
    case address = "__address__"
    case namespace = "__meta_kubernetes_namespace"
    case pod = "__meta_kubernetes_pod_name"
    case podIP = "__meta_kubernetes_pod_ip"
    case podNode = "__meta_kubernetes_pod_node_name"
    case podPhase = "__meta_kubernetes_pod_phase"
    case container = "__meta_kubernetes_pod_container_name"
  }

  let json: JSONValue

  static func keep(_ source: Source, _ expression: String) -> RelabelingStep {
    RelabelingStep(
      json: ["action": "keep", "sourceLabels": [.string(source.rawValue)], "regex": .string(expression)])
  }

  /// - Parameters:
  ///   - expression: `nil` for any value.
  ///   - replacement: `nil` for the value itself.
  static func replace(
    _ source: Source, _ label: String, matching expression: String? = nil, with replacement: String? = nil
  ) -> RelabelingStep {
    var json: JSONValue = [
      "action": "replace", "sourceLabels": [.string(source.rawValue)], "targetLabel": .string(label),
    ]
    if let expression { json["regex"] = .string(expression) }
    if let replacement { json["replacement"] = .string(replacement) }
    return RelabelingStep(json: json)
  }

  static func set(_ label: String, _ value: String) -> RelabelingStep {
    RelabelingStep(json: ["action": "replace", "targetLabel": .string(label), "replacement": .string(value)])
  }
}

extension MonitoringProfileSpec.Metrics.Relabeling {
  /// With what differs from Prometheus' defaults, in the fields that the action reads.
  var json: JSONValue {
    let defaults = MonitoringProfileSpec.Metrics.Relabeling()
    var json: JSONValue = ["action": .string(action.rawValue)]
    if !sourceLabels.isEmpty { json["sourceLabels"] = JSONValue(sourceLabels) }
    if separator != defaults.separator { json["separator"] = .string(separator) }
    if targetLabel != defaults.targetLabel { json["targetLabel"] = .string(targetLabel) }
    if regex != defaults.regex { json["regex"] = .string(regex) }
    if modulus != defaults.modulus { json["modulus"] = JSONValue(modulus) }
    if replacement != defaults.replacement { json["replacement"] = .string(replacement) }
    return json
  }
}
