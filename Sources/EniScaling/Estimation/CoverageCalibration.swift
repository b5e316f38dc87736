/// Corrects the coverage that is asked of the forecast by how often it fell short, so that what is promised holds without
/// assumptions about demand: `q ← q + η (late − (1 − coverage))` for each pod (adaptive conformal inference: Gibbs and
/// Candès, NeurIPS 2021).
///
/// It raises only: a forecast that is better than promised is no reason to let pods wait.
struct CoverageCalibration: Hashable, Codable, Sendable {
  static let learningRate = 0.002
  static let highest = 0.9995
  /// Part of what may be late that the correction aims at: what is seen between rounds is less than what is.
  static let margin = 0.1

  private(set) var level: Double

  init(coverage: Double) { level = coverage }

  /// Pods are late so often that a small correction does not help.
  func isMissed(_ coverage: Double) -> Bool { level > (coverage + max(Self.highest, coverage)) / 2 }

  /// - Parameters:
  ///   - pods: that came.
  ///   - late: of those, pods that found no idle address.
  mutating func observe(pods: Int, late: Int, coverage: Double) {
    let error = Double(late) - Self.margin * (1 - coverage) * Double(pods)
    level = min(max(level + Self.learningRate * error, coverage), max(Self.highest, coverage))
  }
}
