import Prometheus
import TerwayModel

@testable import Monitoring

/// The signals by what they are about: the sections of two pages.
enum SignalSections {
  static let all: [(title: String, signals: [Signal])] = [
    ("Addresses and ENIs", Signal.pools), ("vSwitches", Signal.vSwitches), ("Network", Signal.network),
    ("Security", Signal.security), ("Terway's daemon", Signal.daemon), ("Requests to the cloud", Signal.cloud),
    ("Controlplane", Signal.controlplane), ("How long things take", Signal.distributions),
    ("The operator", Signal.ownOperator), ("Names that were there before", Signal.seed),
  ]
}

/// `docs/reference/signals.md`
enum SignalReference {
  static var page: String {
    Markdown.page(
      "Signals",
      """
      A signal is something that is watched, whatever serves it. Alerts, dashboards and custom metrics are made of signals,
      never of raw series, so they read the same in every cluster.

      Each signal lists the ways to obtain it, and the first one is taken for which everything that it needs is there.
      Contract: names that the operator, its agents or somebody else serves. Upstream: what Terway, its datapath and the
      kubelets serve instead. Platform: what has one source only. Derived: other signals. A profile's `metrics.source` says
      which of Contract and Upstream is wanted; `Auto` decides for each signal by what the cluster shows. A signal that
      nothing serves is left out, with every rule, alert and panel that needs it, and is listed in the profile's status.

      Every signal also has the label that `metrics.clusterLabel` names. In the names of recorded series `5m` stands for the
      window of rates: five minutes, or four scrapes where these take longer. The expressions are under
      [recording rules](recording-rules.md), the raw series under [series](#series).
      """,
      SignalSections.all.map(section) + [series])
  }

  private static func section(_ title: String, _ signals: [Signal]) -> String {
    Markdown.section(
      title,
      Markdown.table(
        ["signal", "is the", "unit", "by", "recorded as"],
        signals.map { signal in
          [
            Markdown.code(signal.name), signal.meaning, unit(signal.unit), labels(signal.labels), record(signal),
          ]
        }),
      Markdown.table(
        ["signal", "source", "made of", "needs"],
        signals.flatMap { signal in
          signal.recipes.enumerated().map { index, recipe in
            [index == 0 ? Markdown.code(signal.name) : "", recipe.source.rawValue, parts(recipe), needs(recipe)]
          }
        }))
  }

  private static func labels(_ labels: [String]) -> String {
    labels.isEmpty ? "one series" : labels.map(Markdown.code).joined(separator: ", ")
  }

  private static func record(_ signal: Signal) -> String {
    switch signal.recording {
    case .rule(let name): Markdown.code(name.replacing("%w", with: "5m"))
    case .never(let reason): "not recorded: \(reason)"
    }
  }

  private static func unit(_ unit: Signal.Unit) -> String {
    switch unit {
    case .ratio: "ratio, 1 is all"
    case .bytesPerSecond: "bytes per second"
    case .perSecond: "per second"
    case .boolean: "0 or 1"
    case .seconds, .bytes, .count, .cores: unit.rawValue
    }
  }

  private static func parts(_ recipe: Recipe) -> String {
    (recipe.signals.map { Markdown.code($0.name) } + recipe.metrics.map { Markdown.code($0.name) })
      .joined(separator: ", ")
  }

  private static func needs(_ recipe: Recipe) -> String {
    let exporters = recipe.metrics.map(\.exporters) + recipe.exporters.map { [$0] }
    let served = Set(exporters.map { $0.map(\.rawValue).sorted().joined(separator: " or ") }).sorted()
    let conditions = [
      recipe.ipam.map { "\($0.rawValue) IPAM" }, recipe.since.map { "Terway \($0) or later" },
      recipe.wantsControlplane ? "a controlplane that can be seen" : nil,
    ]
    return (served + conditions.compactMap(\.self)).joined(separator: ", ")
  }

  /// What the recipes are made of.
  private static var series: String {
    Markdown.section(
      "Series",
      """
      What exporters serve and signals are made of. Labels are those that are relied on; there may be more. Of a histogram the
      name is given without `_bucket`, `_count` and `_sum`.
      """,
      Markdown.table(
        ["series", "kind", "labels", "served by", "is"],
        SourceMetrics.all.map { metric in
          [
            Markdown.code(metric.name), metric.kind.rawValue, metric.labels.map(Markdown.code).joined(separator: ", "),
            metric.exporters.map(\.rawValue).sorted().joined(separator: ", "), metric.help,
          ]
        }))
  }
}

/// `docs/reference/recording-rules.md`
enum RecordingRuleReference {
  static var page: String {
    Markdown.page(
      "Recording rules",
      """
      Each [signal](signals.md) is recorded under a name of its own: `level:metric:operations`, where the level names the labels
      that are left. Alerts and dashboards look these names up. In the names and expressions `5m` stands for the window of
      rates. Where a signal can be had in several ways, the first that the cluster serves is taken.
      """,
      SignalSections.all.compactMap { title, signals in
        let rules = signals.compactMap(rule)
        return rules.isEmpty ? nil : Markdown.section(title, rules.joined(separator: "\n\n"))
      } + [ofAlerts])
  }

  /// What the groups of alerts record for themselves, with the strategy that a profile has when it says nothing.
  private static var ofAlerts: String {
    let groups = ReferenceProfile.rendered.manifests.ruleGroups.map { $0["rules"]?.array ?? [] }
      .filter { rules in rules.contains { $0["alert"] != nil } }
    let rules = groups.flatMap(\.self).filter { $0["record"] != nil }.map { rule in
      Markdown.section(
        Markdown.code(rule["record"]?.string ?? ""), level: 3, Markdown.block("promql", rule["expr"]?.string ?? ""))
    }
    return Markdown.section("Of alerts", "Bands of what is usual, and error budgets.", rules.joined(separator: "\n\n"))
  }

  private static func rule(_ signal: Signal) -> String? {
    guard case .rule(let name) = signal.recording else { return nil }
    let ways = signal.recipes.map { recipe in
      let source = recipe.source.rawValue + (recipe.ipam.map { ", \($0.rawValue) IPAM" } ?? "")
      return "\(source):\n\n" + Markdown.block("promql", expression(signal, recipe))
    }
    return Markdown.section(
      Markdown.code(name.replacing("%w", with: "5m")), level: 3,
      "The \(signal.meaning): signal `\(signal.name)`.", ways.joined(separator: "\n\n"))
  }

  private static func expression(_ signal: Signal, _ recipe: Recipe) -> String {
    let context = ReferenceProfile.context
    let scope = SignalScope(
      context: context, labels: context.dimensions(signal.labels), window: .duration(context.rateWindow), matchers: [])
    return recipe.expression(scope).text
  }
}

/// What the pages are rendered with: everything is served, and everything is switched on.
enum ReferenceProfile {
  static let rendered: RenderedProfile = {
    var profile = RenderedProfile.everything
    profile.name = "terway"
    profile.spec.alerts.anomaly.enabled = true
    profile.spec.alerts.slo.enabled = true
    return profile
  }()

  static let context = RenderContext(
    profile: rendered.name, spec: rendered.spec, cluster: rendered.cluster, endpoint: OperatorEndpoint())
}
