extension PromQLParser {
  mutating func primary() throws(PromQLSyntaxError) -> Parsed {
    let start = token.range.lowerBound
    switch token.kind {
    case .number(let value):
      try advance()
      return Parsed(tree: .number(value), type: .scalar, start: start, height: 1)
    case .string(let value):
      try advance()
      return Parsed(tree: .string(value), type: .string, start: start, height: 1)
    case .symbol(.leftParenthesis):
      try advance()
      var inner = try expression(bindingAtLeast: 0)
      try expect(.rightParenthesis, or: " or an operator")
      (inner.start, inner.isParenthesized) = (start, true)
      return inner
    case .symbol(.leftBrace):
      return try selector(of: nil, start: start)
    case .word(let word):
      return try named(word, start: start)
    default:
      throw unexpected("an expression")
    }
  }

  private mutating func named(_ word: String, start: Int) throws(PromQLSyntaxError) -> Parsed {
    let keyword = word.lowercased()
    if let value = ["inf": Double.infinity, "nan": .nan][keyword] {
      try advance()
      return Parsed(tree: .number(value), type: .scalar, start: start, height: 1)
    }
    guard !PromQLKeyword.neverMetrics.contains(keyword) else { throw unexpected("an expression") }
    try advance()
    if let function = PromQL.Aggregation.Function(rawValue: keyword) {
      if token.kind == .symbol(.leftParenthesis) || self.keyword == "by" || self.keyword == "without" {
        return try aggregation(function, start: start)
      }
    } else if token.kind == .symbol(.leftParenthesis) {
      return try call(word, start: start)
    }
    return try selector(of: word, start: start)
  }

  // MARK: Aggregations

  private mutating func aggregation(
    _ function: PromQL.Aggregation.Function, start: Int
  ) throws(PromQLSyntaxError) -> Parsed {
    var grouping = try self.grouping()
    let opening = token.range.lowerBound
    var arguments = try self.arguments()
    if grouping == nil { grouping = try self.grouping() }
    let count = function.parameterType == nil ? 1 : 2
    guard arguments.count == count else {
      throw error(
        at: opening, found: "\(arguments.count) arguments of \(function.rawValue)", allowed: "\(count)")
    }
    let operand = arguments.removeLast()
    try expect(.instantVector, of: operand, by: function.rawValue)
    if let type = function.parameterType, let parameter = arguments.first {
      try expect(type, of: parameter, by: function.rawValue)
    }
    let aggregation = PromQL.Aggregation(
      function, operand.tree, parameter: arguments.first?.tree, grouping: grouping)
    return try made(.aggregation(aggregation), .instantVector, of: arguments + [operand], start: start)
  }

  private mutating func grouping() throws(PromQLSyntaxError) -> PromQL.Aggregation.Grouping? {
    switch keyword {
    case "by":
      try advance()
      return .by(try labelList())
    case "without":
      try advance()
      return .without(try labelList())
    default: return nil
    }
  }

  // MARK: Functions

  private mutating func call(_ name: String, start: Int) throws(PromQLSyntaxError) -> Parsed {
    guard let function = PromQLFunction.named(name), function.isKnown(to: dialect.version) else {
      throw error(at: start, found: "\(name)(", allowed: "a function of Prometheus \(dialect.version)")
    }
    let opening = token.range.lowerBound
    let arguments = try self.arguments()
    let counts = function.argumentCounts
    guard counts.contains(arguments.count) else {
      let allowed =
        counts.count == 1
        ? "\(counts.lowerBound)"
        : counts.upperBound == Int.max
          ? "at least \(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
      throw error(at: opening, found: "\(arguments.count) arguments of \(name)", allowed: allowed)
    }
    for (index, argument) in arguments.enumerated() {
      try expect(function.parameters[min(index, function.parameters.count - 1)], of: argument, by: name)
    }
    return try made(.call(name, arguments.map(\.tree)), function.result, of: arguments, start: start)
  }

  private mutating func arguments() throws(PromQLSyntaxError) -> [Parsed] {
    try expect(.leftParenthesis, or: " and arguments")
    var arguments: [Parsed] = []
    if try skip(.rightParenthesis) { return arguments }
    repeat { arguments.append(try expression(bindingAtLeast: 0)) } while try skip(.comma)
    try expect(.rightParenthesis, or: ", \",\" or an operator")
    return arguments
  }

  private func expect(
    _ type: PromQL.ValueType, of argument: Parsed, by name: String
  ) throws(PromQLSyntaxError) {
    guard argument.type == type else {
      throw error(at: argument.start, found: "\(argument.type.rawValue) as argument of \(name)", allowed: type.rawValue)
    }
  }
}
