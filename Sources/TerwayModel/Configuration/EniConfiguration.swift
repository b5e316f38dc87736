import Serialization

/// An `eni_conf`, without what is secret in it: credentials are left out while it is read, so that nothing that is made of
/// it can hold them.
public struct EniConfiguration: Hashable, Sendable {
  /// An object.
  public let content: JSONValue
  /// True when credentials were left out: what is made of this would not do what the original does.
  public let heldCredentials: Bool

  /// - Parameter text: of the key `eni_conf`; `nil` comes of one that is no JSON object. Nothing is said of why: a reason
  ///   could quote a credential.
  public init?(text: String) {
    guard case .object(let members)? = Self.value(of: text) else { return nil }
    let harmless = members.filter { !Self.isCredential($0.key, $0.value) }
    content = .object(harmless)
    heldCredentials = harmless.count < members.count
  }

  private static func value(of text: String) -> JSONValue? {
    do { return try JSONValue(jsonText: text) } catch { return nil }
  }

  /// Terway reads names regardless of case, and so do we: `Access_Key` is one too. An empty text is none.
  private static func isCredential(_ key: String, _ value: JSONValue) -> Bool {
    let folded = key.uppercased().lowercased()
    return (folded.contains("access_key") || folded.contains("secret")) && value != "" && !value.isNull
  }

  /// A setting of a node: what its own configuration says, or else that of the cluster (RFC 7396: `null` takes it away).
  public static func setting(_ key: String, own: EniConfiguration?, base: EniConfiguration?) -> JSONValue? {
    if let value = own?.content[key] { return value.isNull ? nil : value }
    return base?.content[key]
  }

  /// Idle addresses that a node is told to keep at least and at most, with what Terway takes where nothing is said.
  public static func poolBounds(own: EniConfiguration?, base: EniConfiguration?) -> (minimum: Int, maximum: Int) {
    func number(_ key: String, default value: Int) -> Int {
      setting(key, own: own, base: base)?.integer.map { Int(clamping: $0) } ?? value
    }
    return (number("min_pool_size", default: 0), number("max_pool_size", default: 5))
  }
}
