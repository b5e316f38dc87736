/// A function of the query language: what it takes and gives.
public struct PromQLFunction: Hashable, Sendable {
  public var name: String
  public var parameters: [PromQL.ValueType]
  /// How often the last parameter may be given.
  var last: Repetition
  public var result: PromQL.ValueType
  /// The first release that has it.
  public var since: PrometheusVersion
  /// The first release that no longer has it.
  public var until: PrometheusVersion?

  enum Repetition: Hashable, Sendable { case once, optional, any }

  private init(
    _ name: String, _ parameters: [PromQL.ValueType], last: Repetition = .once,
    giving result: PromQL.ValueType = .instantVector, since: PrometheusVersion = PrometheusVersion(2, 0),
    until: PrometheusVersion? = nil
  ) {
    (self.name, self.parameters, self.last, self.result) = (name, parameters, last, result)
    (self.since, self.until) = (since, until)
  }

  /// How many arguments it takes.
  var argumentCounts: ClosedRange<Int> {
    switch last {
    case .once: parameters.count...parameters.count
    case .optional: parameters.count - 1...parameters.count
    case .any: parameters.count - 1...Int.max
    }
  }

  public func isKnown(to version: PrometheusVersion) -> Bool { since <= version && until.map { version < $0 } ?? true }

  /// Names are told apart by case.
  public static func named(_ name: String) -> PromQLFunction? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// All that are not experimental, up to Prometheus 3.
  public static let all: [PromQLFunction] =
    ofVectors + ofRanges + ofCalendars + ofHistograms + [
      .init("pi", [], giving: .scalar, since: .init(2, 31)), .init("time", [], giving: .scalar),
      .init("scalar", [.instantVector], giving: .scalar), .init("vector", [.scalar]),
      .init("clamp", [.instantVector, .scalar, .scalar], since: .init(2, 26)),
      .init("clamp_max", [.instantVector, .scalar]), .init("clamp_min", [.instantVector, .scalar]),
      .init("round", [.instantVector, .scalar], last: .optional),
      .init("label_replace", [.instantVector, .string, .string, .string, .string]),
      .init("label_join", [.instantVector, .string, .string, .string], last: .any),
    ]

  private static let ofVectors: [PromQLFunction] =
    ["abs", "absent", "ceil", "exp", "floor", "ln", "log10", "log2", "sort", "sort_desc", "sqrt", "timestamp"]
    .map { .init($0, [.instantVector]) }
    + [
      "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "deg", "rad", "sin", "sinh", "tan", "tanh",
    ].map { .init($0, [.instantVector], since: .init(2, 31)) }
    + [.init("sgn", [.instantVector], since: .init(2, 26))]

  private static let ofRanges: [PromQLFunction] =
    [
      "avg_over_time", "changes", "count_over_time", "delta", "deriv", "idelta", "increase", "irate", "max_over_time",
      "min_over_time", "rate", "resets", "stddev_over_time", "stdvar_over_time", "sum_over_time",
    ].map { .init($0, [.rangeVector]) }
    + [
      .init("absent_over_time", [.rangeVector], since: .init(2, 16)),
      .init("last_over_time", [.rangeVector], since: .init(2, 26)),
      .init("present_over_time", [.rangeVector], since: .init(2, 29)),
      .init("predict_linear", [.rangeVector, .scalar]), .init("quantile_over_time", [.scalar, .rangeVector]),
      .init("holt_winters", [.rangeVector, .scalar, .scalar], until: .init(3, 0)),
    ]

  /// Without an argument they are of the time of evaluation.
  private static let ofCalendars: [PromQLFunction] =
    ["day_of_month", "day_of_week", "days_in_month", "hour", "minute", "month", "year"]
    .map { .init($0, [.instantVector], last: .optional) }
    + [.init("day_of_year", [.instantVector], last: .optional, since: .init(2, 38))]

  private static let ofHistograms: [PromQLFunction] = [
    .init("histogram_quantile", [.scalar, .instantVector]),
    .init("histogram_count", [.instantVector], since: .init(2, 40)),
    .init("histogram_sum", [.instantVector], since: .init(2, 40)),
    .init("histogram_fraction", [.scalar, .scalar, .instantVector], since: .init(2, 40)),
    .init("histogram_stddev", [.instantVector], since: .init(2, 48)),
    .init("histogram_stdvar", [.instantVector], since: .init(2, 48)),
    .init("histogram_avg", [.instantVector], since: .init(2, 51)),
  ]
}
