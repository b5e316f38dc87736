/// Which series of an exporter are stored: what the profile keeps, and what its rules and dashboards are made of.
enum KeepList {
  /// - Parameters:
  ///   - expressions: the profile's. None keeps everything.
  ///   - names: what signals are made of. They are kept although no expression of the profile names them: a rule on a series
  ///     that is dropped would look healthy for ever.
  static func step(_ expressions: [String], and names: [String]) -> RelabelingStep? {
    guard !expressions.isEmpty else { return nil }
    let further = names.filter { name in
      !(expressions.contains(seeds) && prefixes.contains { name.hasPrefix($0) })
    }
    let patterns = expressions.count == 1 && further.isEmpty ? expressions : expressions.map { "(\($0))" }
    return .keep(.name, (patterns + further).joined(separator: "|"))
  }

  /// The profile's default.
  private static let seeds = "terway_(eni|network|qos|security)_.*"
  /// What it matches; saves a list of what it says already.
  private static let prefixes = ["eni", "network", "qos", "security"].map { "terway_\($0)_" }
}

extension SignalSelection {
  /// Names of the series that signals are made of here and that an exporter serves, sorted; of histograms all three.
  func names(from exporter: Exporter) -> [String] {
    let metrics = available.flatMap { recipe(for: $0).metrics }.filter { $0.exporters.contains(exporter) }
    return Set(metrics.map { $0.kind == .histogram ? $0.name + "_(bucket|count|sum)" : $0.name }).sorted()
  }
}
