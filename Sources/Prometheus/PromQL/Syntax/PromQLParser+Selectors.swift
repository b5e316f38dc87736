extension PromQLParser {
  /// What follows the name of a metric, or stands for it.
  mutating func selector(of metric: String?, start: Int) throws(PromQLSyntaxError) -> Parsed {
    let opening = token.range.lowerBound
    var selector = VectorSelector(matching: try skip(.leftBrace) ? matchers(start: opening) : [])
    selector.metric = metric
    let names = selector.matchers.filter { $0.label == LabelMatcher.metricNameLabel }
    if let metric, let second = names.first {
      throw error(
        at: opening, found: "a second metric name, \"\(second.value)\"", allowed: "no name besides \(metric)")
    }
    if metric == nil {
      guard selector.matchers.contains(where: { !$0.acceptsEmpty }) else {
        throw error(
          at: opening, found: "a selector that series without any label fulfil",
          allowed: "a metric name, or a matcher that the empty string does not fulfil")
      }
      // One way to write what can be written in two.
      if names.count == 1, names[0].operator == .equal, MetricName.isValid(metric: names[0].value) {
        selector.metric = names[0].value
        selector.matchers.removeAll { $0.label == LabelMatcher.metricNameLabel }
      }
    }
    return Parsed(tree: .vector(selector), type: .instantVector, start: start, height: 1)
  }

  private mutating func matchers(start: Int) throws(PromQLSyntaxError) -> [LabelMatcher] {
    var matchers: [LabelMatcher] = []
    while token.kind != .symbol(.rightBrace) {
      guard case .word(let label) = token.kind else { throw unexpected("a label or \"}\"") }
      try advance()
      guard let `operator` = matcherOperator else { throw unexpected("one of = != =~ !~") }
      try advance()
      guard case .string(let value) = token.kind else { throw unexpected("a string in quotes") }
      try check(value, of: `operator`)
      matchers.append(LabelMatcher(label, `operator`, value))
      try advance()
      if token.kind != .symbol(.rightBrace) { try expect(.comma, or: " or \"}\"") }
    }
    try advance()
    return matchers
  }

  private var matcherOperator: LabelMatcher.Operator? {
    if case .symbol(let symbol) = token.kind { LabelMatcher.Operator(rawValue: symbol.rawValue) } else { nil }
  }

  private func check(_ value: String, of operator: LabelMatcher.Operator) throws(PromQLSyntaxError) {
    guard `operator` == .matches || `operator` == .matchesNot else { return }
    do throws(RegularExpressionError) {
      _ = try RegularExpressionSyntax(checking: value)
    } catch {
      throw self.error(at: token.range.lowerBound, found: error.description, allowed: "a regular expression (RE2)")
    }
  }

  // MARK: Ranges and shifts

  /// Ranges, offsets and `@`, which bind tighter than any operator.
  mutating func withPostfixes(_ operand: Parsed) throws(PromQLSyntaxError) -> Parsed {
    var operand = operand
    while true {
      let start = token.range.lowerBound
      if try skip(.leftBracket) {
        operand = try ranged(operand, at: start)
      } else if keyword == "offset" {
        try advance()
        let offset = try self.offset()
        var shift = try timeShift(of: operand, "offset", at: start)
        guard shift.offset.isZero else { throw error(at: start, found: "a second offset", allowed: "one") }
        shift.offset = offset
        operand.tree.timeShift = shift
      } else if try skip(.at) {
        let instant = try self.instant()
        var shift = try timeShift(of: operand, "@", at: start)
        guard shift.at == nil else { throw error(at: start, found: "a second @", allowed: "one") }
        shift.at = instant
        operand.tree.timeShift = shift
      } else {
        return operand
      }
    }
  }

  private mutating func ranged(_ operand: Parsed, at start: Int) throws(PromQLSyntaxError) -> Parsed {
    let range = try duration()
    if try skip(.colon) {
      let step = token.kind == .symbol(.rightBracket) ? nil : try duration()
      try expect(.rightBracket)
      guard operand.type == .instantVector else {
        throw error(
          at: operand.start, found: "\(operand.type.rawValue) before a subquery", allowed: "an instant vector")
      }
      return try made(
        .subquery(.init(operand.tree, range, step: step)), .rangeVector, of: [operand], start: operand.start)
    }
    try expect(.rightBracket, or: " or \":\"")
    guard case .vector(let selector) = operand.tree, !operand.isParenthesized else {
      throw error(at: start, found: "a range after an expression", allowed: "[range:] to make it a subquery")
    }
    guard selector.offset.isZero, selector.at == nil else {
      throw error(at: start, found: "a range after offset or @", allowed: "the range before them")
    }
    return Parsed(tree: .matrix(selector, range), type: .rangeVector, start: operand.start, height: 1)
  }

  private mutating func duration() throws(PromQLSyntaxError) -> PromRange {
    let range: PromRange
    switch token.kind {
    case .duration(let duration): range = .duration(duration)
    case .variable(let name): range = .variable(name)
    default: throw unexpected("a duration such as 5m")
    }
    try advance()
    return range
  }

  private mutating func offset() throws(PromQLSyntaxError) -> PromRange {
    guard try skip(.subtract) else { return try duration() }
    guard case .duration(let duration) = try self.duration() else { throw unexpected("a duration after the minus") }
    return .duration(.zero - duration)
  }

  private mutating func instant() throws(PromQLSyntaxError) -> PromInstant {
    if let name = keyword, name == "start" || name == "end" {
      try advance()
      try expect(.leftParenthesis)
      try expect(.rightParenthesis)
      return name == "start" ? .start : .end
    }
    let start = token.range.lowerBound
    let isNegative = try skip(.subtract)
    if !isNegative { _ = try skip(.add) }
    let number: Double
    switch (token.kind, keyword) {
    case (.number(let value), _): number = value
    case (_, "inf"), (_, "nan"): number = .infinity
    default: throw unexpected("a time in seconds, start() or end()")
    }
    guard number < 0x1p63 else { throw error(at: start, found: "no point in time", allowed: "seconds since 1970") }
    try advance()
    return .time(isNegative ? -number : number)
  }

  private func timeShift(
    of operand: Parsed, _ word: String, at start: Int
  ) throws(PromQLSyntaxError) -> PromQL.TimeShift {
    guard !operand.isParenthesized, let shift = operand.tree.timeShift else {
      throw error(at: start, found: "\(word) after an expression", allowed: "it right after a selector or subquery")
    }
    return shift
  }
}
