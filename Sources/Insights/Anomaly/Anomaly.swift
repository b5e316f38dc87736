/// A reading that is not like those before it.
public struct Anomaly: Hashable, Sendable {
  /// Seconds since 1970.
  public var time: Double
  /// Of a shift, the mean of the last two hours.
  public var value: Double
  /// What would have been usual, in the signal's unit.
  public var usual: Double
  /// In which way it is unusual.
  public var aspect: Aspect
  /// The negative decimal logarithm of the chance of something so unusual, judged by what came before: 3 is one reading in a
  /// thousand. At most ``AnomalyDetector/greatestSurprise``.
  public var surprise: Double

  /// Ways to be unusual.
  public enum Aspect: String, Hashable, Sendable, CaseIterable {
    /// Far from the median of the last day.
    case level
    /// Far from the median of the readings just before.
    case jump
    /// Outside of what there was at this time of the day on the last seven days.
    case season
    /// The mean of the last two hours is far from that of the day before.
    case shift

    public var text: Bilingual {
      switch self {
      case .level: Bilingual("far from the last day", "远离最近一天")
      case .jump: Bilingual("a jump", "突变")
      case .season: Bilingual("not as at this time of other days", "与往日同时段不同")
      case .shift: Bilingual("the level has moved", "水平移动")
      }
    }
  }

  /// Whether it is above what would have been usual.
  public var isAbove: Bool { value >= usual }
}
