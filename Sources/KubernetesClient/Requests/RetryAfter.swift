import FoundationEssentials
import HTTPTransport

/// The `Retry-After` header (RFC 9110, 10.2.3): a number of seconds, or a date.
enum RetryAfter {
  /// The most that is heeded. API servers ask for seconds; a maintenance page may ask for a day, and be gone in a minute.
  static let longest: Duration = .seconds(300)

  /// What the headers of an answer ask for; `nil` where they ask for nothing that can be understood.
  ///
  /// A date counts from the `Date` of the same answer, where there is one: the clocks of two machines may differ.
  static func read(_ headers: HTTPHeaders, now: Date = Date()) -> Duration? {
    guard let text = headers["Retry-After"]?.trimmed, !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return Int(text).map { bounded(.seconds($0)) } ?? longest
    }
    guard let date = HTTPDate.read(text) else { return nil }
    let sent = headers["Date"].flatMap(HTTPDate.read).map(Double.init) ?? now.timeIntervalSince1970
    return bounded(.seconds(min(max(0, Double(date) - sent), longest.seconds)))
  }

  static func bounded(_ duration: Duration) -> Duration { min(max(.zero, duration), longest) }
}
