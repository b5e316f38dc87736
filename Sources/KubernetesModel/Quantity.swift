/// A Kubernetes quantity such as `10M`, `1.5Gi`, `250m` or `1e9`.
public struct Quantity: Hashable, Sendable {
  /// As it was written.
  public var text: String
  public var value: Double

  private static let suffixes: [String: Double] = [
    "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 1_024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
    "Ei": 1_152_921_504_606_846_976,
  ]

  /// - Returns: `nil` for anything that the API server would refuse as a quantity, and what no `Double` can hold.
  public init?(_ text: String) {
    let number = text.prefix { ($0.isASCII && $0.isNumber) || $0 == "." || $0 == "+" || $0 == "-" }
    let suffix = text.dropFirst(number.count)
    guard number.contains(where: \.isNumber) else { return nil }
    if let scale = Self.suffixes[String(suffix)], let amount = Double(number) {
      value = amount * scale
      guard value.isFinite else { return nil }
    } else if suffix.first == "e" || suffix.first == "E", Int(suffix.dropFirst()) != nil, let amount = Double(text),
      amount.isFinite
    {
      value = amount
    } else {
      return nil
    }
    self.text = text
  }
}
