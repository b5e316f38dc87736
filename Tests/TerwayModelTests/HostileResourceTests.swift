import KubernetesModel
import Serialization
import Testing

@testable import TerwayModel

struct `Hostile resources` {
  /// What some server, person or attacker may put in the place of any value.
  static let hostile: [JSONValue] = [
    nil, true, .integer(.max), .integer(.min), -1, .number(.greatestFiniteMagnitude), .number(-0.5), "", "\0",
    "\u{FEFF}",
    "\u{202E}x", "a\nb", "1e999", "99999999999999999999h", "-1s", "$(reboot)", "{{ .x }}", [], [nil], [[]], [:],
    ["": nil],
    ["\0": ["\0"]], .string(String(repeating: "a", count: 100_000)),
    .array(Array(repeating: "a", count: 1_000)), .string(String(repeating: "e\u{301}", count: 10_000)),
    (0..<100).reduce(1) { value, _ in [value] }, (0..<100).reduce(1) { value, _ in ["a": value] },
  ]

  @Test(arguments: hostile.indices)
  func `in any place are violations, or are read`(index: Int) throws {
    for declaration in [MonitoringProfile.declaration, EniAutoscalePolicy.declaration(EniAutoscaleDefaults())] {
      let valid = DifferingValue.make(of: declaration.spec)
      for path in Self.paths(in: valid) {
        let spec = Self.replacing(path[...], in: valid, with: Self.hostile[index])
        let object: JSONValue = [
          "apiVersion": .string(declaration.type.kind.apiVersion), "kind": .string(declaration.type.kind.kind),
          "metadata": ["name": "a"], "spec": spec,
        ]
        let isRead =
          switch declaration.singular {
          case "eniautoscalepolicy": Self.isSuccess(declaration.spec(of: object, as: EniAutoscalePolicySpec.self))
          default: Self.isSuccess(declaration.spec(of: object, as: MonitoringProfileSpec.self))
          }
        #expect(isRead || !declaration.violations(in: object).isEmpty, "\(path.fieldPath) is valid and cannot be read")
      }
    }
  }

  @Test(arguments: hostile.indices)
  func `as a whole, or as metadata or status, are violations or are read`(index: Int) {
    let value = Self.hostile[index]
    for object in [
      value, ["metadata": value], ["metadata": ["name": value]], ["metadata": ["name": "a"], "status": value],
    ] {
      _ = try? MonitoringProfile(object)
      _ = try? EniAutoscalePolicy(object)
      #expect(!MonitoringProfile.validate(object).isEmpty && !EniAutoscalePolicy.validate(object).isEmpty)
    }
  }

  @Test func `with hundreds of fields that nobody knows name each of them`() {
    let unknown = Dictionary(uniqueKeysWithValues: (0..<300).map { ("field\($0)", JSONValue.null) })
    #expect(MonitoringProfileSchema.spec.violations(in: .object(unknown)).count == 300)
  }

  private static func isSuccess<Value>(_ result: Result<Value, InvalidSpec>) -> Bool {
    if case .success = result { true } else { false }
  }

  /// The paths of all values but the root, containers included.
  private static func paths(in value: JSONValue) -> [[PathElement]] {
    switch value {
    case .object(let members):
      members.sorted { $0.key < $1.key }.flatMap { key, member in
        [[.key(key)]] + paths(in: member).map { [.key(key)] + $0 }
      }
    case .array(let elements):
      elements.enumerated().flatMap { index, element in
        [[.index(index)]] + paths(in: element).map { [.index(index)] + $0 }
      }
    default: []
    }
  }

  private static func replacing(
    _ path: ArraySlice<PathElement>, in value: JSONValue, with other: JSONValue
  ) -> JSONValue {
    switch (path.first, value) {
    case (.key(let key), .object(var members)):
      members[key] = replacing(path.dropFirst(), in: members[key] ?? nil, with: other)
      return .object(members)
    case (.index(let index), .array(var elements)):
      elements[index] = replacing(path.dropFirst(), in: elements[index], with: other)
      return .array(elements)
    default: return other
    }
  }
}
