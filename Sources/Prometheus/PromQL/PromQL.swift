/// An expression of Prometheus' query language, as a tree.
///
/// Built from parts it cannot be malformed: names are checked, values escaped, parentheses set where they are needed and
/// nowhere else. `text` writes it out on one line. Write vector matching out (`on`, `ignoring`) wherever two vectors meet:
/// matching on whatever labels happen to be equal is how rules stop working when someone adds a label.
public indirect enum PromQL: Hashable, Sendable {
  case number(Double)
  case string(String)
  case vector(VectorSelector)
  case matrix(VectorSelector, PromRange)
  case subquery(Subquery)
  case call(String, [PromQL])
  case aggregation(Aggregation)
  case binary(BinaryOperation)
  case negated(PromQL)
  /// Text that someone else wrote, kept as it is; in parentheses wherever it is part of a larger expression.
  case verbatim(String)
}

extension PromQL {
  public struct Aggregation: Hashable, Sendable {
    public enum Function: String, Sendable, CaseIterable {
      case sum, avg, min, max, count, group, stddev, stdvar, topk, bottomk, quantile
      case countValues = "count_values"

      /// What the parameter has to be; `nil` when there is none.
      var parameterType: PromQL.ValueType? {
        switch self {
        case .topk, .bottomk, .quantile: .scalar
        case .countValues: .string
        default: nil
        }
      }
    }

    public enum Grouping: Hashable, Sendable {
      case by([String])
      case without([String])
    }

    public var function: Function
    /// Of `topk`, `bottomk`, `quantile` and `count_values`.
    public var parameter: PromQL?
    public var operand: PromQL
    /// `nil` aggregates everything into one series.
    public var grouping: Grouping?

    public init(_ function: Function, _ operand: PromQL, parameter: PromQL? = nil, grouping: Grouping? = nil) {
      (self.function, self.operand, self.parameter, self.grouping) = (function, operand, parameter, grouping)
    }
  }

  /// An expression evaluated at every step within a range.
  public struct Subquery: Hashable, Sendable {
    public var operand: PromQL
    public var range: PromRange
    /// `nil` is the server's evaluation interval.
    public var step: PromRange?
    /// How far back; zero is now, below zero is ahead.
    public var offset = PromRange.duration(.zero)
    /// The time that the offset starts from, when it is not the time of evaluation.
    public var at: PromInstant?

    public init(_ operand: PromQL, _ range: PromRange, step: PromRange? = nil) {
      (self.operand, self.range, self.step) = (operand, range, step)
    }
  }

  public struct BinaryOperation: Hashable, Sendable {
    public var `operator`: BinaryOperator
    public var left: PromQL
    public var right: PromQL
    /// How series of both sides find each other; `nil` when one side is a number.
    public var matching: VectorMatching?
    /// Comparisons only: yield 0 or 1 rather than filter.
    public var returnsBool: Bool

    public init(
      _ operator: BinaryOperator, _ left: PromQL, _ right: PromQL, matching: VectorMatching? = nil,
      returnsBool: Bool = false
    ) {
      (self.operator, self.left, self.right) = (`operator`, left, right)
      (self.matching, self.returnsBool) = (matching, returnsBool)
    }
  }

  public enum BinaryOperator: String, Sendable, CaseIterable {
    case power = "^"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case atan2
    case add = "+"
    case subtract = "-"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case and, unless, or

    /// Higher binds tighter.
    var precedence: Int {
      switch self {
      case .or: 1
      case .and, .unless: 2
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
      case .add, .subtract: 4
      case .multiply, .divide, .modulo, .atan2: 5
      case .power: 7
      }
    }

    public var isComparison: Bool { precedence == 3 }
    /// Keeps and drops series rather than compute with their values.
    public var isSet: Bool { self == .and || self == .or || self == .unless }
  }

  public struct VectorMatching: Hashable, Sendable {
    public enum Labels: Hashable, Sendable {
      case on([String])
      case ignoring([String])

      public var names: [String] {
        switch self {
        case .on(let names), .ignoring(let names): names
        }
      }
    }

    /// Which side has many series for one of the other; its labels stay, and the listed labels of the other are added.
    public enum Group: Hashable, Sendable {
      case left([String])
      case right([String])
    }

    public var labels: Labels
    public var group: Group?

    public init(_ labels: Labels, group: Group? = nil) {
      (self.labels, self.group) = (labels, group)
    }

    public static func on(_ labels: [String]) -> VectorMatching { VectorMatching(.on(labels)) }
    public static func ignoring(_ labels: [String]) -> VectorMatching { VectorMatching(.ignoring(labels)) }

    /// Many series on the left for one on the right.
    public func groupLeft(_ labels: [String] = []) -> VectorMatching {
      VectorMatching(self.labels, group: .left(labels))
    }

    /// Many series on the right for one on the left.
    public func groupRight(_ labels: [String] = []) -> VectorMatching {
      VectorMatching(self.labels, group: .right(labels))
    }
  }
}

extension PromQL {
  /// When a selector or subquery looks.
  struct TimeShift {
    var offset: PromRange
    var at: PromInstant?
  }

  /// `nil` for what cannot be shifted.
  var timeShift: TimeShift? {
    get {
      switch self {
      case .vector(let selector), .matrix(let selector, _): TimeShift(offset: selector.offset, at: selector.at)
      case .subquery(let subquery): TimeShift(offset: subquery.offset, at: subquery.at)
      default: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .vector(var selector):
        (selector.offset, selector.at) = (newValue.offset, newValue.at)
        self = .vector(selector)
      case .matrix(var selector, let range):
        (selector.offset, selector.at) = (newValue.offset, newValue.at)
        self = .matrix(selector, range)
      case .subquery(var subquery):
        (subquery.offset, subquery.at) = (newValue.offset, newValue.at)
        self = .subquery(subquery)
      default: break
      }
    }
  }
}
