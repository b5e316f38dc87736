/// Reads an expression by recursive descent, and checks types as it goes.
struct PromQLParser {
  typealias Token = PromQLToken

  /// An expression with what is known of it while it is read.
  struct Parsed {
    var tree: PromQL
    var type: PromQL.ValueType
    /// Where it starts, in bytes.
    var start: Int
    /// Levels of the tree.
    var height: Int
    /// Range, offset and `@` belong to what they follow, and parentheses are nothing that has a range.
    var isParenthesized = false
  }

  var lexer: PromQLLexer
  /// The token that is next.
  var token: Token
  let dialect: PromQL.Dialect
  private var depth = 0

  init(_ text: String, dialect: PromQL.Dialect) throws(PromQLSyntaxError) {
    lexer = PromQLLexer(text, takesVariables: dialect.takesVariables)
    self.dialect = dialect
    token = try lexer.next()
  }

  mutating func wholeExpression() throws(PromQLSyntaxError) -> PromQL {
    let parsed = try expression(bindingAtLeast: 0)
    guard token.kind == .end else { throw unexpected("an operator, or the end") }
    return parsed.tree
  }

  // MARK: Operators

  mutating func expression(bindingAtLeast precedence: Int) throws(PromQLSyntaxError) -> Parsed {
    depth += 1
    defer { depth -= 1 }
    guard depth <= PromQL.maximumDepth else { throw tooDeep(at: token.range.lowerBound) }
    var left = try operand()
    while let `operator` = binaryOperator, `operator`.precedence >= precedence {
      let start = token.range.lowerBound
      try advance()
      let modifiers = try self.modifiers(of: `operator`, at: start)
      let groupsRight = `operator` == .power
      let right = try expression(bindingAtLeast: `operator`.precedence + (groupsRight ? 0 : 1))
      left = try combined(left, `operator`, right, modifiers, at: start)
    }
    return left
  }

  private var binaryOperator: PromQL.BinaryOperator? {
    switch token.kind {
    case .symbol(let symbol): PromQL.BinaryOperator(rawValue: symbol.rawValue)
    case .word(let word): PromQL.BinaryOperator(rawValue: word.lowercased())
    default: nil
    }
  }

  private mutating func operand() throws(PromQLSyntaxError) -> Parsed {
    let start = token.range.lowerBound
    switch token.kind {
    case .symbol(.add):
      try advance()
      var operand = try expression(bindingAtLeast: PromQL.unaryPrecedence)
      try expectNumeric(operand)
      (operand.start, operand.isParenthesized) = (start, true)
      return operand
    case .symbol(.subtract):
      try advance()
      let operand = try expression(bindingAtLeast: PromQL.unaryPrecedence)
      try expectNumeric(operand)
      if case .number(let value) = operand.tree, !operand.isParenthesized {
        return Parsed(tree: .number(-value), type: .scalar, start: start, height: 1)
      }
      return try made(.negated(operand.tree), operand.type, of: [operand], start: start)
    default:
      return try withPostfixes(primary())
    }
  }

  private func expectNumeric(_ operand: Parsed) throws(PromQLSyntaxError) {
    guard operand.type == .scalar || operand.type == .instantVector else {
      throw error(at: operand.start, found: operand.type.rawValue, allowed: "a scalar or an instant vector")
    }
  }

  // MARK: Tokens

  mutating func advance() throws(PromQLSyntaxError) { token = try lexer.next() }

  mutating func skip(_ symbol: Token.Symbol) throws(PromQLSyntaxError) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    try advance()
    return true
  }

  mutating func expect(_ symbol: Token.Symbol, or others: String = "") throws(PromQLSyntaxError) {
    guard try skip(symbol) else { throw unexpected("\"\(symbol.rawValue)\"\(others)") }
  }

  /// The word that is next, in small letters, when it is one.
  var keyword: String? {
    if case .word(let word) = token.kind { word.lowercased() } else { nil }
  }

  // MARK: Results and errors

  /// A node above others, unless the tree becomes too deep by it.
  func made(
    _ tree: PromQL, _ type: PromQL.ValueType, of operands: [Parsed], start: Int
  ) throws(PromQLSyntaxError) -> Parsed {
    let height = 1 + (operands.map(\.height).max() ?? 0)
    guard height <= PromQL.maximumDepth else { throw tooDeep(at: start) }
    return Parsed(tree: tree, type: type, start: start, height: height)
  }

  func error(at offset: Int, found: String, allowed: String) -> PromQLSyntaxError {
    lexer.error(at: offset, found: found, allowed: allowed)
  }

  func unexpected(_ allowed: String) -> PromQLSyntaxError {
    error(at: token.range.lowerBound, found: foundText, allowed: allowed)
  }

  private func tooDeep(at offset: Int) -> PromQLSyntaxError {
    error(at: offset, found: "an expression nested too deeply", allowed: "at most \(PromQL.maximumDepth) levels")
  }

  private var foundText: String {
    switch token.kind {
    case .end: return "the end"
    case .string: return "a string"
    default:
      let spelling = lexer.text[token.range]
      return "\"\(String(decoding: spelling.prefix(40), as: UTF8.self))\(spelling.count > 40 ? "…" : "")\""
    }
  }
}
