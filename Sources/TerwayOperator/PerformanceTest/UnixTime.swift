import FoundationEssentials

/// Instants as Kubernetes writes them.
enum UnixTime {
  /// Seconds since 1970 of an RFC 3339 text without a fraction; `nil` for any other text.
  static func seconds(rfc3339 text: String) -> Double? {
    (try? Date(text, strategy: .iso8601))?.timeIntervalSince1970
  }
}
