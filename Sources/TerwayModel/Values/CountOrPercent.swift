import KubernetesModel

/// A number of things, or a share of all of them: `5` or `"10%"`.
public enum CountOrPercent: Hashable, Sendable {
  case count(Int)
  /// From 0 to 100.
  case percent(Int)

  /// The number that is meant among so many. A share is rounded up, so that a small share of few is still one.
  public func count(of total: Int) -> Int {
    switch self {
    case .count(let count): count
    case .percent(let percent): (total * percent + 99) / 100
    }
  }
}

extension CountOrPercent: Codable {
  public init(from decoder: any Decoder) throws {
    if let count = try? decoder.singleValueContainer().decode(Int.self) {
      self = .count(count)
    } else {
      self = try decoder.validated(Self.init(percentage:), "a percentage such as 10%")
    }
  }

  private init?(percentage text: String) {
    guard text.hasSuffix("%"), let percent = Int(text.dropLast()), 0...100 ~= percent else { return nil }
    self = .percent(percent)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .count(let count): try container.encode(count)
    case .percent(let percent): try container.encode("\(percent)%")
    }
  }
}

extension StructuralSchema {
  static let countOrPercent = StructuralSchema(
    .integerOrString(
      1...100_000,
      SchemaPattern(
        "^([1-9]|[1-9][0-9]|100)%$", "a percentage from \"1%\" to \"100%\"", examples: ["10%", "100%"])))
}
