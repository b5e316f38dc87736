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
  case subquery(PromQL, PromRange, step: PromRange?)
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
      case sum, avg, min, max, count, group, stddev, topk, bottomk, quantile
    }

    public enum Grouping: Hashable, Sendable {
      case by([String])
      case without([String])
    }

    public var function: Function
    /// Of `topk`, `bottomk` and `quantile`.
    public var parameter: PromQL?
    public var operand: PromQL
    /// `nil` aggregates everything into one series.
    public var grouping: Grouping?

    public init(_ function: Function, _ operand: PromQL, parameter: PromQL? = nil, grouping: Grouping? = nil) {
      (self.function, self.operand, self.parameter, self.grouping) = (function, operand, parameter, grouping)
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
      case .multiply, .divide, .modulo: 5
      case .power: 7
      }
    }
  }

  public struct VectorMatching: Hashable, Sendable {
    public enum Labels: Hashable, Sendable {
      case on([String])
      case ignoring([String])
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
