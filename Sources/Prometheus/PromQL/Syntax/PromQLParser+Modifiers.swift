extension PromQLParser {
  /// What may stand between a binary operator and its right operand.
  struct Modifiers {
    var returnsBool = false
    var matching: PromQL.VectorMatching?
  }

  mutating func modifiers(of operator: PromQL.BinaryOperator, at start: Int) throws(PromQLSyntaxError) -> Modifiers {
    var modifiers = Modifiers()
    if keyword == "bool" {
      guard `operator`.isComparison else { throw unexpected("an operand: bool is for comparisons") }
      modifiers.returnsBool = true
      try advance()
    }
    guard let word = keyword, word == "on" || word == "ignoring" else { return modifiers }
    try advance()
    let labels = try labelList()
    modifiers.matching = PromQL.VectorMatching(word == "on" ? .on(labels) : .ignoring(labels))
    guard let side = keyword, side == "group_left" || side == "group_right" else { return modifiers }
    guard !`operator`.isSet else { throw unexpected("an operand: and, or and unless match many series with many") }
    let groupStart = token.range.lowerBound
    try advance()
    let added = token.kind == .symbol(.leftParenthesis) ? try labelList() : []
    if word == "on", let twice = added.first(where: labels.contains) {
      throw error(at: groupStart, found: "label \"\(twice)\" in both on and \(side)", allowed: "it in one of them")
    }
    modifiers.matching?.group = side == "group_left" ? .left(added) : .right(added)
    return modifiers
  }

  /// Labels in parentheses, with a comma after the last where someone likes it.
  mutating func labelList() throws(PromQLSyntaxError) -> [String] {
    try expect(.leftParenthesis, or: " and a list of labels")
    var labels: [String] = []
    while token.kind != .symbol(.rightParenthesis) {
      guard case .word(let label) = token.kind, MetricName.isValid(label: label),
        !PromQLKeyword.neverGroupingLabels.contains(label.lowercased())
      else { throw unexpected("a label") }
      labels.append(label)
      try advance()
      if token.kind != .symbol(.rightParenthesis) { try expect(.comma, or: " or \")\"") }
    }
    try advance()
    return labels
  }

  /// Both operands and their operator as one expression, when their types allow it.
  func combined(
    _ left: Parsed, _ operator: PromQL.BinaryOperator, _ right: Parsed, _ modifiers: Modifiers, at start: Int
  ) throws(PromQLSyntaxError) -> Parsed {
    for operand in [left, right] where operand.type != .scalar && operand.type != .instantVector {
      throw error(at: operand.start, found: operand.type.rawValue, allowed: "a scalar or an instant vector")
    }
    let areVectors = left.type == .instantVector && right.type == .instantVector
    let areScalars = left.type == .scalar && right.type == .scalar
    if `operator`.isSet, !areVectors {
      let scalar = left.type == .scalar ? left : right
      throw error(at: scalar.start, found: "a scalar beside \(`operator`.rawValue)", allowed: "an instant vector")
    }
    if `operator`.isComparison, areScalars, !modifiers.returnsBool {
      throw error(
        at: start, found: "a comparison of two scalars", allowed: "bool after \"\(`operator`.rawValue)\"")
    }
    if !areVectors, let matching = modifiers.matching, !matching.labels.names.isEmpty {
      throw error(at: start, found: "vector matching with a scalar", allowed: "instant vectors on both sides")
    }
    let operation = PromQL.BinaryOperation(
      `operator`, left.tree, right.tree, matching: areVectors ? modifiers.matching : nil,
      returnsBool: modifiers.returnsBool)
    return try made(
      .binary(operation), areScalars ? .scalar : .instantVector, of: [left, right], start: left.start)
  }
}
