import Foundation
import Serialization

/// A JSON Schema, as far as our own schemas use the language (draft 7).
struct JSONSchema {
  private let root: JSONValue

  init(file: URL) throws { root = try JSONValue(jsonBytes: Array(try Data(contentsOf: file))) }

  /// What is wrong with a document, each with its path; empty when nothing.
  func violations(of document: JSONValue) -> [String] { check(document, root, "") }

  private func check(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    if let name = schema["$ref"]?.string?.split(separator: "/").last {
      guard let definition = root.at("definitions", String(name)) else { return ["\(path): no definition \(name)"] }
      return check(value, definition, path)
    }
    if let choices = schema["oneOf"]?.array { return checkOne(value, choices, path) }
    return checkType(value, schema, path) + checkNumber(value, schema, path) + checkText(value, schema, path)
      + checkMembers(value, schema, path) + checkElements(value, schema, path)
  }

  private func checkOne(_ value: JSONValue, _ choices: [JSONValue], _ path: String) -> [String] {
    let complaints = choices.map { check(value, $0, path) }
    if complaints.filter(\.isEmpty).count == 1 { return [] }
    // The choice that fits best is the one that was meant.
    return complaints.min { $0.count < $1.count } ?? []
  }

  private func checkType(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    if let constant = schema["const"], constant != value { return ["\(path): \(value) is not \(constant)"] }
    if let words = schema["enum"]?.array, !words.contains(value) { return ["\(path): \(value) is none of \(words)"] }
    let types = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string].compactMap(\.self)
    guard !types.isEmpty, Set(types).isDisjoint(with: value.schemaTypes) else { return [] }
    return ["\(path): \(value) is not of type \(types)"]
  }

  private func checkNumber(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    guard let number = value.integer else { return [] }
    let (least, most) = (schema["minimum"]?.integer ?? .min, schema["maximum"]?.integer ?? .max)
    return number < least || number > most ? ["\(path): \(number) is out of range"] : []
  }

  private func checkText(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    guard let text = value.string else { return [] }
    if let least = schema["minLength"]?.integer, text.count < least { return ["\(path): is too short"] }
    guard let pattern = schema["pattern"]?.string else { return [] }
    let isMatch = (try? Regex(pattern).firstMatch(in: text)) != nil
    return isMatch ? [] : ["\(path): \(text) does not match \(pattern)"]
  }

  private func checkMembers(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    guard let members = value.object else { return [] }
    let missing = (schema["required"]?.array ?? []).compactMap(\.string).filter { members[$0] == nil }
      .map { "\(path): \($0) is missing" }
    let properties = schema["properties"]?.object ?? [:]
    return missing
      + members.sorted { $0.key < $1.key }.flatMap { name, member -> [String] in
        if let property = properties[name] { return check(member, property, "\(path).\(name)") }
        guard let others = schema["additionalProperties"] else { return [] }
        return others == false ? ["\(path): \(name) is unknown"] : check(member, others, "\(path).\(name)")
      }
  }

  private func checkElements(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    guard let elements = value.array else { return [] }
    let (least, most) = (schema["minItems"]?.integer ?? 0, schema["maxItems"]?.integer ?? .max)
    let count = Int64(elements.count)
    let counted = count < least || count > most ? ["\(path): has \(count) elements"] : []
    guard let items = schema["items"] else { return counted }
    return counted + elements.enumerated().flatMap { check($1, items, "\(path)[\($0)]") }
  }
}

extension JSONValue {
  fileprivate var schemaTypes: Set<String> {
    switch self {
    case .null: ["null"]
    case .bool: ["boolean"]
    case .integer: ["integer", "number"]
    case .number: ["number"]
    case .string: ["string"]
    case .array: ["array"]
    case .object: ["object"]
    }
  }
}
