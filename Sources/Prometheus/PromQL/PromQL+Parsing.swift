extension PromQL {
  /// Who is to understand an expression.
  public struct Dialect: Hashable, Sendable {
    /// Decides which functions there are.
    public var version: PrometheusVersion
    /// Whether Grafana's variables may stand where a duration is wanted: `[$__rate_interval]`, `[${window}:$step]`. In the
    /// strings of matchers they are text to everyone.
    public var takesVariables: Bool

    public init(version: PrometheusVersion, takesVariables: Bool) {
      (self.version, self.takesVariables) = (version, takesVariables)
    }

    /// The oldest release that we write rules for.
    public static let prometheus = Dialect(version: .baseline, takesVariables: false)
    /// The query of a panel.
    public static let grafana = Dialect(version: .baseline, takesVariables: true)
  }

  /// Deepest nesting, of parentheses as well as of operators in a row. It bounds the stack that any walk of the tree needs.
  public static let maximumDepth = 200

  /// Reads an expression as Prometheus 2.42 does, types of operands included.
  ///
  /// Takes time in proportion to the length of the text. `text` writes the result such that it reads back the same.
  public init(parsing text: String, as dialect: Dialect = .prometheus) throws(PromQLSyntaxError) {
    var parser = try PromQLParser(text, dialect: dialect)
    self = try parser.wholeExpression()
  }
}
