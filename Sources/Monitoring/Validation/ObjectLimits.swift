import KubernetesModel
import Serialization
import TerwayModel

/// How large an object may be, and which field of a profile to shorten when it is larger.
enum ObjectLimits {
  /// Bytes of all values of a ConfigMap; the API server refuses more.
  static let configMapData = 1_048_576
  /// Bytes of a PrometheusRule, in JSON; prometheus-operator refuses more. Larger ones are split where they can be.
  static let prometheusRule = 512 * 1024

  static func violations(of spec: MonitoringProfileSpec, profile: String) -> [Violation] {
    guard mayExceed(spec) else { return [] }
    return violations(of: MonitoringRenderer.manifests(for: profile, spec: spec))
  }

  /// Whether what somebody added could make an object too large. If not there is nothing to render, which takes a thousand
  /// times as long: what is ours in an object has less than half of its limit.
  private static func mayExceed(_ spec: MonitoringProfileSpec) -> Bool {
    let metrics = spec.metrics.custom.map { $0.query.utf8.count + $0.help.utf8.count }
    let panels = spec.dashboards.custom.map { $0.query.utf8.count + $0.description.utf8.count }
    // A byte becomes six at worst, and an entry has a few kilobytes of its own.
    return [metrics, panels].contains { $0.reduce(0) { $0 + 6 * $1 + 4_096 } > prometheusRule / 2 }
  }

  static func violations(of manifests: [Manifest]) -> [Violation] {
    manifests.compactMap { manifest in
      guard let limit = manifest.sizeLimit, manifest.size > limit else { return nil }
      return Violation(
        at: manifest.source,
        "makes the \(manifest.reference) \(manifest.size) bytes large, and \(limit) is the limit: shorten it")
    }
  }
}

extension Manifest {
  fileprivate var sizeLimit: Int? {
    switch reference.resource {
    case GeneratedResource.configMap: ObjectLimits.configMapData
    case GeneratedResource.prometheusRule: ObjectLimits.prometheusRule
    default: nil
    }
  }

  /// As the limit of its kind counts.
  var size: Int {
    switch reference.resource {
    case GeneratedResource.configMap:
      content["data"]?.object?.values.reduce(0) { $0 + ($1.string?.utf8.count ?? 0) } ?? 0
    default: content.jsonBytes().count
    }
  }

  /// The field that makes the object as large as it is.
  fileprivate var source: [PathElement] {
    let name = reference.key.name
    let field =
      name.hasPrefix("grafana-")
      ? ["dashboards", "custom"]
      : name.hasSuffix("-custom-metrics") || name.contains("-recording-rules") ? ["metrics", "custom"] : []
    return [.key("spec")] + field.map(PathElement.key)
  }
}
