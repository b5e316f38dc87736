import Serialization

/// The schema of a custom resource, as data: one declaration gives the OpenAPI that a server is given, the defaults and
/// the checks that the operator applies itself.
///
/// It covers the structural subset of OpenAPI v3 that CustomResourceDefinitions accept. An upper bound of `Int.max` means
/// none; lists and strings that rules look at need one, so that servers can estimate the cost of the rule.
public indirect enum SchemaShape: Sendable {
  /// Named fields, in the order in which messages and documentation list them.
  case object([SchemaField])
  /// Keys that users choose, all values alike.
  case map(values: StructuralSchema, keys: SchemaPattern?, count: ClosedRange<Int>)
  case array(items: StructuralSchema, count: ClosedRange<Int>, list: ListType)
  /// `length` counts characters.
  case string(pattern: SchemaPattern?, length: ClosedRange<Int>, format: String?)
  /// One of a few words.
  case choice([String])
  case integer(ClosedRange<Int64>)
  case number(ClosedRange<Double>)
  case boolean
  /// A count, or a string such as a percentage.
  case integerOrString(ClosedRange<Int64>, SchemaPattern)
  /// The `metadata` of a resource, whose name alone can be restricted.
  case objectMeta(name: SchemaPattern, length: ClosedRange<Int>)
  /// An object of any content; nothing in it is pruned.
  case anyObject
}

/// How the items of a list are told apart when several writers own parts of it.
public enum ListType: Sendable, Hashable {
  case atomic
  /// Scalars, without duplicates.
  case set
  /// Objects, identified by these fields, without duplicates.
  case map(keys: [String])
}

/// A shape with what people and servers need to know about a value of it.
public struct StructuralSchema: Sendable {
  public var shape: SchemaShape
  public var description: String
  /// What takes the place of a value that is absent or null.
  public var defaultValue: JSONValue?
  /// Who fills the default in.
  public var defaulting: Defaulting
  /// Checked when everything below this value is in order.
  public var rules: [SchemaRule]

  public init(
    _ shape: SchemaShape, description: String = "", default defaultValue: JSONValue? = nil,
    defaulting: Defaulting = .server, rules: [SchemaRule] = []
  ) {
    self.shape = shape
    self.description = description
    self.defaultValue = defaultValue
    self.defaulting = defaulting
    self.rules = rules
  }

  public enum Defaulting: Sendable, Hashable {
    /// The API server (and the operator, for servers and files that do not).
    case server
    /// The operator alone, because the value depends on how the operator was started. The server's schema does not show it.
    case reader
  }
}

/// A named member of an object.
public struct SchemaField: Sendable {
  public var name: String
  public var schema: StructuralSchema
  public var isRequired: Bool

  public init(_ name: String, _ schema: StructuralSchema, isRequired: Bool = false) {
    self.name = name
    self.schema = schema
    self.isRequired = isRequired
  }
}

extension StructuralSchema {
  /// The fields, when this is an object.
  public var fields: [SchemaField] { if case .object(let fields) = shape { fields } else { [] } }

  /// The schema of a field, at any depth of named fields; `nil` when there is none.
  public func field(_ path: String...) -> StructuralSchema? {
    path.reduce(Optional(self)) { schema, name in schema?.fields.first { $0.name == name }?.schema }
  }

  /// Replaces the default of a field, at any depth of named fields. A path that leads nowhere changes nothing.
  public mutating func setDefault(_ value: JSONValue, of path: some Sequence<String>) {
    var rest = Array(path)[...]
    guard let name = rest.popFirst() else {
      defaultValue = value
      return
    }
    guard case .object(var fields) = shape, let index = fields.firstIndex(where: { $0.name == name }) else { return }
    fields[index].schema.setDefault(value, of: rest)
    shape = .object(fields)
  }
}
