import KubernetesModel
import Serialization
import Testing

@testable import TerwayModel

struct `Every field` {
  typealias Entry = (path: String, schema: StructuralSchema)

  static let schemas = [MonitoringProfile.definition, EniAutoscalePolicy.definition].map { $0.versions[0].schema }
  static let all = schemas.flatMap { tree($0) }

  /// All schemas of a tree with their paths.
  static func tree(_ schema: StructuralSchema, _ path: String = "") -> [Entry] {
    let below: [Entry] =
      switch schema.shape {
      case .object(let fields): fields.flatMap { tree($0.schema, "\(path).\($0.name)") }
      case .map(let values, _, _): tree(values, "\(path).*")
      case .array(let items, _, _): tree(items, "\(path)[]")
      default: []
      }
    return [(path, schema)] + below
  }

  @Test func `says what it is, as a sentence`() {
    let fields = Self.all.filter { !$0.path.hasSuffix("]") && !$0.path.hasSuffix("*") && $0.path != ".metadata" }
    #expect(fields.filter { !$0.schema.description.hasSuffix(".") }.map(\.path) == [])
  }

  @Test func `of a spec is required, or has a default, or means something by its absence`() {
    let optional = Self.schemas.compactMap { $0.field("spec") }.flatMap { Self.tree($0) }
      .flatMap { entry in entry.schema.fields.map { (entry.path, $0) } }
      .filter { !$0.1.isRequired && $0.1.schema.defaultValue == nil }
      .map { "\($0.0).\($0.1.name)" }
    #expect(optional == ["for", "keepFiringFor", "severity", "threshold"].map { ".alerts.overrides[].\($0)" })
  }

  @Test func `has a default that is valid`() {
    for (path, schema) in Self.all {
      guard let value = schema.defaultValue else { continue }
      #expect(schema.violations(in: schema.applyingDefaults(to: value)) == [], "\(path)")
    }
  }

  @Test func `with a pattern gives examples that match it`() {
    for (path, schema) in Self.all {
      guard case .string(let pattern?, _, _) = schema.shape else { continue }
      #expect(!pattern.examples.isEmpty, "\(path)")
      for example in pattern.examples { #expect(pattern.matches(example), "\(path): \(example)") }
    }
  }

  /// Servers refuse rules whose cost they cannot bound.
  @Test func `that a rule looks at is bounded, and so is every list around it`() {
    for schema in Self.schemas { expectBounds(schema, unboundedAbove: nil, "") }
  }

  private func expectBounds(_ schema: StructuralSchema, unboundedAbove: String?, _ path: String) {
    if !schema.rules.isEmpty {
      #expect(unboundedAbove == nil, "\(path) has rules")
      #expect(Self.tree(schema, path).filter { Self.isUnbounded($0.schema) }.map(\.path) == [])
    }
    let unbounded = unboundedAbove ?? (Self.isUnbounded(schema) ? path : nil)
    switch schema.shape {
    case .object(let fields):
      for field in fields { expectBounds(field.schema, unboundedAbove: unbounded, "\(path).\(field.name)") }
    case .array(let items, _, _): expectBounds(items, unboundedAbove: unbounded, "\(path)[]")
    case .map(let values, _, _): expectBounds(values, unboundedAbove: unbounded, "\(path).*")
    default: break
    }
  }

  private static func isUnbounded(_ schema: StructuralSchema) -> Bool {
    switch schema.shape {
    case .string(_, let length, _): length.upperBound == .max
    case .array(_, let count, _), .map(_, _, let count): count.upperBound == .max
    default: false
    }
  }
}
