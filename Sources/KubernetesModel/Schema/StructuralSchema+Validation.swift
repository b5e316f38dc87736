import Serialization

/// What is thought of fields that a schema does not know.
public enum UnknownFields: Sendable {
  /// A person mistyped a name: it is a violation.
  case refused
  /// A server stores what a newer version of the schema defines, which an older reader has to live with.
  case ignored
}

extension StructuralSchema {
  /// Everything that is wrong with a value, in the order of the schema; empty when it is valid.
  ///
  /// Expects defaults to be applied, as rules look at several fields. A rule is judged only where everything below it is in
  /// order, so that one mistake is not reported twice.
  public func violations(
    in value: JSONValue, at path: [PathElement] = [], unknownFields: UnknownFields = .refused
  ) -> [Violation] {
    var validation = SchemaValidation(root: self, rootPath: path, unknownFields: unknownFields)
    validation.check(value, against: self, at: path)
    return validation.violations
  }
}

/// One walk over a value along its schema.
struct SchemaValidation {
  let root: StructuralSchema
  let rootPath: [PathElement]
  let unknownFields: UnknownFields
  var violations: [Violation] = []

  init(root: StructuralSchema, rootPath: [PathElement], unknownFields: UnknownFields) {
    self.root = root
    self.rootPath = rootPath
    self.unknownFields = unknownFields
  }

  mutating func check(_ value: JSONValue, against schema: StructuralSchema, at path: [PathElement]) {
    let before = violations.count
    switch (schema.shape, value) {
    case (.object(let fields), .object(let members)): checkFields(fields, in: members, at: path)
    case (.map(let values, let keys, let count), .object(let members)):
      checkCount(members.count, count, "entries", at: path)
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        if let keys, !keys.matches(key) { report(.string(key), "as a key must be \(keys.meaning)", at: path) }
        check(member, against: values, at: path + [.key(key)])
      }
    case (.array(let items, let count, let list), .array(let elements)):
      checkCount(elements.count, count, "items", at: path)
      for (index, element) in elements.enumerated() { check(element, against: items, at: path + [.index(index)]) }
      checkUnique(elements, list, at: path)
    case (.string(let pattern, let length, _), .string(let text)): checkText(text, pattern, length, at: path)
    case (.choice(let words), .string(let text)): checkChoice(text, words, at: path)
    case (.integer(let range), .integer(let number)): checkRange(number, range, at: path)
    case (.integerOrString(let range, _), .integer(let number)): checkRange(number, range, at: path)
    case (.integerOrString(_, let pattern), .string(let text)):
      if !pattern.matches(text) { report(value, "must be \(pattern.meaning)", at: path) }
    case (.number(let range), .integer), (.number(let range), .number):
      if let number = value.number, !range.contains(number) { report(value, "must be \(range.words)", at: path) }
    case (.objectMeta(let pattern, let length), .object(let members)):
      let name = StructuralSchema.string(pattern, length: length)
      let namePath = path + [.key("name")]
      if let text = members["name"] {
        check(text, against: name, at: namePath)
      } else {
        report(nil, "is required", at: namePath)
      }
    case (.boolean, .bool), (.anyObject, .object): break
    default: report(value, schema.typeMismatch(with: value), at: path)
    }
    if violations.count == before { checkRules(schema.rules, on: value, at: path) }
  }

  mutating func report(_ value: JSONValue?, _ reason: String, at path: [PathElement]) {
    violations.append(Violation(at: path, value: value, reason))
  }

  private mutating func checkFields(_ fields: [SchemaField], in members: [String: JSONValue], at path: [PathElement]) {
    for field in fields {
      if let value = members[field.name] {
        check(value, against: field.schema, at: path + [.key(field.name)])
      } else if field.isRequired {
        report(nil, "is required: \(field.schema.description)", at: path + [.key(field.name)])
      }
    }
    guard unknownFields == .refused else { return }
    let known = fields.map(\.name)
    for name in members.keys.filter({ !known.contains($0) }).sorted() {
      report(nil, "unknown field; \(hint(for: name, among: known, at: path))", at: path + [.key(name)])
    }
  }

  /// A mistyped name, else the same name elsewhere, else all that is known here.
  private func hint(for name: String, among known: [String], at path: [PathElement]) -> String {
    if let close = Suggestion.closest(to: name, among: known) { return "did you mean \"\(close)\"?" }
    let elsewhere = root.paths(toField: name).map { (rootPath + $0).fieldPath }
    if elsewhere.count == 1, let place = elsewhere.first { return "did you mean \(place)?" }
    return known.isEmpty ? "none is known here" : "known here are \(known.joined(separator: ", "))"
  }

  private mutating func checkText(
    _ text: String, _ pattern: SchemaPattern?, _ length: ClosedRange<Int>, at path: [PathElement]
  ) {
    let size = text.unicodeScalars.count
    if size > length.upperBound {
      report(.string(text), "must have at most \(length.upperBound) characters, not \(size)", at: path)
    } else if let pattern, !pattern.matches(text) {
      report(.string(text), "must be \(pattern.meaning)", at: path)
    } else if size < length.lowerBound {
      report(
        .string(text), size == 0 ? "must not be empty" : "must have at least \(length.lowerBound) characters", at: path)
    }
  }

  private mutating func checkChoice(_ text: String, _ words: [String], at path: [PathElement]) {
    guard !words.contains(text) else { return }
    let meant = Suggestion.closest(to: text, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
    report(.string(text), "must be one of \(words.joined(separator: ", "))\(meant)", at: path)
  }

  private mutating func checkRange(_ number: Int64, _ range: ClosedRange<Int64>, at path: [PathElement]) {
    if !range.contains(number) { report(.integer(number), "must be \(range.words)", at: path) }
  }

  private mutating func checkCount(
    _ count: Int, _ range: ClosedRange<Int>, _ noun: String, at path: [PathElement]
  ) {
    if count < range.lowerBound {
      report(nil, count == 0 ? "must not be empty" : "must have at least \(range.lowerBound) \(noun)", at: path)
    } else if count > range.upperBound {
      report(nil, "must have at most \(range.upperBound) \(noun), not \(count)", at: path)
    }
  }

  private mutating func checkUnique(_ elements: [JSONValue], _ list: ListType, at path: [PathElement]) {
    var firstIndex: [[JSONValue?]: Int] = [:]
    for (index, element) in elements.enumerated() {
      let (identity, place, shown): ([JSONValue?], [PathElement], JSONValue?)
      switch list {
      case .atomic: return
      case .set: (identity, place, shown) = ([element], [], element)
      case .map(let keys):
        let values = keys.map { element[$0] }
        (identity, place, shown) = (values, keys.prefix(1).map(PathElement.key), values.first ?? nil)
      }
      if let first = firstIndex[identity] {
        let original = (path + [.index(first)]).fieldPath
        report(shown, "is a duplicate of \(original)", at: path + [.index(index)] + place)
      } else {
        firstIndex[identity] = index
      }
    }
  }

  private mutating func checkRules(_ rules: [SchemaRule], on value: JSONValue, at path: [PathElement]) {
    for rule in rules where !rule.condition.holds(for: value) {
      report(value.value(below: rule.field), rule.message, at: path + rule.field.map(PathElement.key))
    }
  }
}
