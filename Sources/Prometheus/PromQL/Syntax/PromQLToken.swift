/// One token of an expression and where it is.
struct PromQLToken: Hashable {
  enum Kind: Hashable {
    case end
    case number(Double)
    case duration(Duration)
    case string(String)
    /// A variable of Grafana, with its dollar sign.
    case variable(String)
    /// A name or keyword; which of the two depends on where it is.
    case word(String)
    case symbol(Symbol)
  }

  enum Symbol: String, CaseIterable {
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBrace = "{"
    case rightBrace = "}"
    case leftBracket = "["
    case rightBracket = "]"
    case comma = ","
    case colon = ":"
    case at = "@"
    case assign = "="
    case matches = "=~"
    case matchesNot = "!~"
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
  }

  var kind: Kind
  /// In bytes of the text.
  var range: Range<Int>
}

/// Words with a meaning of their own. They are keywords however they are capitalised.
enum PromQLKeyword {
  /// Prometheus takes no metric of such a name, other than by `{__name__="…"}`.
  static let neverMetrics: Set<String> = [
    "atan2", "bool", "group_left", "group_right", "ignoring", "inf", "nan", "on",
  ]
  /// Prometheus takes no label of such a name in a list of labels.
  static let neverGroupingLabels: Set<String> = ["inf", "nan", "without"]
}
