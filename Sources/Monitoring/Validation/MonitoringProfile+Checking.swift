import KubernetesModel
import Serialization
import TerwayModel

extension MonitoringProfile {
  /// The spec, or everything that is wrong with it: what its schema cannot say as well, because it takes the language of
  /// queries, the catalogue of alerts, or what comes out of rendering.
  public var checkedSpec: Result<MonitoringProfileSpec, InvalidSpec> {
    spec.flatMap { spec in
      let violations = ProfileChecks.violations(of: spec, profile: metadata.name)
      return violations.isEmpty ? .success(spec) : .failure(InvalidSpec(violations: violations))
    }
  }

  /// `validate`, and what only `checkedSpec` finds. What the schema does not understand is looked at no further.
  public static func check(_ object: JSONValue) -> [Violation] {
    let violations = validate(object)
    do throws(JSONError) {
      let profile = try MonitoringProfile(object)
      guard case .success = profile.spec, case .failure(let invalid) = profile.checkedSpec else { return violations }
      return violations + invalid.violations
    } catch {
      // `validate` says so too.
      return violations
    }
  }
}

/// What can be wrong with a spec that its schema allows.
enum ProfileChecks {
  static func violations(of spec: MonitoringProfileSpec, profile: String) -> [Violation] {
    let found = QueryChecks(spec: spec).violations + names(in: spec)
    // What is rendered of queries that nobody can read has no size that would mean anything.
    return found.isEmpty ? ObjectLimits.violations(of: spec, profile: profile) : found
  }

  private static func names(in spec: MonitoringProfileSpec) -> [Violation] {
    let served = Set(SourceMetrics.all.map(\.name))
    let metrics = spec.metrics.custom.enumerated().filter { served.contains($1.name) }.map { index, custom in
      Violation(
        at: .spec("metrics", "custom", index, "name"), value: .string(custom.name),
        "is a metric that is scraped: the rule would add to its own input; choose another name")
    }
    let alerts = spec.alerts.overrides.enumerated().filter { !MonitoringRenderer.alertNames.contains($1.alert) }
    return metrics
      + alerts.map { index, override in
        let meant = Suggestion.closest(to: override.alert, among: MonitoringRenderer.alertNames)
        return Violation(
          at: .spec("alerts", "overrides", index, "alert"), value: .string(override.alert),
          "is the name of no alert; " + (meant.map { "did you mean \"\($0)\"?" } ?? "docs/runbooks has a page for each")
        )
      }
  }
}

extension [PathElement] {
  /// A field of one item of a list, as every path here is.
  static func spec(_ section: String, _ list: String, _ index: Int, _ field: String? = nil) -> [PathElement] {
    [.key("spec"), .key(section), .key(list), .index(index)] + (field.map { [.key($0)] } ?? [])
  }
}
