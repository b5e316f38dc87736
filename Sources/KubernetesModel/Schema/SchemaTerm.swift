import Serialization

/// A value computed from a part of an object: its CEL spelling and its meaning here, made together so that the API server
/// and the operator cannot disagree.
public struct SchemaTerm<Value: Comparable & Sendable>: Sendable {
  /// The CEL expression, where `self` is the value that carries the rule.
  public let cel: String
  /// `nil` when a field on the way is absent or unreadable, which CEL reports as an error: the rule fails.
  let evaluate: @Sendable (JSONValue) -> Value?

  public init(cel: String, evaluate: @escaping @Sendable (JSONValue) -> Value?) {
    self.cel = cel
    self.evaluate = evaluate
  }
}

extension SchemaTerm<Int64> {
  /// An integer field; without a path, the value itself.
  public static func integer(_ path: String...) -> Self {
    SchemaTerm(cel: CEL.field(path)) { $0.value(below: path)?.integer }
  }

  /// The number of characters of a string field.
  public static func length(_ path: String...) -> Self {
    SchemaTerm(cel: "size(\(CEL.field(path)))") {
      ($0.value(below: path)?.string?.unicodeScalars.count).map(Int64.init)
    }
  }

  /// The number of items of a list or of entries of a map.
  public static func count(_ path: String...) -> Self {
    SchemaTerm(cel: "size(\(CEL.field(path)))") { root in
      let value = root.value(below: path)
      return (value?.array?.count ?? value?.object?.count).map(Int64.init)
    }
  }
}

extension SchemaTerm<String> {
  /// A string field; without a path, the value itself.
  public static func text(_ path: String...) -> Self {
    SchemaTerm(cel: CEL.field(path)) { $0.value(below: path)?.string }
  }
}
