import Serialization

extension StructuralSchema {
  /// Says which type was expected, and how to write the value when only its quotes are wrong.
  func typeMismatch(with value: JSONValue) -> String {
    let remedy = remedy(for: value).map { "; write \($0)" } ?? ""
    return "must be \(expectation), not \(value.typeWithArticle)\(remedy)"
  }

  private var expectation: String {
    switch shape {
    case .object, .map, .objectMeta, .anyObject: "an object"
    case .array: "a list"
    case .string, .choice: "a string"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "true or false"
    case .integerOrString(_, let pattern): "an integer or \(pattern.meaning)"
    }
  }

  /// The same value with or without quotes, when that makes it valid.
  private func remedy(for value: JSONValue) -> String? {
    let candidate: JSONValue
    switch value {
    case .integer, .number, .bool: candidate = .string(value.preview)
    case .string("true"): candidate = true
    case .string("false"): candidate = false
    case .string(let text):
      guard let number = Int64(text) else { return nil }
      candidate = .integer(number)
    default: return nil
    }
    return takesType(of: candidate) && violations(in: candidate).isEmpty ? candidate.preview : nil
  }

  /// Whether a value is not refused for its type: only such a one can be a remedy, and is not asked for one in turn.
  private func takesType(of value: JSONValue) -> Bool {
    switch (shape, value) {
    case (.string, .string), (.choice, .string), (.integerOrString, .string), (.integerOrString, .integer),
      (.integer, .integer), (.number, .integer), (.boolean, .bool):
      true
    default: false
    }
  }

  /// Where in the tree of named fields a field of this name is.
  func paths(toField name: String) -> [[PathElement]] {
    fields.flatMap { field -> [[PathElement]] in
      let here: [[PathElement]] = field.name.lowercased() == name.lowercased() ? [[.key(field.name)]] : []
      return here + field.schema.paths(toField: name).map { [.key(field.name)] + $0 }
    }
  }
}

extension JSONValue {
  fileprivate var typeWithArticle: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension ClosedRange<Int64> {
  /// `between 1 and 128`, or `at least 1` when there is no upper bound.
  var words: String { upperBound == .max ? "at least \(lowerBound)" : "between \(lowerBound) and \(upperBound)" }
}

extension ClosedRange<Double> {
  var words: String { "between \(lowerBound) and \(upperBound)" }
}
