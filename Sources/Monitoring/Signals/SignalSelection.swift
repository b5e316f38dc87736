import TerwayModel

/// Which signals can be had in a cluster, and how.
public struct SignalSelection: Sendable {
  /// In the order of `Signal.all`.
  public private(set) var available: [Signal] = []
  public private(set) var missing: [Missing] = []
  private var recipes: [String: Recipe] = [:]

  /// A signal that nothing in the cluster serves.
  public struct Missing: Hashable, Sendable {
    public var signal: Signal
    /// What would have to be there, for a person.
    public var reason: String
  }

  init(source: MonitoringProfileSpec.Metrics.Source, cluster: DetectedCluster) {
    let offer = Offer(source: source, cluster: cluster)
    for signal in Signal.all {
      if let recipe = signal.recipes.first(where: { offer.allows($0) && $0.signals.allSatisfy(contains) }) {
        recipes[signal.name] = recipe
        available.append(signal)
      } else {
        missing.append(Missing(signal: signal, reason: reason(signal, offer)))
      }
    }
  }

  func contains(_ signal: Signal) -> Bool { recipes[signal.name] != nil }

  func recipe(for signal: Signal) -> Recipe {
    guard let recipe = recipes[signal.name] else {
      // Whoever renders asks `contains` first; an expression against an absent series would look healthy for ever.
      preconditionFailure("the signal \(signal.name) has no source here")
    }
    return recipe
  }

  /// `Contract`, `Upstream`, or both, as far as the choice was between them.
  public var sources: [String] {
    [Recipe.Source.contract, .upstream].filter { source in recipes.values.contains { $0.source == source } }
      .map(\.rawValue)
  }

  private func reason(_ signal: Signal, _ offer: Offer) -> String {
    let wants = signal.recipes.map { recipe in
      let absent = recipe.signals.filter { !contains($0) }.map(\.name)
      return absent.isEmpty ? offer.obstacle(recipe) : "the signal " + absent.joined(separator: " and ")
    }
    return "needs " + Set(wants).sorted().joined(separator: ", or ")
  }
}

/// What a cluster has, as far as a profile wants to use it.
private struct Offer {
  let source: MonitoringProfileSpec.Metrics.Source
  let ipam: IPAM?
  let version: TerwayVersion?
  let hasControlplane: Bool
  let exporters: Set<Exporter>

  init(source: MonitoringProfileSpec.Metrics.Source, cluster: DetectedCluster) {
    self.source = source
    ipam = IPAM(cluster.ipam)
    version = TerwayVersion(cluster.terwayVersion)
    hasControlplane = cluster.hasControlplane ?? (source == .upstream)
    let seen = cluster.exporters ?? Exporter.usual
    // Whoever names a source says that somebody serves it.
    exporters =
      switch source {
      case .auto: seen
      case .contract: seen.union(Exporter.allCases.filter(\.isOfContract))
      case .upstream: seen.union(Exporter.usual).union(Exporter.allCases.filter(\.isOfTerway))
      }
  }

  func allows(_ recipe: Recipe) -> Bool { obstacle(recipe).isEmpty }

  /// What a recipe lacks; empty when nothing.
  func obstacle(_ recipe: Recipe) -> String {
    if let unwanted = Recipe.Source.other(than: source), recipe.source == unwanted {
      return "metrics.source other than \(source.rawValue)"
    }
    if let wanted = recipe.ipam, let ipam, wanted != ipam, !(source == .contract && recipe.source == .contract) {
      return "\(wanted.rawValue) IPAM"
    }
    if let since = recipe.since, let version, version < since { return "Terway \(since) or later" }
    if recipe.wantsControlplane, !hasControlplane { return "a controlplane that can be seen" }
    let absent = (recipe.metrics.map(\.exporters) + recipe.exporters.map { [$0] })
      .filter { $0.isDisjoint(with: exporters) }
    return Set(absent.map { $0.map(\.rawValue).sorted().joined(separator: " or ") }).sorted()
      .joined(separator: " and ")
  }
}

extension Recipe.Source {
  /// The source that a profile which names one does not want.
  fileprivate static func other(than source: MonitoringProfileSpec.Metrics.Source) -> Recipe.Source? {
    switch source {
    case .auto: nil
    case .contract: .upstream
    case .upstream: .contract
    }
  }
}

/// Who owns the IP pools.
enum IPAM: String, Sendable {
  case crd = "CRD"
  case legacy = "Legacy"

  init?(_ ipam: MonitoringProfileSpec.Terway.IPAM) {
    switch ipam {
    case .auto: return nil
    case .crd: self = .crd
    case .legacy: self = .legacy
    }
  }
}
