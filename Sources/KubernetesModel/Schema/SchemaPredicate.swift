import Serialization

/// A condition on a part of an object: its CEL spelling and its meaning here, made together.
public struct SchemaPredicate: Sendable {
  public let cel: String
  let binding: Binding
  let evaluate: @Sendable (JSONValue) -> Bool

  /// How tightly the outermost operator holds, from loose to tight.
  enum Binding: Comparable { case or, and, comparison, primary }

  init(cel: String, binding: Binding, evaluate: @escaping @Sendable (JSONValue) -> Bool) {
    self.cel = cel
    self.binding = binding
    self.evaluate = evaluate
  }

  public func holds(for value: JSONValue) -> Bool { evaluate(value) }

  /// True when an optional field is there.
  public static func has(_ path: String...) -> SchemaPredicate {
    SchemaPredicate(cel: "has(\(CEL.field(path)))", binding: .primary) { $0.value(below: path) != nil }
  }

  /// True when a string field is one of the words.
  public static func text(_ path: String..., isOneOf words: [String]) -> SchemaPredicate {
    let list = words.map(CEL.literal).joined(separator: ", ")
    return SchemaPredicate(cel: "\(CEL.field(path)) in [\(list)]", binding: .comparison) { root in
      root.value(below: path)?.string.map(words.contains) ?? false
    }
  }

  /// True when a list field holds the word.
  public static func list(_ path: String..., contains word: String) -> SchemaPredicate {
    SchemaPredicate(cel: "\(CEL.literal(word)) in \(CEL.field(path))", binding: .comparison) {
      $0.value(below: path)?.array?.contains(.string(word)) ?? false
    }
  }

  public static func || (left: SchemaPredicate, right: SchemaPredicate) -> SchemaPredicate {
    SchemaPredicate(cel: "\(left.spelled(in: .or)) || \(right.spelled(in: .or))", binding: .or) {
      left.evaluate($0) || right.evaluate($0)
    }
  }

  public static func && (left: SchemaPredicate, right: SchemaPredicate) -> SchemaPredicate {
    SchemaPredicate(cel: "\(left.spelled(in: .and)) && \(right.spelled(in: .and))", binding: .and) {
      left.evaluate($0) && right.evaluate($0)
    }
  }

  public static prefix func ! (operand: SchemaPredicate) -> SchemaPredicate {
    SchemaPredicate(cel: "!\(operand.spelled(in: .primary))", binding: .primary) { !operand.evaluate($0) }
  }

  private func spelled(in context: Binding) -> String { binding < context ? "(\(cel))" : cel }
}

/// A value that can stand in a condition.
public protocol SchemaConstant: Comparable, Sendable {
  /// The value as CEL writes it.
  var celLiteral: String { get }
}

extension Int64: SchemaConstant {
  public var celLiteral: String { String(self) }
}

extension Double: SchemaConstant {
  public var celLiteral: String { String(self) }
}

extension String: SchemaConstant {
  public var celLiteral: String { CEL.literal(self) }
}

extension Duration: SchemaConstant {
  public var celLiteral: String {
    let milliseconds = self / .milliseconds(1)
    return milliseconds.truncatingRemainder(dividingBy: 1000) == 0
      ? "duration('\(Int64(milliseconds / 1000))s')" : "duration('\(Int64(milliseconds))ms')"
  }
}

extension SchemaTerm where Value: SchemaConstant {
  public static func constant(_ value: Value) -> SchemaTerm { SchemaTerm(cel: value.celLiteral) { _ in value } }

  public static func < (left: Self, right: Self) -> SchemaPredicate { left.compared("<", right) { $0 < $1 } }
  public static func <= (left: Self, right: Self) -> SchemaPredicate { left.compared("<=", right) { $0 <= $1 } }
  public static func > (left: Self, right: Self) -> SchemaPredicate { left.compared(">", right) { $0 > $1 } }
  public static func >= (left: Self, right: Self) -> SchemaPredicate { left.compared(">=", right) { $0 >= $1 } }
  public static func == (left: Self, right: Self) -> SchemaPredicate { left.compared("==", right) { $0 == $1 } }
  public static func != (left: Self, right: Self) -> SchemaPredicate { left.compared("!=", right) { $0 != $1 } }

  public static func < (left: Self, right: Value) -> SchemaPredicate { left < constant(right) }
  public static func <= (left: Self, right: Value) -> SchemaPredicate { left <= constant(right) }
  public static func > (left: Self, right: Value) -> SchemaPredicate { left > constant(right) }
  public static func >= (left: Self, right: Value) -> SchemaPredicate { left >= constant(right) }
  public static func == (left: Self, right: Value) -> SchemaPredicate { left == constant(right) }
  public static func != (left: Self, right: Value) -> SchemaPredicate { left != constant(right) }

  private func compared(
    _ sign: String, _ other: Self, by holds: @escaping @Sendable (Value, Value) -> Bool
  ) -> SchemaPredicate {
    SchemaPredicate(cel: "\(cel) \(sign) \(other.cel)", binding: .comparison) { [evaluate] root in
      guard let left = evaluate(root), let right = other.evaluate(root) else { return false }
      return holds(left, right)
    }
  }
}
