import Prometheus
import Serialization

/// Checks of a ServiceMonitor, PodMonitor or ScrapeConfig.
enum ScrapeChecks {
  typealias Check = LintCheck<JSONValue, Void>

  private static let actions: Set<String> = [
    "replace", "keep", "drop", "hashmod", "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase", "keepequal",
    "dropequal",
  ]

  /// A ScrapeConfig is its own endpoint.
  private static func endpoints(_ object: JSONValue) -> [JSONValue] {
    object.at("spec", "endpoints")?.array ?? object.at("spec", "podMetricsEndpoints")?.array
      ?? [object["spec"]].compactMap(\.self)
  }

  private static func relabelings(_ object: JSONValue) -> [JSONValue] {
    endpoints(object).flatMap { ($0["relabelings"]?.array ?? []) + ($0["metricRelabelings"]?.array ?? []) }
  }

  static let all: [Check] = [
    Check("timeout") { object, _ in
      endpoints(object).compactMap { endpoint in
        guard
          let interval = (endpoint["interval"] ?? endpoint["scrapeInterval"])?.string.flatMap({ PromDuration.parse($0) }
          ),
          let timeout = endpoint["scrapeTimeout"]?.string.flatMap({ PromDuration.parse($0) })
        else { return "an endpoint without interval and timeout" }
        return timeout <= interval ? nil : "the timeout exceeds the interval"
      }
    },
    Check("limits") { object, _ in
      ["sampleLimit", "labelLimit", "labelNameLengthLimit", "labelValueLengthLimit"]
        .filter { (object.at("spec", $0)?.integer ?? 0) <= 0 }.map { "has no \($0)" }
    },
    Check("relabel-action") { object, _ in
      relabelings(object).compactMap { step in
        let action = step["action"]?.string ?? "replace"
        return actions.contains(action) ? nil : "the action \(action) is unknown"
      }
    },
    Check("relabel-regex") { object, _ in
      relabelings(object).compactMap { $0["regex"]?.string.flatMap { RegularExpression.problem(in: $0) } }
    },
    Check("selector") { object, _ in
      guard object["kind"] != "ScrapeConfig" else { return [] }
      let selector = object.at("spec", "selector")
      return selector?["matchLabels"]?.object?.isEmpty == false
        || selector?["matchExpressions"]?.array?.isEmpty == false
        ? [] : ["selects everything"]
    },
    Check("namespaces") { object, _ in
      object["kind"] == "ScrapeConfig" || object.at("spec", "namespaceSelector") != nil
        ? [] : ["looks in its own namespace only"]
    },
  ]

  static func findings(in object: JSONValue) -> [LintFinding] {
    let name = "\(object["kind"]?.string ?? "") \(object.at("metadata", "name")?.string ?? "")"
    return all.flatMap { $0.findings(object, named: name, in: ()) }
  }
}
