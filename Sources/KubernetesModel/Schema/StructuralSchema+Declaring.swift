import Serialization

/// The words in which schemas are written down.
extension StructuralSchema {
  public static func object(
    _ description: String, rules: [SchemaRule] = [], _ fields: [SchemaField]
  ) -> StructuralSchema {
    StructuralSchema(.object(fields), description: description, rules: rules)
  }

  public static func map(
    of values: StructuralSchema, keys: SchemaPattern? = nil, count: ClosedRange<Int>
  ) -> StructuralSchema {
    StructuralSchema(.map(values: values, keys: keys, count: count))
  }

  public static func list(
    of items: StructuralSchema, count: ClosedRange<Int>, _ list: ListType = .atomic
  ) -> StructuralSchema {
    StructuralSchema(.array(items: items, count: count, list: list))
  }

  public static func string(
    _ pattern: SchemaPattern? = nil, length: ClosedRange<Int>, rules: [SchemaRule] = []
  ) -> StructuralSchema {
    StructuralSchema(.string(pattern: pattern, length: length, format: nil), rules: rules)
  }

  /// RFC 3339, as Kubernetes writes instants.
  public static let timestamp = StructuralSchema(.string(pattern: nil, length: 0...64, format: "date-time"))

  public static func choice<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> StructuralSchema {
    StructuralSchema(.choice(type.allCases.map(\.rawValue)))
  }

  public static func integer(_ range: ClosedRange<Int64>) -> StructuralSchema { StructuralSchema(.integer(range)) }

  public static let boolean = StructuralSchema(.boolean)
}

extension SchemaField {
  /// A field that the server fills in when it is absent.
  public static func field(
    _ name: String, _ schema: StructuralSchema, default value: JSONValue,
    filledBy defaulting: StructuralSchema.Defaulting = .server, _ description: String
  ) -> SchemaField {
    var schema = schema
    schema.description = description
    schema.defaultValue = value
    schema.defaulting = defaulting
    return SchemaField(name, schema)
  }

  /// A field without which the object around it means nothing.
  public static func required(_ name: String, _ schema: StructuralSchema, _ description: String) -> SchemaField {
    SchemaField(name, described(schema, description), isRequired: true)
  }

  /// A field whose absence means something.
  public static func optional(_ name: String, _ schema: StructuralSchema, _ description: String) -> SchemaField {
    SchemaField(name, described(schema, description))
  }

  /// A group of fields that all have defaults.
  public static func section(_ name: String, _ schema: StructuralSchema) -> SchemaField {
    var schema = schema
    schema.defaultValue = .object([:])
    return SchemaField(name, schema)
  }

  private static func described(_ schema: StructuralSchema, _ description: String) -> StructuralSchema {
    var schema = schema
    schema.description = description
    return schema
  }
}
