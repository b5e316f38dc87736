extension PromQL: CustomStringConvertible {
  public var description: String { text }

  /// The expression on one line, with no parenthesis more than it needs.
  public var text: String {
    switch self {
    case .number(let value): PromQL.text(of: value)
    case .string(let value): PromQL.quoted(value)
    case .vector(let selector): selector.text(range: nil)
    case .matrix(let selector, let range): selector.text(range: range)
    case .subquery(let subquery): subquery.text
    case .call(let function, let arguments): "\(function)(\(arguments.map(\.text).joined(separator: ", ")))"
    case .aggregation(let aggregation): aggregation.text
    case .binary(let operation): operation.text
    // Without parentheses the sign would become the number's.
    case .negated(.number(let value)): "-(\(PromQL.text(of: value)))"
    case .negated(let operand): "-" + operand.text(bindingAtLeast: PromQL.unaryPrecedence)
    case .verbatim(let text): text
    }
  }

  static func text(of number: Double) -> String {
    number == 0 && number.sign == .minus ? "-0" : SampleText.number(number)
  }

  static func quoted(_ value: String) -> String {
    // Prometheus takes U+FFFD itself for the trace of bytes that were no UTF-8.
    let escapes: [Unicode.Scalar: String] = ["\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\u{FFFD}": "\\ufffd"]
    return "\"\(SampleText.escaped(value, escapes))\""
  }

  static let unaryPrecedence = 6
  fileprivate static let postfixPrecedence = 8

  /// How tightly the outermost operator binds.
  fileprivate var precedence: Int {
    switch self {
    case .binary(let operation): operation.operator.precedence
    case .negated: PromQL.unaryPrecedence
    case .number(let value): value.sign == .minus && !value.isNaN ? PromQL.unaryPrecedence : .max
    case .verbatim: 0
    default: .max
    }
  }

  fileprivate func text(bindingAtLeast precedence: Int) -> String {
    guard self.precedence < precedence else { return text }
    // A comment at the end of someone's text would swallow the parenthesis.
    if case .verbatim(let text) = self, text.contains("#") { return "(\(text)\n)" }
    return "(\(text))"
  }
}

extension PromQL.Aggregation {
  fileprivate var text: String {
    let arguments = ([parameter, operand].compactMap { $0?.text }).joined(separator: ", ")
    return switch grouping {
    case .by(let labels): "\(function.rawValue) by (\(labels.joined(separator: ", "))) (\(arguments))"
    case .without(let labels): "\(function.rawValue) without (\(labels.joined(separator: ", "))) (\(arguments))"
    case nil: "\(function.rawValue)(\(arguments))"
    }
  }
}

extension PromQL.BinaryOperation {
  fileprivate var text: String {
    // Operators of one precedence group to the left, only the power groups to the right.
    let mine = `operator`.precedence
    let groupsRight = `operator` == .power
    let left = self.left.text(bindingAtLeast: groupsRight ? mine + 1 : mine)
    let right = self.right.text(bindingAtLeast: groupsRight ? mine : mine + 1)
    return [left, `operator`.rawValue + (returnsBool ? " bool" : ""), matching?.text, right]
      .compactMap { $0 }.joined(separator: " ")
  }
}

extension PromQL.VectorMatching {
  fileprivate var text: String {
    let labelText =
      switch labels {
      case .on(let labels): "on (\(labels.joined(separator: ", ")))"
      case .ignoring(let labels): "ignoring (\(labels.joined(separator: ", ")))"
      }
    // Parentheses even when no label is added: without them the operand's own could be taken for the list.
    return switch group {
    case .left(let added): "\(labelText) group_left (\(added.joined(separator: ", ")))"
    case .right(let added): "\(labelText) group_right (\(added.joined(separator: ", ")))"
    case nil: labelText
    }
  }
}

extension PromQL.Subquery {
  fileprivate var text: String {
    "\(operand.text(bindingAtLeast: PromQL.postfixPrecedence))[\(range.text):\(step?.text ?? "")]"
      + PromQL.TimeShift(offset: offset, at: at).text
  }
}

extension VectorSelector {
  fileprivate func text(range: PromRange?) -> String {
    var conditions = matchers
    var text = metric ?? ""
    // Some words are names only in quotes.
    if let metric, PromQLKeyword.neverMetrics.contains(metric.lowercased()) {
      conditions.insert(.equal(LabelMatcher.metricNameLabel, metric), at: 0)
      text = ""
    }
    if !conditions.isEmpty || text.isEmpty {
      text +=
        "{\(conditions.map { "\($0.label)\($0.operator.rawValue)\(PromQL.quoted($0.value))" }.joined(separator: ","))}"
    }
    if let range { text += "[\(range.text)]" }
    return text + PromQL.TimeShift(offset: offset, at: at).text
  }
}

extension PromQL.TimeShift {
  fileprivate var text: String {
    (at.map { " @ \($0.text)" } ?? "") + (offset.isZero ? "" : " offset \(offset.text)")
  }
}
