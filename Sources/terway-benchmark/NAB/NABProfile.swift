import Serialization

/// What the Numenta Anomaly Benchmark gives for finding and takes for missing and for false alarms: one of the application
/// profiles of its `config/profiles.json`.
struct NABProfile: Hashable, Sendable {
  var name: String
  /// For a window in which something was found at its beginning.
  var truePositive: Double
  /// Of a window in which nothing was found.
  var falseNegative: Double
  /// Of a detection far from all windows.
  var falsePositive: Double

  /// The profiles of a file, by name. The weight of true negatives is in it, and has no part in the score.
  static func profiles(_ json: JSONValue) throws -> [NABProfile] {
    guard case .object(let profiles) = json else { throw BenchmarkError("the profiles are no JSON object") }
    return try profiles.sorted { $0.key < $1.key }.map { name, profile in
      func weight(_ key: String) throws -> Double {
        guard let weight = profile.at("CostMatrix", key)?.number, weight >= 0 else {
          throw BenchmarkError("the profile \(name) has no CostMatrix.\(key) of at least 0")
        }
        return weight
      }
      return NABProfile(
        name: name, truePositive: try weight("tpWeight"), falseNegative: try weight("fnWeight"),
        falsePositive: try weight("fpWeight"))
    }
  }
}
