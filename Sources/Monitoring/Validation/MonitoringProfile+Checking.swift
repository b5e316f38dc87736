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
    let found =
      QueryChecks(spec: spec).violations + scraped(spec.metrics.custom) { .spec("metrics", "custom", $0) }
      + overrides(spec.alerts.overrides) + panels(spec.dashboards.custom)
    // What is rendered of queries that nobody can read has no size that would mean anything.
    return found.isEmpty ? ObjectLimits.violations(of: spec, profile: profile) : found
  }

  /// - Parameter path: of the entry with a number.
  static func scraped(
    _ metrics: [MonitoringProfileSpec.Metrics.Custom], at path: (Int) -> [PathElement]
  ) -> [Violation] {
    let served = Set(SourceMetrics.all.map(\.name))
    return metrics.enumerated().filter { served.contains($1.name) }.map { index, custom in
      Violation(
        at: path(index) + [.key("name")], value: .string(custom.name),
        "is a metric that is scraped: the rule would add to its own input; choose another name")
    }
  }

  private static func overrides(_ overrides: [MonitoringProfileSpec.Alerts.Override]) -> [Violation] {
    overrides.enumerated().filter { !MonitoringRenderer.alertNames.contains($1.alert) }.map { index, override in
      let meant = Suggestion.closest(to: override.alert, among: MonitoringRenderer.alertNames)
      return Violation(
        at: .spec("alerts", "overrides", index, "alert"), value: .string(override.alert),
        "is the name of no alert; " + (meant.map { "did you mean \"\($0)\"?" } ?? "docs/runbooks has a page for each"))
    }
  }

  private static func panels(_ custom: [MonitoringProfileSpec.Dashboards.Panel]) -> [Violation] {
    let taken = Set(DashboardCatalogue.overview.rows.flatMap(\.panels).map(\.title))
    return custom.enumerated().filter { taken.contains($1.title) }.map { index, panel in
      Violation(
        at: .spec("dashboards", "custom", index, "title"), value: .string(panel.title),
        "is a panel of the overview already; choose another title")
    }
  }
}

extension CustomMetrics {
  /// What is wrong with a list that somebody else keeps, for a profile that is to record it.
  public static func violations(of list: [Custom], for spec: MonitoringProfileSpec) -> [Violation] {
    QueryChecks(spec: spec).violations(of: list, at: CustomMetricsList.path)
      + ProfileChecks.scraped(list, at: CustomMetricsList.path)
  }
}

extension [PathElement] {
  /// A field of one item of a list, as every path here is.
  static func spec(_ section: String, _ list: String, _ index: Int, _ field: String? = nil) -> [PathElement] {
    [.key("spec"), .key(section), .key(list), .index(index)] + (field.map { [.key($0)] } ?? [])
  }
}
